/**
 * One embedded database of the hub: documents that are written once, under the one revision their id allows, in the order they came.
 *
 * What is given to `write` has passed the check of hash and shape (`documents.ts`); this is only storage. A write is done when it is
 * on the disk (`synced-leveldown.ts`). Pushes that arrive while one is being written are written together after it: one fsync
 * serves them all.
 */
import { randomBytes } from 'node:crypto';
import PouchDB from 'pouchdb-core';
import leveldbAdapter from 'pouchdb-adapter-leveldb';
import { isObject } from '../../sync/change/canonical.ts';
import type { JsonObject } from '../../sync/change/change.ts';
import { Turns } from '../turns.ts';
import { ok, type Result } from '../../sync/result.ts';
import type { AllDocsPage, AllDocsQuery, AllDocsRow, ChangePage, ChangesQuery, DatabaseInfo, HubDatabase, LocalDocument, SequenceProblem, StoredDocument } from './port.ts';
import { nextLocalRevision } from './port.ts';
import { EPOCHS_MAX, countAfter, formatSequence, parseEpochs, parseSince, type Epoch } from './sequence.ts';
import { syncedLevelDOWN } from './synced-leveldown.ts';

PouchDB.plugin(leveldbAdapter);

type LevelDOWNFactory = typeof syncedLevelDOWN;

interface Push {
	readonly documents: readonly StoredDocument[];
	readonly done: () => void;
	readonly failed: (error: unknown) => void;
}

const LOCAL = '_local/';
const EPOCHS_ID = '_local/epochs';
/** Together under one fsync; bounded, so that a batch of pushes is not one huge allocation. */
const GROUP_DOCUMENTS_MAX = 4000;

export class EmbeddedDatabase implements HubDatabase {
	readonly name: string;
	#pouch: PouchDB;
	readonly #files: () => PouchDB;
	/** the last write failed: what LevelDB holds in memory may not be what is on the disk */
	#unsure = false;
	readonly #epochs: readonly Epoch[];
	readonly #onWritten: (name: string) => void;
	readonly #locals = new Turns();
	readonly #pushes: Push[] = [];
	#writing: Promise<void> | null = null;
	#count: number;

	private constructor(name: string, files: () => PouchDB, pouch: PouchDB, epochs: readonly Epoch[], count: number, onWritten: (name: string) => void) {
		this.name = name;
		this.#files = files;
		this.#pouch = pouch;
		this.#epochs = epochs;
		this.#count = count;
		this.#onWritten = onWritten;
	}

	/** Opens or creates the database in `folder`; `onWritten` is told its name after each write. Begins a new epoch. */
	static async open(name: string, folder: string, onWritten: (name: string) => void, levelDOWN: LevelDOWNFactory = syncedLevelDOWN): Promise<EmbeddedDatabase> {
		const files = (): PouchDB => new PouchDB(folder, { adapter: 'leveldb', db: levelDOWN });
		const pouch = files();
		const count = (await pouch.info()).update_seq;
		const stored = await found(pouch.get(EPOCHS_ID));
		const epochs = [...parseEpochs(stored?.['epochs']), { name: randomBytes(4).toString('hex'), from: count }].slice(-EPOCHS_MAX);
		await pouch.put({ _id: EPOCHS_ID, epochs, ...(stored ? { _rev: stored._rev } : {}) });
		return new EmbeddedDatabase(name, files, pouch, epochs, count, onWritten);
	}

