/**
 * Medicines: what they contain, whether they are being given, and when two entries are one prescription.
 */
import { medicationIngredients, type MedicineBook } from '../../formulary/allergy.ts';
import type { Findings } from '../../formulary/concept.ts';
import type { FhirResource } from '../../fhir/resource.ts';
import { at, conceptKeys, dateOf, identifierKeys, nameOf, objectsIn, textOf } from '../read.ts';
import type { Source } from '../view.ts';
import { dosesDiffer, doseInWords, readDose, type Dose } from './dose.ts';
import { remembered, type FactRule } from './rule.ts';

const ORDER_ACTIVE = new Set(['active', 'on-hold', 'draft', 'unknown', '']);
const TAKING = new Set(['active', 'intended', 'on-hold', 'unknown', '']);

/** Whether the person is, or is meant to be, given this. A status nobody stated counts as active: the safe reading. */
export function isBeingGiven({ type, resource }: Source): boolean {
	if (resource['doNotPerform'] === true) return false;
	const status = textOf(resource['status']);
	if (type === 'MedicationRequest') return ORDER_ACTIVE.has(status) && textOf(resource['intent']) !== 'proposal';
	if (type === 'MedicationStatement') return TAKING.has(status);
	return false;
}

export const isOrder = ({ type }: Source): boolean => type === 'MedicationRequest';
export const MEDICATION_TYPES: readonly string[] = ['MedicationRequest', 'MedicationStatement'];

/** What an entry contains, read with the Medication resources of the same charts and the site's formulary edits. */
export function contentsOf(source: Source, book: MedicineBook): Findings {
	if (book.local === null && (source.resource['medicationCodeableConcept'] !== undefined || source.resource['medicationReference'] === undefined)) return conceptContents(source);
	let known = contentsIn.get(book);
	if (known === undefined) contentsIn.set(book, (known = new WeakMap()));
	let found = known.get(source.resource);
	if (found === undefined) known.set(source.resource, (found = medicationIngredients(source.resource, book)));
	return found;
}
/** What is found holds as long as the book. */
const contentsIn = new WeakMap<MedicineBook, WeakMap<FhirResource, Findings>>();
const conceptContents = remembered(({ resource }: Source): Findings => medicationIngredients(resource));
export const doseOf: (source: Source) => Dose = remembered(({ resource }) => readDose(resource));

export function drugOf({ resource }: Source): string {
	return nameOf(resource['medicationCodeableConcept']) || textOf(at(resource['medicationReference'], 'display')) || nameOf(at(resource['contained'], 0, 'code'));
}

/** Key of the ingredients alone, whatever name each site uses for the product. */
export function ingredientKey(found: Findings): string | null {
	return found.kind === 'found' && found.unresolved.length === 0 ? [...found.ingredients, ...found.classes].join(' + ') : null;
}

/** A brand of the site's formulary, and a Medication that an entry refers to, are what they contain. */
const keys = (source: Source, book: MedicineBook): readonly string[] => {
	const ingredients = ingredientKey(contentsOf(source, book));
	// One prescription of three drugs has one number: it never makes them one.
	return [...(ingredients === null ? [] : [`ingredients ${ingredients}`]), ...names(source)];
};
const names = remembered(({ resource }: Source): readonly string[] => conceptKeys(resource['medicationCodeableConcept']));

const when = remembered(({ resource }: Source): string =>
	dateOf(resource['authoredOn']) || dateOf(resource['effectiveDateTime']) || dateOf(at(resource['effectivePeriod'], 'start')) || dateOf(resource['dateAsserted']));
const numbers = remembered(({ resource }: Source): readonly string[] => identifierKeys(resource['identifier']));

const shareIdentifier = (a: Source, b: Source): boolean => {
	const known = numbers(b);
	return known.length > 0 && numbers(a).some((key) => known.includes(key));
};

/**
 * One prescription told twice: it has the same number, or the same day and nothing that speaks against the same dose. Any other two orders of
 * one ingredient stay two orders, which is what the check for duplicate orders is about.
 */
const samePrescription = (a: Source, b: Source): boolean =>
	shareIdentifier(a, b) || (when(a) !== '' && when(a) === when(b) && dosesDiffer(doseOf(a), doseOf(b)) !== true && routesFit(a, b) && !regularBesideSingle(doseOf(a), doseOf(b)));

/** Drops for the eye and an injection are two orders. */
const routes = remembered(({ resource }: Source): readonly string[] => objectsIn(resource['dosageInstruction'] ?? resource['dosage']).flatMap((dosage) => conceptKeys(dosage['route'])));
const routesFit = (a: Source, b: Source): boolean => {
	const [x, y] = [routes(a), routes(b)];
	return x.length === 0 || y.length === 0 || x.some((key) => y.includes(key));
};

/** Twice a day and another amount when needed: two orders, however little their amounts can be compared. */
const regularBesideSingle = (a: Dose, b: Dose): boolean => (a.daily !== null && b.daily === null && b.single !== null) || (b.daily !== null && a.daily === null && a.single !== null);

const rule = (type: string, reason: string): FactRule => ({
	type, keys, readsMedicines: true, same: samePrescription, leads: (source) => (isBeingGiven(source) ? 0 : 1),
	differences: [
		{ kind: 'status-differs', element: 'status', severity: 'warning', says: ({ resource }) => textOf(resource['status']), facts: (lead) => ({ drug: drugOf(lead) }) },
		{
			kind: 'dose-differs', element: 'dosageInstruction', severity: 'warning',
			says: (source) => doseInWords(doseOf(source)), differ: (a, b) => dosesDiffer(doseOf(a), doseOf(b)), facts: (lead) => ({ drug: drugOf(lead) })
		}
	],
	twice: { severity: type === 'MedicationRequest' ? 'warning' : 'info', facts: (lead) => ({ drug: drugOf(lead) }) },
	sameWhen: 'they contain the same ingredients (the site\'s formulary and the products they refer to included), or share a code or name, and have the same number, or the same day and no different dose or route, nor a regular one beside a single one',
	leadsWhen: 'being given before stopped, then the latest',
	reason
});

export const PRESCRIPTIONS: FactRule = rule('MedicationRequest', 'A prescription on two lists is dispensed twice; one stopped here and continued there, or of another dose, needs a prescriber.');
export const MEDICINES_TAKEN: FactRule = rule('MedicationStatement', 'What the person says she takes is noted at every visit; a list with each note on it hides what she stopped taking.');
