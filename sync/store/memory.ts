/**
 * Storage in memory: for tests, and for a headless device together with a journal (`journal.ts`).
 *
 * RxDB keeps the contents per database name for the whole process, so a store that is closed and opened again finds what it had.
 */
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory';
import type { DurableStorage } from './durability.ts';

export const memoryStorage = (): DurableStorage => ({ storage: getRxStorageMemory(), durability: () => 'memory' });
