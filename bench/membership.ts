/**
 * Measures the membership log: resolving 2,000 statements with their signatures, and taking one more. Run with `npx tsx bench/membership.ts`.
 */
import { MembershipLog } from '../sync/membership/log.ts';
import { largeLog } from '../sync/membership/testing/large-log.ts';
import { median } from './report.ts';

const STATEMENTS = process.argv.includes('--quick') ? 400 : 2_000;
const RUNS = 5;
const GOAL_MS = 1_000;

const { log, documents } = await largeLog(STATEMENTS);
const whole: number[] = [];
const one: number[] = [];
for (let run = 0; run < RUNS; run++) {
	const fresh = new MembershipLog(log.org);
	const started = performance.now();
	fresh.add(documents.slice(0, -1));
	if (fresh.state === null) throw new Error('the log has a beginning');
	whole.push(performance.now() - started);
	const last = performance.now();
	fresh.add(documents.slice(-1));
	if (fresh.state.included.size !== documents.length) throw new Error('a statement was left out');
	one.push(performance.now() - last);
}
console.log(JSON.stringify({ bench: `membership log of ${documents.length} statements`, unit: 'ms', saddlebag: Math.round(median(whole)), goal: GOAL_MS, peer: null, ratio: null, runs: RUNS }));
console.log(JSON.stringify({ bench: 'one more statement', unit: 'ms', saddlebag: Math.round(median(one) * 10) / 10, peer: null, ratio: null, runs: RUNS }));
