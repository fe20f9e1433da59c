/** Facts lead to the due dates that the chart leads to. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../change/change.ts';
import type { FhirResource } from '../fhir/resource.ts';
import { dateOf } from './calendar.ts';
import { entryOf, factsOf } from './kept-facts.ts';
import { dueFor } from './programmes.ts';
import { STANDARD } from './schedule.ts';

const day = fc.integer({ min: 20_200, max: 20_700 }).map(dateOf);
const when = fc.oneof(day, day.map((on) => `${on}T09:00:00+03:00`), fc.constant('2026'));
const code = fc.constantFrom('8480-6', '8462-4', '14771-0', '1558-6', '11781-2', '8665-2', 'tb-treatment-start', '11545-1', '29463-7');
const value: fc.Arbitrary<JsonObject> = fc.oneof(
	fc.integer({ min: 4, max: 180 }).map((n) => ({ valueQuantity: { value: n, code: n > 20 ? 'mg/dL' : 'mmol/L' } })), day.map((on) => ({ valueDateTime: on })),
	fc.constantFrom('not-done', 'positive').map((answer) => ({ valueCodeableConcept: { coding: [{ code: answer }] } })), fc.constant({})
);
const part = fc.tuple(code, value).map(([c, v]): JsonObject => ({ code: { coding: [{ code: c }] }, ...v }));
const resource: fc.Arbitrary<FhirResource> = fc.oneof(
	fc.tuple(fc.constantFrom('19', '182', '198', '04', '137', '99'), when, fc.constantFrom('completed', 'completed', 'not-done'), fc.constantFrom('http://hl7.org/fhir/sid/cvx', 'urn:x', null)).map(([c, on, status, system]): FhirResource => ({ resourceType: 'Immunization', status, vaccineCode: { coding: [{ code: c, ...(system === null ? {} : { system }) }] }, occurrenceDateTime: on })),
	fc.tuple(part, fc.array(part, { maxLength: 2 }), when).map(([own, component, on]): FhirResource => ({ resourceType: 'Observation', status: 'final', ...own, effectiveDateTime: on, component })),
	fc.tuple(fc.constantFrom('antenatal-contact', 'hypertension-follow-up', 'tuberculosis-follow-up', 'diabetes-follow-up', 'other'), when).map(([name, start]): FhirResource => ({ resourceType: 'Encounter', status: 'finished', type: [{ coding: [{ code: name }] }], period: { start } })),
	fc.constantFrom('Hypertension', 'Type 2 diabetes', 'Asthma').map((words): FhirResource => ({ resourceType: 'Condition', clinicalStatus: { coding: [{ code: 'active' }] }, code: { text: words } })),
	fc.tuple(fc.constantFrom('booked', 'noshow', 'cancelled'), day, fc.constantFrom('a', 'b', 'c')).map(([status, start, id]): FhirResource => ({ resourceType: 'Appointment', id, status, start }))
);
const isAppointment = ({ resourceType }: FhirResource): boolean => resourceType === 'Appointment';

describe('facts of a chart', () => {
	it('lead to the same due dates on any day, under any schedule (property)', () => {
		fc.assert(fc.property(fc.array(resource, { maxLength: 14 }), day, fc.constantFrom('2025-06-01', '1998-03-02', '2026', null), fc.constantFrom('female' as const, 'male' as const, null), fc.integer({ min: 1, max: 60 }), (resources, today, birthDate, sex, afterHigh) => {
			const person = { birthDate, sex, deceased: false };
			const schedule = { ...STANDARD, hypertension: { ...STANDARD.hypertension, afterHigh } };
			const kept = [...factsOf(resources).map(entryOf), ...resources.filter(isAppointment)];
			expect(dueFor({ ...person, resources: kept }, today, schedule)).toEqual(dueFor({ ...person, resources }, today, schedule));
		}), { seed: 11, numRuns: 1_500 });
	});
	it('of facts are themselves: kept again they do not change', () => {
		fc.assert(fc.property(fc.array(resource, { maxLength: 10 }), (resources) => {
			const once = factsOf(resources);
			expect(factsOf(once.map(entryOf)).map((fact) => JSON.stringify(fact)).sort()).toEqual(once.map((fact) => JSON.stringify(fact)).sort());
		}), { seed: 12, numRuns: 500 });
	});
	it('are made of anything without a throw, and do not grow with readings (property)', () => {
		const json = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>;
		const odd = fc.record({ resourceType: fc.constantFrom('Immunization', 'Observation', 'Encounter', 'Condition'), status: json, code: json, type: json, vaccineCode: json, effectiveDateTime: fc.oneof(json, fc.constant('2026-02-31')), occurrenceDateTime: json, period: json, component: json });
		fc.assert(fc.property(fc.array(odd, { maxLength: 6 }), (resources) => Array.isArray(factsOf(resources as readonly FhirResource[]).map(entryOf))), { seed: 13, numRuns: 400 });
		const readings = Array.from({ length: 300 }, (_, n): FhirResource => ({ resourceType: 'Observation', effectiveDateTime: dateOf(20_000 + n), code: { coding: [{ code: '8480-6' }] }, valueQuantity: { value: 120 } }));
		expect(factsOf(readings)).toEqual([['q', '8480-6', dateOf(20_299), 120, '']]);
	});
});
