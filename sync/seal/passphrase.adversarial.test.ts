/**
 * What somebody who can write to a locked device's disk can do to the wrapped secrets.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { idOf } from '../change/ids.ts';
import { ready } from '../verify/sodium.ts';
import { comparisonCode } from './code.ts';
import { cast, type Cast } from './fixture.ts';
import { newSealKey, newSigningKey } from './keys.ts';
import { ARGON2_MEMORY_KIB, ARGON2_PASSES, createWrap, openWrap, type PassphraseWrap, type WrapContext } from './passphrase.ts';

let alice: Cast;
let context: WrapContext;
let wrap: PassphraseWrap;
beforeAll(async () => {
	await ready();
	alice = cast('passphrase');
	context = { org: alice.org, member: idOf(alice.random.bytes(16)), device: idOf(alice.random.bytes(16)) };
	const made = await createWrap('correct horse', { sign: alice.signing, seal: alice.sealing }, context, alice.random);
	if (!made.ok) throw new Error(made.error.message);
	wrap = made.value;
});
const opened = async (raw: unknown, passphrase = 'correct horse', where = context): Promise<string> => {
	const result = await openWrap(passphrase, raw, where);
	return result.ok ? 'opened' : result.error.code;
};

test('the passphrase opens the wrap, and nothing like it does', async () => {
	expect(await openWrap('correct horse', wrap, context)).toEqual({ ok: true, value: { sign: alice.signing, seal: alice.sealing } });
	expect(await opened(wrap, 'Correct horse')).toBe('wrong-passphrase');
	expect(await opened(wrap, '')).toBe('wrong-passphrase');
	expect(await opened(wrap, '\ud800')).toBe('wrong-passphrase');
});

test('a short passphrase is refused before anything is wrapped', async () => {
	const secrets = { sign: newSigningKey(alice.random), seal: newSealKey(alice.random) };
	expect(await createWrap('sevench', secrets, context, alice.random)).toMatchObject({ ok: false, error: { code: 'short-passphrase' } });
});

describe('attack 07: the key derivation made cheap', () => {
	test('parameters below the floor are refused before the passphrase is used', async () => {
		for (const kdf of [{ ...wrap.kdf, memory: ARGON2_MEMORY_KIB - 1 }, { ...wrap.kdf, memory: 8 }, { ...wrap.kdf, passes: ARGON2_PASSES - 1 }, { ...wrap.kdf, memory: 0, passes: 0 }]) {
			expect(await opened({ ...wrap, kdf })).toBe('weak-parameters');
		}
	});

	test('parameters, salt, nonce and ciphertext are authenticated', async () => {
		const other = `A${wrap.kdf.salt.slice(1)}` === wrap.kdf.salt ? `Q${wrap.kdf.salt.slice(1)}` : `A${wrap.kdf.salt.slice(1)}`;
		expect(await opened({ ...wrap, kdf: { ...wrap.kdf, passes: ARGON2_PASSES + 1 } })).toBe('wrong-passphrase');
		expect(await opened({ ...wrap, kdf: { ...wrap.kdf, salt: other } })).toBe('wrong-passphrase');
		expect(await opened({ ...wrap, n: 'A'.repeat(32) })).toBe('wrong-passphrase');
		expect(await opened({ ...wrap, c: `AAAA${wrap.c.slice(4)}` })).toBe('wrong-passphrase');
	});

	test('a wrap of another account, or on another device, does not open', async () => {
		const elsewhere = idOf(alice.random.bytes(16));
		expect(await opened(wrap, 'correct horse', { ...context, member: elsewhere })).toBe('wrong-passphrase');
		expect(await opened(wrap, 'correct horse', { ...context, device: elsewhere })).toBe('wrong-passphrase');
	});

	test('anything else is damage, told apart without a derivation, and cannot take all memory', async () => {
		const { kdf } = wrap;
		const damaged = [
			null, 'x', [], {}, { ...wrap, v: 2 }, { ...wrap, x: 1 }, { ...wrap, n: 'A' }, { ...wrap, c: '!' }, { ...wrap, kdf: null }, { ...wrap, kdf: { ...kdf, name: 'argon2d' } }, { ...wrap, kdf: { ...kdf, lanes: 4 } },
			{ ...wrap, kdf: { ...kdf, memory: 2 ** 31 } }, { ...wrap, kdf: { ...kdf, passes: 1e9 } }, { ...wrap, kdf: { ...kdf, memory: '65536' } }, { ...wrap, kdf: { ...kdf, passes: 3.5 } }, { ...wrap, kdf: { ...kdf, salt: 'AA' } }, { ...wrap, kdf: { ...kdf, x: 1 } }
		];
		for (const raw of damaged) expect(await opened(raw), JSON.stringify(raw)).toBe('bad-wrap');
	});
});

test('attack 23: a key changed on the way shows another code', async () => {
	const { org, actor, other, signing, sealing, random } = alice;
	const keys = { device: idOf(random.bytes(16)), sign: signing.publicKey, seal: sealing.publicKey, transport: newSigningKey(random).publicKey };
	const input = { org, invitation: other, inviter: actor, answer: '0'.repeat(64), keys };
	const code = await comparisonCode(input);
	expect(code).toMatch(/^[2-9A-HJ-NP-Z]{4} [2-9A-HJ-NP-Z]{4}$/);
	expect(await comparisonCode({ ...input, keys: { ...keys, seal: newSealKey(random).publicKey } })).not.toBe(code);
	expect(await comparisonCode({ ...input, answer: '1'.repeat(64) })).not.toBe(code);
});
