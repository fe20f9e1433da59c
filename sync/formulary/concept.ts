/**
 * From a FHIR CodeableConcept or a text to the ingredients and classes it names.
 *
 * Codes of the table's systems, the displays of all codings and the text are read, and what they name is united: when a coding and
 * the text disagree, both count, because missing one is the dangerous direction. Invariant: `uncoded` is an answer, never an
 * empty list of ingredients that reads like "checked".
 */
import type { Json } from '../change/change.ts';
import type { LocalFormulary } from './local.ts';
import { isNegated, readNames, type Target } from './names.ts';
import { CLASSES, INGREDIENTS } from './table/index.ts';
import { RXNORM, SNOMED } from './formulary.ts';

export type Findings =
	| { readonly kind: 'found'; readonly ingredients: readonly string[]; readonly classes: readonly string[]; readonly unresolved: readonly string[]; readonly label: string }
	| { readonly kind: 'uncoded'; readonly why: 'nothing-recorded' | 'not-in-formulary' | 'negated'; readonly label: string };

const CODES: ReadonlyMap<string, Target> = buildCodes();

function buildCodes(): Map<string, Target> {
	const codes = new Map<string, Target>();
	for (const row of INGREDIENTS) {
		for (const code of row.rxnorm) codes.set(`${RXNORM}|${code}`, { ingredients: [row.inn], classes: [] });
		for (const code of row.snomed) codes.set(`${SNOMED}|${code}`, { ingredients: [row.inn], classes: [] });
	}
	for (const row of CLASSES) for (const code of row.snomed) codes.set(`${SNOMED}|${code}`, { ingredients: [], classes: [row.id] });
	return codes;
}

/** SNOMED's "Ampicillin and cloxacillin allergy", "Methyldopa and diuretic allergy" … resolve by their displays, not here. */
const codeTarget = (system: string, code: string): Target | undefined => CODES.get(`${system}|${code}`);

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value.trim() : '');

/** The texts and codes of a CodeableConcept, tolerating anything of a wrong type (it counts as absent). */
export function conceptParts(concept: Json | undefined): { texts: string[]; codes: { system: string; code: string }[] } {
	if (typeof concept === 'string') return { texts: concept.trim() === '' ? [] : [concept.trim()], codes: [] };
	const texts: string[] = [];
	const codes: { system: string; code: string }[] = [];
	if (!isObject(concept)) return { texts, codes };
	if (textOf(concept.text) !== '') texts.push(textOf(concept.text));
	for (const coding of Array.isArray(concept.coding) ? (concept.coding as readonly Json[]) : []) {
		if (!isObject(coding)) continue;
		const display = textOf(coding.display);
		if (display !== '' && !texts.includes(display)) texts.push(display);
		if (textOf(coding.code) !== '') codes.push({ system: textOf(coding.system), code: textOf(coding.code) });
	}
	return { texts, codes };
}

/**
 * What a CodeableConcept or text names.
 *
 * `unresolved` lists parts that no text or code accounts for; a text counts as accounted for when any other text or code of the
 * same concept resolves completely (they name one thing).
 */
export function findIngredients(concept: Json | undefined, local: LocalFormulary | null = null): Findings {
	const { texts, codes } = conceptParts(concept);
	const book = local?.found ?? BUILT_IN_FOUND;
	const name = `${texts.join('\n')}\t${codes.map(({ system, code }) => `${system}|${code}`).join('\n')}`;
	const known = book.get(name);
	if (known !== undefined) return known;
	if (book.size >= FOUND_MAX) book.clear();
	const found = read(texts, codes, local);
	book.set(name, found);
	return found;
}

/** Charts name few things many times, so what a concept names is kept, up to a limit. */
const BUILT_IN_FOUND = new Map<string, Findings>();
const FOUND_MAX = 4_096;

function read(texts: readonly string[], codes: readonly { readonly system: string; readonly code: string }[], local: LocalFormulary | null): Findings {
	const ingredients = new Set<string>();
	const classes = new Set<string>();
	let complete = false;
	const unresolved: string[] = [];
	for (const { system, code } of codes) {
		for (const target of [codeTarget(system, code), local?.codes.get(`${system}|${code}`)]) {
			if (target === undefined) continue;
			target.ingredients.forEach((inn) => ingredients.add(inn));
			target.classes.forEach((id) => classes.add(id));
			if ((target.unresolved ?? []).length === 0) complete = true;
			unresolved.push(...(target.unresolved ?? []));
		}
	}
	let negated = false;
	for (const text of texts) {
		if (isNegated(text)) { negated = true; continue; }
		const named = readNames(text, local?.names ?? null);
		named.ingredients.forEach((inn) => ingredients.add(inn));
		named.classes.forEach((id) => classes.add(id));
		if (named.ingredients.length + named.classes.length === 0) continue;
		if (named.unresolved.length === 0) complete = true;
		unresolved.push(...named.unresolved);
	}
	const label = texts[0] ?? codes[0]?.code ?? '';
	if (ingredients.size + classes.size === 0) {
		return { kind: 'uncoded', why: label === '' ? 'nothing-recorded' : negated ? 'negated' : 'not-in-formulary', label };
	}
	return {
		kind: 'found', ingredients: [...ingredients].sort(), classes: [...classes].sort(),
		unresolved: complete ? [] : [...new Set(unresolved)].sort(), label
	};
}
