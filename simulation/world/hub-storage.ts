/**
 * The databases of a simulated hub behind the port that the hub's own code asks for (`server/storage/port.ts`): what a box's carrier reads and writes, and what takes
 * in a file. Each access is one of a process, where there is one, so that it may be the last.
 */
import { err, ok, problem, type Result } from '../../sync/result.ts';
import {
	FROM_NOW, MALFORMED_SEQUENCE, nextLocalRevision, type AllDocsPage, type AllDocsQuery, type AllDocsRow, type ChangePage, type ChangesQuery, type DatabaseInfo,
	type DatabaseUpdate, type HubDatabase as DatabasePort, type HubStorage, type LocalDocument, type SequenceProblem, type StoredDocument
} from '../../server/storage/port.ts';
import type { JsonObject } from '../../sync/change/change.ts';
import type { HubDatabase } from './hub-data.ts';
import type { SimulatedHub } from './hub.ts';
import type { Process } from './process.ts';

export interface StorageOptions {
	readonly hub: SimulatedHub;
	/** null: nothing can go wrong */
	readonly process: Process | null;
	/** told of `_local` documents when they are durable */
	readonly onLocal?: (database: string, id: string, fields: JsonObject) => void;
}

export class SimulatedStorage implements HubStorage {
	readonly shared = null;
	readonly sequence = FROM_NOW;
	readonly #options: StorageOptions;

	constructor(options: StorageOptions) {
		this.#options = options;
	}

	get(name: string): Promise<DatabasePort> {
		return Promise.resolve(new SimulatedDatabase(name, this.#options));
	}

	onWritten(listener: (name: string) => void): () => void {
		const { watchers } = this.#options.hub;
		watchers.add(listener);
		return () => watchers.delete(listener);
	}

	updatedSince(_since: string, names: readonly string[]): Result<readonly DatabaseUpdate[], SequenceProblem> {
		return ok(names.map((name) => ({ name, seq: FROM_NOW })));
	}
	isOfAnother(): boolean {
		return false;
	}

	close(): Promise<void> {
		return Promise.resolve();
	}
}

class SimulatedDatabase implements DatabasePort {
	readonly name: string;
	readonly #options: StorageOptions;

	constructor(name: string, options: StorageOptions) {
		this.name = name;
		this.#options = options;
	}

	#at<T>(perform: (database: HubDatabase) => T): Promise<T> {
		const { hub, process } = this.#options;
		return process === null ? Promise.resolve().then(() => perform(hub.database(this.name))) : process.disk(() => perform(hub.database(this.name)));
	}

	write(documents: readonly StoredDocument[]): Promise<void> {
		return this.#at(() => this.#options.hub.keep(this.name, documents));
	}

	async changes(query: ChangesQuery): Promise<Result<ChangePage, SequenceProblem>> {
		const page = await this.#at((database) => (database.countAfter(query.since) === null ? null : database.changes(query)));
		return page ?? err(problem('query_parse_error', MALFORMED_SEQUENCE));
	}

	allDocs({ keys, limit, includeDocs }: AllDocsQuery): Promise<AllDocsPage> {
		return this.#at(({ docs, log }) => {
			const rows = (keys ?? [...docs.keys()].sort().slice(0, limit)).map((key): AllDocsRow => {
				const doc = docs.get(key);
				return doc === undefined ? { key, error: 'not_found' } : { id: key, key, value: { rev: doc._rev }, ...(includeDocs ? { doc } : {}) };
			});
			return { total: log.length, rows };
		});
	}

	info(): Promise<DatabaseInfo> {
		return this.#at((database) => ({ count: database.log.length, sequence: database.sequenceOf(database.log.length) }));
	}

	local(id: string): Promise<LocalDocument | null> {
		return this.#at(({ locals }) => locals.get(id) ?? null);
	}

	putLocal(id: string, fields: JsonObject, rev: string | null): Promise<string> {
		return this.#at(({ locals }) => {
			const next = nextLocalRevision(rev);
			locals.set(id, { rev: next, fields: structuredClone(fields) });
			this.#options.onLocal?.(this.name, id, fields);
			return next;
		});
	}
}
