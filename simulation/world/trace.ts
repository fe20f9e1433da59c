/** What happened in a run, line by line, as one hash: two runs are the same when it is. The last lines are kept for people. */
import { createHash } from 'node:crypto';

const KEPT = 4000;

export class Trace {
	readonly #hash = createHash('blake2b512');
	readonly #kept: string[] = [];

	note(at: number, what: string): void {
		const line = `${at} ${what}`;
		this.#hash.update(line).update('\n');
		this.#kept.push(line);
		if (this.#kept.length > KEPT) this.#kept.splice(0, KEPT / 2);
	}

	get lines(): readonly string[] {
		return this.#kept;
	}

	/** of all lines so far; once */
	digest(): string {
		return this.#hash.digest().subarray(0, 32).toString('base64url');
	}
}
