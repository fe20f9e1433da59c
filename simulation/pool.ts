/**
 * Runs plans in worker threads, one for each processor, each from the same bundle. A worker that is busy for far too long is ended and its plan
 * counts as failed: a loop without an await cannot be ended in any other way.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Done, Order } from './worker.ts';
import type { Report } from './report.ts';

/** ms of real time for one plan: the largest take seconds, and minutes on a machine that has much else to do */
const STUCK_MS = 900_000;

export interface PoolOptions {
	/** path of the bundle */
	readonly bundle: string;
	readonly threads?: number;
}

/** Runs what `next` orders until it orders nothing more, and tells each report as it comes. */
export async function runAll(options: PoolOptions, next: () => Order | null, told: (report: Report, ms: number, order: Order) => void): Promise<void> {
	const threads = options.threads ?? availableParallelism();
	await Promise.all(Array.from({ length: threads }, () => oneAfterTheOther(options.bundle, next, told)));
}

async function oneAfterTheOther(bundle: string, next: () => Order | null, told: (report: Report, ms: number, order: Order) => void): Promise<void> {
	let worker = start(bundle);
	for (let order = next(); order !== null; order = next()) {
		const done = await runOne(worker, order);
		if (done.restart) {
			await worker.terminate();
			worker = start(bundle);
		}
		told(done.report, done.ms, order);
	}
	await worker.terminate();
}

const start = (bundle: string): Worker => new Worker(bundle, { execArgv: ['--no-warnings'] });

function runOne(worker: Worker, order: Order): Promise<Done & { readonly restart: boolean }> {
	return new Promise((resolve) => {
		const failed = (detail: string): void => end({ report: failedReport(order, detail), ms: 0, restart: true });
		const stuck = setTimeout(() => failed(`the run was not over after ${STUCK_MS / 1000} s`), STUCK_MS);
		const onMessage = (done: Done): void => end({ ...done, restart: false });
		const onError = (failure: unknown): void => failed(String(failure instanceof Error ? failure.stack : failure));
		const end = (done: Done & { readonly restart: boolean }): void => {
			clearTimeout(stuck);
			worker.off('message', onMessage);
			worker.off('error', onError);
			resolve(done);
		};
		worker.on('message', onMessage);
		worker.on('error', onError);
		worker.postMessage(order);
	});
}

const failedReport = (order: Order, detail: string): Report =>
	({ seed: order.plan?.seed ?? order.seed ?? 0, changes: 0, faults: 0, failures: [{ kind: 'total', at: 0, detail }], traceHash: '', ticks: 0 });
