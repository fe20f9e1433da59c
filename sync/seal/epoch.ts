/**
 * The keys of one epoch, ready for use.
 *
 * An epoch key is 32 random bytes and encrypts nothing itself; each use has a subkey of its own (aead, nonce, tag, deposit). They and the
 * associated data are computed once per epoch, not per envelope: a first sync opens tens of thousands. The associated data
 * binds organization, site, compartment, version and epoch, so that an envelope opens only where it was sealed for.
 */
import { toBase64url } from '../change/base64url.ts';
import type { Compartment, Hash, Id } from '../change/change.ts';
import type { Random } from '../change/ports.ts';
import { utf8 } from '../change/utf8.ts';
import { frame, keyedDigest } from '../verify/digest.ts';
import { epochId } from '../verify/ids.ts';
import { sodium } from '../verify/sodium.ts';
import { SECRET_BYTES } from './keys.ts';

/** An epoch key with its name: what bundles carry. Site null and comp `roster`: the key of the names. */
export interface EpochSecret {
	readonly site: Id | null;
	readonly comp: Compartment | 'roster';
	readonly epoch: Hash;
	readonly key: Uint8Array;
}

/** The three subkeys under which an envelope (or, from a shared secret, a deposit) is sealed. */
export interface EnvelopeSubkeys {
	readonly aead: Uint8Array;
	readonly nonce: Uint8Array;
	readonly tag: Uint8Array;
}

export interface EpochKeys {
	readonly org: Hash;
	readonly site: Id;
	readonly comp: Compartment;
	readonly epoch: Hash;
	readonly envelope: EnvelopeSubkeys;
	/** under which a device's frontier part is sealed */
	readonly frontier: EnvelopeSubkeys;
	/** associated data of envelopes of this epoch */
	readonly ad: Uint8Array;
	/** associated data of deposits into this epoch */
	readonly depositAd: Uint8Array;
	/** X25519: deposits are sealed to `pub` */
	readonly deposit: { readonly pub: string; readonly publicKey: Uint8Array; readonly secret: Uint8Array };
}

/** Subkey for one use: BLAKE2b-256 keyed with `key` over the label. */
export const kdf = (key: Uint8Array, label: string): Uint8Array => keyedDigest(key, utf8(label));

export const envelopeSubkeys = (key: Uint8Array): EnvelopeSubkeys => ({
	aead: kdf(key, 'saddlebag/envelope-aead/1'),
	nonce: kdf(key, 'saddlebag/envelope-nonce/1'),
	tag: kdf(key, 'saddlebag/envelope-tag/1')
});

const frontierSubkeys = (key: Uint8Array): EnvelopeSubkeys => ({
	aead: kdf(key, 'saddlebag/frontier-aead/1'),
	nonce: kdf(key, 'saddlebag/frontier-nonce/1'),
	tag: kdf(key, 'saddlebag/frontier-tag/1')
});

export const envelopeAd = (org: Hash, site: Id, comp: Compartment, epoch: Hash): Uint8Array =>
	frame('saddlebag/envelope/1', 'e1', org, site, comp, epoch);
export const depositAd = (org: Hash, to: Id, comp: Compartment, epoch: Hash): Uint8Array =>
	frame('saddlebag/deposit/1', 'd1', org, to, comp, epoch);

/** A fresh epoch key for a compartment of a site, or for the roster (null, `roster`). */
export function newEpoch(site: Id | null, comp: Compartment | 'roster', random: Random): EpochSecret {
	const key = random.bytes(SECRET_BYTES);
	return { site, comp, epoch: epochId(site, comp, key), key };
}

/** All that sealing and opening need, computed once per epoch key (32 bytes). */
export function epochKeys(org: Hash, site: Id, comp: Compartment, key: Uint8Array): EpochKeys {
	const epoch = epochId(site, comp, key);
	return {
		org, site, comp, epoch,
		envelope: envelopeSubkeys(key),
		frontier: frontierSubkeys(key),
		ad: envelopeAd(org, site, comp, epoch),
		depositAd: depositAd(org, site, comp, epoch),
		deposit: depositPair(key)
	};
}

/** Public key to declare with an epoch: deposits are sealed to it by people who hold no key of it. */
export const depositPublicKey = (key: Uint8Array): string => depositPair(key).pub;

function depositPair(key: Uint8Array): EpochKeys['deposit'] {
	const secret = kdf(key, 'saddlebag/deposit-key/1');
	const publicKey = sodium().crypto_scalarmult_base(secret);
	return { pub: toBase64url(publicKey), publicKey, secret };
}
