/**
 * The app's real store, RxDB on memory storage, in a simulated world: the handlers run inside RxDB's own `replicateRxCollection`. What it
 * writes is copied to the machine's disk, where the checks look.
 *
 * RxDB in memory keeps what was written when a database is closed and opened again; it knows no crash and no backup, so plans with RxDB have none.
 */
import type { RxCollection } from 'rxdb/plugins/core';
import { memoryStorage, openStore, type Locks, type Store } from '../../sync/store/index.ts';
import type { Disk, Rows } from './disk.ts';

export async function rxStore(options: { readonly name: string; readonly token: string; readonly locks: Locks; readonly disk: Disk }): Promise<Store> {
	const { name, token, locks, disk } = options;
	const store = await openStore({ name, token, locks, storage: memoryStorage(), multiInstance: false });
	const { own, pages, rows } = store.collections;
	await Promise.all([fill(own, disk.own), fill(pages, disk.pages), fill(rows, disk.rows)]);
	mirror(own, disk.own);
	mirror(pages, disk.pages);
	mirror(rows, disk.rows);
	return { ...store, durability: () => 'strict' };
}

/** What the disk has and the database does not: the enrolment, at the first start. */
async function fill<Row extends object>(collection: RxCollection<Row>, rows: Rows<Row>): Promise<void> {
	const missing = [...rows.values()];
	if (missing.length > 0) await collection.bulkInsert(missing);
}

function mirror<Row extends object>(collection: RxCollection<Row>, rows: Rows<Row>): void {
	collection.storageInstance.changeStream().subscribe((bulk) => {
		for (const { documentId, documentData, operation } of bulk.events) {
			if (operation === 'DELETE' || documentData._deleted) rows.delete(documentId);
			else rows.set(documentId, documentData);
		}
	});
}