	info(): Promise<DatabaseInfo> {
		return Promise.resolve({ count: this.#count, sequence: this.#sequenceOf(this.#count) });
	}
	#sequenceOf(count: number): string {
		return formatSequence(count, this.#epochs);
	}

	/** Stores documents; what is there already stays as it is. Settles when all are on the disk; rejects when the disk failed. */
	write(documents: readonly StoredDocument[]): Promise<void> {
		return new Promise((done, failed) => {
			this.#pushes.push({ documents, done, failed });
			this.#writing ??= this.#writeAll();
		});
	}

	async #writeAll(): Promise<void> {
		await Promise.resolve(); // `#writing` is set before the first round can end
		while (this.#pushes.length > 0) {
			const group: Push[] = [];
			const documents = new Map<string, StoredDocument>();
			do {
				const push = this.#pushes.shift();
				if (!push) break;
				group.push(push);
				for (const document of push.documents) documents.set(document._id, document);
			} while (documents.size < GROUP_DOCUMENTS_MAX);
			try {
				if (this.#unsure) await this.#reopen();
				await this.#commit([...documents.values()]);
				for (const push of group) push.done();
				this.#onWritten(this.name);
			} catch (error) {
				this.#unsure = true;
				for (const push of group) push.failed(error);
			}
		}
		// In the same turn as the last look at the queue, so that a push arriving next starts a new round.
		this.#writing = null;
	}

	/**
	 * After a write that failed (a full disk), LevelDB takes no more, and PouchDB's counters may be ahead of what was written. Read again from the disk; what was
	 * acknowledged before is there, as it was fsynced.
	 */
	async #reopen(): Promise<void> {
		await this.#pouch.close();
		this.#pouch = this.#files();
		const count = (await this.#pouch.info()).update_seq;
		if (count < this.#count) throw new Error('the database lost documents that were acknowledged');
		this.#count = count;
		this.#unsure = false;
	}

	async #commit(documents: readonly StoredDocument[]): Promise<void> {
		const before = this.#count;
		// Copies: PouchDB takes the objects it is given apart.
		const refused = await this.#pouch.bulkDocs(documents.map((document) => ({ ...document })), { new_edits: false });
		if (refused.length > 0) throw new Error(`PouchDB refused ${refused.length} documents`);
		this.#count = (await this.#pouch.info()).update_seq;
		if (this.#count < before || this.#count > before + documents.length) throw new Error('the sequence of the database is not the number of its writes');
	}

	async changes({ since, limit, includeDocs }: ChangesQuery): Promise<Result<ChangePage, SequenceProblem>> {
		const parsed = parseSince(since);
		if (!parsed.ok) return parsed;
		const from = countAfter(parsed.value, this.#epochs, this.#count);
		const page = await this.#pouch.changes({ since: from, limit, include_docs: includeDocs });
		const rows = page.results.map((row) => ({
			seq: this.#sequenceOf(row.seq),
			id: row.id,
			changes: row.changes,
			...(includeDocs && row.doc ? { doc: row.doc } : {})
		}));
		const last = page.results.at(-1)?.seq ?? from;
		// none is deleted or updated: what was written after is what is to come
		return ok({ rows, lastSeq: this.#sequenceOf(last), pending: Math.max(0, this.#count - last) });
	}

	async allDocs(query: AllDocsQuery): Promise<AllDocsPage> {
		const base = { include_docs: query.includeDocs };
		const range = {
			...base,
			limit: query.limit,
			skip: query.skip,
			descending: query.descending,
			inclusive_end: query.inclusiveEnd,
			...(query.startkey === undefined ? {} : { startkey: query.startkey }),
			...(query.endkey === undefined ? {} : { endkey: query.endkey })
		};
		const page = query.keys ? await this.#pouch.allDocs({ ...base, keys: [...query.keys] }) : await this.#pouch.allDocs(range);
		const rows = page.rows.map((row): AllDocsRow => {
			if ('error' in row) return { key: row.key, error: 'not_found' };
			const doc = query.includeDocs && row.doc ? { doc: row.doc } : {};
			return { id: row.id, key: row.key, value: { rev: row.value.rev }, ...doc };
		});
		return { total: this.#count, rows };
	}

	async local(id: string): Promise<LocalDocument | null> {
		const stored = await found(this.#pouch.get(`${LOCAL}${id}`));
		if (stored === null || typeof stored['rev'] !== 'string' || !isObject(stored['fields'])) return null;
		return { rev: stored['rev'], fields: stored['fields'] };
	}

	putLocal(id: string, fields: JsonObject, rev: string | null): Promise<string> {
		return this.#locals.take(async () => {
			const there = await found(this.#pouch.get(`${LOCAL}${id}`));
			const next = nextLocalRevision(rev);
			await this.#pouch.put({ _id: `${LOCAL}${id}`, rev: next, fields, ...(there === null ? {} : { _rev: there._rev }) });
			return next;
		});
	}

	/** Waits for what is being written, then closes the files. */
	async close(): Promise<void> {
		await this.#writing;
		await this.#pouch.close();
	}
}

const statusOf = (error: unknown): unknown => (typeof error === 'object' && error !== null && 'status' in error ? error.status : null);

/** Null when there is none. */
const found = <T>(getting: Promise<T>): Promise<T | null> =>
	getting.catch((error: unknown) => {
		if (statusOf(error) === 404) return null;
		throw error;
	});
