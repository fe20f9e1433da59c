/**
 * Envelopes of others, as they were pulled: one row per page, written once by replication and never touched again (D2).
 *
 * The number of a page is a counter of this device and gives the order of arrival; no clock is involved, so that a tablet whose clock
 * fell back to 1970 does not skip what it pulled then. What is held already is known from the first 128 bits of each `_id`, kept apart from
 * the bodies so that a start need not read them: a hub that repeats itself, begins anew or is one of several adds nothing twice.
 */
import type { WireDocument } from '../verify/document.ts';
import { padded, type PageRow, type PlainRow } from './rows.ts';
import { prefixed, type Table } from './table.ts';

export interface Page {
	/** order of arrival on this device, from 1 */
	readonly number: number;
	readonly db: string;
	readonly documents: readonly WireDocument[];
}

const WIDTH = 12;
/** Above every page number as text: rows that replication keeps for itself sort after it. */
const END = 'a';
/** 128 bits of an `_id`: finding another document with the same ones is as hard as breaking the hash of half its length. */
const HELD_DIGITS = 32;

export const pageId = (number: number): string => padded(number, WIDTH);
export const heldPrefix = (id: string): string => id.slice(0, HELD_DIGITS);

/** Ids held per database: an envelope that the hub serves from a wrong database says nothing about the right one (attack 35). */
export class HeldIds {
	readonly #byDatabase = new Map<string, Set<string>>();

	has(db: string, id: string): boolean {
		return this.#byDatabase.get(db)?.has(heldPrefix(id)) ?? false;
	}

	/** How many are held of a database. */
	count(db: string): number {
		return this.#byDatabase.get(db)?.size ?? 0;
	}

	add(db: string, ids: Iterable<string>): void {
		let held = this.#byDatabase.get(db);
		if (held === undefined) this.#byDatabase.set(db, (held = new Set()));
		for (const id of ids) held.add(heldPrefix(id));
	}
}

export class PulledPages {
	readonly #pages: Table<PageRow>;
	readonly #rows: Table<PlainRow>;

	constructor(pages: Table<PageRow>, rows: Table<PlainRow>) {
		this.#pages = pages;
		this.#rows = rows;
	}

	/** Pages after a number, in order of arrival; at most `limit` rows. */
	async after(number: number, limit: number): Promise<readonly Page[]> {
		return (await this.#pages.range({ after: pageId(number), to: END, limit })).map(toPage);
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

	/** Ids of everything held, from their own rows; rows missing after a crash are made again from the pages. */
	async held(): Promise<HeldIds> {
		const held = new HeldIds();
		const pages = await this.#pages.count({ to: END });
		if ((await this.#rows.count(prefixed('held|p|'))) < pages) await this.#rebuild();
		for (const row of await this.#rows.range(prefixed('held|'))) {
			const separator = row.body.indexOf(' ');
			held.add(row.body.slice(0, separator), chunks(row.body.slice(separator + 1)));
		}
		return held;
	}

	/** To be called after the page is durable, never before: an id noted without its envelope would be an envelope lost. */
	async noteHeld(number: number, db: string, ids: readonly string[]): Promise<void> {
		await this.#rows.put([heldRow(`held|p|${pageId(number)}`, db, ids)]);
	}

	/** Own envelopes, which come back in the hub's feed; noted before their acknowledgement is. */
	async noteOwn(batch: string, db: string, ids: readonly string[]): Promise<void> {
		// a batch that begins alike was noted when these were sent before: what that note says is still true
		const before = await this.#rows.one(`held|o|${batch}`);
		const noted = before === null ? [] : [...chunks(before.body.slice(before.body.indexOf(' ') + 1))];
		await this.#rows.put([heldRow(`held|o|${batch}`, db, [...new Set([...noted, ...ids.map(heldPrefix)])])]);
	}

	async #rebuild(): Promise<void> {
		const known = new Set((await this.#rows.range(prefixed('held|p|'))).map((row) => row.key));
		for (let after = ''; ; ) {
			const rows = await this.#pages.range({ after, to: END, limit: 20 });
			const last = rows.at(-1);
			if (last === undefined) return;
			for (const row of rows) {
				if (!known.has(`held|p|${row.id}`)) await this.noteHeld(Number(row.id), row.db, toPage(row).documents.map((document) => document._id));
			}
			after = last.id;
		}
	}
}

/** A row of a page, to be handed to replication, which writes it. */
export const pageRow = (number: number, db: string, documents: readonly WireDocument[]): PageRow => ({
	id: pageId(number),
	db,
	n: documents.length,
	docs: JSON.stringify(documents)
});

/** Documents were checked before they were stored, and are again where they are opened: here they are only read. */
function toPage(row: PageRow): Page {
	return { number: Number(row.id), db: row.db, documents: JSON.parse(row.docs) };
}

const heldRow = (key: string, db: string, ids: readonly string[]): PlainRow => ({ key, body: `${db} ${ids.map(heldPrefix).join('')}`, mark: '' });

function* chunks(text: string): Generator<string> {
	for (let i = 0; i < text.length; i += HELD_DIGITS) yield text.slice(i, i + HELD_DIGITS);
}
