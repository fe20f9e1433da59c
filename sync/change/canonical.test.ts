import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, JSON_DEPTH_MAX, parseCanonical } from './canonical.ts';
import { isWellFormed, utf8Length } from './utf8.ts';

const limits = { bytesMax: 10_000 };
const seed = 2;
const hasProto = (value: unknown): boolean =>
	typeof value === 'object' && value !== null && (Object.keys(value).includes('__proto__') || Object.values(value).some(hasProto));
const sound = fc.jsonValue({ stringUnit: 'grapheme', maxDepth: 5 }).filter((value) => !hasProto(value) && isWellFormed(JSON.stringify(value)));

describe('canonical JSON', () => {
	test('sorts keys by UTF-16 code unit, numbers among them as text', () => {
		expect(canonicalJson({ b: 1, a: [true, null], 10: 'x', 9: 'y', 'é': '"', '\u{1f600}': 2, '\uffff': 3 }))
			.toBe('{"10":"x","9":"y","a":[true,null],"b":1,"é":"\\"","\u{1f600}":2,"\uffff":3}');
	});

	test('agrees with JSON.parse, and its text is accepted', () => {
		fc.assert(fc.property(sound, (value) => {
			const text = canonicalJson(value);
			expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
			expect(parseCanonical(text, limits)).toEqual({ ok: true, value: JSON.parse(text) });
		}), { seed });
	});

	test('the order in which an object was built does not matter', () => {
		fc.assert(fc.property(fc.dictionary(fc.string(), fc.integer(), { noNullPrototype: true }), (record) => {
			const entries = Object.entries(record).filter(([key]) => key !== '__proto__');
			expect(canonicalJson(Object.fromEntries(entries.reverse()))).toBe(canonicalJson(Object.fromEntries(entries)));
		}), { seed });
	});

	test('leaves out undefined members and refuses what JSON cannot say', () => {
		expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
		for (const value of [undefined, NaN, Infinity, () => 1, 1n, '\ud800', new Date(0), new Map(), [undefined]]) {
			expect(() => canonicalJson(value)).toThrow();
		}
	});

	test('attack 08: of all texts of one value, one is accepted', () => {
		const texts = [
			'{"b":1,"a":2}', '{"a":1,"a":1}', '{"a":2,"a":1}', ' {"a":1}', '{"a":1}\n', '{"a": 1}', '\ufeff{"a":1}', '{"a":1.0}', '{"a":-0}', '{"a":1e2}', '{"a":1e400}', '{"a":0.10}',
			'{"a":"\\u0041"}', '{"a":"\\/"}', '{"a":"\\ud800"}', '{"a":"\ud800"}', '{"\\ud800":1}', '{"__proto__":1}', '{"a":{"__proto__":{"admin":true}}}', '{"a":1}{', '{"9":1,"10":1}', '["\\u2028"]', '["\\u00e9"]', ''
		];
		for (const text of texts) expect(parseCanonical(text, limits).ok, text).toBe(false);
		expect(parseCanonical('{"10":1,"9":1,"a":"A/\u2028é"}', limits).ok).toBe(true);
	});

	test('attack 08: depth and size end where they are said to', () => {
		const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
		expect(parseCanonical(nested(JSON_DEPTH_MAX), limits).ok).toBe(true);
		expect(parseCanonical(nested(JSON_DEPTH_MAX + 1), limits).ok).toBe(false);
		expect(parseCanonical(nested(1_000_000), { bytesMax: 4_000_000 }).ok).toBe(false);
		expect(parseCanonical('"é"', { bytesMax: 4 }).ok).toBe(true);
		expect(parseCanonical('"éé"', { bytesMax: 4 })).toMatchObject({ ok: false, error: { code: 'too-large' } });
	});

	test('what is accepted is its own canonical form, whatever arrives', () => {
		const pieces = fc.constantFrom('{', '}', '[', ']', ',', ':', '"a"', '"b"', '"__proto__"', '1', '-0', '1e3', 'true', 'null', ' ', '"\\ud83d"', '"é"');
		fc.assert(fc.property(fc.array(pieces, { maxLength: 9 }), (parts) => {
			const parsed = parseCanonical(parts.join(''), limits);
			if (parsed.ok) expect(canonicalJson(parsed.value)).toBe(parts.join(''));
		}), { seed, numRuns: 3000 });
	});
});

test('the length in UTF-8 is counted without encoding', () => {
	fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
		expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length);
	}), { seed });
	expect(utf8Length('\ud800')).toBe(2);
});
