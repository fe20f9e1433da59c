/**
 * "Saved on this device" is said only when the write was in a transaction that the browser itself calls strict.
 *
 * IndexedDB by default reports a transaction as complete while its bytes are still in the system's cache (Chromium since 121,
 * Firefox since 40), and they are gone with the power. `durability: 'strict'` asks for a flush before `complete`
 * (Indexed Database API 3.0, section 2.7). Dexie passes it on as `chromeTransactionDurability`, but a browser that does not know
 * the option ignores it silently. So each write transaction is asked what it is, after it was made: `strict` must be read back (D1).
 */
import type { Dexie, DBCoreTransaction } from 'dexie';
import type { RxStorage } from 'rxdb/plugins/core';
import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie';

/** `strict`: flushed before it is confirmed. `relaxed`: a power cut may undo it. `memory`: gone when the process ends. */
export type Durability = 'strict' | 'relaxed' | 'memory';

export interface DurableStorage {
	// RxDB's own parameter names for what a storage keeps to itself
	// eslint-disable-next-line @typescript-eslint/no-explicit-any
	readonly storage: RxStorage<any, any>;
	/** The weakest durability that any write transaction had so far; null before the first write. */
	durability(): Durability | null;
}

/** IndexedDB through Dexie, every write strict, each transaction's durability read back. */
export function strictDexie(): DurableStorage {
	let weakest: Durability | null = null;
	const seen = (transaction: DBCoreTransaction): void => {
		const durability = 'durability' in transaction && transaction.durability === 'strict' ? 'strict' : 'relaxed';
		if (weakest !== 'relaxed') weakest = durability;
	};
	const storage = getRxStorageDexie({
		chromeTransactionDurability: 'strict',
		onCreate: (db: Dexie) => {
			db.use({
				stack: 'dbcore',
				name: 'saddlebag-durability',
				create: (core) => ({
					...core,
					transaction(tables, mode, options) {
						const transaction = core.transaction(tables, mode, options);
						if (mode === 'readwrite') seen(transaction);
						return transaction;
					}
				})
			});
		}
	});
	return { storage, durability: () => weakest };
}
