/** How rows of the table name the words they rank: codes of a status, of a coded concept, of a flag. */
import { isObject } from '../../change/canonical.ts';
import type { GroupValue, Json } from '../../change/change.ts';
import { NONE, type Order } from './row.ts';

/** The code of a `code` element. */
export const codeIn = (value: GroupValue, element: string): string => {
	const code = value[element];
	return typeof code === 'string' ? code : NONE;
};

/** The first of the wanted codes among the codings of a CodeableConcept; else its first code, or its text; else `NONE`. */
export function conceptIn(value: GroupValue, element: string, wanted: readonly string[]): string {
	const concept = value[element];
	if (!isObject(concept)) return NONE;
	const codes = codesOf(concept);
	const [first] = codes;
	return wanted.find((code) => codes.includes(code)) ?? first ?? (typeof concept['text'] === 'string' ? concept['text'] : NONE);
}

/** All codes of a CodeableConcept. */
export function codesOf(concept: Json | undefined): readonly string[] {
	const codings = isObject(concept) ? concept['coding'] : null;
	if (!Array.isArray(codings)) return [];
	return codings.flatMap((coding: Json) => (isObject(coding) && typeof coding['code'] === 'string' ? [coding['code']] : []));
}

/** Ranks the values of a `code` element, the leading one first; an absent one comes last. */
export const byCode = (element: string, ranks: readonly string[]): Order => ({
	of: element, label: (value) => codeIn(value, element), ranks: [...ranks, NONE]
});

/** Ranks the codes of a CodeableConcept, the leading one first; an absent one comes last. */
export const byConcept = (element: string, ranks: readonly string[]): Order => ({
	of: element, label: (value) => conceptIn(value, element, ranks), ranks: [...ranks, NONE]
});

/**
 * The steps of a workflow, the furthest first, and which of them contradict each other. A retraction contradicts every step: that the
 * entry was made in error and that it went on cannot both hold, and neither may disappear behind the other.
 */
export function progress(element: string, steps: readonly string[], contradictions: readonly (readonly [string, string])[]): {
	readonly order: Order; readonly contradictions: readonly (readonly [string, string])[];
} {
	const retraction = steps.filter((step) => step !== RETRACTED).map((step) => [step, RETRACTED] as const);
	return { order: byCode(element, steps), contradictions: steps.includes(RETRACTED) ? [...contradictions, ...retraction] : contradictions };
}
const RETRACTED = 'entered-in-error';

/** Whether a status element has one of the codes that make an entry final. */
export const finalWhen = (element: string, codes: readonly string[]): { readonly of: string; readonly is: (value: GroupValue) => boolean } => ({
	of: `${element} is ${codes.join(' or ')}`, is: (value) => codes.includes(codeIn(value, element))
});
