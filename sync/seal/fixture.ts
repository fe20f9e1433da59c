/**
 * A small cast for the tests of sealing: one organization, two sites, an author. Not used by the app.
 */
import type { Change, Hash, Id } from '../change/change.ts';
import { exampleChange } from '../change/example.ts';
import { hashOf, idOf } from '../change/ids.ts';
import { seededRandom, type Random } from '../change/ports.ts';
import { encodeChange } from '../change/text.ts';
import { encodeVoucher } from '../change/voucher.ts';
import { changeId } from '../verify/ids.ts';
import { epochKeys, newEpoch, type EpochKeys, type EpochSecret } from './epoch.ts';
import { newSealKey, newSigningKey, sign, type SealKey, type SigningKey } from './keys.ts';
import type { SignedText } from './opened.ts';

export interface Cast {
	readonly random: Random;
	readonly org: Hash;
	readonly site: Id;
	readonly other: Id;
	readonly actor: Hash;
	readonly signing: SigningKey;
	readonly sealing: SealKey;
	readonly secret: EpochSecret;
	/** clinical epoch of `site` */
	readonly epoch: EpochKeys;
	/** clinical epoch of `other` */
	readonly receiver: EpochKeys;
}

/** Needs `ready()`. The same seed gives the same cast. */
export function cast(seed: number | string = 'cast'): Cast {
	const random = seededRandom(seed);
	const org = hashOf(random.bytes(32));
	const site = idOf(random.bytes(16));
	const other = idOf(random.bytes(16));
	const secret = newEpoch(site, 'clinical', random);
	const receiver = epochKeys(org, other, 'clinical', newEpoch(other, 'clinical', random).key);
	return {
		random, org, site, other, secret, receiver,
		actor: hashOf(random.bytes(32)), signing: newSigningKey(random), sealing: newSealKey(random),
		epoch: epochKeys(org, site, 'clinical', secret.key)
	};
}

/** A signed change of the cast's author. */
export function signedChange(by: Cast, overrides: Partial<Change> = {}): SignedText {
	const text = encodeChange(exampleChange({ org: by.org, site: by.site, actor: by.actor, ...overrides }));
	return { text, sig: sign('saddlebag/change/1', text, by.signing) };
}

/** The author's voucher for a change, towards the cast's other site. */
export function signedVoucher(by: Cast, change: SignedText): SignedText {
	const text = encodeVoucher({ v: 1, org: by.org, site: by.site, comp: 'clinical', change: changeId(change.text, change.sig), to: by.other, actor: by.actor, seen: [] });
	return { text, sig: sign('saddlebag/voucher/1', text, by.signing) };
}

/** Gives out the values in turn: for vectors whose random bytes are fixed. */
export function scriptedRandom(...values: readonly Uint8Array[]): Random {
	const left = [...values];
	return {
		bytes(n) {
			const next = left.shift();
			if (next?.length !== n) throw new Error(`${n} bytes were asked for, ${next?.length ?? 'none'} are written down`);
			return next;
		}
	};
}
