/**
 * The stand-in and libsodium must agree on what is accepted and what is refused: one table of cases, asked of both.
 */
import libsodium from 'libsodium-wrappers';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../sync/change/ports.ts';
import { argon2id } from './argon2.ts';
import { standIn, type Primitives } from './stand-in.ts';

const random = seededRandom('stand-in');
const seeds = Array.from({ length: 3 }, () => random.bytes(32));
const seed = (at: number): Uint8Array => seeds[at] ?? new Uint8Array(32);
const text = (words: string): Uint8Array => new TextEncoder().encode(words);
const flipped = (bytes: Uint8Array, at: number): Uint8Array => bytes.map((byte, place) => (place === at ? byte ^ 1 : byte));
const ZERO = new Uint8Array(32);
/** a public key whose point lies in the small subgroup: the order-8 point of Ed25519 */
const SMALL = Uint8Array.from(Buffer.from('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a', 'hex'));
const NONCE = new Uint8Array(24).fill(9);

/** true: accepted; false: refused, by an answer or by an exception. */
const CASES: readonly (readonly [string, boolean, (p: Primitives) => boolean])[] = [
	['a signature of its own key', true, (p) => verifies(p, 0, 0, (sig) => sig)],
	['a signature of an empty message', true, (p) => p.crypto_sign_verify_detached(p.crypto_sign_detached(text(''), pair(p, 0).privateKey), text(''), pair(p, 0).publicKey)],
	['a signature of another key', false, (p) => verifies(p, 0, 1, (sig) => sig)],
	['a signature altered at its beginning', false, (p) => verifies(p, 0, 0, (sig) => flipped(sig, 0))],
	['a signature altered at its end', false, (p) => verifies(p, 0, 0, (sig) => flipped(sig, 63))],
	['a signature cut short', false, (p) => verifies(p, 0, 0, (sig) => sig.subarray(0, 63))],
	['a signature of other text', false, (p) => p.crypto_sign_verify_detached(p.crypto_sign_detached(text('5 mg'), pair(p, 0).privateKey), text('50 mg'), pair(p, 0).publicKey)],
	['a signature by a wiped key', false, (p) => p.crypto_sign_verify_detached(p.crypto_sign_detached(text('x'), new Uint8Array(64)), text('x'), pair(p, 0).publicKey)],
	['a public key', true, (p) => p.crypto_sign_ed25519_pk_to_curve25519(pair(p, 0).publicKey).length === 32],
	['the neutral element as a signing key', false, (p) => p.crypto_sign_ed25519_pk_to_curve25519(flipped(ZERO, 0)).length === 32],
	['a small-order signing key', false, (p) => p.crypto_sign_ed25519_pk_to_curve25519(SMALL).length === 32],
	['a signing key cut short', false, (p) => p.crypto_sign_ed25519_pk_to_curve25519(pair(p, 0).publicKey.subarray(1)).length === 32],
	['an agreement from both sides', true, (p) => same(p.crypto_scalarmult(seed(0), p.crypto_scalarmult_base(seed(1))), p.crypto_scalarmult(seed(1), p.crypto_scalarmult_base(seed(0))))],
	['an agreement with somebody else', false, (p) => same(p.crypto_scalarmult(seed(0), p.crypto_scalarmult_base(seed(1))), p.crypto_scalarmult(seed(2), p.crypto_scalarmult_base(seed(0))))],
	['an agreement with any 32 bytes', true, (p) => p.crypto_scalarmult(seed(0), flipped(seed(1), 3)).length === 32],
	['an agreement with the point zero', false, (p) => p.crypto_scalarmult(seed(0), ZERO).length === 32],
	['an agreement with the point one', false, (p) => p.crypto_scalarmult(seed(0), flipped(ZERO, 0)).length === 32],
	['an agreement with 31 bytes', false, (p) => p.crypto_scalarmult(seed(0), seed(1).subarray(1)).length === 32],
	['a box for its recipient', true, (p) => opens(p, 0, 0, (box) => box)],
	['a box for another recipient', false, (p) => opens(p, 0, 1, (box) => box)],
	['a box with an altered sender', false, (p) => opens(p, 0, 0, (box) => flipped(box, 2))],
	['a box with an altered authenticator', false, (p) => opens(p, 0, 0, (box) => flipped(box, 33))],
	['a box with an altered last byte', false, (p) => opens(p, 0, 0, (box) => flipped(box, box.length - 1))],
	['a box cut short', false, (p) => opens(p, 0, 0, (box) => box.subarray(0, 40))],
	['a box for the point zero', false, (p) => p.crypto_box_easy(text('x'), NONCE, ZERO, seed(0)).length > 0],
	['a ciphertext', true, (p) => decrypts(p, seed(0), text('a'), (c) => c)],
	['a ciphertext under another key', false, (p) => decrypts(p, seed(1), text('a'), (c) => c)],
	['a ciphertext with other associated data', false, (p) => decrypts(p, seed(0), text('b'), (c) => c)],
	['an altered ciphertext', false, (p) => decrypts(p, seed(0), text('a'), (c) => flipped(c, 0))]
];

