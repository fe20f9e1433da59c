import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../change/change.ts';
import type { FhirResource } from '../fhir/resource.ts';
import type { PatientFacts } from './due.ts';
import { dueFor } from './programmes.ts';
import { immunizationGrid, VACCINES } from './vaccines.ts';

const child = (resources: readonly FhirResource[], more: Partial<PatientFacts> = {}): PatientFacts => ({ birthDate: '2026-01-01', sex: 'female', deceased: false, resources, ...more });
const woman = (resources: readonly FhirResource[]): PatientFacts => child(resources, { birthDate: '1998-03-02' });
const shot = (cvx: string, on: string, more: { readonly [element: string]: Json } = {}): FhirResource => ({ resourceType: 'Immunization', status: 'completed', vaccineCode: { coding: [{ system: 'http://hl7.org/fhir/sid/cvx', code: cvx }] }, occurrenceDateTime: on, ...more });
const observation = (code: string, on: string, value: { readonly [element: string]: Json }): FhirResource => ({ resourceType: 'Observation', status: 'final', code: { coding: [{ code }] }, effectiveDateTime: on, ...value });
const visit = (name: string, on: string): FhirResource => ({ resourceType: 'Encounter', status: 'finished', type: [{ coding: [{ system: 'urn:saddlebag:visit', code: name }] }], period: { start: `${on}T09:00:00+03:00` } });
const problem = (words: string): FhirResource => ({ resourceType: 'Condition', clinicalStatus: { coding: [{ code: 'active' }] }, code: { text: words } });
const row = (facts: PatientFacts, today: string, name: string): readonly string[] => immunizationGrid(facts, today)?.find(({ series }) => series.name === name)?.cells.map((cell) => cell.state) ?? [];
const due = (facts: PatientFacts, today: string): readonly string[] => dueFor(facts, today).filter(({ state }) => state !== 'scheduled').map(({ key, state }) => `${key} ${state}`);

describe('the immunization grid', () => {
	it('of a newborn: what is due at birth, and what comes', () => {
		expect([row(child([]), '2026-01-01', 'bcg'), row(child([]), '2026-01-01', 'opv'), row(child([]), '2026-01-01', 'penta')]).toEqual([['due'], ['due', 'scheduled', 'scheduled', 'scheduled'], ['scheduled', 'scheduled', 'scheduled']]);
	});
	it('six weeks on: the first of the series is due, the next waits for it; hepatitis B at birth is missed', () => {
		const facts = child([shot('19', '2026-01-02')]);
		expect([row(facts, '2026-02-12', 'bcg'), row(facts, '2026-02-12', 'penta'), row(facts, '2026-02-12', 'hepb')]).toEqual([['given'], ['due', 'upcoming', 'scheduled'], ['missed']]);
		expect(row(facts, '2026-04-01', 'penta')[0]).toBe('overdue');
	});
	it('a late first dose moves the second: four weeks between them', () => {
		const cells = immunizationGrid(child([shot('198', '2026-04-20')]), '2026-05-01')?.find(({ series }) => series.name === 'penta')?.cells;
		expect(cells?.map(({ state, on }) => [state, on])).toEqual([['given', '2026-02-12'], ['upcoming', '2026-05-18'], ['scheduled', '2026-06-15']]);
	});
	it('a dose given too soon is kept and marked', () => {
		const cells = immunizationGrid(child([shot('198', '2026-02-12'), shot('198', '2026-02-26')]), '2026-05-01')?.find(({ series }) => series.name === 'penta')?.cells;
		expect(cells?.[1]).toMatchObject({ state: 'given', given: { tooEarly: 14 } });
	});
	it('two records of one day, as two sites give them, are one dose', () => expect(row(child([shot('198', '2026-02-12'), shot('198', '2026-02-12')]), '2026-03-12', 'penta').slice(0, 2)).toEqual(['given', 'due']));
	it('OPV in the second month is the first dose, not that of birth', () => expect(row(child([shot('182', '2026-02-15')]), '2026-02-20', 'opv').slice(0, 2)).toEqual(['missed', 'given']));
	it('measles alone counts for measles-rubella; what was reported is historical', () => expect(row(child([shot('05', '2026-10-02', { primarySource: false })]), '2026-11-01', 'measles')[0]).toBe('historical'));
	it('a dose not given says why and stays due', () => {
		const facts = child([shot('198', '2026-02-12', { status: 'not-done', statusReason: { text: 'out of stock' } })]);
		expect(immunizationGrid(facts, '2026-02-13')?.find(({ series }) => series.name === 'penta')?.cells[0]).toMatchObject({ state: 'not-given', reason: 'out of stock' });
		expect(due(facts, '2026-02-13')).toContain('immunization/penta/1 due');
	});
	it('HPV is for girls of nine, and not shown for boys', () => {
		expect(due(child([], { birthDate: '2017-01-01' }), '2026-02-01')).toContain('immunization/hpv/1 due');
		expect(immunizationGrid(child([], { sex: 'male' }), '2026-02-01')?.some(({ series }) => series.name === 'hpv')).toBe(false);
	});
	it('is not made up without a birth date', () => expect(immunizationGrid(child([], { birthDate: '2026' }), '2026-02-01')).toBeNull());
	it('names every series and dose once', () => expect(new Set(VACCINES.flatMap((s) => s.doses.map((d) => `${s.name}${d.number}`))).size).toBe(VACCINES.reduce((n, s) => n + s.doses.length, 0)));
});

