/**
 * Measures the EHR view of four linked charts with 2,000 entries: first reading, one new change into it, and nothing new. `npx tsx bench/ehr.ts`.
 *
 * Medians of many runs, by wall clock and by processor time (on a busy machine the first says little). Each first reading is of charts
 * that were folded anew, so that nothing read from a state before is left; texts that name the same medicines were read before, as in any app
 * that has been open for a while. The very first reading of the process is told beside it.
 */
import type { VerifiedChange } from '../sync/change/change.ts';
import { reconcile } from '../sync/ehr/reconcile.ts';
import { SharedRecord } from '../sync/ehr/shared-record.ts';
import { changesOf, chartsOf } from '../sync/ehr/testing/ward.ts';
import { fakeHash } from '../sync/merge/cast.ts';
import { ChartFold } from '../sync/merge/chart.ts';
import { makeChart } from './clinic-life.ts';
import { median, printFigures } from './report.ts';

const SITES = ['A', 'B', 'C', 'D'];
const RUNS = process.argv.includes('--quick') ? 8 : 25;
const WARM_UP = 6;

interface Timed { readonly wall: number; readonly cpu: number }

/** Milliseconds. */
function timed(work: () => void): Timed {
	const [started, before] = [performance.now(), process.cpuUsage()];
	work();
	const wall = performance.now() - started;
	const { user, system } = process.cpuUsage(before);
	return { wall, cpu: (user + system) / 1e3 };
}

/** An edit of an entry by somebody who saw it: its clock moves, its groups are written again. */
function again(signed: VerifiedChange, n: number): VerifiedChange {
	const { create: _, ...change } = signed.change;
	return { ...signed, id: fakeHash(`again ${String(n)}`), change: { ...change, deps: [signed.id], seq: change.seq + 1, prev: signed.id } };
}

const charts = (seed: number) => chartsOf(SITES.map((site, at) => makeChart(site, seed + at)));
const cold = timed(() => { reconcile(charts(1)); });
const first: Timed[] = [];
for (let run = 0; run < RUNS + WARM_UP; run++) {
	const folded = charts(100 + 10 * run);
	const one = timed(() => { reconcile(folded); });
	if (run >= WARM_UP) first.push(one);
}

const all = changesOf(SITES.map((site, at) => makeChart(site, 5_000 + at)));
const [lead] = all;
if (lead === undefined) throw new Error('no charts were made');
const fold = new ChartFold(lead.change.site, lead.change.chart);
fold.applyAll(all);
const others = chartsOf(SITES.slice(1).map((site, at) => makeChart(site, 5_001 + at)));
const record = new SharedRecord();
record.view([fold.chart, ...others]);
const own = all.filter(({ change }) => change.site === lead.change.site);
const changed: Timed[] = [];
const wholes: Timed[] = [];
for (const [n, signed] of own.entries()) {
	fold.apply(again(signed, n));
	const one = timed(() => { record.view([fold.chart, ...others]); });
	if (n >= WARM_UP) changed.push(one);
	if (n % 50 === 0) wholes.push(timed(() => { reconcile([fold.chart, ...others]); }));
}
const still = Array.from({ length: 50 }, () => timed(() => { record.view([fold.chart, ...others]); }));

const wall = (times: readonly Timed[]): number => median(times.map((time) => time.wall));
const cpu = (times: readonly Timed[]): number => median(times.map((time) => time.cpu));
const entries = record.view([fold.chart, ...others]).items.reduce((sum, { sources }) => sum + sources.length, 0);
printFigures([
	{ bench: `EHR view of 4 charts, ${String(entries)} entries, first reading`, unit: 'ms', saddlebag: wall(first), peer: null, goal: 'under 50 ms', met: wall(first) < 50, runs: first.length },
	{ bench: 'the same by processor time', unit: 'ms', saddlebag: cpu(first), peer: null, goal: null, met: null, runs: first.length },
	{ bench: 'the very first reading of the process', unit: 'ms', saddlebag: cold.wall, peer: null, goal: null, met: null, runs: 1 },
	{ bench: 'one new change into it', unit: 'ms', saddlebag: wall(changed), peer: null, goal: 'under 2 ms', met: wall(changed) < 2, runs: changed.length },
	{ bench: 'one new change, by processor time', unit: 'ms', saddlebag: cpu(changed), peer: null, goal: null, met: null, runs: changed.length },
	{ bench: 'one new change, 95th percentile', unit: 'ms', saddlebag: [...changed].sort((a, b) => a.wall - b.wall)[Math.floor(changed.length * 0.95)]?.wall ?? 0, peer: null, goal: null, met: null, runs: changed.length },
	{ bench: 'the same change, everything anew', unit: 'ms', saddlebag: wall(wholes), peer: null, goal: null, met: null, runs: wholes.length },
	{ bench: 'looked at again, nothing new', unit: 'ms', saddlebag: wall(still), peer: null, goal: null, met: null, runs: still.length }
]);
