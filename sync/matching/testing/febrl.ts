/**
 * Reads a Febrl data set (synthetic Australian records with known duplicates; P. Christen, Febrl, ANU; distributed with the Python
 * Record Linkage Toolkit) as chart identities. Names, birth date, suburb as village and the social security number as identifier are
 * used; street, postcode and state, which a rural register seldom has, are not. Records `rec-<n>-…` with the same n are one person.
 */
import type { Id } from '../../change/change.ts';
import type { ChartIdentity } from '../identity.ts';
import type { MatchedPair } from '../match.ts';

export function readFebrl(csv: string, options: { readonly identifiers: boolean } = { identifiers: true }): ChartIdentity[] {
	const [header = [], ...rows] = csv.trim().split('\n').map((line) => line.split(',').map((cell) => cell.trim()));
	return rows.map((cells) => {
		const cell = (name: string): string => cells[header.indexOf(name)] ?? '';
		const birth = cell('date_of_birth');
		return {
			site: 'febrl' as Id, chart: cell('rec_id') as Id, names: [`${cell('given_name')} ${cell('surname')}`.trim()],
			birthDate: birth === '' ? null : `${birth.slice(0, 4)}-${birth.slice(4, 6)}-${birth.slice(6, 8)}`, gender: null, village: cell('suburb') || null, phones: [],
			identifiers: options.identifiers && cell('soc_sec_id') !== '' ? [{ system: 'soc_sec_id', value: cell('soc_sec_id') }] : []
		};
	});
}

const personOf = (chart: string): string => chart.split('-')[1] ?? '';

/** Precision and recall of proposed pairs against all true pairs. */
export function score(charts: readonly ChartIdentity[], pairs: readonly MatchedPair[]): { precision: number; recall: number; f1: number; proposed: number; truth: number } {
	const people = new Map<string, number>();
	for (const { chart } of charts) people.set(personOf(chart), (people.get(personOf(chart)) ?? 0) + 1);
	const truth = [...people.values()].reduce((sum, n) => sum + (n * (n - 1)) / 2, 0);
	const right = pairs.filter(({ a, b }) => personOf(a.chart) === personOf(b.chart)).length;
	const precision = pairs.length === 0 ? 1 : right / pairs.length;
	const recall = truth === 0 ? 1 : right / truth;
	return { precision, recall, f1: (2 * precision * recall) / Math.max(1e-9, precision + recall), proposed: pairs.length, truth };
}
