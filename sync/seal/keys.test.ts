import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { fromBase64url, toBase64url } from '../change/base64url.ts';
import { utf8 } from '../change/utf8.ts';
import { frame } from '../verify/digest.ts';
import { checkDocument } from '../verify/document.ts';
import { epochId } from '../verify/ids.ts';
import { isAcceptablePublicKey, isAcceptableSealKey } from '../verify/signature.ts';
import { ready, sodium } from '../verify/sodium.ts';
import { openBox, sealBox } from './box.ts';
import { openKeys, openOlderKeys, sealOlderKeys, wrapKeys } from './bundle.ts';
import { openWithAny, sealChange } from './envelope.ts';
import { kdf, newEpoch, type EpochSecret } from './epoch.ts';
import { cast, signedChange, signedVoucher, type Cast } from './fixture.ts';
import { sealDeposit } from './deposit.ts';
import { newSealKey, newSigningKey, sealKeyFrom } from './keys.ts';
import { newLocalKey, openLocalKey, openRow, openTextRow, sealRow, sealTextRow, wrapLocalKey } from './local.ts';
import { rosterOpen, rosterSeal } from './roster.ts';

const seed = 31;
let alice: Cast;
let bob: Cast;
beforeAll(async () => {
	await ready();
	alice = cast('alice');
	bob = cast('bob');
});
const text = fc.string({ unit: 'grapheme', maxLength: 2000 });

describe('round trips', () => {
	test('whatever text is sealed opens under its epoch among others, and under no other', () => {
		fc.assert(fc.property(text, (body) => {
			const { sig } = signedChange(alice);
			const document = sealChange(alice.epoch, { text: body, sig });
			expect(checkDocument(document)).toEqual({ ok: true, value: document });
			expect(openWithAny([bob.epoch, alice.receiver, alice.epoch], document)).toMatchObject({ ok: true, value: { text: body, sig, epoch: { epoch: alice.epoch.epoch }, voucher: null } });
			expect(openWithAny([bob.epoch, alice.receiver], document)).toMatchObject({ ok: false, error: { code: 'no-key' } });
			expect(openWithAny([], document)).toMatchObject({ ok: false, error: { code: 'no-key' } });
		}), { seed, numRuns: 50 });
	});

	test('and so does a deposit with its voucher', () => {
		const change = signedChange(alice);
		const voucher = signedVoucher(alice, change);
		const { org, site, comp, epoch, deposit } = alice.receiver;
		const sealed = sealDeposit({ org, site, comp, epoch, pub: deposit.pub }, change, voucher);
		if (!sealed.ok) throw new Error(sealed.error.message);
		expect(checkDocument(sealed.value)).toEqual({ ok: true, value: sealed.value });
		expect(openWithAny([bob.epoch, alice.epoch, alice.receiver], sealed.value)).toMatchObject({ ok: true, value: { ...change, voucher } });
		expect(openWithAny([bob.epoch, alice.epoch], sealed.value)).toMatchObject({ ok: false, error: { code: 'no-key' } });
	});

	test('names and rows come back', () => {
		const roster = newEpoch(null, 'roster', alice.random);
		const local = newLocalKey(alice.site, 'desk', alice.random);
		fc.assert(fc.property(text, (body) => {
			expect(rosterOpen(roster, rosterSeal(roster, body, alice.random))).toEqual({ ok: true, value: body });
			expect(openTextRow(local, 'charts', '1', sealTextRow(local, 'charts', '1', body, alice.random))).toBe(body);
		}), { seed, numRuns: 50 });
	});

	test('a sealed box is the one libsodium makes', () => {
		const { sealing, random } = alice;
		const publicKey = fromBase64url(sealing.publicKey) ?? new Uint8Array(0);
		expect(openBox(sealing, toBase64url(sodium().crypto_box_seal(utf8('hello'), publicKey)))).toEqual(utf8('hello'));
		const box = fromBase64url(sealBox(sealing.publicKey, utf8('hello'), random)) ?? new Uint8Array(0);
		expect(sodium().crypto_box_seal_open(box, publicKey, sealing.secret)).toEqual(utf8('hello'));
	});

	test('new keys are keys', () => {
		for (let i = 0; i < 20; i++) {
			expect(isAcceptablePublicKey(newSigningKey(alice.random).publicKey)).toBe(true);
			expect(isAcceptableSealKey(newSealKey(alice.random).publicKey)).toBe(true);
		}
	});
});

