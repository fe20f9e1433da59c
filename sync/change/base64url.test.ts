import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromBase64url, fromHex, toBase64url, toHex } from './base64url.ts';

const seed = 1;

describe('base64url', () => {
	test('agrees with the vectors of RFC 4648, without their padding', () => {
		const vectors: readonly (readonly [string, string])[] = [['', ''], ['f', 'Zg'], ['fo', 'Zm8'], ['foo', 'Zm9v'], ['foob', 'Zm9vYg'], ['fooba', 'Zm9vYmE'], ['foobar', 'Zm9vYmFy']];
		for (const [plain, text] of vectors) expect(toBase64url(new TextEncoder().encode(plain))).toBe(text);
		expect(toBase64url(Uint8Array.of(0xfb, 0xff, 0xbf))).toBe('-_-_');
	});

	test('agrees with the platform, and comes back', () => {
		fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
			expect(toBase64url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
			expect(fromBase64url(toBase64url(bytes))).toEqual(bytes);
		}), { seed });
	});

	test('decodes only what encoding gives back', () => {
		fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'AQgwZ9-_=+/ \n\u00e9'), maxLength: 8 }), (text) => {
			const bytes = fromBase64url(text);
			if (bytes !== null) expect(toBase64url(bytes)).toBe(text);
		}), { seed, numRuns: 2000 });
	});

	test('attack 08: padding, the other alphabet, stray bits, white space and other characters are refused', () => {
		for (const text of ['Zg==', 'Zh', 'Zm9', 'A', '+/+/', 'Zm 9v', 'Zm9v\n', 'Zm9\u0176', '\ud800AAA', 'é']) expect(fromBase64url(text), text).toBeNull();
	});
});

test('hex comes back and has one form', () => {
	fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
		expect(fromHex(toHex(bytes))).toEqual(bytes);
	}), { seed });
	for (const text of ['0', 'AB', '0x', 'zz', ' 0']) expect(fromHex(text)).toBeNull();
});
