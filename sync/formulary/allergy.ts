/**
 * May this medicine be given to a person with this allergy? Three answers, none of them silent: a clash (what, through what, how
 * urgent, on which source), safe, or cannot-check with the reason.
 *
 * Safe is said only when everything both sides name is in the table and nothing connects them. An entry that names something
 * unknown is never safe; a clash among the known parts still counts.
 */
import type { Json } from '../change/change.ts';
import type { FhirResource } from '../fhir/resource.ts';
import { statedAbsence } from './absence.ts';
import { findIngredients, type Findings } from './concept.ts';
import type { Ingredient, IngredientClass, Severity } from './formulary.ts';
import type { LocalFormulary } from './local.ts';
import { CLASSES, CROSS_REACTIONS, INGREDIENTS, NO_CROSS_REACTIONS, SOURCES } from './table/index.ts';

export interface Clash {
	readonly how: 'same-ingredient' | 'same-class' | 'cross-reaction';
	/** what the allergy names, as INN or class label */
	readonly substance: string;
	/** what the medicine contains */
	readonly drug: string;
	/** the ingredient, class or cross-reaction that connects them */
	readonly via: string;
	readonly severity: Severity;
	/** why, where the table says more than the class */
	readonly why: string;
	/** full citations */
	readonly sources: readonly string[];
}

export type AllergyCheck =
	| { readonly kind: 'clash'; readonly severity: Severity; readonly clashes: readonly Clash[] }
	| { readonly kind: 'safe'; readonly notes: readonly string[] }
	| { readonly kind: 'cannot-check'; readonly why: CannotCheck; readonly side: 'allergy' | 'medication'; readonly what: string };

export type CannotCheck = 'nothing-recorded' | 'not-in-formulary' | 'negated' | 'partly-unknown';

const RANK: { readonly [severity in Severity]: number } = { critical: 0, warning: 1, info: 2 };
const HOW_RANK = { 'same-ingredient': 0, 'same-class': 1, 'cross-reaction': 2 } as const;

const BY_INN: ReadonlyMap<string, Ingredient> = new Map(INGREDIENTS.map((row) => [row.inn, row]));
const BY_CLASS: ReadonlyMap<string, IngredientClass> = new Map(CLASSES.map((row) => [row.id, row]));

/** An ingredient or a class, with the classes it belongs to. Terms of the cross-reaction table: `=inn` or a class id. */
interface Term { readonly label: string; readonly inn: string | null; readonly classes: readonly string[]; readonly source: string }

function termsOf(found: Extract<Findings, { kind: 'found' }>): Term[] {
	const ingredients = found.ingredients.map((inn): Term => {
		const row = BY_INN.get(inn);
		return { label: inn, inn, classes: row?.classes ?? [], source: row?.source ?? '' };
	});
	// A class beside one of its own members ("Penicillin | penicillin V") still stands for the whole class.
	const classes = found.classes.map((id): Term => {
		const row = BY_CLASS.get(id);
		return { label: row?.names[0] ?? row?.label ?? id, inn: null, classes: [id], source: row?.source ?? '' };
	});
	return [...ingredients, ...classes];
}

const matches = (term: Term, side: string): boolean => (side.startsWith('=') ? term.inn === side.slice(1) : term.classes.includes(side));
const cite = (...keys: string[]): string[] => [...new Set(keys)].flatMap((key) => SOURCES.get(key) ?? []);

