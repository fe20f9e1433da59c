import { describe as suite, expect, test } from 'vitest';
import type { Attribution, ConflictInfo } from '$sync/device/api.ts';
import { DISCREPANCY_KINDS, type Discrepancy } from '$sync/ehr/view.ts';
import type { Hash, Id } from '$sync/change/change.ts';
import type { FhirResource } from '$sync/fhir/resource.ts';
import { sentence } from '$lib/record/discrepancy.ts';
import { valueInWords } from '$lib/record/elements.ts';
import { writeVitals } from '$lib/fhir/vitals.ts';
import { emptyMedication, FREQUENCY_NAMES, writeMedication } from '$lib/fhir/medication.ts';
import { touched, withVersion } from './conflict.ts';
import { describe } from './describe.ts';
import { byInWords, custodyInWords } from './words.ts';

const by: Attribution = { change: 'c' as Hash, member: 'Amina Nurse', site: 's' as Id, siteName: 'Bwera Post', at: new Date(2026, 7, 14, 9, 42).getTime(), uncertainTime: false };
const order = (dose: number): FhirResource => ({ resourceType: 'MedicationRequest', medicationCodeableConcept: { text: 'metformin' }, dosageInstruction: [{ doseAndRate: [{ doseQuantity: { value: dose, unit: 'mg' } }] }] });
const conflict: ConflictInfo = { group: 'medication', rule: 'both', review: true, why: '', values: [{ value: order(500), by, shown: true }, { value: order(850), by, shown: true }] };

suite('settling a conflict', () => {
	const shown: FhirResource = { ...order(850), id: 'x', status: 'active', note: [{ text: 'kept' }] };

	test('the chosen version replaces its group and nothing else', () => {
		expect(withVersion(shown, conflict, order(500))).toEqual({ ...order(500), id: 'x', status: 'active', note: [{ text: 'kept' }] });
	});
	test('an element that the chosen version lacks is taken out', () => {
		const lacking: FhirResource = { resourceType: 'MedicationRequest', medicationCodeableConcept: { text: 'metformin' } };
		expect(withVersion(shown, conflict, lacking)).not.toHaveProperty('dosageInstruction');
		expect(withVersion(shown, conflict, null)).toEqual({ resourceType: 'MedicationRequest', id: 'x', status: 'active', note: [{ text: 'kept' }] });
	});
	test('the id and type of a version are no content', () => expect(touched(conflict)).toEqual(['medicationCodeableConcept', 'dosageInstruction']));
});

suite('an entry in words', () => {
	const medicine = writeMedication(null, { ...emptyMedication(), drug: 'amoxicillin', dose: '0.5', unit: 'g', route: 'oral', frequency: 'three-daily', days: '7' }, { dose: 0.5, days: 7 }, '2026-08-14');
	test('a medicine reads drug, DOSE, route, frequency (NHS CUI MEDi-001)', () => {
		expect(describe(medicine)).toMatchObject({ title: 'amoxicillin', value: 'DOSE 0.5 g', details: ['oral', '3 times daily', 'for 7 days', 'Started', 'ordered 14-Aug-2026'] });
	});
	test('no error-prone abbreviation of the ISMP list is written', () => {
		for (const frequency of FREQUENCY_NAMES) {
			const words = describe(writeMedication(null, { ...emptyMedication(), drug: 'x', dose: '5', unit: 'unit', route: 'subcutaneous', frequency }, { dose: 5, days: null }, '')).details.join(' ');
			expect(words).not.toMatch(/\b(?:U|IU|QD|QOD|OD|HS|BT|SC|SQ|cc)\b|µg|@/u);
		}
	});
	test('both pressures are one reading, and digits that mean nothing are not shown', () => {
		const [pressure] = writeVitals({ systolic: 122.155688, diastolic: 82.79769 }, '2026-08-14');
		expect(describe(pressure ?? order(1))).toMatchObject({ title: 'Blood pressure', value: '122.16/82.8 mmHg' });
	});
	test('what has no words says so, and never a bare label', () => expect(describe({ resourceType: 'Condition' }).title).toBe('Not recorded'));
	test('an uncertain time is marked', () => expect(byInWords({ ...by, uncertainTime: true })).toContain('time uncertain'));
	test('custody says where, never "synced"', () => {
		for (const custody of [{ state: 'this-device' }, { state: 'sending' }, { state: 'at-hub', at: by.at }, { state: 'refused', reason: 'x' }] as const) expect(custodyInWords(custody)).not.toMatch(/synced|cloud|invalid/iu);
		expect(custodyInWords({ state: 'this-device' })).toBe('Saved on this device. Not sent yet.');
	});
});

suite('a discrepancy in words', () => {
	const of = (kind: Discrepancy['kind'], facts: Discrepancy['facts']): Discrepancy => ({ id: kind, kind, subject: kind, severity: 'warning', facts, between: [], basis: [] });
	test.each(DISCREPANCY_KINDS)('%s has a sentence, with facts or without', (kind) => {
		const told: Discrepancy['facts'] = { substance: 'penicillin', drug: 'amoxicillin', via: 'penicillins', element: 'birthDate', date: '2026-08-14' };
		for (const facts of [{}, told]) expect(sentence(of(kind, facts))).toMatch(/^\S.*\.$/u);
	});
	test('values that differ are said, in words', () => {
		expect(sentence(of('demographics-differ', { element: 'birthDate', values: '1991-03-04 | 1991-04-03' }))).toBe('Two versions are kept: Date of birth, 04-Mar-1991 or 03-Apr-1991.');
		expect(sentence(of('status-differs', { substance: 'penicillin', element: 'clinicalStatus', values: 'active | resolved' }))).toBe('penicillin has a different status in two entries: Active or Resolved.');
		expect(sentence(of('vaccine-too-close', { vaccine: 'Td', first: '2026-01-01', second: '2026-01-08', days: '7', minimum: '28' }))).toBe('Td: doses on 01-Jan-2026 and 08-Jan-2026 are 7 days apart, and 28 are needed.');
	});
	test('the drug, the substance and the class that relates them are named', () => {
		expect(sentence(of('allergy-against-prescription', { substance: 'penicillin', drug: 'amoxicillin', via: 'penicillins' }))).toBe('Allergy to penicillin, and amoxicillin is prescribed. They are related: penicillins.');
	});
});

suite('any FHIR value in words', () => {
	test.each([
		['birthDate', '1991-03-04', '04-Mar-1991'], ['gender', 'female', 'Female'], ['value', { value: 5, unit: 'mg' }, '5 mg'], ['code', { coding: [{ display: 'Asthma' }] }, 'Asthma'],
		['name', [{ family: 'Mbabazi', given: ['Grace'] }], 'MBABAZI, Grace'], ['x', null, 'Not recorded'], ['x', () => 1, 'Not recorded'], ['deceasedBoolean', true, 'Yes']
	])('%s', (element, value, words) => expect(valueInWords(element, value)).toBe(words));
});
