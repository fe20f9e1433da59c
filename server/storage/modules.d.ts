/**
 * Types of the storage libraries: only what the hub uses of them. (The published typings of PouchDB redeclare Node's `Buffer` for the
 * whole project.)
 */
declare module 'leveldown' {
	export type Done = (error: Error | null) => void;
	export interface WriteOptions {
		readonly sync?: boolean;
	}
	export interface LevelDOWN {
		_put(key: unknown, value: unknown, options: WriteOptions, done: Done): void;
		_del(key: unknown, options: WriteOptions, done: Done): void;
		_batch(operations: readonly unknown[], options: WriteOptions, done: Done): void;
	}
	export default function leveldown(location: string): LevelDOWN;
}

declare module 'pouchdb-core' {
	/** a document as it is stored: fields of any kind, its id and revision among them */
	export type Stored = { readonly _id: string; readonly _rev: string } & { readonly [field: string]: unknown };
	export interface ChangesPage {
		readonly results: readonly { readonly seq: number; readonly id: string; readonly changes: readonly { readonly rev: string }[]; readonly doc?: Stored }[];
		readonly last_seq: number;
	}
	export type AllDocsRow =
		| { readonly key: string; readonly error: string }
		| { readonly id: string; readonly key: string; readonly value: { readonly rev: string; readonly deleted?: boolean }; readonly doc?: Stored | null };
	export interface AllDocsOptions {
		readonly keys?: readonly string[];
		readonly startkey?: string;
		readonly endkey?: string;
		readonly inclusive_end?: boolean;
		readonly descending?: boolean;
		readonly skip?: number;
		readonly limit?: number;
		readonly include_docs?: boolean;
	}
	export interface Plugin {
		(pouch: typeof PouchDB): void;
	}
	export default class PouchDB {
		constructor(name: string, options: { readonly adapter: 'leveldb'; readonly db: (location: string) => import('leveldown').LevelDOWN });
		static plugin(plugin: Plugin): typeof PouchDB;
		info(): Promise<{ readonly doc_count: number; readonly update_seq: number }>;
		/** rejects with `{ status: 404 }` when there is none */
		get(id: string): Promise<Stored>;
		/** rejects with `{ status: 409 }` when the revision is not the one there */
		put(document: { readonly _id: string; readonly _rev?: string } & { readonly [field: string]: unknown }): Promise<{ readonly rev: string }>;
		bulkDocs(documents: readonly { readonly _id: string; readonly _rev: string }[], options: { readonly new_edits: false }): Promise<readonly unknown[]>;
		changes(options: { readonly since: number; readonly limit: number; readonly include_docs: boolean }): Promise<ChangesPage>;
		allDocs(options: AllDocsOptions): Promise<{ readonly rows: readonly AllDocsRow[] }>;
		close(): Promise<void>;
	}
}

declare module 'pouchdb-adapter-leveldb' {
	const plugin: import('pouchdb-core').Plugin;
	export default plugin;
}

/** The whole PouchDB, as a client in tests. */
declare module 'pouchdb' {
	export interface LiveFeed {
		on(event: 'change', listener: (change: { readonly id: string }) => void): LiveFeed;
		cancel(): void;
	}
	export interface Replicated {
		readonly ok: boolean;
		readonly docs_written: number;
		readonly doc_write_failures: number;
	}
	export default class PouchDB {
		constructor(url: string, options?: { readonly skip_setup: true; readonly fetch: (url: string | Request, options?: RequestInit) => Promise<Response> });
		readonly replicate: {
			from(source: PouchDB, options: { readonly batch_size: number }): Promise<Replicated>;
			to(target: PouchDB, options: { readonly batch_size: number }): Promise<Replicated>;
		};
		close(): Promise<void>;
		allDocs(options: Record<string, never>): Promise<{ readonly rows: readonly { readonly id: string }[] }>;
		static fetch(url: string | Request, options?: RequestInit): Promise<Response>;
		info(): Promise<{ readonly doc_count: number }>;
		bulkDocs(documents: readonly object[], options: { readonly new_edits: false }): Promise<readonly unknown[]>;
		changes(options: { readonly since: number | string; readonly live: true; readonly include_docs: boolean }): LiveFeed;
		changes(options: { readonly since: number | string; readonly limit: number; readonly include_docs: boolean }): Promise<{ readonly results: readonly unknown[]; readonly last_seq: string }>;
		allDocs(options: { readonly keys: readonly string[]; readonly include_docs: boolean }): Promise<{ readonly rows: readonly unknown[] }>;
	}
}
