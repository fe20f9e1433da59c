import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { frame } from './digest.ts';
import { ready, sodium } from './sodium.ts';
import { decryptAndHash, hashBytes, hashFramed } from './workspace.ts';

beforeAll(ready);
const parts = fc.array(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 400 }), fc.uint8Array({ maxLength: 400 })), { minLength: 1, maxLength: 5 });
const key = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe('hashing in the memory of the engine', () => {
	it('is the same function as through its wrappers', () => {
		fc.assert(fc.property(parts, fc.option(key), fc.constantFrom(16, 24, 32, 64), (list, under, size) => {
			expect(hashFramed(list, size, under)).toEqual(sodium().crypto_generichash(size, frame(...list), under));
			expect(hashBytes(frame(...list), size, under)).toEqual(sodium().crypto_generichash(size, frame(...list), under));
		}), { seed: 5, numRuns: 300 });
	});

	it('leaves to them what is too large, and what they refuse', () => {
		expect(hashFramed(['a', new Uint8Array(600_000)], 32)).toBeNull();
		expect(hashFramed(['é'.repeat(300_000)], 32)).toBeNull();
		expect(hashBytes(new Uint8Array(600_000), 32)).toBeNull();
		for (const size of [0, 15, 65]) expect(hashBytes(new Uint8Array(3), size)).toBeNull();
		for (const length of [0, 15, 65]) expect(hashBytes(new Uint8Array(3), 32, new Uint8Array(length))).toBeNull();
	});

	it('refuses text that is no Unicode, and leaves nothing of one call to the next', () => {
		expect(() => hashFramed(['\ud800'], 32)).toThrow(TypeError);
		expect(() => hashFramed(['a'.repeat(500) + '\ud800'], 32)).toThrow(TypeError);
		const first = hashFramed(['a'], 32);
		hashFramed(['b'.repeat(1000)], 32);
		expect(hashFramed(['a'], 32)).toEqual(first);
	});

	it('goes on when the memory of the engine has grown', () => {
		const before = hashBytes(new Uint8Array([1, 2, 3]), 32);
		sodium().crypto_generichash(32, new Uint8Array(40 * 1024 * 1024), null);
		expect(hashBytes(new Uint8Array([1, 2, 3]), 32)).toEqual(before);
	});
});

describe('opening in the memory of the engine', () => {
	const under = new Uint8Array(32).fill(1);
	const nonceKey = new Uint8Array(32).fill(2);
	const ad = new Uint8Array(50).fill(3);
	const nonce = new Uint8Array(24).fill(4);
	const seal = (text: Uint8Array) => sodium().crypto_aead_xchacha20poly1305_ietf_encrypt(text, ad, null, nonce, under);

	it('gives what was sealed, and the hash of it behind its associated data', () => {
		fc.assert(fc.property(fc.uint8Array({ maxLength: 2000 }), (text) => {
			const opened = decryptAndHash(under, nonceKey, ad, nonce, seal(text), 16);
			expect(opened?.plaintext).toEqual(text);
			expect(opened?.nonce).toEqual(sodium().crypto_generichash(24, frame(ad, text), nonceKey));
		}), { seed: 6, numRuns: 100 });
	});

	it('gives nothing for another byte, key, nonce or associated data', () => {
		const sealed = seal(new Uint8Array(100).fill(9));
		const altered = (bytes: Uint8Array) => bytes.map((byte, at) => (at === 20 ? byte ^ 1 : byte));
		const nothing = { plaintext: null };
		expect(decryptAndHash(under, nonceKey, ad, nonce, altered(sealed), 16)).toMatchObject(nothing);
		expect(decryptAndHash(altered(under), nonceKey, ad, nonce, sealed, 16)).toMatchObject(nothing);
		expect(decryptAndHash(under, nonceKey, altered(ad), nonce, sealed, 16)).toMatchObject(nothing);
		expect(decryptAndHash(under, nonceKey, ad, altered(nonce), sealed, 16)).toMatchObject(nothing);
		expect(decryptAndHash(under, nonceKey, ad, nonce, sealed.subarray(0, 15), 16)).toBeNull();
		expect(decryptAndHash(under, nonceKey, ad, nonce.subarray(1), sealed, 16)).toBeNull();
		expect(decryptAndHash(under.subarray(1), nonceKey, ad, nonce, sealed, 16)).toBeNull();
	});
});
