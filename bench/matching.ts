/**
 * Measures matching: precision and recall on the Febrl data sets (with `../shared/data/febrl` present), time for 20,000 made-up charts.
 * One line of JSON per figure; run with `npx tsx bench/matching.ts`.
 */
import { existsSync, readFileSync } from 'node:fs';
import type { PairProposal } from '../sync/device/api.ts';
import { findPairs, type FieldAgreement } from '../sync/matching/match.ts';
import { readFebrl, score } from '../sync/matching/testing/febrl.ts';
import { makeRegion } from '../sync/matching/testing/region.ts';

const FEBRL = new URL('../../shared/data/febrl/', import.meta.url);
const CHARTS = 20_000;

/** The two shapes are declared in two rooms; this line fails to compile when they part. */
export const sameShape = (fields: readonly FieldAgreement[]): PairProposal['fields'] => fields;

const rounded = (share: number): number => Math.round(share * 10_000) / 10_000;

for (const [set, name] of [['dataset3', 'matching-febrl3'], ['dataset1', 'matching-febrl1'], ['dataset2', 'matching-febrl2']] as const) {
	const file = new URL(`${set}.csv`, FEBRL);
	if (!existsSync(file)) { console.log(`${name}: skipped, ${set}.csv is not here`); continue; }
	for (const identifiers of [true, false]) {
		const charts = readFebrl(readFileSync(file, 'utf8'), { identifiers });
		const { pairs } = await findPairs(charts);
		const { precision, recall, f1, proposed, truth } = score(charts, pairs);
		const bench = identifiers ? name : `${name}-without-identifier`;
		console.log(JSON.stringify({ bench, precision: rounded(precision), recall: rounded(recall), f1: rounded(f1), proposed, truth }));
	}
}

const { charts, personOf } = makeRegion(CHARTS, 20_260_101);
const [started, cpuStarted] = [performance.now(), process.cpuUsage()];
const result = await findPairs(charts);
const seconds = (performance.now() - started) / 1000;
const cpu = process.cpuUsage(cpuStarted);
const right = result.pairs.filter(({ a, b }) => personOf.get(a.chart) === personOf.get(b.chart)).length;
const chartsOf = new Map<number, number>();
for (const person of personOf.values()) chartsOf.set(person, (chartsOf.get(person) ?? 0) + 1);
const truth = [...chartsOf.values()].filter((count) => count === 2).length;
console.log(JSON.stringify({
	bench: 'matching-20000-charts', saddlebag: rounded(seconds), cpu: rounded((cpu.user + cpu.system) / 1e6), unit: 's', goal: 10, compared: result.compared, precision: rounded(right / result.pairs.length), recall: rounded(right / truth)
}));
