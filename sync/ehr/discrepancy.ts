/**
 * Making discrepancies: a stable id from the kind and what it is about, sources in one order, facts as plain texts.
 *
 * The id names what is said, not only between whom: an order of a mildly clashing drug that is changed to a gravely clashing one is
 * another discrepancy, so that whoever compares the alerts before and after a change sees it as new.
 */
import { byRecency, bySource } from './sources.ts';
import type { Discrepancy, DiscrepancyKind, Severity, Source } from './view.ts';

/** Longer texts from a payload are cut in facts: they go into a sentence. */
const FACT_MAX = 200;

export function discrepancy(
	kind: DiscrepancyKind, severity: Severity, between: readonly Source[], facts: { readonly [name: string]: string } = {}, basis: readonly string[] = [], about = ''
): Discrepancy {
	// One entry may speak through several of its writers; it is one entry all the same, and stands here through the latest.
	const byEntry = new Map([...between].sort(byRecency).reverse().map((source) => [`${source.site}/${source.chart}/${source.id}`, source]));
	const sources = [...byEntry.values()].sort(bySource);
	const ids = [...new Set(sources.map(({ id }) => id))].sort();
	const named = about.slice(0, FACT_MAX);
	const short = Object.fromEntries(Object.entries(facts).filter(([, text]) => text !== '').map(([name, text]) => [name, text.slice(0, FACT_MAX)]));
	return { id: [kind, ...(named === '' ? [] : [named]), ...ids].join('/'), kind, subject: subjectOf(kind, short), severity, facts: short, between: sources, basis: [...new Set(basis)].sort() };
}

/** Differing elements of the same entries are answered one by one; a value that changes moves heads, and needs no name of its own. */
const subjectOf = (kind: DiscrepancyKind, facts: { readonly [name: string]: string }): string => [kind, facts['element'] ?? facts['group'] ?? ''].filter((part) => part !== '').join('/');

const RANK: { readonly [severity in Severity]: number } = { critical: 0, warning: 1, info: 2 };
/** Gravest first, then by id. */
export const byGravity = (a: Discrepancy, b: Discrepancy): number => RANK[a.severity] - RANK[b.severity] || (a.id < b.id ? -1 : a.id > b.id ? 1 : placeOf(a) < placeOf(b) ? -1 : placeOf(a) > placeOf(b) ? 1 : 0);
const placeOf = ({ between: [first] }: Discrepancy): string => (first === undefined ? '' : `${first.site}/${first.chart}`);
