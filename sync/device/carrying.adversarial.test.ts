/** Scanned codes from anybody, in any order: what does not belong together never makes a text. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { ready } from '../verify/sodium.ts';
import { carried, CodeReader } from './carrying.ts';

beforeAll(ready);
const long = (letter: string): string => letter.repeat(5_000);

describe('scanned codes', () => {
	it('make the text again in any order, each read twice', () => {
		fc.assert(fc.property(fc.string({ minLength: 1, maxLength: 9_000 }), fc.array(fc.nat(), { maxLength: 40 }), (text, order) => {
			const { codes } = carried(text, 'a');
			const reader = new CodeReader();
			const shuffled = [...order.map((n) => codes[n % codes.length] ?? ''), ...codes.toReversed(), ...codes];
			const whole = shuffled.map((code) => reader.take(code)).find((read) => read.ok && read.value.kind === 'whole');
			expect(whole).toEqual({ ok: true, value: { kind: 'whole', text } });
		}), { seed: 11, numRuns: 50 });
	});

	it('attack 23: of two texts never mix, and a changed part makes no whole', () => {
		const [one, two] = [carried(long('a'), 'a').codes, carried(long('b'), 'b').codes];
		const reader = new CodeReader();
		for (let i = 0; i < one.length; i++) {
			expect(reader.take(one[i] ?? '')).toMatchObject({ value: { kind: 'more', have: 1 } });
			expect(reader.take(two[i] ?? '')).toMatchObject({ value: { kind: 'more', have: 1 } });
		}
		const altered = one.map((code, i) => (i === 2 ? `${code.slice(0, -1)}x` : code));
		const last = altered.map((code) => reader.take(code)).at(-1);
		expect(last).toMatchObject({ ok: false, error: { code: 'mixed-up' } });
	});

	it('that are none are refused with a sentence', () => {
		const reader = new CodeReader();
		for (const code of ['', 'hello', 'https://example.org', 'SB1:AAAAAAAA:2:1:x', 'SB1:AAAAAAAA:0:1:x', 'SB1:AAAAAAAA:1:99:x', 'SB2:AAAAAAAA:1:1:x', `SB1:AAAAAAAA:1:1:${'x'.repeat(2000)}`]) {
			expect(reader.take(code), code.slice(0, 30)).toMatchObject({ ok: false, error: { code: 'not-a-code' } });
		}
	});

	it('are given for what a person would scan; beyond that it is a file', () => {
		expect(carried('x', 'a').codes).toHaveLength(1);
		expect(carried('x'.repeat(100_000), 'a').codes).toEqual([]);
	});
});
