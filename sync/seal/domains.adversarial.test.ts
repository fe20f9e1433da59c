/**
 * attack 05: what was made for one use, used for another. Every signed kind against every other, every sealed kind against every other,
 * with one and the same key wherever a key could be the same.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { fromBase64url, toBase64url } from '../change/base64url.ts';
import { idOf, signatureOf } from '../change/ids.ts';
import { utf8 } from '../change/utf8.ts';
import { frame } from '../verify/digest.ts';
import { SIGNATURE_DOMAINS } from '../verify/domains.ts';
import { answerDocumentId, changeId, envelopeDocumentId, keyBundleDocumentId, olderKeysDocumentId, statementId } from '../verify/ids.ts';
import { signedBytes, verifySignature } from '../verify/signature.ts';
import { ready } from '../verify/sodium.ts';
import { openBox, sealBox } from './box.ts';
import { openKeys, openOlderKeys, sealOlderKeys, wrapKeys } from './bundle.ts';
import { sealDeposit } from './deposit.ts';
import { openWithAny, sealChange } from './envelope.ts';
import { epochKeys, newEpoch, type EpochSecret } from './epoch.ts';
import { cast, signedChange, signedVoucher, type Cast } from './fixture.ts';
import { sign } from './keys.ts';
import { openRow, openLocalKey, sealRow, wrapLocalKey } from './local.ts';
import { openWrap } from './passphrase.ts';
import { rosterOpen, rosterSeal } from './roster.ts';
import { keyTag } from './siv.ts';

let alice: Cast;
beforeAll(async () => {
	await ready();
	alice = cast('domains');
});

const bytes = (text: string): Uint8Array => fromBase64url(text) ?? new Uint8Array(0);
const join = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

describe('attack 05: signed kinds', () => {
	const text = '{"v":1}';
	const pairs = SIGNATURE_DOMAINS.flatMap((made) => SIGNATURE_DOMAINS.map((used) => [made, used] as const));

	test.each(pairs)('signed as %s, taken as %s', (made, used) => {
		const sig = sign(made, text, alice.signing);
		expect(verifySignature(used, text, sig, alice.signing.publicKey)).toBe(made === used);
	});

	test('no text of one kind frames to the bytes of another', () => {
		for (const [made, used] of pairs) {
			if (made === used) continue;
			const inner = new TextDecoder().decode(signedBytes(made, text));
			expect(verifySignature(used, inner, sign(made, text, alice.signing), alice.signing.publicKey)).toBe(false);
			expect(signedBytes(used, signedBytes(made, text))).not.toEqual(signedBytes(made, text));
		}
		expect(frame('ab', 'c')).not.toEqual(frame('a', 'bc'));
		expect(frame('a', '')).not.toEqual(frame('a'));
	});

	test('the same text and signature has another name as a change than as a statement', () => {
		const sig = signatureOf(alice.random.bytes(64));
		const [a, b] = [alice.random.bytes(64), alice.random.bytes(64)];
		const names = [
			changeId(text, sig), statementId(text, sig), envelopeDocumentId('e1', a, b, a), envelopeDocumentId('d1', a, b, a), keyBundleDocumentId(a),
			olderKeysDocumentId(a, b), answerDocumentId(idOf(a), b, sig)
		];
		expect(new Set(names).size).toBe(names.length);
	});
});

/** A sealed thing as nonce and ciphertext, and how somebody with the one key would open it. */
interface SealedKind {
	readonly kind: string;
	readonly sealed: () => Uint8Array;
	readonly opens: (sealed: Uint8Array) => boolean;
}

