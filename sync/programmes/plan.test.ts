/** A schedule that a lead edited: the same after it was written and read, refused with a reason where it is none, and followed by every due date. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../change/change.ts';
import type { FhirResource } from '../fhir/resource.ts';
import { validateResource } from '../fhir/validate.ts';
import type { PatientFacts } from './due.ts';
import { planOf, scheduleOf, withPlan } from './plan.ts';
import { dueFor } from './programmes.ts';
import { inDays, inUnit, PROGRAMMES, STANDARD, weekday, type Schedule } from './schedule.ts';
import { VACCINES } from './vaccines.ts';

const DATE = '2026-08-01T09:00:00+03:00';
const edited: Schedule = {
	immunization: { series: VACCINES.slice(0, 4).map((series) => ({ ...series, doses: series.doses.map((dose) => ({ ...dose, grace: dose.grace + 3, at: dose.at + 7, until: dose.until + 7 })) })), source: 'Ours' },
	antenatal: { weeks: [10, 20, 30, 36], grace: 3, source: 'Ours' }, hypertension: { afterHigh: 14, otherwise: 60, grace: 5, source: 'Ours' }, diabetes: { afterHigh: 21, otherwise: 84, grace: 0, source: 'Ours' },
	tuberculosis: { first: 7, firstMonths: 1, then: 30, grace: 2, sputum: [2, 4], source: 'Ours' }, 'clinic-days': { capacity: [10, 0, 20, 0, 5, 0, 0], source: 'Ours' }
};
const written = PROGRAMMES.map((name, i) => ({ id: `e${i}`, resource: planOf(name, edited, 'Ours', DATE) }));

describe('a plan', () => {
	it('is a FHIR PlanDefinition and reads back as it was written, each programme', () => {
		for (const { resource } of written) expect(validateResource({ ...resource, id: 'a'.repeat(32) }).errors).toEqual([]);
		expect(scheduleOf(written).schedule).toEqual(edited);
		expect(PROGRAMMES.map((name) => withPlan(edited, planOf(name, STANDARD, 'x', DATE))).every(({ ok }) => ok)).toBe(true);
	});
	it('changes due dates: a blood pressure above target is seen again when the site says', () => {
		const facts: PatientFacts = {
			birthDate: '1970-01-01', sex: null, deceased: false,
			resources: [{ resourceType: 'Condition', clinicalStatus: { coding: [{ code: 'active' }] }, code: { text: 'Hypertension' } }, { resourceType: 'Observation', effectiveDateTime: '2026-05-01', code: { coding: [{ code: '8480-6' }] }, valueQuantity: { value: 150 } }]
		};
		expect([STANDARD, edited].map((schedule) => dueFor(facts, '2026-05-02', schedule)[0]?.on)).toEqual(['2026-05-29', '2026-05-15']);
	});
	it('that was retired leaves the standard in its place; of two the one changed last counts, and both are listed', () => {
		const [plan] = written;
		if (plan === undefined) throw new Error('no plan');
		expect(scheduleOf([{ ...plan, resource: { ...plan.resource, status: 'retired' } }]).schedule.immunization).toEqual(STANDARD.immunization);
		const earlier = { id: 'x', resource: planOf('immunization', STANDARD, 'Earlier', '2026-07-01T09:00:00+03:00') };
		for (const both of [[earlier, plan], [plan, earlier]]) expect(scheduleOf(both).listed.filter(({ name }) => name === 'immunization').map(({ title, inUse }) => [title, inUse])).toEqual([['', false], ['Ours', true], ['Earlier', false]]);
	});
	it('that is none is refused with a reason, and the standard stays', () => {
		const dose = (more: JsonObject): FhirResource => ({ ...planOf('immunization', STANDARD, 'x', DATE), action: [{ id: 'bcg', title: 'BCG', code: [{ coding: [{ system: 'http://hl7.org/fhir/sid/cvx', code: '19' }] }], action: [{ id: 'bcg-1', timingAge: { value: 0, code: 'd' }, extension: [], ...more }] }] });
		for (const resource of [dose({}), dose({ timingAge: { value: -1, code: 'd' } }), dose({ timingAge: { value: 1e9, code: 'mo' } }), dose({ id: 'other-1' }), { ...planOf('antenatal', STANDARD, 'x', DATE), action: [] }, planOf('antenatal', { ...STANDARD, antenatal: { ...STANDARD.antenatal, weeks: [20, 12] } }, 'x', DATE), planOf('hypertension', { ...STANDARD, hypertension: { ...STANDARD.hypertension, otherwise: 0 } }, 'x', DATE)]) {
			expect(scheduleOf([{ id: 'x', resource }])).toMatchObject({ schedule: STANDARD, listed: expect.arrayContaining([expect.objectContaining({ entry: 'x', inUse: false, problem: expect.objectContaining({ code: 'bad-plan' }) as unknown })]) as unknown });
		}
	});
	it('is read without a throw whatever it holds (property)', () => {
		const json = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>;
		const part = fc.record({ id: fc.oneof(json, fc.constantFrom('first', 'day-1', 'after-high', 'bcg', 'bcg-1')), timingDuration: fc.oneof(json, fc.record({ value: json, code: json })), timingAge: json, extension: fc.oneof(json, fc.array(fc.oneof(json, fc.record({ url: fc.constant('urn:saddlebag:schedule:grace'), valueDuration: json })))), code: json, relatedAction: fc.oneof(json, fc.array(json)) }, { requiredKeys: [] });
		fc.assert(fc.property(fc.constantFrom(...PROGRAMMES), fc.oneof(json, fc.array(fc.oneof(json, part))), (name, action) => {
			const plan: FhirResource = { resourceType: 'PlanDefinition', url: `urn:saddlebag:schedule:${name}`, status: 'active', action };
			const { schedule } = scheduleOf([{ id: 'x', resource: plan }]);
			return Array.isArray(dueFor({ birthDate: '2026-01-01', sex: null, deceased: false, resources: [] }, '2026-03-01', schedule));
		}), { seed: 7, numRuns: 400 });
	});
	it('ages stand in the unit that says them exactly; weekdays are those of the calendar', () => {
		for (const days of [0, 1, 14, 42, 70, 98, 183, 274, 457, 1826]) {
			const { value, unit } = inUnit(days);
			expect(inDays(value, unit)).toBe(days);
		}
		expect(inUnit(274)).toEqual({ value: 9, unit: 'mo' });
		expect([0, 4, -1].map(weekday)).toEqual([3, 0, 2]);
	});
});