/** All connections between one allergen and one ingredient, the strongest first; empty when there is none. */
function connect(allergen: Term, drug: Term): Clash[] {
	const base = { substance: allergen.label, drug: drug.label };
	if (allergen.inn !== null && allergen.inn === drug.inn) {
		return [{ ...base, how: 'same-ingredient', via: allergen.inn, severity: 'critical', why: '', sources: cite(allergen.source) }];
	}
	const clashes: Clash[] = [];
	for (const id of allergen.classes) {
		const row = BY_CLASS.get(id);
		if (row === undefined || !drug.classes.includes(id)) continue;
		// An allergy recorded to the class itself counts against every member; among members the class says how they react.
		if (allergen.inn === null) clashes.push({ ...base, how: 'same-class', via: row.label, severity: 'critical', why: '', sources: cite(row.source) });
		else if (row.within !== null) {
			clashes.push({ ...base, how: 'same-class', via: row.label, severity: row.within.severity, why: '', sources: cite(row.within.source) });
		}
	}
	for (const cross of CROSS_REACTIONS) {
		const hit = (matches(allergen, cross.a) && matches(drug, cross.b)) || (matches(allergen, cross.b) && matches(drug, cross.a));
		if (!hit) continue;
		clashes.push({ ...base, how: 'cross-reaction', via: cross.id, severity: cross.severity, why: cross.why, sources: cite(cross.source) });
	}
	return clashes.sort((x, y) => RANK[x.severity] - RANK[y.severity] || HOW_RANK[x.how] - HOW_RANK[y.how] || (x.via < y.via ? -1 : 1)).slice(0, 1);
}

/**
 * Checks what an allergy names against what a medicine contains.
 *
 * Per pair of terms the strongest connection counts. A class of the drug side that has no closer data ("penicillin tablets") is
 * treated as any of its members.
 */
export function checkSubstances(allergy: Findings, medication: Findings): AllergyCheck {
	if (allergy.kind === 'uncoded') return { kind: 'cannot-check', why: allergy.why, side: 'allergy', what: allergy.label };
	if (medication.kind === 'uncoded') return { kind: 'cannot-check', why: medication.why, side: 'medication', what: medication.label };
	const clashes: Clash[] = [];
	const notes: string[] = [];
	for (const allergen of termsOf(allergy)) {
		for (const drug of termsOf(medication)) {
			clashes.push(...connect(allergen, drug));
			for (const none of NO_CROSS_REACTIONS) {
				const hit = (matches(allergen, none.a) && matches(drug, none.b)) || (matches(allergen, none.b) && matches(drug, none.a));
				if (hit) notes.push(`${none.why} (${cite(none.source).join('; ')})`);
			}
		}
	}
	if (clashes.length > 0) {
		clashes.sort((x, y) => RANK[x.severity] - RANK[y.severity] || HOW_RANK[x.how] - HOW_RANK[y.how]
			|| (`${x.substance} ${x.drug}` < `${y.substance} ${y.drug}` ? -1 : 1));
		return { kind: 'clash', severity: clashes[0]?.severity ?? 'critical', clashes };
	}
	if (allergy.unresolved.length > 0) return { kind: 'cannot-check', why: 'partly-unknown', side: 'allergy', what: allergy.unresolved.join(', ') };
	if (medication.unresolved.length > 0) return { kind: 'cannot-check', why: 'partly-unknown', side: 'medication', what: medication.unresolved.join(', ') };
	return { kind: 'safe', notes: [...new Set(notes)].sort() };
}

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);

/** Codes of a CodeableConcept, whatever their system: for the small HL7 status code systems. */
function statusCodes(concept: Json | undefined): string[] {
	if (!isObject(concept)) return [];
	return listOf(concept.coding).flatMap((coding) => (isObject(coding) && typeof coding.code === 'string' ? [coding.code] : []));
}

/** Whether an AllergyIntolerance is in force: not refuted, entered in error, inactive or resolved, and not a statement of absence. */
export function isAllergyInForce(allergy: FhirResource): boolean {
	if (statusCodes(allergy.verificationStatus).some((code) => code === 'refuted' || code === 'entered-in-error')) return false;
	if (statusCodes(allergy.clinicalStatus).some((code) => code === 'inactive' || code === 'resolved')) return false;
	return statedAbsence(allergy.code) === null;
}

/** What an AllergyIntolerance is to: its code, and the substances of its reactions. */
export function allergens(allergy: FhirResource, local: LocalFormulary | null = null): Findings {
	const findings = [findIngredients(allergy.code, local), ...listOf(allergy.reaction).flatMap((reaction) =>
		isObject(reaction) && reaction.substance !== undefined ? [findIngredients(reaction.substance, local)] : [])];
	return unite(findings);
}