describe('attack 09: X25519 keys of small order or in a second encoding', () => {
	const p = (last: number, first: number): string => toBase64url(Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? first : i === 31 ? last : 255)));
	// RFC 7748 and https://cr.yp.to/ecdh.html#validate: 0, 1, two of order 8, p - 1, p, p + 1, and those with the ignored bit set
	const refused = [
		toBase64url(new Uint8Array(32)), toBase64url(new Uint8Array(32).fill(1, 0, 1)), '4Ot6fDtBuK4WVuP68Z_EatoJjeucMrH9hmIFFl9JuAA', 'X5yVvKNQjCSx0LFVnIPvWwREXMRYHI6G2CJO3dCfEVc',
		p(127, 0xec), p(127, 0xed), p(127, 0xee), p(255, 0xec), p(255, 0xed), p(255, 0xff), toBase64url(new Uint8Array(32).fill(128, 31))
	];
	test.each(refused)('%s is no key', (key) => {
		expect(isAcceptableSealKey(key)).toBe(false);
	});

	test('nor is anything that is not 32 bytes of base64url', () => {
		for (const key of ['', 'A', 'A'.repeat(42), `${'A'.repeat(42)}B`, 7, null, undefined, {}]) {
			expect(isAcceptableSealKey(key)).toBe(false);
			expect(isAcceptablePublicKey(key)).toBe(false);
		}
	});

	test('a good key with the ignored bit set is a second encoding, hence refused', () => {
		const bytes = fromBase64url(alice.sealing.publicKey) ?? new Uint8Array(0);
		expect(isAcceptableSealKey(toBase64url(bytes.map((byte, i) => (i === 31 ? byte | 128 : byte))))).toBe(false);
	});
});

describe('key bundles', () => {
	const own = (whose: Cast) => ({ org: alice.org, actor: whose.actor, seal: whose.sealing });

	test('attack 13: open for the actor they were made out to, and say so to others', () => {
		const bundle = wrapKeys({ org: alice.org, actor: alice.actor, seal: alice.sealing.publicKey }, [alice.secret], alice.random);
		expect(openKeys(own(alice), bundle)).toEqual({ ok: true, value: { keys: [alice.secret], mismatched: [] } });
		expect(openKeys(own(bob), bundle)).toMatchObject({ ok: false, error: { code: 'bad-box' } });
		const foreign = wrapKeys({ org: alice.org, actor: bob.actor, seal: alice.sealing.publicKey }, [alice.secret], alice.random);
		expect(openKeys(own(alice), foreign)).toMatchObject({ ok: false, error: { code: 'wrong-recipient' } });
		expect(openKeys({ ...own(alice), org: bob.org }, bundle)).toMatchObject({ ok: false, error: { code: 'wrong-recipient' } });
	});

	test('attack 15: a key that is not the one the log declares is set apart, the rest is taken', () => {
		const other: EpochSecret = { ...newEpoch(alice.other, 'desk', alice.random), key: alice.random.bytes(32) };
		const moved: EpochSecret = { ...alice.secret, comp: 'desk' };
		const bundle = wrapKeys({ org: alice.org, actor: alice.actor, seal: alice.sealing.publicKey }, [other, alice.secret, moved], alice.random);
		expect(openKeys(own(alice), bundle)).toEqual({ ok: true, value: { keys: [alice.secret], mismatched: [other.epoch, moved.epoch] } });
		expect(epochId(alice.secret.site, 'clinical', alice.secret.key)).toBe(alice.secret.epoch);
	});

	test('attack 01: a changed box does not open, whatever was changed', () => {
		const bundle = wrapKeys({ org: alice.org, actor: alice.actor, seal: alice.sealing.publicKey }, [alice.secret], alice.random);
		fc.assert(fc.property(fc.nat(bundle.c.length - 1), fc.constantFrom('A', 'b', '_', ''), (at, put) => {
			const c = bundle.c.slice(0, at) + put + bundle.c.slice(at + 1);
			if (c !== bundle.c) expect(openKeys(own(alice), { ...bundle, c }).ok).toBe(false);
		}), { seed });
	});

	test('older keys open under the one epoch of the one organization', () => {
		const newer = newEpoch(alice.site, 'clinical', alice.random);
		const document = sealOlderKeys(alice.org, newer, [alice.secret], alice.random);
		expect(checkDocument(document)).toEqual({ ok: true, value: document });
		expect(openOlderKeys(alice.org, newer, document)).toEqual({ ok: true, value: { keys: [alice.secret], mismatched: [] } });
		for (const [org, secret] of [[bob.org, newer], [alice.org, alice.secret], [alice.org, { ...newer, epoch: alice.secret.epoch }]] as const) {
			expect(openOlderKeys(org, secret, document)).toMatchObject({ ok: false, error: { code: 'bad-box' } });
		}
	});

	test('attack 10: the same keys wrapped twice show fresh randomness', () => {
		const to = { org: alice.org, actor: alice.actor, seal: alice.sealing.publicKey };
		expect(wrapKeys(to, [alice.secret], alice.random).c).not.toBe(wrapKeys(to, [alice.secret], alice.random).c);
		expect(sealOlderKeys(alice.org, alice.secret, [], alice.random).n).not.toBe(sealOlderKeys(alice.org, alice.secret, [], alice.random).n);
		const local = newLocalKey(alice.site, 'desk', alice.random);
		expect(sealTextRow(local, 'c', 'r', 'x', alice.random)).not.toBe(sealTextRow(local, 'c', 'r', 'x', alice.random));
	});
});

