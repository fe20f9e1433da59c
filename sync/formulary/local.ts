/**
 * A site's formulary edits, laid over the built-in table: which products go by which name here, what is not stocked, how a product is given.
 *
 * An edit is a MedicationKnowledge of the site's register chart. It can only add: a name that the table knows keeps what it stands for, a local
 * name is read beside the table and never instead of it, and no edit reaches classes, cross-reactions or contraindications. What an edit adds
 * is an ingredient of the table, so that all checks apply to it; an ingredient that the table lacks leaves the product partly unknown.
 * Two concurrent versions of one edit both count. An edit without a known ingredient adds no name: a product must not become readable, and
 * so "safe", by being listed.
 */
import type { Json } from '../change/change.ts';
import type { FhirResource } from '../fhir/resource.ts';
import { conceptParts, findIngredients, type Findings } from './concept.ts';
import { NameBook, type Target } from './names.ts';

export interface FormularyEdit {
	/** the product as people name it here */
	readonly label: string;
	readonly names: readonly string[];
	/** `system|code` */
	readonly codes: readonly string[];
	readonly contains: Target;
	/** false: marked as not stocked */
	readonly stocked: boolean;
	/** how it is given here: dose notes and preparation, as written */
	readonly notes: readonly string[];
}

/** names, codes and ingredients read from one edit: more is no product */
const PARTS_MAX = 64;
const TEXT_MAX = 200;

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } => typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]).slice(0, PARTS_MAX) : []);
const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value.trim().slice(0, TEXT_MAX) : '');

/** The edit that a MedicationKnowledge states; null when it names no product, or was entered in error. Total. */
export function formularyEdit(resource: FhirResource): FormularyEdit | null {
	if (resource.resourceType !== 'MedicationKnowledge' || resource['status'] === 'entered-in-error') return null;
	const { texts, codes } = conceptParts(resource['code']);
	const names = [...new Set([...texts, ...listOf(resource['synonym'])].map(textOf))].filter((name) => name !== '').slice(0, PARTS_MAX);
	const coded = codes.filter(({ system }) => system !== '').map(({ system, code }) => `${system}|${code}`).slice(0, PARTS_MAX);
	const label = names[0] ?? codes[0]?.code ?? '';
	if (label === '') return null;
	return { label, names, codes: coded, contains: contentsOf(resource), stocked: resource['status'] !== 'inactive', notes: notesOf(resource) };
}

function contentsOf(resource: FhirResource): Target {
	const found = listOf(resource['ingredient']).map((part): Findings => {
		const item = isObject(part) ? part['itemCodeableConcept'] : undefined;
		const reference = isObject(part) && isObject(part['itemReference']) ? part['itemReference']['display'] : undefined;
		return findIngredients(item ?? reference);
	});
	const known = found.filter((one) => one.kind === 'found');
	return {
		ingredients: [...new Set(known.flatMap(({ ingredients }) => ingredients))].sort(), classes: [...new Set(known.flatMap(({ classes }) => classes))].sort(),
		unresolved: [...new Set([...known.flatMap(({ unresolved }) => unresolved), ...found.flatMap((one) => (one.kind === 'uncoded' ? [one.label || 'an ingredient without a name'] : []))])].sort()
	};
}

function notesOf(resource: FhirResource): readonly string[] {
	const dosages = listOf(resource['administrationGuidelines']).flatMap((guideline) => (isObject(guideline) ? listOf(guideline['dosage']) : []))
		.flatMap((dosage) => (isObject(dosage) ? listOf(dosage['dosage']) : [])).map((dosage) => (isObject(dosage) ? textOf(dosage['text']) : ''));
	return [...new Set([textOf(resource['preparationInstruction']), ...dosages])].filter((note) => note !== '');
}

const isKnown = ({ ingredients, classes }: Target): boolean => ingredients.length + classes.length > 0;

/** The edits of the registers at hand, ready to be read with. Another set of edits is another object. */
export class LocalFormulary {
	readonly names = new NameBook();
	readonly codes: ReadonlyMap<string, Target>;
	/** what concepts were found to name, with these edits */
	readonly found = new Map<string, Findings>();
	readonly edits: readonly FormularyEdit[];

	constructor(edits: readonly FormularyEdit[]) {
		this.edits = edits;
		const codes = new Map<string, Target>();
		for (const { names, codes: own, contains } of edits) {
			if (!isKnown(contains)) continue;
			for (const name of names) this.names.list(name, contains);
			for (const code of own) codes.set(code, both(codes.get(code), contains));
		}
		this.codes = codes;
	}

	/** The edits about a product, by its codes or by one of its names as a whole: whether it is stocked here, and how it is given. */
	about(concept: Json | undefined): readonly FormularyEdit[] {
		const { texts, codes } = conceptParts(concept);
		const named = new Set(texts.map((text) => text.toLowerCase()));
		const coded = new Set(codes.map(({ system, code }) => `${system}|${code}`));
		return this.edits.filter((edit) => edit.codes.some((code) => coded.has(code)) || edit.names.some((name) => named.has(name.toLowerCase())));
	}
}

const both = (a: Target | undefined, b: Target): Target => (a === undefined ? b : {
	ingredients: [...new Set([...a.ingredients, ...b.ingredients])].sort(), classes: [...new Set([...a.classes, ...b.classes])].sort(),
	unresolved: [...new Set([...(a.unresolved ?? []), ...(b.unresolved ?? [])])].sort()
});

/** The overlay of these MedicationKnowledge resources (every reading of each); null when none of them is an edit. */
export function localFormulary(resources: readonly FhirResource[]): LocalFormulary | null {
	const edits = resources.flatMap((resource) => formularyEdit(resource) ?? []);
	return edits.length === 0 ? null : new LocalFormulary(edits);
}
