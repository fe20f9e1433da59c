/**
 * How much is sent at once, after how long the last took: an answer comes when a request was sent whole, and over a line of 50 kbit/s what a fast one carries in a second
 * takes minutes, in which nothing tells a slow line from a dead one. So a push begins small, grows while the line is fast, and shrinks when it is slow or breaks off.
 */

/** of a request's documents: some 15 seconds at 50 kbit/s */
const FIRST_CHARACTERS = 96 * 1024;
const LEAST_CHARACTERS = 8 * 1024;
const QUICK_MS = 3_000;
const SLOW_MS = 12_000;

export class Pace {
	readonly #most: number;
	#characters = FIRST_CHARACTERS;

	/** `most`: what a hub takes at once. */
	constructor(most: number) {
		this.#most = most;
	}

	/** What is to be sent at once, at most. */
	get characters(): number {
		return this.#characters;
	}

	/** So many were sent, and the answer came after `ms`. A clock that was set meanwhile says nothing. */
	took(ms: number, characters: number): void {
		if (ms < 0) return;
		if (ms > SLOW_MS) this.#characters = Math.max(LEAST_CHARACTERS, Math.floor(characters / 2));
		// a small request says little of a large one
		else if (ms < QUICK_MS && characters * 2 >= this.#characters) this.#characters = Math.min(this.#most, this.#characters * 2);
	}

	/** There was no answer. */
	brokeOff(characters: number): void {
		this.#characters = Math.max(LEAST_CHARACTERS, Math.floor(Math.min(characters, this.#characters) / 4));
	}
}
