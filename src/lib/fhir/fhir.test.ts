import { describe, expect, test } from 'vitest';
import { validateResource } from '$sync/fhir/validate.ts';
import type { FhirResource } from '$sync/fhir/resource.ts';
import { isRetracted } from './entry.ts';
import { emptyAllergy, isNoKnownAllergy, noKnownAllergies, readAllergy, writeAllergy } from './allergy.ts';
import { emptyImmunization, readImmunization, vaccineName, writeImmunization } from './immunization.ts';
import { emptyMedication, readMedication, writeMedication } from './medication.ts';
import { diagnosesOf, emptyNote, narrative, plainText, readNote, writeNote } from './note.ts';
import { deceased, emptyPatient, readPatient, shownName, writePatient } from './patient.ts';
import { emptyProblem, readProblem, writeProblem } from './problem.ts';
import { isJson, list } from './read.ts';
import { correctVitals, judge, outByTen, readings, writeVitals } from './vitals.ts';

const day = '2026-08-14T09:42:00+03:00';
const allergy = writeAllergy(null, { ...emptyAllergy(), substance: 'Penicillin', reactions: 'rash, wheeze', severity: 'severe', criticality: 'high', onset: '2019', note: 'as a child' }, day);
const problem = writeProblem(null, { ...emptyProblem(), name: 'Asthma', onset: '2001-05' }, day);
const medicine = writeMedication(null, { ...emptyMedication(), drug: 'amoxicillin', dose: '500', route: 'oral', frequency: 'three-daily', days: '7' }, { dose: 500, days: 7 }, day);
const vaccine = writeImmunization(null, { ...emptyImmunization('2026-08-14'), vaccine: '139', dose: '2', lot: 'A1' }, 2, day);
const note = writeNote(null, { ...emptyNote('Clinic note'), problems: ['Condition/c1'], diagnosis: 'Influenza', body: 'Cough <b>three</b> days & "fever".\nFluids.' }, 'm', day, () => 'Asthma');
const patient = writePatient({ resourceType: 'Patient' }, { ...emptyPatient(), family: 'Mbabazi', given: 'Grace Naomi', birthDate: '1991-03', gender: 'female', village: 'Bwera', phone: '0772123456', identifier: '42' });
const vitals = writeVitals({ systolic: 148, diastolic: 92, weight: 63.5 }, day);

describe('what the forms write', () => {
	test.each([allergy, problem, medicine, vaccine, note, patient, ...vitals, noKnownAllergies(day, 'No known allergies')].map((r) => [r.resourceType, r] as const))('%s is valid FHIR R4, with no element left over', (_, resource) => {
		expect(validateResource(resource)).toMatchObject({ errors: [], unknown: [] });
	});

	test('reads back as it was entered', () => {
		expect(readAllergy(allergy)).toEqual({ substance: 'Penicillin', reactions: 'rash, wheeze', severity: 'severe', criticality: 'high', status: 'active', verification: 'unconfirmed', onset: '2019', note: 'as a child' });
		expect(readProblem(problem)).toEqual({ ...emptyProblem(), name: 'Asthma', onset: '2001-05' });
		expect(readMedication(medicine)).toEqual({ ...emptyMedication(), drug: 'amoxicillin', dose: '500', route: 'oral', frequency: 'three-daily', days: '7' });
		expect(readImmunization(vaccine)).toEqual({ ...emptyImmunization('2026-08-14'), vaccine: '139', dose: '2', lot: 'A1' });
		expect(vaccineName(vaccine)).toBe('Td');
		expect(readNote(note)).toEqual({ title: 'Clinic note', body: 'Cough <b>three</b> days & "fever".\nFluids.', problems: ['Condition/c1'], diagnosis: 'Influenza' });
		expect(diagnosesOf(note)).toEqual(['Asthma', 'Influenza']);
		expect(readPatient(patient)).toEqual({ ...emptyPatient(), family: 'Mbabazi', given: 'Grace Naomi', birthDate: '1991-03', gender: 'female', village: 'Bwera', phone: '0772123456', identifier: '42' });
		expect(vitals.flatMap(readings)).toEqual([{ vital: 'systolic', value: 148, unit: 'mmHg' }, { vital: 'diastolic', value: 92, unit: 'mmHg' }, { vital: 'weight', value: 63.5, unit: 'kg' }]);
	});
});

