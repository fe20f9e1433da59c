/**
 * What is in a CouchDB is checked again whenever it is read: somebody with access past the gateway (an administrator, the disk) can put there what the gateway
 * would have refused, and CouchDB cannot tell that a body is not the one its id names.
 *
 * Such a row would stay for ever, because the right document has the same revision and CouchDB takes a repeat for done. So it is purged, which frees
 * the id: whoever holds the right document finds that the hub lacks it and gives it back, as after the loss of a disk (A4). What a newer version of the gateway
 * may have stored is not judged here and never purged.
 */
import { checkDocument, revisionOf } from '../../sync/verify/document.ts';
import { AS_ADMIN, type Couch } from './client.ts';

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

/** CouchDB purges at most so many at once unless told otherwise. */
const PURGE_MAX = 100;

/**
 * Takes away what is foreign. Where CouchDB does not do it now, it is remembered and tried again at the next request: one bad document never stops the rest (A1).
 */
export class Purge {
	readonly #couch: Couch;
	readonly #told: (database: string, id: string, reason: string) => void;
	/** database -> id -> revision */
	readonly #waiting = new Map<string, Map<string, string>>();

	/** `told`: of each foreign document, once it is gone or when it could not be taken away. */
	constructor(couch: Couch, told: (database: string, id: string, reason: string) => void) {
		this.#couch = couch;
		this.#told = told;
	}

	async take(database: string, rows: readonly (FoundRow & { readonly reason: string })[]): Promise<void> {
		const waiting = this.#waiting.get(database);
		if (rows.length === 0 && waiting === undefined) return;
		for (const { id, reason } of rows) this.#told(database, id, reason);
		const all = [...new Map([...(waiting ?? []), ...rows.map(({ id, rev }) => [id, rev] as const)])];
		for (let from = 0; from < all.length; from += PURGE_MAX) {
			const some = all.slice(from, from + PURGE_MAX);
			if (await this.#purge(database, some)) for (const [id] of some) this.#waiting.get(database)?.delete(id);
			else this.#waiting.set(database, new Map([...(this.#waiting.get(database) ?? []), ...some]));
		}
		if (this.#waiting.get(database)?.size === 0) this.#waiting.delete(database);
	}

	async #purge(database: string, revisions: readonly (readonly [id: string, rev: string])[]): Promise<boolean> {
		try {
			await this.#couch.expect([201, 202], AS_ADMIN, 'POST', `/${encodeURIComponent(database)}/_purge`, Object.fromEntries(revisions.map(([id, rev]) => [id, [rev]])));
			return true;
		} catch (error) {
			this.#told(database, revisions[0]?.[0] ?? '', `it could not be purged (${error instanceof Error ? error.message : String(error)}), which is tried again`);
			return false;
		}
	}
}
