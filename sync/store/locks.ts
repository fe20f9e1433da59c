/**
 * Exclusive sections across everything that opens the same store: tabs of one browser, or tasks of one process.
 *
 * Two tabs must not give the same place of a chain to two changes (attack 44), and only one may replicate. Browsers offer Web Locks
 * for that; in Node a mutex suffices, since a store has one process there.
 */
export interface Locks {
	/** Runs `section` while no one else holds `name`; waits its turn. `signal` ends the waiting with a rejection, never the section. */
	exclusive<T>(name: string, section: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/** Name of the lock under which derived rows are rewritten: ingest, rebuilding and melting take turns, in all tabs. */
export const projectionLock = (storeName: string): string => `saddlebag-project-${storeName}`;

/** Web Locks, shared by all tabs and workers of an origin. */
export function webLocks(manager: LockManager): Locks {
	return {
		exclusive: (name, section, signal) => manager.request(name, { mode: 'exclusive', ...(signal ? { signal } : {}) }, section)
	};
}

/** A mutex for one process. Share one instance among all that open the same store. */
export function processLocks(): Locks {
	const tails = new Map<string, Promise<void>>();
	return {
		async exclusive(name, section, signal) {
			const before = tails.get(name) ?? Promise.resolve();
			let release = (): void => undefined;
			const mine = new Promise<void>((resolve) => {
				release = resolve;
			});
			const tail = before.then(() => mine);
			tails.set(name, tail);
			try {
				await (signal ? Promise.race([before, aborted(signal)]) : before);
				signal?.throwIfAborted();
				return await section();
			} finally {
				release();
				if (tails.get(name) === tail) tails.delete(name);
			}
		}
	};
}

function aborted(signal: AbortSignal): Promise<never> {
	return new Promise((_, reject) => {
		const stop = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error('stopped waiting for a lock'));
		if (signal.aborted) stop();
		else signal.addEventListener('abort', stop, { once: true });
	});
}
