import { describe, expect, test } from 'vitest';
import type { FhirResource } from '$sync/fhir/resource.ts';
import { measuredOf, pointsOf } from './measured.ts';
import { path, scale, ticks } from './plot.ts';
import { trendsOf } from './trends.ts';
import { zText } from './words.ts';

const observation = (code: string, on: string, value: number, unit: string, more: Partial<FhirResource> = {}): FhirResource => ({
	resourceType: 'Observation', status: 'final', code: { coding: [{ system: 'http://loinc.org', code }] }, effectiveDateTime: on, valueQuantity: { value, unit, code: unit }, ...more
});
const standing = { method: { coding: [{ system: 'urn:saddlebag:position', code: 'standing' }] } };

describe('what a chart holds of a child\'s growth', () => {
	const chart = [observation('29463-7', '2026-08-14T09:00:00+03:00', 7900, 'g'), observation('8302-2', '2026-08-14T09:05:00+03:00', 75, 'cm', standing), observation('29463-7', '2026-01-10', 6.9, 'kg'), observation('29463-7', '2026-02-10', 15, '[lb_av]')];

	test('measurements of one day stand together, in the units of the charts', () => {
		const measured = measuredOf(chart, '2025-06-14', 'male');
		expect(measured.map(({ on, weight, length }) => [on, weight, length])).toEqual([['2026-01-10', 6.9, undefined], ['2026-02-10', 6.804, undefined], ['2026-08-14', 7.9, 75]]);
		expect(measured.at(-1)?.assessment.correction).toBe(0.7);
		expect(pointsOf(measured, 'length-for-age')).toMatchObject([{ x: 426, y: 75.7 }]);
		expect(pointsOf(measured, 'weight-for-length')).toMatchObject([{ x: 75.7, y: 7.9 }]);
	});
	test('a unit that is not known is no point, and without a birth date there is none by age', () => {
		expect(measuredOf([observation('29463-7', '2026-08-14', 17, 'stone')], '2025-06-14', 'male')).toEqual([]);
		expect(pointsOf(measuredOf(chart, '', 'male'), 'weight-for-age')).toEqual([]);
	});
	test('of two weights on one day the later one counts', () => expect(measuredOf([observation('29463-7', '2026-08-14T15:00:00Z', 8, 'kg'), observation('29463-7', '2026-08-14T09:00:00Z', 80, 'kg')], '2025-06-14', 'male')[0]?.weight).toBe(8));
});

describe('trends', () => {
	test('glucose in mg/dL is converted and marked; another unit is counted and left out', () => {
		const [glucose] = trendsOf([observation('14771-0', '2026-05-01', 7.5, 'mmol/L'), observation('1558-6', '2026-06-01', 126, 'mg/dL'), observation('1558-6', '2026-07-01', 1.3, 'g/L')]);
		expect(glucose).toMatchObject({ name: 'glucose', unit: 'mmol/L', otherUnits: 1, points: [{ value: 7.5, converted: false }, { value: 6.99, converted: true, recorded: '126 mg/dL' }] });
	});
	test('a blood pressure is one point with two ends; half of one is none', () => {
		const pressure: FhirResource = { resourceType: 'Observation', effectiveDateTime: '2026-05-01', component: [['8480-6', 152], ['8462-4', 94]].map(([code, value]) => ({ code: { coding: [{ code: String(code) }] }, valueQuantity: { value: Number(value) } })) };
		expect(trendsOf([pressure, { ...pressure, component: [] }])).toMatchObject([{ name: 'pressure', points: [{ value: 152, lower: 94 }] }]);
	});
	test('a value without a day is no point of time', () => expect(trendsOf([observation('718-7', '2026', 11, 'g/dL')])).toEqual([]));
});

describe('a plot', () => {
	test.each([[0, 24, 6, [0, 5, 10, 15, 20]], [2, 18, 6, [5, 10, 15]], [0, 1, 4, [0, 0.5, 1]], [3, 3, 6, [3]]])('round ticks from %d to %d', (from, to, count, marks) => expect(ticks(from, to, count)).toEqual(marks));
	test('time is in proportion, lines are straight', () => {
		const [x, y] = [scale(0, 10, 0, 100), scale(0, 10, 100, 0)];
		expect(path([{ x: 0, y: 0 }, { x: 5, y: 10 }], x, y)).toBe('M0 100L50 0');
		expect(scale(4, 4, 0, 100).at(4)).toBe(0);
	});
	test('a z-score has two decimals and is never -0', () => expect([zText(-0.001), zText(-2.5), zText(3)]).toEqual(['0.00', '−2.50', '3.00']));
});