describe('follow-up', () => {
	it('of a pregnancy: the next of eight contacts, from the last period or the ultrasound', () => {
		const lmp = observation('8665-2', '2026-03-01', { valueDateTime: '2026-01-01' });
		expect(dueFor(woman([lmp, visit('antenatal-contact', '2026-03-01')]), '2026-05-15')[0]).toMatchObject({ programme: 'antenatal', what: { number: 2, week: 20 }, on: '2026-05-21', state: 'upcoming' });
		expect(due(woman([lmp]), '2026-05-15')).toEqual(['antenatal/2026-01-01/12 overdue']);
		expect(due(woman([lmp]), '2027-05-15')).toEqual([]);
		expect(due(child([lmp], { sex: 'male', birthDate: '1990-01-01' }), '2026-05-15')).toEqual([]);
	});
	it('of hypertension: four weeks after a high reading, three months after one at target', () => {
		const reading = (systolic: number): FhirResource => observation('85354-9', '2026-05-01', { component: [{ code: { coding: [{ code: '8480-6' }] }, valueQuantity: { value: systolic } }] });
		expect(dueFor(woman([problem('Essential hypertension'), reading(152)]), '2026-06-10')[0]).toMatchObject({ programme: 'hypertension', on: '2026-05-29', state: 'overdue', late: 12 });
		expect(dueFor(woman([problem('Essential hypertension'), reading(132)]), '2026-06-10')[0]).toMatchObject({ on: '2026-07-30', state: 'scheduled' });
		expect(due(woman([reading(152)]), '2026-06-10')).toEqual([]);
	});
	it('of diabetes: by the last fasting glucose, in either unit', () => {
		const fasting = observation('1558-6', '2026-05-01', { valueQuantity: { value: 140, code: 'mg/dL' } });
		expect(dueFor(woman([problem('Type 2 diabetes mellitus'), fasting]), '2026-06-01')[0]).toMatchObject({ programme: 'diabetes', on: '2026-05-29', state: 'due' });
	});
	it('of tuberculosis: visits, and sputum at the end of months 2, 5 and 6', () => {
		const start = observation('tb-treatment-start', '2026-01-01', { valueDateTime: '2026-01-01' });
		expect(due(woman([start]), '2026-01-15')).toEqual([`tuberculosis/2026-01-15 due`]);
		expect(due(woman([start, visit('tuberculosis-follow-up', '2026-02-20')]), '2026-03-01')).toContain('tuberculosis/sputum/2 due');
		const smear = observation('11545-1', '2026-02-25', { valueCodeableConcept: { coding: [{ code: 'negative' }] } });
		expect(due(woman([start, smear, visit('tuberculosis-follow-up', '2026-02-20')]), '2026-03-01').some((key) => key.includes('sputum'))).toBe(false);
		expect(due(woman([start]), '2027-01-01')).toEqual([]);
	});
	it('of an agreed date to which nobody came', () => {
		const agreed: FhirResource = { resourceType: 'Appointment', id: 'a', status: 'proposed', created: '2026-05-01', requestedPeriod: [{ start: '2026-05-20' }], description: 'Wound' };
		expect(due(woman([agreed]), '2026-05-25')).toEqual(['appointment/a overdue']);
		expect(due(woman([agreed, visit('any', '2026-05-19')]), '2026-05-25')).toEqual([]);
		expect(due(woman([agreed, visit('any', '2026-05-01')]), '2026-05-25')).toEqual(['appointment/a overdue']);
	});
	it('is not asked of the dead', () => expect(dueFor(child([], { deceased: true }), '2026-06-01')).toEqual([]));
	it('puts the longest overdue first', () => {
		const all = dueFor(child([]), '2026-09-01').filter(({ state }) => state === 'overdue');
		expect(all.map(({ late }) => late)).toEqual(all.map(({ late }) => late).toSorted((a, b) => b - a));
	});
	it('is total over any resources (property)', () => {
		const json = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>;
		const resource = fc.record({ resourceType: fc.constantFrom('Immunization', 'Observation', 'Encounter', 'Condition', 'Appointment'), status: json, code: json, type: json, vaccineCode: json, effectiveDateTime: fc.oneof(json, fc.constant('2026-02-31')), occurrenceDateTime: json, period: json, component: json, requestedPeriod: json, protocolApplied: json });
		fc.assert(fc.property(fc.array(resource, { maxLength: 6 }), fc.oneof(fc.constant('2026-01-01'), fc.string()), (resources, birthDate) => Array.isArray(dueFor({ birthDate, sex: null, deceased: false, resources: resources as readonly FhirResource[] }, '2026-06-01'))), { seed: 4, numRuns: 500 });
	});
});
