/**
 * Types of pouchdb-core, as far as the hub uses it. The published ones declare a global `Buffer` of their own, which breaks Node's for the
 * whole project.
 */
declare namespace PouchDB {
	type Plugin = (constructor: unknown) => void;
	type Stored<Fields> = Fields & { readonly _id: string; readonly _rev: string };
	interface DatabaseInfo {
		readonly db_name: string;
		readonly doc_count: number;
		readonly update_seq: number | string;
	}
	interface ChangesRow<Fields> {
		readonly seq: number | string;
		readonly id: string;
		readonly changes: { rev: string }[];
		readonly deleted?: boolean;
		readonly doc?: Stored<Fields>;
	}
	type AllDocsRow<Fields> = { readonly key: string; readonly error: 'not_found' } | { readonly id: string; readonly key: string; readonly value: { rev: string; deleted?: boolean }; readonly doc?: Stored<Fields> };
	interface Database {
		info(): Promise<DatabaseInfo>;
		get<Fields>(id: string): Promise<Stored<Fields>>;
		put(document: object): Promise<{ ok: true; id: string; rev: string }>;
		bulkDocs(documents: readonly object[], options?: { new_edits?: boolean }): Promise<{ id?: string; rev?: string; error?: boolean | string; reason?: string }[]>;
		changes<Fields>(options: { since: number; limit: number; include_docs: boolean }): Promise<{ results: ChangesRow<Fields>[]; last_seq: number | string }>;
		allDocs<Fields>(options: object): Promise<{ rows: AllDocsRow<Fields>[]; total_rows: number }>;
		close(): Promise<void>;
		destroy(): Promise<unknown>;
	}
	interface Static {
		new (name: string, options?: object): Database;
		plugin(plugin: Plugin): Static;
	}
}

declare module 'pouchdb-core' {
	const PouchDB: PouchDB.Static;
	export default PouchDB;
}
