/**
 * The embedded back end: the databases of one hub, one folder each below the data folder, opened at first use.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Result } from '../../sync/result.ts';
import { EmbeddedDatabase } from './embedded-database.ts';
import type { DatabaseUpdate, HubStorage, SequenceProblem } from './port.ts';
import type { syncedLevelDOWN } from './synced-leveldown.ts';
import { Written } from './written.ts';

/** Database names become folder names: nothing else may get that far. */
const NAME = /^[a-z][a-z0-9_]{0,31}-(?:control|[0-9a-f]{32}-(?:desk|care|files))$/;

export class EmbeddedStorage implements HubStorage {
	/** LevelDB is opened by one process at a time */
	readonly shared = null;
	readonly #folder: string;
	readonly #levelDOWN: typeof syncedLevelDOWN | undefined;
	readonly #open = new Map<string, Promise<EmbeddedDatabase>>();
	readonly #written = new Written();

	constructor(folder: string, levelDOWN?: typeof syncedLevelDOWN) {
		this.#folder = folder;
		this.#levelDOWN = levelDOWN;
		mkdirSync(folder, { recursive: true });
	}

	get(name: string): Promise<EmbeddedDatabase> {
		const open = this.#open.get(name);
		if (open) return open;
		if (!NAME.test(name)) return Promise.reject(new Error('not the name of a database'));
		const opening = EmbeddedDatabase.open(name, path.join(this.#folder, name), (written) => this.#written.note(written), this.#levelDOWN);
		this.#open.set(name, opening);
		// A failure (a full disk, say) is not remembered: the next request tries again.
		opening.catch(() => this.#open.delete(name));
		return opening;
	}

	onWritten(listener: (name: string) => void): () => void {
		return this.#written.listen(listener);
	}
	get sequence(): string {
		return this.#written.sequence;
	}
	updatedSince(since: string, names: readonly string[]): Result<readonly DatabaseUpdate[], SequenceProblem> {
		return this.#written.since(since, names);
	}
	isOfAnother(since: string): boolean {
		return this.#written.isOfAnother(since);
	}

	async close(): Promise<void> {
		const open = await Promise.allSettled(this.#open.values());
		this.#open.clear();
		await Promise.all(open.map((result) => (result.status === 'fulfilled' ? result.value.close() : undefined)));
	}
}
