/**
 * The loop that works off what came: one job at a time, woken by events, the widest job asked for first.
 *
 * A job that fails is reported and does not end the loop; it is tried again when the next event wakes it.
 */
/** `follow`: read what another tab wrote. `everything` includes the next two, and `ingest` the one after. */
export type Job = 'follow' | 'everything' | 'ingest' | 'relay';

const ORDER: readonly Job[] = ['follow', 'everything', 'ingest', 'relay'];

export class Worker {
	readonly #work: (job: Job) => Promise<void>;
	readonly #count: () => Promise<void>;
	readonly #due = new Set<Job>();
	#countDue = false;
	#running: Promise<void> | null = null;
	#stopped = false;
	#job: Job | null = null;
	/** what the last failed job said; null when the last one went well */
	failure: Error | null = null;

	constructor(work: (job: Job) => Promise<void>, count: () => Promise<void>) {
		this.#work = work;
		this.#count = count;
	}

	/** Something is being worked off, or due. */
	get busy(): boolean {
		return this.#running !== null;
	}

	/** Entries are being taken in, or are to be. */
	get takingIn(): boolean {
		return [this.#job, ...this.#due].some((job) => job === 'everything' || job === 'ingest');
	}

	wake(job: Job | 'count'): void {
		if (this.#stopped) return;
		if (job === 'count') this.#countDue = true;
		else this.#due.add(job);
		this.#running ??= this.#run().finally(() => {
			this.#running = null;
			if (this.#due.size > 0 || this.#countDue) this.wake('count');
		});
	}

	/** Wakes, and resolves when nothing is left to do. */
	async finish(job: Job): Promise<void> {
		this.wake(job);
		while (this.#running !== null) await this.#running;
	}

	async stop(): Promise<void> {
		this.#stopped = true;
		this.#due.clear();
		this.#countDue = false;
		await this.#running;
	}

	async #run(): Promise<void> {
		await Promise.resolve();
		for (let job = this.#next(); job !== null && !this.#stopped; job = this.#next()) {
			this.#job = job;
			try {
				await this.#work(job);
				this.failure = null;
			} catch (failure) {
				this.failure = failure instanceof Error ? failure : new Error('unknown failure');
			}
			this.#job = null;
			this.#countDue = true;
		}
		if (this.#countDue && !this.#stopped) {
			this.#countDue = false;
			await this.#count().catch(() => undefined);
		}
	}

	/** The widest job; it includes the narrower ones. */
	#next(): Job | null {
		const job = ORDER.find((candidate) => this.#due.has(candidate)) ?? null;
		if (job === 'everything') this.#due.delete('ingest');
		if (job === 'everything' || job === 'ingest') this.#due.delete('relay');
		if (job !== null) this.#due.delete(job);
		return job;
	}
}
