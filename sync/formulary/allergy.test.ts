import { describe, expect, test } from 'vitest';
import type { FhirResource } from '../fhir/resource.ts';
import { checkAllergy, medicineBook } from './allergy.ts';
import { SNOMED } from './formulary.ts';

const allergyTo = (text: string, extras: { readonly [key: string]: string } = {}): FhirResource => ({ resourceType: 'AllergyIntolerance', code: { text }, ...extras });
const order = (text: string): FhirResource => ({ resourceType: 'MedicationRequest', status: 'active', medicationCodeableConcept: { text } });
const check = (allergen: string, medicine: string) => checkAllergy(allergyTo(allergen), order(medicine));

describe('an allergy against a prescription', () => {
	test.each([
		['Penicillin', 'Amoxicillin 250 MG Oral Capsule', 'same-class', 'critical'],
		['amoxicillin', 'Ampicillin 100 MG/ML Injectable Solution', 'same-class', 'critical'],
		['penicillin', 'Procaine benzylpenicillin 1 g powder for injection', 'same-class', 'critical'],
		['amoxicilline', 'cefalexin 500 mg capsule', 'cross-reaction', 'critical'],
		['penicillin', 'ceftriaxone 1 g vial', 'cross-reaction', 'warning'],
		['penicillin', 'meropenem 1 g', 'cross-reaction', 'info'],
		['ceftriaxone', 'cefotaxime 1 g', 'same-class', 'critical'],
		['ceftriaxone', 'cefalexin 250 mg', 'same-class', 'warning'],
		['ceftazidime', 'Aztreonam 1 g', 'cross-reaction', 'critical'],
		['sulfa', 'Co-trimoxazole 480 mg tablet', 'same-class', 'critical'],
		['cotrimoxazole', 'dapsone 100 mg', 'cross-reaction', 'warning'],
		['sulfonamides', 'Furosemide 40 mg tablet', 'cross-reaction', 'info'],
		['Aspirin', 'Ibuprofen 200 MG Oral Tablet', 'same-class', 'critical'],
		['diclofenac', 'paracetamol 500 mg', 'cross-reaction', 'info'],
		['mefloquine', 'quinine 300 mg tablet', 'same-class', 'critical'],
		['nevirapine', 'Efavirenz 600 mg', 'cross-reaction', 'warning'],
		['phénytoïne', 'carbamazepine 200 mg', 'same-class', 'critical'],
		['enalapril', 'losartan 50 mg', 'cross-reaction', 'warning'],
		['neomicina', 'gentamicin 40 mg/ml ampoule', 'same-class', 'critical'],
		['iohexol', 'iopamidol injection', 'same-class', 'critical'],
		['procaine', 'procaine penicillin injection', 'same-ingredient', 'critical'],
		['omeprazole', 'Pantoprazole 40 mg', 'same-class', 'critical'],
		['egg', 'yellow fever vaccine', 'cross-reaction', 'critical'],
		['horse serum', 'snake antivenom', 'same-class', 'critical']
	] as const)('%s against %s is a clash (%s, %s)', (allergen, medicine, how, severity) => {
		const answer = check(allergen, medicine);
		expect(answer).toMatchObject({ kind: 'clash', severity });
		if (answer.kind !== 'clash') return;
		expect(answer.clashes[0]?.how).toBe(how);
		expect(answer.clashes.every((clash) => clash.sources.length > 0)).toBe(true);
	});

	test.each([
		['penicillin', 'azithromycin 500 mg tablet'],
		['peanut', 'amoxicillin 500 mg'],
		['lidocaine', 'tetracaine eye drops'],
		['penicillin', 'aztreonam 1 g'],
		['shellfish', 'iohexol 300 injection'],
		['egg', 'propofol 10 mg/ml'],
		['codeine', 'tramadol 50 mg'],
		['isoniazid', 'rifampicin 300 mg']
	])('%s against %s is safe', (allergen, medicine) => {
		expect(check(allergen, medicine).kind).toBe('safe');
	});

	test('a feared but refuted cross-reaction is safe and says why', () => {
		expect(check('shellfish', 'iohexol')).toMatchObject({ kind: 'safe', notes: [expect.stringContaining('not to iodine')] });
	});

	test('a combination product clashes through one of its ingredients', () => {
		const answer = check('rifampicin', 'RHZE 150/75/400/275 mg tablet');
		expect(answer).toMatchObject({ kind: 'clash', clashes: [{ how: 'same-ingredient', drug: 'rifampicin' }] });
		expect(check('clavulanic acid', 'Augmentin 625 mg')).toMatchObject({ kind: 'clash', clashes: [{ drug: 'clavulanic acid' }] });
		expect(check('artesunate', 'artemether/lumefantrine 20/120 mg').kind).toBe('safe');
	});

	test('an entry that is not in the table cannot be checked, on either side, and says which', () => {
		expect(check('red berries from the market', 'amoxicillin')).toEqual({
			kind: 'cannot-check', why: 'not-in-formulary', side: 'allergy', what: 'red berries from the market'
		});
		expect(check('penicillin', 'the small white pills')).toMatchObject({ kind: 'cannot-check', why: 'not-in-formulary', side: 'medication' });
		expect(checkAllergy({ resourceType: 'AllergyIntolerance' }, order('amoxicillin'))).toMatchObject({ kind: 'cannot-check', why: 'nothing-recorded' });
	});

	test('a misspelling is not guessed', () => {
		expect(check('amoxycilin', 'amoxicillin')).toMatchObject({ kind: 'cannot-check', why: 'not-in-formulary', side: 'allergy' });
		expect(check('penicillin', 'penicillamine 250 mg')).toMatchObject({ kind: 'cannot-check', side: 'medication' });
	});

	test('one unknown part of a product makes it unsafe to call safe, and hides no clash', () => {
		const syrup = 'Acetaminophen 21.7 MG/ML / Dextromethorphan Hydrobromide 1 MG/ML / doxylamine succinate 0.417 MG/ML Oral Solution';
		expect(check('penicillin', syrup)).toMatchObject({ kind: 'cannot-check', why: 'partly-unknown', what: 'dextromethorphan, doxylamine' });
		expect(check('paracetamol', syrup).kind).toBe('clash');
	});

	test('a negated sentence is left to a person', () => {
		expect(check('not allergic to penicillin', 'amoxicillin')).toMatchObject({ kind: 'cannot-check', why: 'negated' });
	});

	test('a refuted, resolved or retracted allergy, and the statement that there is none, clash with nothing', () => {
		const of = (extras: object): FhirResource => ({ resourceType: 'AllergyIntolerance', code: { text: 'penicillin' }, ...extras });
		const status = (code: string) => ({ coding: [{ code }] });
		expect(checkAllergy(of({ verificationStatus: status('refuted') }), order('amoxicillin')).kind).toBe('safe');
		expect(checkAllergy(of({ verificationStatus: status('entered-in-error') }), order('amoxicillin')).kind).toBe('safe');
		expect(checkAllergy(of({ clinicalStatus: status('resolved') }), order('amoxicillin')).kind).toBe('safe');
		expect(checkAllergy(of({ verificationStatus: status('unconfirmed') }), order('amoxicillin')).kind).toBe('clash');
		expect(check('No known allergies', 'amoxicillin').kind).toBe('safe');
	});

	test('an intolerance stands beside the entry and does not interrupt', () => {
		expect(checkAllergy(allergyTo('ibuprofen', { type: 'intolerance' }), order('ibuprofen'))).toMatchObject({ kind: 'clash', severity: 'warning' });
	});

	test('codes count without any text, and a text that disagrees with its code adds to it', () => {
		const coded = (code: string, text?: string): FhirResource =>
			({ resourceType: 'AllergyIntolerance', code: { coding: [{ system: SNOMED, code }], ...(text === undefined ? {} : { text }) } });
		expect(checkAllergy(coded('91936005'), order('amoxicillin')).kind).toBe('clash');
		expect(checkAllergy(coded('91936005', 'ibuprofen'), order('diclofenac 50 mg')).kind).toBe('clash');
	});

	test('a medicine is read through its reference: contained, at hand, or by display', () => {
		const contained: FhirResource = {
			resourceType: 'MedicationRequest', contained: [{ resourceType: 'Medication', id: 'm', code: { text: 'amoxicillin' } }],
			medicationReference: { reference: '#m' }
		};
		const related: FhirResource = { resourceType: 'Medication', id: 'm1', ingredient: [{ itemCodeableConcept: { text: 'amoxicillin' } }] };
		const referring: FhirResource = { resourceType: 'MedicationRequest', medicationReference: { reference: 'Medication/m1', display: 'capsules' } };
		const displayed: FhirResource = { resourceType: 'MedicationRequest', medicationReference: { reference: 'Medication/x', display: 'Amoxicillin 500' } };
		expect(checkAllergy(allergyTo('penicillin'), contained).kind).toBe('clash');
		expect(checkAllergy(allergyTo('penicillin'), referring, medicineBook([related])).kind).toBe('clash');
		expect(checkAllergy(allergyTo('penicillin'), displayed).kind).toBe('clash');
	});
});
