/**
 * May this medicine be given in pregnancy? The concerns of the table, gravest first; none where the table has none, which is not "safe": a
 * product that cannot be read is reported by the allergy check as unread.
 */
import type { Findings } from './concept.ts';
import type { Ingredient, PregnancyRow, Severity } from './formulary.ts';
import { INGREDIENTS, PREGNANCY, SOURCES } from './table/index.ts';

export interface PregnancyConcern {
	/** the ingredient or class of the medicine */
	readonly drug: string;
	readonly severity: Severity;
	readonly why: string;
	/** full citations */
	readonly sources: readonly string[];
}

const RANK: { readonly [severity in Severity]: number } = { critical: 0, warning: 1, info: 2 };
const BY_INN: ReadonlyMap<string, Ingredient> = new Map(INGREDIENTS.map((row) => [row.inn, row]));

export function pregnancyConcerns(medication: Findings): readonly PregnancyConcern[] {
	if (medication.kind !== 'found') return [];
	const concerns = PREGNANCY.flatMap((row) => {
		const drug = hit(row, medication);
		return drug === null ? [] : [{ drug, severity: row.severity, why: row.why, sources: [SOURCES.get(row.source) ?? ''].filter((source) => source !== '') }];
	});
	return concerns.sort((a, b) => RANK[a.severity] - RANK[b.severity] || (a.drug < b.drug ? -1 : a.drug > b.drug ? 1 : 0));
}

/** The ingredient by which a row is about a medicine; a medicine known by its class alone counts as a member of it. */
function hit(row: PregnancyRow, { ingredients, classes }: Extract<Findings, { kind: 'found' }>): string | null {
	if (row.on.startsWith('=')) return ingredients.includes(row.on.slice(1)) ? row.on.slice(1) : null;
	const member = ingredients.find((inn) => !(row.except ?? []).includes(inn) && BY_INN.get(inn)?.classes.includes(row.on) === true);
	return member ?? (classes.includes(row.on) ? row.on.replaceAll('-', ' ') : null);
}