/** Every kind sealed under a symmetric key, all made from the same 32 bytes. */
function symmetricKinds(): readonly SealedKind[] {
	const key = alice.secret.key;
	const { org, site, random } = alice;
	const epoch = epochKeys(org, site, 'clinical', key);
	const roster: EpochSecret = { ...newEpoch(null, 'roster', random), key };
	const local = { site, comp: 'clinical', key } as const;
	const change = signedChange(alice);
	const parts = (sealed: Uint8Array) => ({ n: toBase64url(sealed.subarray(0, 24)), c: toBase64url(sealed.subarray(24)) });
	// Whoever holds the key can make the tag fit, so the tag alone must not be what keeps the kinds apart.
	const tagFor = (sealed: Uint8Array): string => toBase64url(keyTag(epoch.envelope, sealed.subarray(0, 24)));
	const envelope = sealChange(epoch, change);
	const deposited = sealDeposit({ org, site, comp: 'clinical', epoch: epoch.epoch, pub: epoch.deposit.pub }, change, signedVoucher(alice, change));
	if (!deposited.ok) throw new Error(deposited.error.message);
	const deposit = deposited.value;
	const older = sealOlderKeys(org, alice.secret, [newEpoch(site, 'clinical', random)], random);
	return [
		{ kind: 'envelope', sealed: () => join(bytes(envelope.n), bytes(envelope.c)), opens: (sealed) => openWithAny([epoch], { ...envelope, ...parts(sealed), t: tagFor(sealed) }).ok },
		{ kind: 'deposit', sealed: () => join(bytes(deposit.n), bytes(deposit.c)), opens: (sealed) => openWithAny([epoch], { ...deposit, ...parts(sealed) }).ok },
		{ kind: 'older keys', sealed: () => join(bytes(older.n), bytes(older.c)), opens: (sealed) => openOlderKeys(org, alice.secret, { ...older, ...parts(sealed) }).ok },
		{ kind: 'name', sealed: () => bytes(rosterSeal(roster, 'Awa', random).box), opens: (sealed) => rosterOpen(roster, { epoch: roster.epoch, box: toBase64url(sealed) }).ok },
		{ kind: 'row', sealed: () => sealRow(local, 'charts', 'r', utf8('text'), random), opens: (sealed) => openRow(local, 'charts', 'r', sealed) !== null }
	];
}

test('attack 05: sealed kinds under one key open as what they are and as nothing else', () => {
	const kinds = symmetricKinds();
	for (const made of kinds) {
		for (const used of kinds) {
			expect(used.opens(made.sealed()), `${made.kind} as ${used.kind}`).toBe(made.kind === used.kind);
		}
	}
});

test('attack 05: boxes for one recipient are taken for what they are and nothing else', () => {
	const { org, actor, sealing, random, site } = alice;
	const to = { org, actor, seal: sealing.publicKey };
	const own = { org, actor, seal: sealing };
	const boxes = {
		keys: wrapKeys(to, [alice.secret], random).c,
		local: wrapLocalKey({ site, comp: 'desk', key: random.bytes(32) }, sealing.publicKey, random),
		answer: sealBox(sealing.publicKey, utf8('{"v":1}'), random)
	};
	for (const [kind, box] of Object.entries(boxes)) {
		expect(openBox(sealing, box), kind).not.toBeNull();
		expect(openKeys(own, { _id: '', v: 'k1', c: box }).ok, `${kind} as keys`).toBe(kind === 'keys');
		expect(openLocalKey(sealing, box) !== null, `${kind} as a local key`).toBe(kind === 'local');
	}
});

test('attack 05: nothing sealed elsewhere is taken for an actor\'s secrets', async () => {
	const wrap = (sealed: Uint8Array) => ({
		v: 1, kdf: { name: 'argon2id', memory: 65536, passes: 3, lanes: 1, salt: 'AAAAAAAAAAAAAAAAAAAAAA' }, n: toBase64url(sealed.subarray(0, 24)), c: toBase64url(sealed.subarray(24))
	});
	const [envelope] = symmetricKinds();
	if (envelope === undefined) throw new Error('no kinds');
	const opened = await openWrap('any passphrase', wrap(envelope.sealed()), { org: alice.org, member: alice.site, device: alice.other });
	expect(opened).toMatchObject({ ok: false, error: { code: 'wrong-passphrase' } });
});
