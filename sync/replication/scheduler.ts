/**
 * Time for replication: a clock, timers and the randomness of back-off, passed in so that a simulator can run it.
 */
import type { Clock } from '../change/ports.ts';

export interface Scheduler extends Clock {
	/** Runs `task` after `ms`; the returned function calls it off. */
	after(ms: number, task: () => void): () => void;
	/** 0 inclusive to 1 exclusive; spreads the retries of many devices */
	fraction(): number;
}

export const realScheduler: Scheduler = {
	now: () => Date.now(),
	after(ms, task) {
		const timer = setTimeout(task, ms);
		return () => clearTimeout(timer);
	},
	fraction: () => Math.random()
};

/** Resolves after `ms`, or at once when `signal` aborts. Never rejects. */
export function pause(scheduler: Scheduler, ms: number, signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		if (signal.aborted) return resolve();
		const cancel = scheduler.after(ms, done);
		function done(): void {
			signal.removeEventListener('abort', stop);
			resolve();
		}
		function stop(): void {
			cancel();
			done();
		}
		signal.addEventListener('abort', stop);
	});
}

/** Exponential back-off with full jitter over its upper half (as in "Exponential Backoff And Jitter", AWS Architecture Blog, 2015). */
export function backoffMs(failures: number, firstMs: number, mostMs: number, fraction: number): number {
	const ceiling = Math.min(mostMs, firstMs * 2 ** Math.min(failures, 30));
	return Math.round(ceiling / 2 + (ceiling / 2) * fraction);
}
