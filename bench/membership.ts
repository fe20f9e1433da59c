/**
 * Measures the membership log: resolving 2,000 statements with their signatures, taking one more, and a removal that reaches 100 devices and renews 200
 * keys, from the decision to a log that everybody reads. Run with `npx tsx bench/membership.ts`.
 */
import { MembershipLog } from '../sync/membership/log.ts';
import { revoke } from '../sync/membership/authoring/removal.ts';
import { must } from '../sync/membership/testing/cast.ts';
import { largeLog, wideOrganization } from '../sync/membership/testing/large-log.ts';
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

const [members, sites] = process.argv.includes('--quick') ? [20, 20] : [101, 67];
const { pen, log: wide, victim } = await wideOrganization(members, sites);
const removals: number[] = [];
let keys = 0;
for (let run = 0; run < RUNS; run++) {
	const others = new MembershipLog(wide.org);
	others.add(wide.statements);
	const started = performance.now();
	const removed = must(revoke(pen(), { member: null, actors: [victim], positions: [], reason: 'left' }));
	others.add([removed.signed]);
	if (others.state?.closings.get(victim) === undefined) throw new Error('nobody was removed');
	removals.push(performance.now() - started);
	keys = removed.keys.length;
}
console.log(JSON.stringify({ bench: `a removal that reaches ${members} devices and renews ${keys} keys`, unit: 'ms', saddlebag: Math.round(median(removals)), goal: GOAL_MS, peer: null, ratio: null, runs: RUNS }));
