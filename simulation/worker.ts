/**
 * What a worker thread of the simulator runs: plans that it is given, one after the other. Bundled with the code under test
 * (`simulation/bundle.ts`), so that known bugs can be put into it.
 */
import { parentPort } from 'node:worker_threads';
import { planOf, type Plan } from './plan.ts';
import { runPlan, type RunOptions } from './run-plan.ts';
import type { Report } from './report.ts';

export { planOf, runPlan };
export type { Plan, Report, RunOptions };

/** A seed to be planned and run, or a plan as it is. */
export interface Order { readonly seed?: number; readonly plan?: Plan }
export interface Done { readonly report: Report; readonly ms: number }

parentPort?.on('message', (order: Order) => {
	const started = performance.now();
	const plan = order.plan ?? planOf(order.seed ?? 0);
	runPlan(plan).then(
		(report) => parentPort?.postMessage({ report, ms: performance.now() - started } satisfies Done),
		(failure: unknown) => {
			const detail = String(failure instanceof Error ? failure.stack : failure);
			const report: Report = { seed: plan.seed, changes: 0, faults: 0, failures: [{ kind: 'total', at: 0, detail }], traceHash: '', ticks: 0 };
			parentPort?.postMessage({ report, ms: performance.now() - started } satisfies Done);
		}
	);
});
