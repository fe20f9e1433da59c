/**
 * `npm run sim`: runs seeds, says what failed and how to see it again, and ends with one line.
 */
import { writeFileSync } from 'node:fs';
import { bundle } from './bundle.ts';
import { planOf, type Plan } from './plan.ts';
import { runAll } from './pool.ts';
import type { Failure, Report } from './report.ts';

export interface SimOptions {
	readonly seeds: number;
	readonly from: number;
	/** stops after so many seconds, when all seeds are not run by then; null: does not */
	readonly seconds: number | null;
	readonly threads?: number;
	/** makes failing plans smaller */
	readonly shrink: boolean;
}

const PROGRESS_MS = 10_000;
const SHRUNK_MAX = 3;
const LISTED_MAX = 30;

/** Resolves to whether every seed passed. */
export async function simulate(options: SimOptions): Promise<boolean> {
	const built = await bundle();
	const totals = { seeds: 0, changes: 0, faults: 0, kinds: new Map<Failure['kind'], number>() };
	const failing: Report[] = [];
	const started = Date.now();
	let seed = options.from;
	const next = (): { seed: number } | null => {
		if (seed >= options.from + options.seeds || (options.seconds !== null && Date.now() - started > options.seconds * 1000)) return null;
		return { seed: seed++ };
	};
	const progress = setInterval(() => console.log(`… ${totals.seeds} of ${options.seeds} seeds in ${Math.round((Date.now() - started) / 1000)} s, ${failing.length} failing`), PROGRESS_MS);
	try {
		await runAll({ bundle: built.path, ...(options.threads === undefined ? {} : { threads: options.threads }) }, next, (report) => {
			totals.seeds++;
			totals.changes += report.changes;
			totals.faults += report.faults;
			for (const kind of new Set(report.failures.map((failure) => failure.kind))) totals.kinds.set(kind, (totals.kinds.get(kind) ?? 0) + 1);
			if (report.failures.length === 0) return;
			failing.push(report);
			if (failing.length <= LISTED_MAX) console.log(`seed ${report.seed} fails:\n${listed(report.failures)}\n  again: npm run sim -- --seeds 1 --from ${report.seed}`);
		});
	} finally {
		clearInterval(progress);
	}
	if (options.shrink) for (const report of failing.slice(0, SHRUNK_MAX)) await showShortest(built.path, report);
	await built.remove();
	const of = (kind: Failure['kind']): number => totals.kinds.get(kind) ?? 0;
	const others = [...totals.kinds].filter(([kind]) => !['diverged', 'lost', 'leaked'].includes(kind)).map(([kind, count]) => `${kind} in ${count} seeds`);
	if (others.length > 0) console.log(`also failed: ${others.join(', ')}`);
	console.log(`seeds=${totals.seeds} changes=${totals.changes} faults=${totals.faults} diverged=${of('diverged')} lost=${of('lost')} leaked=${of('leaked')}`);
	return failing.length === 0;
}

const listed = (failures: readonly Failure[]): string => failures.slice(0, 5).map(({ kind, at, detail }) => `  ${kind} at ${at} ms: ${detail.slice(0, 1000)}`).join('\n');

/** The shortest plan that fails in the same way, and its trace. */
async function showShortest(path: string, report: Report): Promise<void> {
	const { shrink } = await import('./shrink.ts');
	const kind = report.failures[0]?.kind;
	const run = async (plan: Plan): Promise<Report> => {
		let result: Report | null = null;
		let ordered = false;
		await runAll({ bundle: path, threads: 1 }, () => (ordered ? null : ((ordered = true), { plan })), (done) => (result = done));
		return result ?? report;
	};
	const small = await shrink(planOf(report.seed), async (plan) => (await run(plan)).failures.some((failure) => failure.kind === kind));
	const { runPlan } = (await import(path)) as typeof import('./worker.ts');
	let lines: readonly string[] = [];
	await runPlan(small, { onTrace: (trace) => (lines = trace) });
	const file = `artifacts/sim-${report.seed}.json`;
	writeFileSync(file, JSON.stringify(small, null, '\t'));
	console.log(`\nthe shortest plan found that fails as seed ${report.seed} does (${small.steps.length} steps, ${small.faults.length} faults) is in ${file}; its trace:\n${lines.slice(-60).map((line) => `  ${line}`).join('\n')}`);
}
