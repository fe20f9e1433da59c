import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, type Subject } from './evaluate.ts';
import { parseExpression, type Value } from './expression.ts';

const subject: Subject = { birthDate: '2025-02-14', sex: 'female', when: '2026-08-14T09:42:00+03:00' };
function value(text: string, answers: { readonly [linkId: string]: Value } = {}, of: Subject = subject): Value | string {
	const parsed = parseExpression(text);
	return parsed.ok ? evaluate(parsed.value, of, (linkId) => answers[linkId] ?? null) : parsed.error.code;
}

describe('the calculations of a form', () => {
	it.each<[string, Value]>([
		['1 + 2 * 3 - 4 / 2', 5], ['(1 + 2) * 3', 9], ['-2 * -3', 6], ['7 - 2 - 1', 4], ['1 < 2 and not (2 < 1)', true], ["'a' = 'a' or 1 = 2", true], ['1 = 1 and 2 != 2', false],
		['round(2.345, 2)', 2.35], ['floor(2.9)', 2], ['abs(-3)', 3], ['if(1 < 2, 5, 6)', 5], ['above(20, 12, 20, 26)', 26], ['above(40, 12, 20)', null],
		['ageMonths()', 17], ['ageDays()', 546], ['ageYears()', 1], ['sex()', 'female'], ['today()', '2026-08-14'], ["daysSince('2026-08-01')", 13], ["weeksSince('2026-08-01')", 1],
		["addDays('2026-02-27', 3)", '2026-03-02'], ['1 / 0', null], ["1 + 'a'", null], ["1 < 'a'", null]
	])('%s is %s', (text, result) => expect(value(text)).toBe(result));

	it('never fire on what is not known, unless one side decides', () => {
		expect(value('{a} >= 140')).toBeNull();
		expect(value('{a} >= 140 or {b}', { b: true })).toBe(true);
		expect(value('{a} >= 140 and {b}', { b: false })).toBe(false);
		expect(value('not {a}')).toBeNull();
		expect(value('sure({a} >= 140)')).toBe(false);
		expect(value('known({a})')).toBe(false);
		expect(value('first({a}, {b}, 3)', { b: 2 })).toBe(2);
		expect(value('if({a}, 1, 2)')).toBeNull();
	});

	it('give the growth scores of the standards', () => {
		expect(value('zWeightForAge({w})', { w: 10.4 })).toBeCloseTo(0.14, 1);
		expect(value('zWeightForAge({w}, {oedema})', { w: 10.4, oedema: true })).toBeNull();
		expect(value('zWeightForAge({w})', { w: 10.4 }, { ...subject, sex: null })).toBeNull();
	});

	it('know completed years on the birthday and the day before', () => {
		expect(value('ageYears()', {}, { ...subject, birthDate: '2006-08-14' })).toBe(20);
		expect(value('ageYears()', {}, { ...subject, birthDate: '2006-08-15' })).toBe(19);
		expect(value('ageYears()', {}, { ...subject, birthDate: '2006' })).toBe(20);
	});

	it.each(['', '1 +', '(1', '1 2', 'eval(1)', 'round()', 'constructor(1)', '{a', "'a", '1; 2', 'a', '`x`', '{a}.b', '1 <', '[1]', 'toString()'])('"%s" is refused with words', (text) => expect(value(text)).toBe('bad-expression'));
	it('refuses what would be costly or deep', () => {
		expect(value('1'.repeat(3000))).toBe('bad-expression');
		expect(value(`${'('.repeat(200)}1${')'.repeat(200)}`)).toBe('bad-expression');
		expect(value('not '.repeat(300) + 'true')).toBe('bad-expression');
	});
	it('is total over any text (property)', () => {
		const token = fc.constantFrom('1', '2.5', '+', '-', '*', '/', '(', ')', ',', '{a}', "'t'", 'and', 'or', 'not', '<', '=', 'round', 'if', 'known', 'addDays', 'daysSince', 'zBmi', ' ', '💉');
		fc.assert(fc.property(fc.array(token, { maxLength: 30 }), fc.oneof(fc.double(), fc.string(), fc.boolean()), (parts, a) => {
			const result = value(parts.join(' '), { a });
			return result === null || ['number', 'string', 'boolean'].includes(typeof result);
		}), { seed: 3, numRuns: 2000 });
	});
});
