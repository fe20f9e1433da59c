/** The peer in the browser: PouchDB 9 with its `indexeddb` adapter, replicating the same records in plaintext. Its largest useful batch size. */

/** The calls of PouchDB that the comparison makes. */
interface Pouch {
	replicate: { from(url: string, options: object): Promise<{ docs_written: number }>; to(url: string, options: object): Promise<{ docs_written: number }> };
	bulkDocs(docs: readonly object[]): Promise<unknown>;
	info(): Promise<{ doc_count: number }>;
	destroy(): Promise<unknown>;
}
declare global {
	interface Window {
		PouchDB: new (name: string, options: object) => Pouch;
	}
}

const BATCH = 1_000;

/** Milliseconds to replicate everything from `url` into a new database. */
export async function pouchFirstSync(url: string, expected: number): Promise<number> {
	const db = new window.PouchDB(`pull-${Date.now()}`, { adapter: 'indexeddb' });
	const start = performance.now();
	await db.replicate.from(url, { batch_size: BATCH });
	const took = performance.now() - start;
	const { doc_count } = await db.info();
	await db.destroy();
	if (doc_count !== expected) throw new Error(`PouchDB holds ${doc_count} of ${expected} records`);
	return took;
}

/** Milliseconds to send `records`, written before the clock starts, to an empty hub. */
export async function pouchPush(url: string, records: readonly object[]): Promise<number> {
	const db = new window.PouchDB(`push-${Date.now()}`, { adapter: 'indexeddb' });
	await db.bulkDocs(records);
	const start = performance.now();
	const { docs_written } = await db.replicate.to(url, { batch_size: BATCH });
	const took = performance.now() - start;
	await db.destroy();
	if (docs_written !== records.length) throw new Error(`PouchDB sent ${docs_written} of ${records.length} records`);
	return took;
}
