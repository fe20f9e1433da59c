/**
 * The embedded back end: the databases of one hub, one folder each below the data folder, opened at first use, and news of which were written to.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { err, ok, problem, type Result } from '../../sync/result.ts';
import { EmbeddedDatabase } from './embedded-database.ts';
import type { DatabaseUpdate, HubStorage, SequenceProblem } from './port.ts';
import type { syncedLevelDOWN } from './synced-leveldown.ts';

/** Database names become folder names: nothing else may get that far. */
const NAME = /^[a-z][a-z0-9_]{0,31}-(?:control|[0-9a-f]{32}-(?:desk|care|files))$/;

export class EmbeddedStorage implements HubStorage {
	readonly #folder: string;
	readonly #levelDOWN: typeof syncedLevelDOWN | undefined;
	readonly #open = new Map<string, Promise<EmbeddedDatabase>>();
	/** names this run of the hub; a reader of another run is told of every database once */
	readonly #run = randomBytes(4).toString('hex');
	readonly #writtenAt = new Map<string, number>();
	readonly #listeners = new Set<(name: string) => void>();
	#writes = 0;

	constructor(folder: string, levelDOWN?: typeof syncedLevelDOWN) {
		this.#folder = folder;
		this.#levelDOWN = levelDOWN;
		mkdirSync(folder, { recursive: true });
	}

	/** Opens the database, making it when it is new. Only for names the membership log says exist. */
	get(name: string): Promise<EmbeddedDatabase> {
		const open = this.#open.get(name);
		if (open) return open;
		if (!NAME.test(name)) return Promise.reject(new Error('not the name of a database'));
		const opening = EmbeddedDatabase.open(name, path.join(this.#folder, name), (written) => this.#written(written), this.#levelDOWN);
		this.#open.set(name, opening);
		// A failure (a full disk, say) is not remembered: the next request tries again.
		opening.catch(() => this.#open.delete(name));
		return opening;
	}

	#written(name: string): void {
		this.#writes += 1;
		this.#writtenAt.set(name, this.#writes);
		for (const listener of [...this.#listeners]) listener(name);
	}

	onWritten(listener: (name: string) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	get sequence(): string {
		return this.#sequenceOf(this.#writes);
	}
	#sequenceOf(writes: number): string {
		return `${writes}-${this.#run}`;
	}

	updatedSince(since: string, names: readonly string[]): Result<readonly DatabaseUpdate[], SequenceProblem> {
		if (since === 'now') return ok([]);
		const match = /^(\d{1,15})(?:-([0-9a-f]{8}))?$/.exec(since);
		if (!match) return err(problem('query_parse_error', `Invalid sequence: ${JSON.stringify(since.slice(0, 80))}`));
		if (match[2] !== this.#run) return ok(names.map((name) => ({ name, seq: this.#sequenceOf(this.#writtenAt.get(name) ?? 0) })));
		const after = Number(match[1]);
		return ok(
			names.flatMap((name) => {
				const at = this.#writtenAt.get(name) ?? 0;
				return at > after ? [{ name, seq: this.#sequenceOf(at) }] : [];
			})
		);
	}

	async close(): Promise<void> {
		const open = await Promise.allSettled(this.#open.values());
		this.#open.clear();
		await Promise.all(open.map((result) => (result.status === 'fulfilled' ? result.value.close() : undefined)));
	}
}
