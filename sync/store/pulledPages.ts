/**
 * Envelopes of others, as they were pulled: one row per page, written once by replication and never touched again (D2).
 *
 * The number of a page is a counter of this device and gives the order of arrival; no clock is involved, so that a tablet whose clock
 * fell back to 1970 does not skip what it pulled then. What is held already is noted apart from the bodies (`heldIds.ts`): a hub that repeats
 * itself, begins anew or is one of several adds nothing twice.
 */
import { plainDocument, type SealedDocument, type WireDocument } from '../verify/document.ts';
import { HeldNotes, type HeldIds } from './heldIds.ts';
import { documentsOf, pageId, type NewPage } from './pageRow.ts';
import type { PageRow, PlainRow } from './rows.ts';
import type { Table } from './table.ts';

export interface Page {
	/** order of arrival on this device, from 1 */
	readonly number: number;
	readonly db: string;
	readonly documents: readonly WireDocument[];
	/** the same for the gate: documents whose text nobody reads may be without it (`plainDocument`) */
	readonly sealed: readonly WireDocument[];
}

/** Above every page number as text: rows that replication keeps for itself sort after it. */
const END = 'a';

/** Characters of rows whose pages are kept in memory until they are read, at most: a first sync takes in what it just pulled. */
const FRESH_SIZE_MAX = 48 * 1024 * 1024;
/** characters that a document of a page takes, about */
const DOCUMENT_SIZE = 1500;

export class PulledPages {
	readonly #pages: Table<PageRow>;
	/** pages written a moment ago, by number, not read yet: their documents were checked, and need not be read and parsed again */
	readonly #fresh = new Map<number, { readonly page: Page; readonly size: number }>();
	readonly #notes: HeldNotes;
	#coming = false;
	readonly #waiting = new Set<() => void>();

	constructor(pages: Table<PageRow>, rows: Table<PlainRow>) {
		this.#pages = pages;
		this.#notes = new HeldNotes(pages, rows);
	}

	/** Pages after a number, in order of arrival; at most `limit` rows. */
	async after(number: number, limit: number): Promise<readonly Page[]> {
		return (await this.#pages.range({ after: pageId(number), to: END, limit })).map(toPage);
	}

	/** The page after a number, if it was written a moment ago and not handed on yet: numbers are given without gaps, so nothing lies between. */
	fresh(number: number): Page | null {
		const next = this.#fresh.get(number + 1) ?? null;
		this.#fresh.delete(number + 1);
		return next?.page ?? null;
	}

	/** A page that is durable now: handed on in memory to whoever takes it in. */
	wrote({ number, db, documents, pack }: NewPage): void {
		this.#fresh.set(number, { page: pageOf(number, db, documents), size: pack === null ? documents.length * DOCUMENT_SIZE : pack.length });
		let held = 0;
		for (const [late, { size }] of [...this.#fresh].reverse()) {
			held += size;
			if (held > FRESH_SIZE_MAX) this.#fresh.delete(late);
		}
	}

	/** Whether pages are coming as fast as they can be stored. Whoever takes them in gives way meanwhile: both would only slow each other down. */
	set coming(coming: boolean) {
		this.#coming = coming;
		if (!coming) for (const go of [...this.#waiting]) go();
	}

	get coming(): boolean {
		return this.#coming;
	}

	/** Resolves when no page is being stored that others follow at once, or when `after` has had enough of waiting: it calls back later, and answers how to call that off. */
	async calm(after: (go: () => void) => () => void): Promise<void> {
		if (!this.#coming) return;
		await new Promise<void>((resolve) => {
			const cancel = after(() => go());
			const go = (): void => {
				cancel();
				this.#waiting.delete(go);
				resolve();
			};
			this.#waiting.add(go);
		});
	}

	/** How many pages there are. */
	count(): Promise<number> {
		return this.#pages.count({ to: END });
	}

	async get(numbers: readonly number[]): Promise<readonly Page[]> {
		return (await this.#pages.get(numbers.map(pageId))).map(toPage);
	}

	/** Number of the newest page, 0 when there is none. */
	async newest(): Promise<number> {
		// numbers are given without gaps, so the count is the newest: look on from there to be sure
		let last = await this.count();
		if (last > 0 && (await this.#pages.one(pageId(last))) === null) last = 0;
		for (;;) {
			const rows = await this.#pages.range({ after: pageId(last), to: END, limit: 200 });
			const end = rows.at(-1);
			if (end === undefined) return last;
			last = Number(end.id);
		}
	}

	/** Ids of everything held, pulled or sent. For the one tab that replicates. */
	held(): Promise<HeldIds> {
		return this.#notes.load();
	}

	/** The same for whoever only looks: rewrites nothing, and a note that a crash left out is not in it. */
	peek(): Promise<HeldIds> {
		return this.#notes.peek();
	}

	/** To be called after the page is durable, never before. */
	noteHeld(number: number, db: string, ids: readonly string[]): Promise<void> {
		return this.#notes.notePage(pageId(number), db, ids);
	}

	/** Own envelopes sent; noted before their acknowledgement is. */
	noteOwn(batch: string, db: string, ids: readonly string[]): Promise<void> {
		return this.#notes.noteOwn(batch, db, ids);
	}
}

/** Documents were checked before they were stored, and are again where they are opened: here they are only read. */
const toPage = (row: PageRow): Page => pageOf(Number(row.id), row.db, documentsOf(row));

function pageOf(number: number, db: string, sealed: readonly WireDocument[]): Page {
	let plain: readonly WireDocument[] | null = null;
	return {
		number, db, sealed,
		get documents() {
			return (plain ??= sealed.map((document) => (isSealed(document) ? plainDocument(document) : document)));
		}
	};
}

const isSealed = (document: WireDocument): document is SealedDocument => document.v === 'e1' || document.v === 'd1' || document.v === 'l1';
