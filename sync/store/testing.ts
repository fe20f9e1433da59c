/** Fakes for tests of the rooms above: a store in memory, an envelope document that passes `checkDocument`, a row seal without keys. */
import { toBase64url } from '../change/base64url.ts';
import type { Hash } from '../change/change.ts';
import { seededRandom, type Random } from '../change/ports.ts';
import type { EnvelopeDocument } from '../verify/document.ts';
import { envelopeDocumentId } from '../verify/ids.ts';
import { processLocks, type Locks } from './locks.ts';
import { memoryStorage } from './memory.ts';
import type { RowSeal } from './sealedCharts.ts';
import { openStore, type RxStore } from './store.ts';

let stores = 0;

/** A store of its own in memory. `name` opens the same one again; RxDB opens at most four at once in one process. */
export function memoryStore(name = `memory-${++stores}-${Date.now().toString(36)}`, locks: Locks = processLocks()): Promise<RxStore> {
	return openStore({ name, storage: memoryStorage(), locks, multiInstance: false, token: 'test' });
}

/** A document that is an envelope as far as anyone without keys can tell. Needs `ready()`. */
export function fakeEnvelope(random: Random | number | string): EnvelopeDocument {
	const source = typeof random === 'object' ? random : seededRandom(random);
	const [t, n, c] = [source.bytes(32), source.bytes(24), source.bytes(512 + 16)];
	return { _id: envelopeDocumentId('e1', t, n, c), v: 'e1', t: toBase64url(t), n: toBase64url(n), c: toBase64url(c) };
}

/** A text in the shape of a change id. */
export const fakeHash = (random: Random): Hash => toBase64url(random.bytes(32)) as Hash;

/** Seals nothing but binds a row to its place and key, as the real one does. */
export function fakeSeal(key: string): RowSeal {
	const head = (collection: string, row: string): string => `${key}/${collection}/${row}:`;
	return {
		seal: (collection, row, text) => head(collection, row) + text,
		open: (collection, row, sealed) => (sealed.startsWith(head(collection, row)) ? sealed.slice(head(collection, row).length) : null)
	};
}
