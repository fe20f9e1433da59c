/**
 * News of which databases were written to: what `_db_updates` answers from, and what wakes whoever waits.
 *
 * Kept in memory: a reader of another run, or of another gateway, is told of every database once, which costs little and misses nothing.
 */
import { randomBytes } from 'node:crypto';
import { err, ok, problem, type Result } from '../../sync/result.ts';
import type { DatabaseUpdate, SequenceProblem } from './port.ts';

const SEQUENCE = /^(\d{1,15})(?:-([0-9a-f]{8}))?$/;
const newRun = (): string => randomBytes(4).toString('hex');

export class Written {
	#run = newRun();
	readonly #at = new Map<string, number>();
	readonly #listeners = new Set<(name: string) => void>();
	#writes = 0;

	/** To be called after each write, when it can be read. */
	note(name: string): void {
		this.#writes += 1;
		this.#at.set(name, this.#writes);
		for (const listener of [...this.#listeners]) listener(name);
	}

	/** Everything may have been written to: readers are told of every database once more, and whoever waits for one of `names` looks again. */
	noteAll(names: Iterable<string>): void {
		this.#run = newRun();
		for (const name of new Set([...this.#at.keys(), ...names])) this.note(name);
	}

	listen(listener: (name: string) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	get sequence(): string {
		return this.#sequenceOf(this.#writes);
	}
	#sequenceOf(writes: number): string {
		return `${writes}-${this.#run}`;
	}

	/** Was it given out by another run or gateway? What begins, or is none, is not. */
	isOfAnother(since: string): boolean {
		const match = SEQUENCE.exec(since);
		return match?.[2] !== undefined && match[2] !== this.#run;
	}

	since(since: string, names: readonly string[]): Result<readonly DatabaseUpdate[], SequenceProblem> {
		if (since === 'now') return ok([]);
		const match = SEQUENCE.exec(since);
		if (!match) return err(problem('query_parse_error', `Invalid sequence: ${JSON.stringify(since.slice(0, 80))}`));
		if (match[2] !== this.#run) return ok(names.map((name) => ({ name, seq: this.#sequenceOf(this.#at.get(name) ?? 0) })));
		const after = Number(match[1]);
		return ok(
			names.flatMap((name) => {
				const at = this.#at.get(name) ?? 0;
				return at > after ? [{ name, seq: this.#sequenceOf(at) }] : [];
			})
		);
	}
}
