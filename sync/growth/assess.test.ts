import fc from 'fast-check';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ageOn } from './age.ts';
import { assess, type Measuring } from './assess.ts';
import { bandOf, meaningOf } from './classes.ts';
import { linesForAge, linesForLength } from './lines.ts';
import { INDICATORS, LAST_DAY, lmsForAge, type Indicator } from './standard.ts';
import { restrictedZscore, valueAt } from './zscore.ts';

const z = (measuring: Measuring, indicator: Indicator): number | string => {
	const score = assess(measuring).scores.find((s) => s.indicator === indicator);
	return score === undefined ? 'no such indicator' : score.z === null ? score.why : score.z;
};
const boy = { sex: 'male', ageDays: 365 } as const;

const SURVEY = '../shared/data/who-growth/testdata/survey_z_st.csv';

describe('z-scores against the WHO Child Growth Standards', () => {
	it('are 0 at the published medians of both sexes', () => {
		// WHO: 12 months, weight 9.6479 and 8.9481 kg, length 75.7488 and 74.015 cm; birth, head 34.4618 and 33.8787 cm
		expect([z({ ...boy, weight: 9.6479 }, 'weight-for-age'), z({ ...boy, sex: 'female', weight: 8.9481 }, 'weight-for-age')]).toEqual([0, 0]);
		expect([z({ ...boy, length: 75.7488 }, 'length-for-age'), z({ ...boy, sex: 'female', length: 74.015 }, 'length-for-age')]).toEqual([0, 0]);
		expect([z({ sex: 'male', ageDays: 0, head: 34.4618 }, 'head-for-age'), z({ sex: 'female', ageDays: 0, head: 33.8787 }, 'head-for-age')]).toEqual([0, 0]);
	});

	it('agree with WHO\'s printed lines: boys of 24 months, 9.7 kg at -2 and 8.6 kg at -3', () => {
		const lms = lmsForAge('weight-for-age', 'male', 731);
		if (lms === null) throw new Error('no figures');
		expect([-3, -2, 0, 2, 3].map((line) => valueAt(lms, line).toFixed(1))).toEqual(['8.6', '9.7', '12.2', '15.3', '17.1']);
	});

	it('count beyond 3 SD in steps of the last SD, in weight only', () => {
		const lms = lmsForAge('weight-for-age', 'male', 365);
		if (lms === null) throw new Error('no figures');
		const step = valueAt(lms, 3) - valueAt(lms, 2);
		expect(restrictedZscore(valueAt(lms, 3) + step, lms)).toBeCloseTo(4, 10);
		expect(z({ ...boy, weight: valueAt(lms, 3) + step }, 'weight-for-age')).toBe(4);
	});

	it('say why there is none', () => {
		expect(z({ ...boy, sex: null, weight: 9 }, 'weight-for-age')).toBe('sex-not-known');
		expect(z({ ...boy, ageDays: null, weight: 9 }, 'weight-for-age')).toBe('age-not-known');
		expect(z({ ...boy, ageDays: LAST_DAY + 1, weight: 19 }, 'weight-for-age')).toBe('age-out-of-range');
		expect(z({ ...boy, ageDays: -1, weight: 9 }, 'weight-for-age')).toBe('age-out-of-range');
		expect(z({ ...boy, weight: 9, length: 111 }, 'weight-for-length')).toBe('length-out-of-range');
		expect(z({ ...boy, weight: 9 }, 'weight-for-length')).toBe('no-measurement');
		expect(z({ ...boy, weight: 0 }, 'weight-for-age')).toBe('not-positive');
	});

	it('are not given of weight where there is oedema, and are of length', () => {
		const swollen = { ...boy, weight: 7, length: 75.7488, oedema: true };
		expect(['weight-for-age', 'weight-for-length', 'bmi-for-age'].map((i) => z(swollen, i as Indicator))).toEqual(['oedema', 'oedema', 'oedema']);
		expect(z(swollen, 'length-for-age')).toBe(0);
	});

	it('correct by 0.7 cm for a child measured the other way than is usual for the age, and say so', () => {
		const stood = assess({ ...boy, length: 75.0488, position: 'standing' });
		expect(stood).toMatchObject({ correction: 0.7, countedAs: 'lying', positionAssumed: false });
		expect(z({ ...boy, length: 75.0488, position: 'standing' }, 'length-for-age')).toBe(0);
		expect(assess({ sex: 'male', ageDays: 731, length: 90, position: 'lying' })).toMatchObject({ correction: -0.7, countedAs: 'standing' });
		expect(assess({ sex: 'male', ageDays: 730, length: 90, position: 'lying' })).toMatchObject({ correction: 0, countedAs: 'lying' });
		expect(assess({ sex: 'male', ageDays: 730, length: 90 })).toMatchObject({ correction: 0, countedAs: 'lying', positionAssumed: true });
		expect(assess({ sex: 'male', ageDays: 200, length: 66, position: 'standing' }).positionDoubtful).toBe(true);
	});

	it('mark what WHO takes for a slip: beyond -6 or 5 of weight, 6 of length', () => {
		const flagged = assess({ ...boy, weight: 22, length: 104 }).scores.filter((s) => s.z !== null && s.implausible).map((s) => s.indicator);
		expect(flagged).toContain('weight-for-age');
		expect(flagged).toContain('length-for-age');
	});

	it('grow with the measurement, at every age and beyond 3 SD (property)', () => {
		fc.assert(fc.property(fc.integer({ min: 0, max: LAST_DAY }), fc.double({ min: 1, max: 40, noNaN: true }), fc.constantFrom('male', 'female'), (ageDays, weight, sex) => {
			const [less, more] = [z({ sex, ageDays, weight }, 'weight-for-age'), z({ sex, ageDays, weight: weight + 0.5 }, 'weight-for-age')];
			return typeof less === 'number' && typeof more === 'number' && less < more;
		}), { seed: 6, numRuns: 300 });
	});

	it('answer to any numbers at all (property)', () => {
		const number = fc.oneof(fc.double(), fc.constant(undefined));
		fc.assert(fc.property(fc.double(), number, number, number, fc.boolean(), (ageDays, weight, length, head, oedema) => {
			const { scores } = assess({ sex: 'female', ageDays, weight, length, head, oedema });
			return scores.length === INDICATORS.length && scores.every((s) => s.z === null || Number.isFinite(s.z));
		}), { seed: 7, numRuns: 500 });
	});
});

