/**
 * How much is looked at before an answer is given: a person who opens the work list sees what is known at once, and the rest follows behind it.
 *
 * Bounded by charts and, beyond a few, by time: a slow tablet answers as soon as a fast one, with less.
 */

/** charts looked at in one slice, at most */
const CHARTS_MAX = 300;
/** and at least, however slow the device is: a small clinic is answered whole */
const CHARTS_MIN = 64;
/** ms */
const LONG = 200;

export class Slice {
	readonly #now: () => number;
	readonly #began: number;
	#looked = 0;

	/** `now`: ms; a clock that jumps makes a slice longer or shorter, and nothing else. */
	constructor(now: () => number) {
		this.#now = now;
		this.#began = now();
	}

	/** A chart was looked at. Answers how many were. */
	spend(): number {
		return ++this.#looked;
	}

	get over(): boolean {
		return this.#looked >= CHARTS_MAX || (this.#looked >= CHARTS_MIN && Math.abs(this.#now() - this.#began) >= LONG);
	}
}

/** Works behind the caller's back until nothing is left or the session ended: one at a time, whoever asks. */
export class Behind {
	#running = false;

	/** `work`: one slice of it. What fails here fails again, and is reported, when it is asked for the next time. */
	run(left: () => boolean, work: () => Promise<void>): void {
		if (this.#running || !left()) return;
		this.#running = true;
		void (async () => {
			try {
				while (left()) await work();
			} catch {
				// reported to the next who asks
			} finally {
				this.#running = false;
			}
		})();
	}
}