const pair = (p: Primitives, at: number): ReturnType<Primitives['crypto_sign_seed_keypair']> => p.crypto_sign_seed_keypair(seed(at));
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

function verifies(p: Primitives, signer: number, named: number, alter: (sig: Uint8Array) => Uint8Array): boolean {
	const message = text('Penicillin, severe');
	return p.crypto_sign_verify_detached(alter(p.crypto_sign_detached(message, pair(p, signer).privateKey)), message, pair(p, named).publicKey);
}

function opens(p: Primitives, to: number, by: number, alter: (box: Uint8Array) => Uint8Array): boolean {
	const box = p.crypto_box_seal(text('an epoch key'), p.crypto_scalarmult_base(seed(to)));
	return same(p.crypto_box_seal_open(alter(box), p.crypto_scalarmult_base(seed(by)), seed(by)), text('an epoch key'));
}

function decrypts(p: Primitives, key: Uint8Array, ad: Uint8Array, alter: (c: Uint8Array) => Uint8Array): boolean {
	const c = p.crypto_aead_xchacha20poly1305_ietf_encrypt(text('words'), text('a'), null, NONCE, seed(0));
	return same(p.crypto_aead_xchacha20poly1305_ietf_decrypt(null, alter(c), ad, NONCE, key), text('words'));
}

function outcome(act: (p: Primitives) => boolean, p: Primitives): boolean {
	try {
		return act(p);
	} catch {
		return false;
	}
}

describe('the stand-in for libsodium', () => {
	beforeAll(() => libsodium.ready);

	it.each(CASES)('treats %s as libsodium does', (_what, accepted, act) => {
		expect(outcome(act, libsodium)).toBe(accepted);
		expect(outcome(act, standIn())).toBe(accepted);
	});

	it('gives every seed, message and pair of keys results of their own, and the same ones again', () => {
		const p = standIn();
		const results = seeds.flatMap((own) => [
			p.crypto_scalarmult_base(own), p.crypto_sign_seed_keypair(own).publicKey,
			...['a', 'b', ''].map((message) => p.crypto_sign_detached(text(message), p.crypto_sign_seed_keypair(own).privateKey)),
			...seeds.filter((other) => other !== own).map((other) => p.crypto_scalarmult(own, flipped(other, 1)))
		]).map((bytes) => Buffer.from(bytes).toString('hex'));
		expect(new Set(results).size).toBe(results.length);
		expect(p.crypto_sign_detached(text('a'), pair(p, 0).privateKey)).toEqual(standIn().crypto_sign_detached(text('a'), pair(p, 0).privateKey));
	});

	it('has all that the code calls', () => {
		const used = new Set(sources('sync').flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/sodium\(\)\.(\w+)/g)].map((match) => match[1] ?? '')));
		expect(used.size).toBeGreaterThan(8);
		expect([...used].filter((name) => !(name in standIn()))).toEqual([]);
	});
});

describe('the stand-in for Argon2id', () => {
	beforeAll(() => libsodium.ready);
	const options = { password: 'correct horse', salt: new Uint8Array(16), memorySize: 65_536, iterations: 3, parallelism: 1, hashLength: 32, outputType: 'binary' } as const;

	it('gives the same key for the same passphrase, and another for anything else', async () => {
		const keys = await Promise.all([options, { ...options, password: 'correct hors' }, { ...options, salt: new Uint8Array(16).fill(1) }, { ...options, iterations: 4 }].map(argon2id));
		expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(4);
		expect(await argon2id(options)).toEqual(keys[0]);
		expect(keys[0]).toHaveLength(32);
	});

	it('refuses a salt that is too short', async () => {
		await expect(argon2id({ ...options, salt: new Uint8Array(7) })).rejects.toThrow('8 bytes');
	});
});

function sources(folder: string): readonly string[] {
	return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
		const at = path.join(folder, entry.name);
		return entry.isDirectory() ? sources(at) : at.endsWith('.ts') && !at.endsWith('.test.ts') ? [at] : [];
	});
}
