/**
 * The store of one device: RxDB underneath, narrow typed parts above. `src/` and the other rooms see only these parts.
 *
 * Several tabs may open the same store at once: what one writes the others are told of (`subscribe`), and what must happen once goes
 * through `locks`. Every write that resolved is in the storage as durably as `durability()` says.
 */
import { createRxDatabase, removeRxDatabase, type RxCollection, type RxDatabase } from 'rxdb/plugins/core';
import type { Durability, DurableStorage } from './durability.ts';
import { FileRows } from './fileRows.ts';
import { projectionLock, type Locks } from './locks.ts';
import { OwnEnvelopes } from './ownEnvelopes.ts';
import { ControlDocuments, NamedValues, Verdicts } from './plainRows.ts';
import { PulledPages } from './pulledPages.ts';
import { OWN_SCHEMA, PAGE_SCHEMA, PLAIN_SCHEMA, type OwnRow, type PageRow, type PlainRow } from './rows.ts';
import { rxRowMover, type RowMover } from './rowMover.ts';
import { SealedCharts } from './sealedCharts.ts';
import { SealedIndex } from './sealedIndex.ts';
import { RxTable, type Table } from './table.ts';

export interface StoreOptions {
	/** letters, digits, '-' and '_'; one per device */
	readonly name: string;
	readonly storage: DurableStorage;
	readonly locks: Locks;
	/** may other tabs have it open? */
	readonly multiInstance: boolean;
	/** tells what this instance writes from what other tabs write: a few random letters or digits */
	readonly token: string;
}

/** Something was written, here or in another tab. Keys are those of `rows.ts`, without their kind where it is said. */
export type StoreEvent =
	| { readonly kind: 'own'; readonly keys: readonly string[] }
	| { readonly kind: 'pages'; readonly numbers: readonly number[] }
	| { readonly kind: 'control' | 'chart' | 'index' | 'verdict' | 'identity' | 'cursor'; readonly keys: readonly string[] };

interface Collections {
	readonly own: RxCollection<OwnRow>;
	readonly pages: RxCollection<PageRow>;
	readonly rows: RxCollection<PlainRow>;
}

export interface Tables {
	readonly own: Table<OwnRow>;
	readonly pages: Table<PageRow>;
	readonly rows: Table<PlainRow>;
}

/** Storage under a store: tables, who tells what was written to them, and what moves their rows to a hub and back. */
export interface StoreBase extends Pick<StoreOptions, 'name' | 'locks' | 'token'> {
	readonly tables: Tables;
	readonly replicate: RowMover;
	durability(): Durability | null;
	/** Tells of everything that is written, here or in another tab. */
	watch(emit: (event: StoreEvent) => void): () => void;
	close(): Promise<void>;
	erase(): Promise<void>;
}

export interface Store {
	readonly name: string;
	readonly own: OwnEnvelopes;
	readonly pages: PulledPages;
	readonly control: ControlDocuments;
	readonly charts: SealedCharts;
	readonly index: SealedIndex;
	readonly verdicts: Verdicts;
	readonly identity: NamedValues;
	readonly cursors: NamedValues;
	readonly files: FileRows;
	readonly locks: Locks;
	/** For `sync/replication` alone. */
	readonly replicate: RowMover;
	/** How durable the writes so far were at the least. "Saved on this device" may be said on `strict` (D1); headless with a journal too. */
	durability(): Durability | null;
	subscribe(listener: (event: StoreEvent) => void): () => void;
	close(): Promise<void>;
	/** Takes emptied rows off the disk if that was not done for a month. Reads much: for an idle moment. */
	tidy(now: number): Promise<void>;
	/** Closes, and removes everything from this device. */
	erase(): Promise<void>;
}

/** A store over RxDB, as the app has it. */
export interface RxStore extends Store {
	readonly collections: Collections;
}

const ROW_KINDS = ['control', 'chart', 'index', 'verdict', 'identity', 'cursor'] as const;

export async function openStore(options: StoreOptions): Promise<RxStore> {
	const { durability } = options.storage;
	const storage = quietPages(options.storage.storage);
	const database: RxDatabase<Collections> = await createRxDatabase<Collections>({
		name: options.name,
		storage,
		multiInstance: options.multiInstance,
		eventReduce: false
	});
	const { own, pages, rows } = await database.addCollections({
		// what decides is the place in the chain and the envelope; marks of custody are not news for a hub
		own: { schema: OWN_SCHEMA, conflictHandler: { isEqual: (a, b) => a.envelope === b.envelope, resolve: ({ newDocumentState }) => Promise.resolve(newDocumentState) } },
		pages: { schema: PAGE_SCHEMA, conflictHandler: { isEqual: (a, b) => a.id === b.id, resolve: ({ newDocumentState }) => Promise.resolve(newDocumentState) } },
		rows: { schema: PLAIN_SCHEMA }
	});
	const tables = { own: new RxTable<OwnRow>(own, 'key'), pages: new RxTable<PageRow>(pages, 'id'), rows: new RxTable<PlainRow>(rows, 'key') };
	const store = storeOver({
		name: options.name, locks: options.locks, token: options.token, tables, durability,
		replicate: rxRowMover({ own, pages }),
		watch(emit) {
			const subscriptions = watch({ own, pages, rows }, emit);
			return () => subscriptions.forEach((unsubscribe) => unsubscribe());
		},
		close: async () => void (await database.close()),
		erase: async () => void (await removeRxDatabase(options.name, storage, options.multiInstance))
	});
	return { ...store, collections: { own, pages, rows } };
}

