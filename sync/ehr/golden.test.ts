/**
 * One readable file per anomaly: two or three charts in, the view out. The view in each file was read by a person; when a rule changes, the
 * file changes with it and is read again.
 */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../change/change.ts';
import { foldCharts } from '../merge/chart.ts';
import { reconcile } from './reconcile.ts';
import { changesOf, chartsOf, inWords, type WrittenChart } from './testing/ward.ts';
import { DISCREPANCY_KINDS } from './view.ts';

interface Golden { readonly title: string; readonly charts: readonly WrittenChart[]; readonly view: { readonly [part: string]: Json } }

const folder = new URL('./golden/', import.meta.url);
const cases = readdirSync(folder).filter((name) => name.endsWith('.json')).sort()
	.map((name) => ({ name: name.replace('.json', ''), ...(JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Golden) }));

describe('anomalies across linked charts', () => {
	test.each(cases)('$name: $title', ({ charts, view }) => {
		expect(inWords(reconcile(chartsOf(charts)), charts)).toEqual(view);
	});

	test.each(cases)('$name: any order of charts, entries and arrival gives the same view', ({ charts }) => {
		const expected = inWords(reconcile(chartsOf(charts)), charts);
		const changes = changesOf(charts);
		fc.assert(fc.property(fc.shuffledSubarray(changes, { minLength: changes.length }), fc.integer(), (shuffled, turn) => {
			const folded = [...foldCharts(shuffled)].sort((a, b) => (turn % 2 === 0 ? 1 : -1) * (a.site < b.site ? -1 : 1));
			expect(inWords(reconcile(folded), charts)).toEqual(expected);
		}), { seed: 20_260_101, numRuns: 12 });
	});

	test('every kind of discrepancy has a file; contested links have their own test', () => {
		const kinds = new Set(cases.flatMap(({ view }) => (view['discrepancies'] as readonly { readonly kind: string }[]).map(({ kind }) => kind)));
		expect(DISCREPANCY_KINDS.filter((kind) => !kinds.has(kind))).toEqual(['linked-and-not-same']);
	});
});
