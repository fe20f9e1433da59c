import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../change/change.ts';
import type { FhirResource } from '../fhir/resource.ts';
import { allergens, checkAllergy, checkSubstances, medicationIngredients, medicineBook } from './allergy.ts';
import { findIngredients } from './concept.ts';
import { formularyEdit, localFormulary, type LocalFormulary } from './local.ts';
import { pregnancyConcerns } from './pregnancy.ts';
import { COMBINATIONS, INGREDIENTS } from './table/index.ts';

const product = (name: string, ingredients: readonly string[], more: { readonly [element: string]: Json } = {}): FhirResource => ({
	resourceType: 'MedicationKnowledge', code: { text: name }, ...(ingredients.length === 0 ? {} : { ingredient: ingredients.map((text) => ({ itemCodeableConcept: { text } })) }), ...more
});
const order = (text: string): FhirResource => ({ resourceType: 'MedicationRequest', status: 'active', medicationCodeableConcept: { text } });
const allergyTo = (text: string): FhirResource => ({ resourceType: 'AllergyIntolerance', code: { text } });
const check = (allergy: string, medicine: string, local: LocalFormulary | null) => checkAllergy(allergyTo(allergy), order(medicine), medicineBook([], local));

describe('a site\'s formulary edits', () => {
	test('a local brand is read as what it contains, so that its alerts are raised', () => {
		const local = localFormulary([product('Zedcillin', ['amoxicillin'], { synonym: ['Zed forte'], code: { text: 'Zedcillin', coding: [{ system: 'urn:store', code: 'Z-17' }] } })]);
		expect(check('penicillin', 'Zedcillin 500 mg', null).kind).toBe('cannot-check');
		expect(check('penicillin', 'Zedcillin 500 mg', local)).toMatchObject({ kind: 'clash', severity: 'critical' });
		expect(check('penicillin', 'zed forte capsules', local).kind).toBe('clash');
		expect(checkAllergy(allergyTo('penicillin'), { ...order('x'), medicationCodeableConcept: { coding: [{ system: 'urn:store', code: 'Z-17' }] } }, medicineBook([], local)).kind).toBe('clash');
		expect(check('peanut', 'Zedcillin', local).kind).toBe('safe');
	});

	test('an ingredient that the table lacks leaves the product partly unknown, and one without any adds no name', () => {
		expect(check('peanut', 'Zedmix', localFormulary([product('Zedmix', ['amoxicillin', 'bitter root'])]))).toMatchObject({ kind: 'cannot-check', why: 'partly-unknown', what: 'bitter root' });
		expect(check('peanut', 'Zedroot', localFormulary([product('Zedroot', ['bitter root'])]))).toMatchObject({ kind: 'cannot-check', why: 'not-in-formulary' });
		expect(check('peanut', 'Zedless', localFormulary([product('Zedless', [])])).kind).toBe('cannot-check');
	});

	test('two concurrent versions of an edit both count', () => {
		const local = localFormulary([product('Zed', ['amoxicillin']), product('Zed', ['paracetamol'])]);
		expect(check('penicillin', 'Zed', local).kind).toBe('clash');
		expect(check('paracetamol', 'Zed', local).kind).toBe('clash');
	});

	test('what is not stocked, and how it is given here, is told and changes no check', () => {
		const local = localFormulary([product('Amoxicillin 250 mg', ['amoxicillin'], { status: 'inactive', administrationGuidelines: [{ dosage: [{ type: { text: 'local' }, dosage: [{ text: 'dissolve in 5 mL' }] }] }] })]);
		expect(local?.about({ text: 'amoxicillin 250 MG' })).toMatchObject([{ stocked: false, notes: ['dissolve in 5 mL'] }]);
		expect(check('penicillin', 'Amoxicillin 250 mg', local).kind).toBe('clash');
	});

	test('an edit that was entered in error, or that names nothing, is none', () => {
		expect(formularyEdit(product('Zed', ['amoxicillin'], { status: 'entered-in-error' }))).toBeNull();
		expect(formularyEdit({ resourceType: 'MedicationKnowledge' })).toBeNull();
		expect(localFormulary([{ resourceType: 'Medication', code: { text: 'Zed' } }])).toBeNull();
	});
});

describe('no edit takes away what the table protects from', () => {
	/** Edits that an adversary, or a tired storekeeper, could write: listed names under other ingredients, longer names around them. */
	const names = fc.oneof(fc.constantFrom(...INGREDIENTS.flatMap(({ inn, names: others }) => [inn, ...others]), ...COMBINATIONS.flatMap((row) => row.names)), fc.constantFrom('tablet', 'mg', 'penicillin', 'forte', 'no', ''));
	const edit = fc.record({ name: fc.array(names, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(' ')), contains: fc.array(fc.constantFrom(...INGREDIENTS.map(({ inn }) => inn), 'bitter root'), { maxLength: 2 }), status: fc.constantFrom('active', 'inactive') });

	test('every ingredient, class, clash and pregnancy concern of the bare table is there with any edits', () => {
		fc.assert(fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), names, names, (edits, allergen, medicine) => {
			const local = localFormulary(edits.map(({ name, contains, status }) => product(name, contains, { status })));
			for (const text of [allergen, `${medicine} 500 mg`, ...edits.map(({ name }) => name)]) {
				const [bare, edited] = [findIngredients({ text }), findIngredients({ text }, local)];
				if (bare.kind !== 'found') continue;
				expect(edited).toMatchObject({ kind: 'found', ingredients: expect.arrayContaining([...bare.ingredients]) as Json, classes: expect.arrayContaining([...bare.classes]) as Json });
				for (const concern of pregnancyConcerns(bare)) expect(pregnancyConcerns(edited)).toContainEqual(concern);
			}
			const bare = checkSubstances(allergens(allergyTo(allergen)), medicationIngredients(order(medicine)));
			const edited = checkSubstances(allergens(allergyTo(allergen), local), medicationIngredients(order(medicine), medicineBook([], local)));
			if (bare.kind === 'clash') {
				expect(edited.kind).toBe('clash');
				if (edited.kind === 'clash') for (const clash of bare.clashes) expect(edited.clashes).toContainEqual(clash);
			}
		}), { seed: 20_260_109, numRuns: 400 });
	});

	test('any JSON as an edit is read or passed over, never an error', () => {
		fc.assert(fc.property(fc.dictionary(fc.constantFrom('code', 'synonym', 'ingredient', 'status', 'administrationGuidelines', 'preparationInstruction'), fc.jsonValue()), (elements) => {
			const local = localFormulary([{ ...(elements as { readonly [element: string]: Json }), resourceType: 'MedicationKnowledge' }]);
			expect(() => findIngredients({ text: 'amoxicillin' }, local)).not.toThrow();
		}), { seed: 20_260_110, numRuns: 300 });
	});
});