describe('rows at rest', () => {
	test('open in their own place only, and a changed row is none', () => {
		const local = newLocalKey(alice.site, 'clinical', alice.random);
		const row = sealRow(local, 'charts', '1', utf8('penicillin'), alice.random);
		expect(openRow(local, 'charts', '1', row)).toEqual(utf8('penicillin'));
		expect(openRow(local, 'charts', '2', row)).toBeNull();
		expect(openRow(local, 'chart', 's1', row)).toBeNull();
		expect(openRow(newLocalKey(alice.site, 'clinical', alice.random), 'charts', '1', row)).toBeNull();
		for (let i = 0; i < row.length; i++) expect(openRow(local, 'charts', '1', row.map((byte, at) => (at === i ? byte ^ 1 : byte)))).toBeNull();
		for (const length of [0, 23, 24, 39, 40]) expect(openRow(local, 'charts', '1', row.subarray(0, length))).toBeNull();
		expect(openTextRow(local, 'charts', '1', 'not base64url!')).toBeNull();
	});

	test('a local key opens for whom it was wrapped', () => {
		const local = newLocalKey(alice.site, 'clinical', alice.random);
		const box = wrapLocalKey(local, alice.sealing.publicKey, alice.random);
		expect(openLocalKey(alice.sealing, box)).toEqual(local);
		expect(openLocalKey(bob.sealing, box)).toBeNull();
		expect(openLocalKey(sealKeyFrom(new Uint8Array(32).fill(7)), 'x')).toBeNull();
	});
});

describe('names', () => {
	test('attack 45: names of usual length are one size', () => {
		const roster = newEpoch(null, 'roster', alice.random);
		const sizes = ['A', 'Awa Ouédraogo', 'Jean-Baptiste Kaboré'].map((name) => rosterSeal(roster, name, alice.random).box.length);
		expect(new Set(sizes).size).toBe(1);
	});

	test('attack 08: a name sealed with more padding, or with padding that is not zero, is refused', () => {
		const roster = newEpoch(null, 'roster', alice.random);
		const byHand = (padded: Uint8Array): string => {
			const nonce = alice.random.bytes(24);
			const c = sodium().crypto_aead_xchacha20poly1305_ietf_encrypt(padded, frame('saddlebag/roster/1', roster.epoch), null, nonce, kdf(roster.key, 'saddlebag/roster/1'));
			return toBase64url(Uint8Array.from([...nonce, ...c]));
		};
		const padded = (size: number, fill: number): Uint8Array => {
			const out = new Uint8Array(size).fill(fill);
			out.set(frame('Awa'));
			return out;
		};
		expect(rosterOpen(roster, { epoch: roster.epoch, box: byHand(padded(32, 0)) })).toEqual({ ok: true, value: 'Awa' });
		for (const other of [padded(64, 0), padded(32, 1), frame('Awa')]) expect(rosterOpen(roster, { epoch: roster.epoch, box: byHand(other) }).ok).toBe(false);
	});

	test('open under their epoch only, and altered ones do not', () => {
		const roster = newEpoch(null, 'roster', alice.random);
		const sealed = rosterSeal(roster, 'Awa', alice.random);
		expect(rosterOpen(newEpoch(null, 'roster', alice.random), sealed)).toMatchObject({ ok: false, error: { code: 'no-key' } });
		for (const box of ['', 'A', '!', sealed.box.slice(4), `${sealed.box.slice(0, -4)}AAAA`]) expect(rosterOpen(roster, { ...sealed, box })).toMatchObject({ ok: false, error: { code: 'bad-box' } });
	});
});