describe('a z-score in words', () => {
	it('belongs on a line to the less severe side', () => {
		expect([-3.01, -3, -2.01, -2, 2, 2.01, 3.01].map((score) => bandOf('length-for-age', score))).toEqual(['below-3', 'below-2', 'below-2', 'within', 'within', 'above-2', 'above-3']);
		expect(meaningOf('weight-for-length', -3.2)).toBe('severely-wasted');
		expect(meaningOf('length-for-age', -2.4)).toBe('stunted');
	});
});

describe('the lines of a chart', () => {
	it('break where the measure changes from length to height at two years', () => {
		const [, , median] = linesForAge('length-for-age', 'female', 0, LAST_DAY);
		expect(median?.pieces.map((piece) => piece.at(-1)?.x)).toEqual([730, LAST_DAY]);
		const [before, after] = [median?.pieces[0]?.at(-1)?.y ?? 0, median?.pieces[1]?.[0]?.y ?? 0];
		expect(before - after).toBeGreaterThan(0.6);
	});
	it('never cross', () => {
		for (const lines of [linesForAge('bmi-for-age', 'male', 0, LAST_DAY), linesForLength('female', 'standing', 65, 120)]) {
			const points = lines.map((line) => line.pieces.flat());
			for (let i = 0; i < (points[0]?.length ?? 0); i++) expect(points.map((p) => p[i]?.y ?? Number.NaN)).toEqual(points.map((p) => p[i]?.y ?? 0).toSorted((a, b) => a - b));
		}
	});
});

describe('age in days', () => {
	it.each([['2026-01-01', '2026-01-01', 0], ['2024-02-29', '2025-03-01', 366], ['2026-01-01', '2026-01-31T23:10:00+03:00', 30]])('born %s is on %s %d days old', (born, on, days) =>
		expect(ageOn(born, on)).toEqual({ days, approximate: false }));
	it('takes the middle of the month where the day is not known, and says so', () => {
		expect(ageOn('2026-01', '2026-02-14')).toEqual({ days: 30, approximate: true });
		expect(ageOn('2026-01', '2026-01-03')).toEqual({ days: 0, approximate: true });
	});
	it.each([['2026', '2026-03-01'], ['2026-02-31', '2026-03-01'], ['', '2026-03-01'], ['2026-01-01', '2026'], ['last year', 'now']])('is not made up from %s and %s', (born, on) => expect(ageOn(born, on)).toBeNull());
});

describe.skipIf(!existsSync(SURVEY))('WHO Anthro\'s own survey of 498 children (absent: ../shared/data/who-growth)', () => {
	const [head = '', ...lines] = existsSync(SURVEY) ? readFileSync(SURVEY, 'utf8').trim().split(/\r?\n/u) : [];
	const names = head.split(',');
	const children = lines.map((line) => new Map(line.split(',').map((value, column) => [names[column] ?? '', value])));
	const COLUMNS = { 'weight-for-age': 'WEI', 'length-for-age': 'LEN', 'weight-for-length': 'WFL', 'bmi-for-age': 'BMI', 'head-for-age': 'HC' } as const;

	it.each(INDICATORS)('%s differs by less than 0.05, nobody changes class, and the same values are flagged', (indicator) => {
		let [worst, compared] = [0, 0];
		for (const child of children) {
			const number = (name: string): number | undefined => (child.get(name) === '' || child.get(name) === undefined ? undefined : Number(child.get(name)));
			const position = child.get('measure') === 'l' ? 'lying' : child.get('measure') === 'h' ? 'standing' : undefined;
			const days = number('_agedays') ?? null;
			if (days !== null && days > LAST_DAY) continue;
			const score = assess({ sex: child.get('GENDER') === '1' ? 'male' : 'female', ageDays: days, weight: number('WEIGHT'), length: number('HEIGHT'), head: number('HEAD'), position, oedema: child.get('oedema') === 'y' }).scores.find((s) => s.indicator === indicator);
			const who = number(`_Z${COLUMNS[indicator]}`);
			expect(score?.z === null, `child ${child.get('id')}`).toBe(who === undefined);
			if (who === undefined || score === undefined || score.z === null) continue;
			compared += 1;
			worst = Math.max(worst, Math.abs(who - score.z));
			for (const cut of [-3, -2, 2, 3]) expect(score.z < cut, `child ${child.get('id')} at ${cut}`).toBe(who < cut);
			expect(score.implausible, `child ${child.get('id')}`).toBe(number(`_F${COLUMNS[indicator]}`) === 1);
		}
		expect(compared).toBeGreaterThan(indicator === 'head-for-age' ? 90 : 460);
		expect(worst).toBeLessThan(0.05);
	});
});
