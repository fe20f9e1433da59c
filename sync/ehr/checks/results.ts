/**
 * Results of one specimen that contradict each other. The same specimen (its number, or the order it was taken for) has one value of a test:
 * two that differ beyond rounding and conversion mean a mixed-up tube, a typing error or an amended report that one site has not seen.
 */
import { compared } from '../compared.ts';
import { discrepancy } from '../discrepancy.ts';
import { hasOrigin, measurementsOf, numbersById, originsOf, resultsDiffer, type Measurement } from '../facts/results.ts';
import type { Discrepancy, Source } from '../view.ts';
import { factsOf, ofFact, type Check } from './gathered.ts';

const withOrigin = ofFact((fact): readonly Source[] => fact.filter(hasOrigin));

export const contradictingResults: Check = (gathered) => {
	const results: Source[] = [];
	for (const fact of factsOf(gathered, 'Observation')) results.push(...withOrigin(fact));
	if (results.length < 2) return [];
	const [specimens, orders] = ['Specimen', 'ServiceRequest'].map((type) => numbersById(factsOf(gathered, type).flat()));
	if (specimens === undefined || orders === undefined) return [];
	const together = new Map<string, Map<string, Measurement[]>>();
	for (const source of results) {
		for (const origin of originsOf(source, specimens, orders)) {
			for (const one of measurementsOf(source)) for (const key of one.keys) file(together, `${origin} of ${key}`, one);
		}
	}
	const found = new Map<string, Discrepancy>();
	for (const byText of together.values()) {
		for (const made of contradictions(byText)) if (!found.has(made.id)) found.set(made.id, made);
	}
	return [...found.values()];
};

/** By what was found: many copies of a few results are compared once each. */
function file(together: Map<string, Map<string, Measurement[]>>, key: string, one: Measurement): void {
	let byText = together.get(key);
	if (byText === undefined) together.set(key, (byText = new Map()));
	const known = byText.get(one.text);
	if (known === undefined) byText.set(one.text, [one]);
	else known.push(one);
}

function contradictions(byText: ReadonlyMap<string, readonly Measurement[]>): readonly Discrepancy[] {
	if (byText.size < 2) return [];
	const texts = [...byText].sort(([a], [b]) => (a < b ? -1 : 1));
	const { apart, unlike } = compared(texts, ([, [a]], [, [b]]) => (a === undefined || b === undefined ? null : resultsDiffer(a, b)));
	const [kind, severity, said] = apart.length > 0 ? (['results-contradict', 'warning', apart] as const) : (['cannot-compare', 'info', unlike] as const);
	if (said.length === 0) return [];
	const [first] = said[0]?.[1] ?? [];
	const finding = first?.name ?? '';
	const values = said.map(([text]) => text).join(' | ');
	return [discrepancy(kind, severity, said.flatMap(([, all]) => all.map(({ source }) => source)), { finding, values, element: first?.element ?? 'value' }, [], `value ${finding}`)];
}
