import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FhirResource } from '../fhir/resource.ts';
import { validateResource } from '../fhir/validate.ts';
import { MEASURES, progressOf, readGoal, targetOf, writeGoal, type Direction, type Measure } from './goals.ts';

const [systolic] = MEASURES;
if (systolic === undefined) throw new Error('no measure');
const goal = (measure: Measure, direction: Direction, value: number, due = '2026-12-31', start = '2026-01-01'): FhirResource =>
	writeGoal(null, { description: 'Pressure under control', status: 'active', start, target: { measure, direction, value, due }, due: '', note: '' }, start);
const pressure = (upper: number, lower: number, when: string): FhirResource => ({
	resourceType: 'Observation', status: 'final', code: { coding: [{ code: '85354-9' }] }, effectiveDateTime: when,
	component: [{ code: { coding: [{ code: '8480-6' }] }, valueQuantity: { value: upper, unit: 'mmHg', code: 'mm[Hg]' } }, { code: { coding: [{ code: '8462-4' }] }, valueQuantity: { value: lower, unit: 'mmHg', code: 'mm[Hg]' } }]
});
const single = (code: string, value: number, unit: string, when: string): FhirResource => ({ resourceType: 'Observation', status: 'final', code: { coding: [{ code }] }, effectiveDateTime: when, valueQuantity: { value, unit, code: unit } });
const hba1c = MEASURES.find(({ key }) => key === 'hba1c') ?? systolic;
const haemoglobin = MEASURES.find(({ key }) => key === 'haemoglobin') ?? systolic;

describe('progress towards a goal', () => {
	it('is read from what was measured since', () => {
		const under140 = goal(systolic, 'at-most', 140);
		expect(progressOf(under140, [pressure(130, 80, '2025-12-31')], '2026-03-01')?.state).toBe('not-measured');
		expect(progressOf(under140, [pressure(152, 90, '2026-02-01')], '2026-03-01')?.state).toBe('not-met');
		expect(progressOf(under140, [pressure(138, 90, '2026-02-20'), pressure(152, 90, '2026-02-01')], '2026-03-01')).toMatchObject({ state: 'met', values: [{ value: 152, met: false }, { value: 138, met: true }] });
	});
	it('a day that passed without reaching it is overdue; reached is reached', () => {
		expect(progressOf(goal(hba1c, 'at-most', 7, '2026-02-01'), [single('4548-4', 8, '%', '2026-01-20')], '2026-02-02')?.state).toBe('overdue');
		expect(progressOf(goal(hba1c, 'at-most', 7, '2026-02-01'), [single('4548-4', 7, '%', '2026-01-20')], '2026-02-02')?.state).toBe('met');
	});
	it('values in another unit are converted, or left out', () => {
		const at11 = goal(haemoglobin, 'at-least', 11);
		expect(progressOf(at11, [single('718-7', 112, 'g/L', '2026-02-01'), single('718-7', 6.9, 'mmol/L', '2026-02-02')], '2026-03-01')?.values).toEqual([{ value: 11.2, when: '2026-02-01', met: true }]);
	});
	it('what is entered in error counts for nothing', () => expect(progressOf(goal(systolic, 'at-most', 140), [{ ...pressure(120, 80, '2026-02-01'), status: 'entered-in-error' }], '2026-03-01')?.state).toBe('not-measured'));
	it('a goal without a measure has none', () => expect(progressOf(writeGoal(null, { description: 'Walk daily', status: 'active', start: '2026-01-01', target: null, due: '2026-06-01', note: '' }, '2026-01-01'), [], '2026-03-01')).toBeNull());
	it('what is written is read back, and is FHIR as this app records it', () => {
		fc.assert(fc.property(fc.constantFrom(...MEASURES), fc.constantFrom('at-most' as const, 'at-least' as const), fc.integer({ min: 1, max: 300 }), (measure, direction, value) => {
			const written = goal(measure, direction, value);
			expect(targetOf(written)).toEqual({ measure, direction, value, due: '2026-12-31' });
			expect(validateResource(written)).toMatchObject({ errors: [], unknown: [] });
			expect(writeGoal(written, readGoal(written), '2026-01-01')).toEqual(written);
		}), { seed: 81, numRuns: 60 });
	});
	it('is total over any goal', () => {
		fc.assert(fc.property(fc.jsonValue(), fc.jsonValue(), (target, value) => {
			const read = progressOf(JSON.parse(JSON.stringify({ resourceType: 'Goal', target: [target], description: value })) as FhirResource, [JSON.parse(JSON.stringify({ resourceType: 'Observation', valueQuantity: value })) as FhirResource], '2026-01-01');
			expect(read === null || Array.isArray(read.values)).toBe(true);
		}), { seed: 82, numRuns: 200 });
	});
});
