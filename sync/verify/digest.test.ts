import fc from 'fast-check';
import { blake2b } from 'hash-wasm';
import { beforeAll, describe, expect, test } from 'vitest';
import { toHex } from '../change/base64url.ts';
import { digest, frame, keyedDigest, unframe } from './digest.ts';
import { ready, sodium } from './sodium.ts';

beforeAll(ready);
const seed = 41;
const parts = fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 5 });

describe('framing', () => {
	test('writes each length before its part, text as UTF-8', () => {
		expect(toHex(frame('é', Uint8Array.of(1, 2, 3), ''))).toBe('00000002c3a90000000301020300000000');
		expect(frame()).toHaveLength(0);
		expect(() => frame('\ud800')).toThrow('lone surrogate');
	});

	test('comes apart again, and no two lists of parts give the same bytes', () => {
		fc.assert(fc.property(parts, parts, (a, b) => {
			expect(unframe(frame(...a), a.length)).toEqual({ parts: a, end: frame(...a).length });
			if (JSON.stringify(a) !== JSON.stringify(b)) expect(toHex(frame(...a))).not.toBe(toHex(frame(...b)));
		}), { seed });
	});

	test('attack 08: lengths that do not fit are refused, whatever they claim', () => {
		for (const bytes of [[], [0, 0, 0], [0, 0, 0, 1], [255, 255, 255, 255, 0], [0, 0, 0, 2, 1], [128, 0, 0, 0]]) expect(unframe(Uint8Array.from(bytes), 1)).toBeNull();
		expect(unframe(frame('a'), 2)).toBeNull();
		fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 0, max: 4 }), (bytes, count) => {
			const opened = unframe(bytes, count);
			if (opened !== null) expect(frame(...opened.parts)).toEqual(bytes.subarray(0, opened.end));
		}), { seed });
	});
});

test('digests agree with a second BLAKE2b', async () => {
	const key = Uint8Array.from({ length: 32 }, (_, i) => i);
	expect(toHex(digest('domain', 'part'))).toBe(await blake2b(frame('domain', 'part'), 256));
	expect(toHex(keyedDigest(key, frame('x')))).toBe(await blake2b(frame('x'), 256, key));
	expect(toHex(keyedDigest(key, frame('x'), 24))).toBe(await blake2b(frame('x'), 192, key));
});

test('the primitives are there once they are ready', () => {
	expect(sodium().crypto_aead_xchacha20poly1305_ietf_NPUBBYTES).toBe(24);
});
