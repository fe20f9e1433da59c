/**
 * Web Locks of one device: shared by its tabs, released when the tab that holds one dies.
 */
import type { Locks } from '../../sync/store/index.ts';
import { never, type Process } from './process.ts';

interface Waiting {
	readonly process: Process;
	readonly enter: () => void;
}

export class DeviceLocks {
	readonly #queues = new Map<string, Waiting[]>();

	/** The locks as one tab asks for them. */
	for(process: Process): Locks {
		return {
			exclusive: (name, section, signal) => {
				if (!process.alive) return never();
				if (signal?.aborted === true) return Promise.reject(new Error('stopped waiting for a lock'));
				return new Promise((resolve, reject) => {
					let entered = false;
					const waiting: Waiting = {
						process,
						enter: () => {
							entered = true;
							signal?.removeEventListener('abort', stop);
							const forget = process.onDeath(() => this.#leave(name, waiting));
							Promise.resolve().then(section).then(resolve, reject).finally(() => {
								forget();
								if (process.alive) this.#leave(name, waiting);
							});
						}
					};
					const stop = (): void => {
						if (entered) return;
						this.#leave(name, waiting);
						reject(new Error('stopped waiting for a lock'));
					};
					signal?.addEventListener('abort', stop, { once: true });
					const queue = this.#queues.get(name) ?? [];
					this.#queues.set(name, queue);
					queue.push(waiting);
					if (queue.length === 1) waiting.enter();
					else process.onDeath(() => (entered ? undefined : this.#leave(name, waiting)));
				});
			}
		};
	}

	#leave(name: string, waiting: Waiting): void {
		const queue = this.#queues.get(name) ?? [];
		const at = queue.indexOf(waiting);
		if (at === -1) return;
		queue.splice(at, 1);
		if (at > 0) return;
		while (queue[0]?.process.alive === false) queue.shift();
		queue[0]?.enter();
	}
}
