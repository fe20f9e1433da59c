/**
 * Types of two libraries that ship none; only what the hub uses of them.
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

declare module 'pouchdb-adapter-leveldb' {
	const plugin: PouchDB.Plugin;
	export default plugin;
}
