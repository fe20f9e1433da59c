/**
 * Measures the membership log: resolving 2,000 statements with their signatures, taking one more, and a removal that reaches 100 devices and renews 200
 * keys, from the decision to a log that everybody reads. Run with `npx tsx bench/membership.ts`. Time of the processor, which other programs
 * on the machine disturb less than the clock on the wall; both are given.
 */
import { MembershipLog } from '../sync/membership/log.ts';
import { revoke } from '../sync/membership/authoring/removal.ts';
import { must } from '../sync/membership/testing/cast.ts';
import { largeLog, wideOrganization } from '../sync/membership/testing/large-log.ts';
import { median } from './report.ts';

const STATEMENTS = process.argv.includes('--quick') ? 400 : 2_000;
const RUNS = 5;
const GOAL_MS = 1_000;

interface Taken {
	readonly cpu: number;
	readonly wall: number;
}
/** Milliseconds of processor and wall that an act takes. */
function timed(act: () => void): Taken {
	const [cpu, wall] = [process.cpuUsage(), performance.now()];
	act();
	const { user, system } = process.cpuUsage(cpu);
	return { cpu: (user + system) / 1000, wall: performance.now() - wall };
}
const tenth = (ms: number): number => Math.round(ms * 10) / 10;
function report(bench: string, runs: readonly Taken[], goal?: number): void {
	const [cpu, wall] = [median(runs.map((run) => run.cpu)), median(runs.map((run) => run.wall))];
	console.log(JSON.stringify({ bench, unit: 'ms', saddlebag: tenth(cpu), wall: tenth(wall), ...(goal === undefined ? {} : { goal }), peer: null, ratio: null, runs: runs.length }));
}

const { log, documents } = await largeLog(STATEMENTS);
const whole: Taken[] = [];
const one: Taken[] = [];
for (let run = 0; run < RUNS; run++) {
	const fresh = new MembershipLog(log.org);
	whole.push(timed(() => {
		fresh.add(documents.slice(0, -1));
		if (fresh.state === null) throw new Error('the log has a beginning');
	}));
	one.push(timed(() => {
		fresh.add(documents.slice(-1));
		if (fresh.state?.included.size !== documents.length) throw new Error('a statement was left out');
	}));
}
report(`membership log of ${documents.length} statements`, whole, GOAL_MS);
report('one more statement', one);

const [members, sites] = process.argv.includes('--quick') ? [20, 20] : [101, 67];
const { pen, log: wide, victim } = await wideOrganization(members, sites);
const removals: Taken[] = [];
let keys = 0;
for (let run = 0; run < RUNS; run++) {
	const others = new MembershipLog(wide.org);
	others.add(wide.statements);
	removals.push(timed(() => {
		const removed = must(revoke(pen(), { member: null, actors: [victim], positions: [], reason: 'left' }));
		others.add([removed.signed]);
		if (others.state?.closings.get(victim) === undefined) throw new Error('nobody was removed');
		keys = removed.keys.length;
	}));
}
report(`a removal that reaches ${members} devices and renews ${keys} keys`, removals, GOAL_MS);
