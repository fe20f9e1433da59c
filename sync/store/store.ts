/**
 * The store of one device: RxDB underneath, narrow typed parts above. `src/` and the other rooms see only these parts.
 *
 * Several tabs may open the same store at once: what one writes the others are told of (`subscribe`), and what must happen once goes
 * through `locks`. Every write that resolved is in the storage as durably as `durability()` says.
 */
import { createRxDatabase, removeRxDatabase, type RxCollection, type RxDatabase } from 'rxdb/plugins/core';
import type { Durability, DurableStorage } from './durability.ts';
import { projectionLock, type Locks } from './locks.ts';
import { OwnEnvelopes } from './ownEnvelopes.ts';
import { ControlDocuments, NamedValues, Verdicts } from './plainRows.ts';
import { PulledPages } from './pulledPages.ts';
import { OWN_SCHEMA, PAGE_SCHEMA, PLAIN_SCHEMA, type OwnRow, type PageRow, type PlainRow } from './rows.ts';
import { SealedCharts } from './sealedCharts.ts';
import { SealedIndex } from './sealedIndex.ts';
import { Table } from './table.ts';

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
	readonly locks: Locks;
	/** For `sync/replication` alone. */
	readonly collections: Collections;
	/** How durable the writes so far were at the least. "Saved on this device" may be said on `strict` (D1); headless with a journal too. */
	durability(): Durability | null;
	subscribe(listener: (event: StoreEvent) => void): () => void;
	close(): Promise<void>;
	/** Takes emptied rows off the disk if that was not done for a month. Reads much: for an idle moment. */
	tidy(now: number): Promise<void>;
	/** Closes, and removes everything from this device. */
	erase(): Promise<void>;
}

const ROW_KINDS = ['control', 'chart', 'index', 'verdict', 'identity', 'cursor'] as const;

export async function openStore(options: StoreOptions): Promise<Store> {
	const { storage, durability } = options.storage;
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
	const tables = { own: new Table<OwnRow>(own, 'key'), pages: new Table<PageRow>(pages, 'id'), rows: new Table<PlainRow>(rows, 'key') };
	const cursors = new NamedValues(tables.rows, 'cursor');
	const charts = new SealedCharts(tables.rows, (section, signal) => options.locks.exclusive(projectionLock(options.name), section, signal));
	const index = new SealedIndex(tables.rows, options.token);
	const listeners = new Set<(event: StoreEvent) => void>();
	const subscriptions = watch({ own, pages, rows }, (event) => {
		if (event.kind === 'index') index.noticed(event.keys);
		for (const listener of listeners) listener(event);
	});
	const close = async (): Promise<void> => {
		for (const unsubscribe of subscriptions) unsubscribe();
		listeners.clear();
		await charts.close();
		await database.close();
	};
	return {
		name: options.name,
		own: new OwnEnvelopes(tables.own, options.locks, options.name),
		pages: new PulledPages(tables.pages, tables.rows),
		control: new ControlDocuments(tables.rows),
		charts,
		index,
		verdicts: new Verdicts(tables.rows),
		identity: new NamedValues(tables.rows, 'identity'),
		cursors,
		locks: options.locks,
		collections: { own, pages, rows },
		durability,
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		close,
		tidy: (now) => tidy(tables.rows, cursors, now),
		async erase() {
			await close();
			await removeRxDatabase(options.name, storage, options.multiInstance);
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
		pages.storageInstance.changeStream().subscribe((bulk) => {
			const numbers = bulk.events.map((event) => Number(event.documentId)).filter((number) => Number.isInteger(number));
			if (numbers.length > 0) emit({ kind: 'pages', numbers });
		}),
		rows.storageInstance.changeStream().subscribe((bulk) => {
			const byKind = new Map<(typeof ROW_KINDS)[number], string[]>();
			for (const { documentId } of bulk.events) {
				const kind = ROW_KINDS.find((candidate) => documentId.startsWith(`${candidate}|`));
				if (kind === undefined) continue;
				const keys = byKind.get(kind) ?? [];
				keys.push(kind === 'index' ? documentId : documentId.slice(kind.length + 1));
				byKind.set(kind, keys);
			}
			for (const [kind, keys] of byKind) emit({ kind, keys });
		})
	];
	return subscriptions.map((subscription) => () => subscription.unsubscribe());
}
