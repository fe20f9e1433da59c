/**
 * One running app: a tab of a device. It may fall asleep (a tablet in standby runs no timers), and it may die between any two of its awaits.
 *
 * All that a process does to the world goes through here: each access to the disk, each request, each timer. What is pending when it dies never
 * resolves, its timers do not fire, and nothing it does afterwards reaches anything: only what was durable remains.
 */
import type { Clock } from '../../sync/change/ports.ts';
import type { Scheduler } from '../../sync/replication/scheduler.ts';
import type { Dice } from '../dice.ts';
import { START_MS, type Timeline } from './timeline.ts';

/** A promise that nobody will ever hear of again. */
export const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

export interface ProcessOptions {
	readonly timeline: Timeline;
	readonly dice: Dice;
	/** ms that the device's clock is ahead of the truth, now */
	readonly skew: () => number;
	/** longest virtual ms that an access to the disk takes; 0: none takes any */
	readonly diskMs: number;
	readonly onDeath: () => void;
}

export class Process {
	alive = true;
	asleep = false;
	/** accesses to disk and net until it dies; null when it is not to */
	fuse: number | null = null;
	/** becomes the fuse when documents come in */
	fuseOnReceiving: number | null = null;
	readonly clock: Clock;
	readonly scheduler: Scheduler;
	readonly #options: ProcessOptions;
	#diskFree = 0;
	#deferred: (() => void)[] = [];
	readonly #bereaved = new Set<() => void>();

	constructor(options: ProcessOptions) {
		this.#options = options;
		const { timeline, dice, skew } = options;
		this.clock = { now: () => START_MS + Math.floor(timeline.now) + skew() };
		this.scheduler = {
			now: () => this.clock.now(),
			fraction: () => dice.fraction(),
			after: (ms, task) => timeline.at(timeline.now + Math.max(0, ms), () => this.#wakeful(task))
		};
	}

	/** A timer that comes due in standby fires on waking. */
	#wakeful(task: () => void): void {
		if (!this.alive) return;
		if (this.asleep) this.#deferred.push(task);
		else task();
	}

	/** Runs `task` when the process is awake: at once, or on waking. */
	whenAwake(task: () => void): void {
		this.#wakeful(task);
	}

	wake(): void {
		if (!this.asleep) return;
		this.asleep = false;
		const deferred = this.#deferred;
		this.#deferred = [];
		for (const task of deferred) this.#options.timeline.at(this.#options.timeline.now, () => this.#wakeful(task));
	}

	/** To be called with whatever holds something for this process: a lock, a place in a queue. */
	onDeath(task: () => void): () => void {
		this.#bereaved.add(task);
		return () => this.#bereaved.delete(task);
	}

	die(): void {
		if (!this.alive) return;
		this.alive = false;
		for (const task of [...this.#bereaved]) task();
		this.#bereaved.clear();
		this.#options.onDeath();
	}

	/** An access to the disk: what it does happens at one moment, which may be the last. Nothing of it happens, or all. */
	async disk<T>(perform: () => T): Promise<T> {
		if (!this.alive) return never();
		if (this.#burnt()) {
			// the power goes before the write, or after it and before anybody is told
			if (this.#options.dice.chance(0.5)) perform();
			this.die();
			return never();
		}
		const { timeline, diskMs, dice } = this.#options;
		if (diskMs === 0 || dice.chance(0.8)) {
			if (this.#diskFree <= timeline.now) {
				const value = perform();
				await null;
				return this.alive ? value : never();
			}
		}
		// storage does one thing after the other
		this.#diskFree = Math.max(this.#diskFree, timeline.now) + dice.below(diskMs) + 1;
		return new Promise((resolve, reject) => {
			timeline.at(this.#diskFree, () => {
				if (!this.alive) return;
				try {
					resolve(perform());
				} catch (failure) {
					reject(failure instanceof Error ? failure : new Error(String(failure)));
				}
			});
		});
	}

	/** Counts an await on the net; false when the process died of it. */
	survives(): boolean {
		if (!this.alive) return false;
		if (!this.#burnt()) return true;
		this.die();
		return false;
	}

	/** Documents came in from the hub. */
	receives(): void {
		if (this.fuseOnReceiving === null || this.fuse !== null) return;
		this.fuse = this.fuseOnReceiving;
		this.fuseOnReceiving = null;
	}

	#burnt(): boolean {
		return this.fuse !== null && --this.fuse <= 0;
	}
}
