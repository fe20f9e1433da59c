/**
 * Durable storage for a device without a browser: RxDB in memory, and every write in a journal before it is confirmed.
 *
 * RxDB has no open-source storage for files (its SQLite one is a trial of 500 documents). A headless device holds little and starts seldom, so
 * the whole content is read at start. The journal is a port: lines of text, appended durably, rewritten as a whole when most of it is history.
 */
import { getPrimaryFieldOfPrimaryKey, type RxStorage, type RxStorageInstanceCreationParams } from 'rxdb/plugins/core';
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';
import type { DurableStorage } from './durability.ts';

export interface Journal {
	/** All lines, oldest first. A last line that was being written when the power went is left out. */
	read(): Promise<readonly string[]>;
	/** Resolves when the line is on the disk. */
	append(line: string): Promise<void>;
	/** Replaces everything, whole or not at all. */
	rewrite(lines: readonly string[]): Promise<void>;
	close(): Promise<void>;
}

/** One write of RxDB: documents of one collection as they then were. */
interface Entry { readonly collection: string; readonly documents: readonly StoredDocument[]; readonly removed?: boolean }
interface StoredDocument { readonly _deleted: boolean; readonly [field: string]: unknown }

/** Rewritten at start when it holds this many times more documents than are alive. */
const HISTORY_FACTOR = 2;
const DOCUMENTS_PER_LINE = 500;

/** Reads the journal; `close` it after the store. */
export async function journaledStorage(journal: Journal): Promise<DurableStorage> {
	const restored = await restore(journal);
	let written = false;
	const memory = getRxStorageMemory();
	// RxDB shares contents in memory among all storages of a process: this one starts from the journal alone
	memory.collectionStates = new Map();
	const pending = new Map(restored);
	const storage: RxStorage<unknown, object> = {
		name: memory.name,
		rxdbVersion: memory.rxdbVersion,
		async createStorageInstance<RxDocType>(params: RxStorageInstanceCreationParams<RxDocType, object>) {
			const instance = await memory.createStorageInstance<RxDocType>(params);
			const collection = `${params.databaseName}/${params.collectionName}/${params.schema.version}`;
			const primary = getPrimaryFieldOfPrimaryKey(params.schema.primaryKey);
			const write = instance.bulkWrite.bind(instance);
			const remove = instance.remove.bind(instance);
			type Rows = Parameters<typeof write>[0];
			const documents = [...(pending.get(collection)?.values() ?? [])];
			pending.delete(collection);
			if (documents.length > 0) await write(documents.map((document) => ({ document })) as Rows, 'saddlebag-restore');
			instance.bulkWrite = async (rows, context) => {
				const result = await write(rows, context);
				const failed = new Set(result.error.map((error) => error.documentId));
				const taken = rows.map((row): object => row.document).filter((document) => !failed.has(String(Reflect.get(document, primary))));
				if (taken.length > 0) await journal.append(JSON.stringify({ collection, documents: taken }));
				written = true;
				return result;
			};
			instance.remove = async () => {
				await remove();
				await journal.append(JSON.stringify({ collection, documents: [], removed: true }));
			};
			return instance;
		}
	};
	return { storage, durability: () => (written ? 'strict' : null) };
}

type Contents = Map<string, Map<string, StoredDocument>>;

/** Last state of every document that is alive, by collection and primary key. */
async function restore(journal: Journal): Promise<Contents> {
	const contents: Contents = new Map();
	let read = 0;
	for (const line of await journal.read()) {
		const entry: Entry = JSON.parse(line);
		if (entry.removed === true) contents.delete(entry.collection);
		const documents = contents.get(entry.collection) ?? new Map<string, StoredDocument>();
		for (const document of entry.documents) {
			read++;
			const key = keyOf(document);
			if (document._deleted) documents.delete(key);
			else documents.set(key, document);
		}
		if (documents.size > 0) contents.set(entry.collection, documents);
	}
	const alive = [...contents.values()].reduce((sum, documents) => sum + documents.size, 0);
	if (read > 1000 && read > HISTORY_FACTOR * alive) await journal.rewrite([...linesOf(contents)]);
	return contents;
}

function* linesOf(contents: Contents): Generator<string> {
	for (const [collection, documents] of contents) {
		const all = [...documents.values()];
		for (let i = 0; i < all.length; i += DOCUMENTS_PER_LINE) yield JSON.stringify({ collection, documents: all.slice(i, i + DOCUMENTS_PER_LINE) });
	}
}

/** All collections of a store, and RxDB's own, call their primary key `key` or `id`. */
const keyOf = (document: StoredDocument): string => String(document['key'] ?? document['id']);
