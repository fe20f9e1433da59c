/**
 * Virtual time: a queue of events, carried out one after the other. Nothing in a run waits for a real clock.
 *
 * Between two events everything that can go on does (all microtasks are drained), so that the order of events, and with it the whole run,
 * follows from the plan alone. Times are ms since the run began; `START_MS` is what a right clock says then.
 */

/** 1 June 2026, 6:00 UTC */
export const START_MS = Date.UTC(2026, 5, 1, 6);

interface Entry {
	readonly at: number;
	readonly order: number;
	task: (() => void) | null;
}

export class Timeline {
	now = 0;
	/** events carried out */
	ticks = 0;
	#order = 0;
	readonly #heap: Entry[] = [];

	/** Carries out `task` at a time, or at the next moment when that is past; the returned function calls it off. */
	at(time: number, task: () => void): () => void {
		const entry: Entry = { at: Math.max(time, this.now), order: this.#order++, task };
		this.#push(entry);
		return () => {
			entry.task = null;
		};
	}

	/** Runs all events up to and including `time`, as long as `goOn` says so. */
	async run(time: number, goOn: () => boolean = () => true): Promise<void> {
		await drained();
		while (goOn()) {
			const next = this.#heap[0];
			if (next === undefined || next.at > time) break;
			this.#pop();
			if (next.task === null) continue;
			this.now = next.at;
			this.ticks++;
			next.task();
			await drained();
		}
		this.now = Math.max(this.now, time);
	}

	#push(entry: Entry): void {
		const heap = this.#heap;
		heap.push(entry);
		for (let i = heap.length - 1; i > 0; ) {
			const parent = (i - 1) >> 1;
			if (!before(entry, heap[parent] as Entry)) break;
			heap[i] = heap[parent] as Entry;
			heap[parent] = entry;
			i = parent;
		}
	}

	#pop(): void {
		const heap = this.#heap;
		const last = heap.pop() as Entry;
		if (heap.length === 0) return;
		let i = 0;
		heap[0] = last;
		for (;;) {
			const left = 2 * i + 1;
			if (left >= heap.length) return;
			const right = left + 1;
			const least = right < heap.length && before(heap[right] as Entry, heap[left] as Entry) ? right : left;
			if (!before(heap[least] as Entry, last)) return;
			heap[i] = heap[least] as Entry;
			heap[least] = last;
			i = least;
		}
	}
}

const before = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** Resolves when no microtask is left. */
export const drained = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