/**
 * The same storage, whose pulled pages are not sent to the other tabs: RxDB would send each as a whole, some megabytes, and they only want to know that it is there, which
 * the note of what it holds tells them (`rowsWritten`).
 */
const quietPages = (storage: DurableStorage['storage']): DurableStorage['storage'] => ({
	...storage,
	createStorageInstance: (params) => storage.createStorageInstance(params.collectionName === 'pages' ? { ...params, multiInstance: false } : params)
});

/** The parts of a store, over whatever keeps its rows. */
export function storeOver(base: StoreBase): Store {
	const { name, locks, tables } = base;
	const cursors = new NamedValues(tables.rows, 'cursor');
	const charts = new SealedCharts(tables.rows, (section, signal) => locks.exclusive(projectionLock(name), section, signal));
	const index = new SealedIndex(tables.rows, base.token);
	const listeners = new Set<(event: StoreEvent) => void>();
	const unwatch = base.watch((event) => {
		if (event.kind === 'index') index.noticed(event.keys);
		for (const listener of listeners) listener(event);
	});
	const close = async (): Promise<void> => {
		unwatch();
		listeners.clear();
		await charts.close();
		await base.close();
	};
	return {
		name,
		own: new OwnEnvelopes(tables.own, locks, name),
		pages: new PulledPages(tables.pages, tables.rows),
		control: new ControlDocuments(tables.rows),
		charts,
		index,
		verdicts: new Verdicts(tables.rows),
		identity: new NamedValues(tables.rows, 'identity'),
		cursors,
		files: new FileRows(tables.rows),
		locks,
		replicate: base.replicate,
		durability: () => base.durability(),
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		close,
		tidy: (now) => tidy(tables.rows, cursors, now),
		async erase() {
			await close();
			await base.erase();
		}
	};
}

const TIDY_MS = 30 * 24 * 60 * 60_000;

async function tidy(rows: Table<PlainRow>, cursors: NamedValues, now: number): Promise<void> {
	const last = await cursors.get('tidied');
	if (last !== null && now - Number(last) < TIDY_MS && now >= Number(last)) return;
	if (last !== null) await rows.purge();
	await cursors.put('tidied', String(now));
}

/** Change streams carry what other tabs wrote as well as what this one did. */
function watch({ own, pages, rows }: Collections, emit: (event: StoreEvent) => void): (() => void)[] {
	const subscriptions = [
		own.storageInstance.changeStream().subscribe((bulk) => emit({ kind: 'own', keys: bulk.events.map((event) => event.documentId) })),
		pages.storageInstance.changeStream().subscribe((bulk) => pagesWritten(bulk.events.map((event) => event.documentId), emit)),
		rows.storageInstance.changeStream().subscribe((bulk) => rowsWritten(bulk.events.map((event) => event.documentId), emit))
	];
	return subscriptions.map((subscription) => () => subscription.unsubscribe());
}

/** Tells of pages by their numbers; rows that replication keeps for itself are no news. */
export function pagesWritten(ids: readonly string[], emit: (event: StoreEvent) => void): void {
	const numbers = ids.map(Number).filter((number) => Number.isInteger(number));
	if (numbers.length > 0) emit({ kind: 'pages', numbers });
}

/** A page is noted right after it is durable. */
const PAGE_NOTE = 'held|p|';

/** Tells of rows by their kind. */
export function rowsWritten(ids: readonly string[], emit: (event: StoreEvent) => void): void {
	pagesWritten(ids.filter((id) => id.startsWith(PAGE_NOTE)).map((id) => id.slice(PAGE_NOTE.length)), emit);
	const byKind = new Map<(typeof ROW_KINDS)[number], string[]>();
	for (const id of ids) {
		const kind = ROW_KINDS.find((candidate) => id.startsWith(`${candidate}|`));
		if (kind === undefined) continue;
		const keys = byKind.get(kind) ?? [];
		keys.push(kind === 'index' ? id : id.slice(kind.length + 1));
		byKind.set(kind, keys);
	}
	for (const [kind, keys] of byKind) emit({ kind, keys });
}
