/**
 * LevelDB whose every write is on the disk before it is reported as done.
 *
 * PouchDB's LevelDB adapter never sets LevelDB's `sync` option, so a write it reports as done may still be in the kernel's page
 * cache and is lost with the power. A hub's `ok` means fsynced (invariant A4), and devices then say "at the hub" (A3): hence every
 * write goes through here, and `fsync.test.ts` traces the system calls of a running hub to prove it.
 */
import leveldown, { type Done, type LevelDOWN, type WriteOptions } from 'leveldown';

/** Opens LevelDB at `location`; PouchDB calls this in place of `leveldown` (option `db`). */
export function syncedLevelDOWN(location: string): LevelDOWN {
	const level = leveldown(location);
	const put = level._put.bind(level);
	const del = level._del.bind(level);
	const batch = level._batch.bind(level);
	level._put = (key: unknown, value: unknown, options: WriteOptions, done: Done) => put(key, value, { ...options, sync: true }, done);
	level._del = (key: unknown, options: WriteOptions, done: Done) => del(key, { ...options, sync: true }, done);
	level._batch = (operations: readonly unknown[], options: WriteOptions, done: Done) => batch(operations, { ...options, sync: true }, done);
	return level;
}

/** The same without the guarantee: the control of the fsync test, which must fail with it. Nothing else may use it. */
export function unsyncedLevelDOWN(location: string): LevelDOWN {
	return leveldown(location);
}