/** What a medicine is read with: the Medication resources at hand by id, and the site's own formulary edits. */
export interface MedicineBook {
	readonly related: ReadonlyMap<string, FhirResource>;
	readonly local: LocalFormulary | null;
}
const EMPTY_BOOK: MedicineBook = { related: new Map(), local: null };

/** A book of these Medications; of two with one id the first counts. */
export function medicineBook(resources: readonly FhirResource[], local: LocalFormulary | null = null): MedicineBook {
	const byId = new Map<string, FhirResource>();
	for (const resource of resources) if (resource.resourceType === 'Medication' && resource.id !== undefined && !byId.has(resource.id)) byId.set(resource.id, resource);
	return { related: byId, local };
}

/**
 * What a MedicationRequest, MedicationStatement, MedicationAdministration or Medication contains. A reference is followed into `contained`, else
 * into the Medication resources at hand, else its display is read.
 */
export function medicationIngredients(medication: FhirResource, book: MedicineBook = EMPTY_BOOK): Findings {
	const { related, local } = book;
	if (medication.resourceType === 'Medication') return medicationContents(medication, local);
	if (medication.medicationCodeableConcept !== undefined) return findIngredients(medication.medicationCodeableConcept, local);
	const reference = medication.medicationReference;
	if (!isObject(reference)) return findIngredients(undefined);
	const target = typeof reference.reference === 'string' ? reference.reference : '';
	const contained = listOf(medication.contained).find((item) => isObject(item) && `#${String(item.id)}` === target);
	if (isObject(contained)) return medicationContents(contained, local);
	const found = related.get(target.slice(target.lastIndexOf('/') + 1));
	return found === undefined || !/(?:^|\/)Medication\/[^/]+$/u.test(target) ? findIngredients(reference.display, local) : medicationContents(found, local);
}

function medicationContents(medication: { readonly [key: string]: Json }, local: LocalFormulary | null): Findings {
	const parts = listOf(medication.ingredient).flatMap((item) =>
		isObject(item) && item.itemCodeableConcept !== undefined ? [findIngredients(item.itemCodeableConcept, local)] : []);
	return unite([findIngredients(medication.code, local), ...parts]);
}

/** Several statements about one thing: what any names counts; it is uncoded only when none names anything. */
function unite(findings: readonly Findings[]): Findings {
	const found = findings.filter((finding) => finding.kind === 'found');
	const [first] = findings;
	if (found.length === 0) return first ?? { kind: 'uncoded', why: 'nothing-recorded', label: '' };
	return {
		kind: 'found',
		ingredients: [...new Set(found.flatMap((finding) => finding.ingredients))].sort(),
		classes: [...new Set(found.flatMap((finding) => finding.classes))].sort(),
		unresolved: [...new Set(found.flatMap((finding) => finding.unresolved))].sort(),
		label: first?.label || found[0]?.label || ''
	};
}

/**
 * Checks an AllergyIntolerance against a medication resource. An allergy that is refuted, resolved or entered in error, and a
 * statement that there is none, clash with nothing.
 */
export function checkAllergy(allergy: FhirResource, medication: FhirResource, book: MedicineBook = EMPTY_BOOK): AllergyCheck {
	if (!isAllergyInForce(allergy)) return { kind: 'safe', notes: [] };
	const check = checkSubstances(allergens(allergy, book.local), medicationIngredients(medication, book));
	// An intolerance is not an immune reaction: it is shown beside the entry and does not interrupt.
	if (check.kind !== 'clash' || allergy.type !== 'intolerance') return check;
	const clashes = check.clashes.map((clash) => (clash.severity === 'critical' ? { ...clash, severity: 'warning' as const } : clash));
	return { kind: 'clash', severity: check.severity === 'critical' ? 'warning' : check.severity, clashes };
}