describe('a form changes only what the person changed', () => {
	const coded: FhirResource = { ...allergy, id: 'x', code: { coding: [{ system: 'http://snomed.info/sct', code: '91936005' }], text: 'Penicillin' }, extension: [{ url: 'urn:other', valueString: 'kept' }], lastOccurrence: '2020' };
	test('a code, an extension and elements without a box are left as they were', () => {
		const after = writeAllergy(coded, { ...readAllergy(coded), criticality: 'low' }, day);
		expect(after).toEqual({ ...coded, criticality: 'low' });
	});
	test('another substance loses the code of the first', () => {
		expect(writeAllergy(coded, { ...readAllergy(coded), substance: 'Latex' }, day).code).toEqual({ text: 'Latex' });
	});
	test('a second phone and a second name stay', () => {
		const two: FhirResource = { ...patient, telecom: [{ system: 'email', value: 'g@example.org' }, { system: 'phone', value: '0772123456' }], name: [...list(patient, 'name'), { text: 'Grace N.' }] };
		const after = writePatient(two, { ...readPatient(two), phone: '0700000000' });
		expect(after.telecom).toEqual([{ system: 'phone', value: '0700000000' }, { system: 'email', value: 'g@example.org' }]);
		expect(after.name).toEqual(two.name);
	});
	test('nothing changed is nothing written', () => {
		for (const [before, after] of [[problem, writeProblem(problem, readProblem(problem), 'later')], [medicine, writeMedication(medicine, readMedication(medicine), { dose: 500, days: 7 }, 'later')], [vaccine, writeImmunization(vaccine, readImmunization(vaccine), 2, 'later')], [patient, writePatient(patient, readPatient(patient))]]) expect(after).toEqual(before);
	});
	test('a corrected reading keeps its time and what else it holds', () => {
		const [pressure] = vitals;
		if (pressure === undefined) throw new Error('no blood pressure was written');
		const after = correctVitals(pressure, { systolic: 138, diastolic: 92 });
		expect(readings(after).map((r) => r.value)).toEqual([138, 92]);
		expect(after).toMatchObject({ status: 'corrected', effectiveDateTime: day });
	});
});

describe('vital signs', () => {
	test.each([['systolic', 39, 'impossible'], ['systolic', 120, 'ok'], ['systolic', 210, 'unlikely'], ['systolic', 301, 'impossible'], ['temperature', 36.8, 'ok'], ['temperature', 98.6, 'impossible'], ['diastolic', 130, 'unlikely']] as const)('%s %d is %s', (vital, value, verdict) => expect(judge(vital, value)).toBe(verdict));
	test('a weight out by ten is noticed, a pulse that doubles is life', () => {
		expect(outByTen('weight', 635, 63.5)).toBe(true);
		expect(outByTen('weight', 6.35, 63.5)).toBe(true);
		expect(outByTen('weight', 70, 63.5)).toBe(false);
		expect(outByTen('pulse', 180, 30)).toBe(false);
	});
	test('one pressure alone is no blood pressure', () => expect(writeVitals({ systolic: 120 }, day)).toEqual([]));
});

describe('what comes from elsewhere', () => {
	test('no known allergies is known by either code', () => {
		expect(isNoKnownAllergy(noKnownAllergies(day, 'No known allergies'))).toBe(true);
		expect(isNoKnownAllergy(allergy)).toBe(false);
	});
	test('family names are set apart, a full name is left as it is', () => {
		expect(shownName(patient)).toBe('MBABAZI, Grace Naomi');
		expect(shownName({ resourceType: 'Patient', name: [{ text: 'Suharto' }] })).toBe('Suharto');
		expect(shownName(null)).toBe('');
	});
	test('deceased with and without a date', () => {
		expect(deceased({ resourceType: 'Patient', deceasedDateTime: '2026' })).toEqual({ at: '2026' });
		expect(deceased({ resourceType: 'Patient', deceasedBoolean: true })).toEqual({ at: null });
		expect(deceased({ resourceType: 'Patient', deceasedBoolean: false })).toBeNull();
	});
});

describe('hostile resources', () => {
	const odd: FhirResource[] = [
		{ resourceType: 'Patient', name: 'x', telecom: {}, address: [null], identifier: [[]], birthDate: 7, gender: 'F' },
		{ resourceType: 'AllergyIntolerance', code: [], reaction: { manifestation: 1 }, clinicalStatus: 'active' },
		{ resourceType: 'MedicationRequest', dosageInstruction: [{ doseAndRate: [{ doseQuantity: { value: '5' } }], timing: { repeat: [] } }] },
		{ resourceType: 'Observation', component: [null, 3, { code: null }], valueQuantity: [] },
		{ resourceType: 'Composition', section: [{ text: 'x' }, null] }, { resourceType: 'Immunization', protocolApplied: {}, vaccineCode: 'BCG' }
	];
	test('no reader throws, whatever the shape', () => {
		for (const resource of odd) for (const read of [readPatient, readAllergy, readProblem, readMedication, readImmunization, readNote, readings, shownName, isRetracted]) expect(() => read(resource)).not.toThrow();
	});
	test('attack 47: markup in a narrative comes out as text or not at all', () => {
		expect(plainText('<div><img src=x onerror="alert(1)"><p>Cough</p><script>alert(1)</scr' + 'ipt></div>')).not.toMatch(/[<>]/u);
		expect(plainText(narrative('<script>alert(1)</script> & "x"'))).toBe('<script>alert(1)</script> & "x"');
		expect(narrative('a\u0000b')).toBe('<div xmlns="http://www.w3.org/1999/xhtml"><p>ab</p></div>');
		expect(plainText('&#x110000;&#55296;&#65;')).toBe('&#x110000;&#55296;A');
	});
	test('what is not JSON is told apart', () => {
		expect(isJson({ a: [1, 'x', null, { b: true }] })).toBe(true);
		expect(isJson({ a: undefined })).toBe(false);
		expect(isJson(() => 1)).toBe(false);
	});
});
