/**
 * What is in a CouchDB is checked again whenever it is read: somebody with access past the gateway (an administrator, the disk) can put there what the gateway
 * would have refused, and CouchDB cannot tell that a body is not the one its id names.
 *
 * Such a row would stay for ever, because the right document has the same revision and CouchDB takes a repeat for done. So it is purged, which frees
 * the id: whoever holds the right document finds that the hub lacks it and gives it back, as after the loss of a disk (A4). What a newer version of the gateway
 * may have stored is not judged here and never purged.
 */
import { isObject } from '../../sync/change/canonical.ts';
import { checkDocument, revisionOf } from '../../sync/verify/document.ts';
import { AS_ADMIN, CouchError, type Couch } from './client.ts';

export interface FoundRow {
	readonly id: string;
	readonly rev: string;
	readonly deleted: boolean;
	/** undefined: was not asked for */
	readonly doc: unknown;
}

const DOCUMENT_ID = /^[0-9a-f]{64}$/;

/** Why a row is none that a gateway stored; null when it is one, as far as can be seen. */
export function whyForeign(row: FoundRow): string | null {
	if (!DOCUMENT_ID.test(row.id)) return 'its name is not that of a document';
	if (row.deleted) return 'it is a deletion';
	if (row.rev !== revisionOf(row.id)) return 'its revision is not the one it can have';
	if (row.doc === undefined) return null;
	const checked = checkDocument(row.doc);
	if (checked.ok) return checked.value._id === row.id ? null : 'it is another document';
	return checked.error.code === 'unknown-version' ? null : checked.error.message;
}

/** Rows that a gateway stored, and the others with the reason. */
export function sorted<T extends FoundRow>(rows: readonly T[]): { readonly own: readonly T[]; readonly foreign: readonly (T & { readonly reason: string })[] } {
	const own: T[] = [];
	const foreign: (T & { readonly reason: string })[] = [];
	for (const row of rows) {
		const reason = whyForeign(row);
		if (reason === null) own.push(row);
		else foreign.push({ ...row, reason });
	}
	return { own, foreign };
}

/** One row of `_all_docs`; null where there is no such document, undefined where it is no row. */
export function readRow(raw: unknown, includeDocs: boolean): { readonly key: string; readonly row: FoundRow | null } | undefined {
	if (!isObject(raw) || typeof raw['key'] !== 'string') return undefined;
	const { id, key, value } = raw;
	if (typeof id !== 'string' || !isObject(value) || typeof value['rev'] !== 'string') return { key, row: null };
	return { key, row: { id, rev: value['rev'], deleted: value['deleted'] === true, doc: includeDocs ? (raw['doc'] ?? null) : undefined } };
}

/** read and purged at once: the bodies of so many are small beside the heap, and CouchDB purges no more than 100 unless told otherwise */
const AT_ONCE = 25;
/** a document may have several leaves that are foreign, one below the other */
const ROUNDS_MAX = 4;

/** What goes on in one database. */
interface Lane {
	/** to be looked at, or again */
	readonly suspects: Set<string>;
	running: Promise<void> | null;
	next: Promise<void> | null;
}

/**
 * Takes away what is foreign, and nothing else. A false body and the right one have the same name and revision, so that an order to purge given once must
 * never be repeated: who holds the right one may have given it back since. Hence only names are remembered; what is there under a name is read
 * immediately before each purge and after it, by one look at a time in each database. Where CouchDB does not purge now, it is looked at again at the next
 * request: one bad document never stops the rest (A1). Between the reading and the purge another gateway may purge and be given the right body: it is then
 * lacking, as after the loss of a disk, and given back (A4).
 */
export class Purge {
	readonly #couch: Couch;
	readonly #told: (database: string, id: string, reason: string) => void;
	readonly #lanes = new Map<string, Lane>();

	/** `told`: of each foreign document, once it is gone or when it could not be taken away. */
	constructor(couch: Couch, told: (database: string, id: string, reason: string) => void) {
		this.#couch = couch;
		this.#told = told;
	}

	/** Looks at these documents, and at those that could not be taken away before. The ids of which it cannot be said that they are right, or gone. */
	async take(database: string, ids: readonly string[]): Promise<readonly string[]> {
		if (ids.length === 0 && !this.#lanes.has(database)) return [];
		const lane = this.#lanes.get(database) ?? { suspects: new Set(), running: null, next: null };
		this.#lanes.set(database, lane);
		for (const id of ids) lane.suspects.add(id);
		if (lane.suspects.size === 0) return [];
		if (lane.running === null) await this.#run(database, lane);
		// whoever asks about nothing in particular need not wait for a look that is under way
		else if (ids.length > 0) await (lane.next ??= this.#after(database, lane, lane.running));
		return ids.filter((id) => lane.suspects.has(id));
	}

	async #after(database: string, lane: Lane, before: Promise<void>): Promise<void> {
		await before;
		lane.next = null;
		await (lane.running ?? this.#run(database, lane));
	}

	#run(database: string, lane: Lane): Promise<void> {
		lane.running = this.#lookAtAll(database, lane.suspects).finally(() => {
			lane.running = null;
		});
		return lane.running;
	}

	async #lookAtAll(database: string, suspects: Set<string>): Promise<void> {
		const all = [...suspects];
		for (let from = 0; from < all.length; from += AT_ONCE) {
			const some = all.slice(from, from + AT_ONCE);
			try {
				await this.#lookAt(database, some, suspects);
			} catch (error) {
				this.#told(database, some[0] ?? '', `it could not be purged (${error instanceof Error ? error.message : String(error)}), which is tried again`);
				// no answer: the rest would wait for none either
				if (error instanceof CouchError && error.status === null) return;
			}
		}
	}

	async #lookAt(database: string, ids: readonly string[], suspects: Set<string>): Promise<void> {
		let left = ids;
		for (let round = 0; round < ROUNDS_MAX; round++) {
			const foreign = await this.#foreignAmong(database, left);
			const still = new Set(foreign.map(({ id }) => id));
			for (const id of left) if (!still.has(id)) suspects.delete(id);
			if (foreign.length === 0) return;
			await this.#couch.expect([201, 202], AS_ADMIN, 'POST', `/${encodeURIComponent(database)}/_purge`, Object.fromEntries(foreign.map(({ id, rev }) => [id, [rev]])));
			for (const { id, reason } of foreign) this.#told(database, id, reason);
			left = [...still];
		}
	}

	/** With their bodies, as they are now. */
	async #foreignAmong(database: string, keys: readonly string[]): Promise<readonly (FoundRow & { readonly reason: string })[]> {
		const route = `/${encodeURIComponent(database)}/_all_docs?include_docs=true`;
		const { json } = await this.#couch.expect([200], AS_ADMIN, 'POST', route, { keys });
		if (!isObject(json) || !Array.isArray(json['rows'])) throw new CouchError('POST', route, 200, 'which is no list of documents');
		return sorted(json['rows'].flatMap((raw) => readRow(raw, true)?.row ?? [])).foreign;
	}
}
