/**
 * One at a time: what must look at the present state and write, without another doing so in between.
 */
export class Turns {
	#last: Promise<unknown> = Promise.resolve();

	/** Runs `work` after all that was given before it, whatever became of that. */
	take<T>(work: () => Promise<T>): Promise<T> {
		const turn = this.#last.then(work, work);
		this.#last = turn.catch(() => undefined);
		return turn;
	}
}
