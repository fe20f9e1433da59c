/**
 * Which envelopes are held already, per database, without reading their bodies.
 *
 * Notes of the first 128 bits of each `_id`, one row per page pulled and per batch sent, melted into large rows when there are many. A note is
 * written after what it speaks of is durable, never before: an id noted without its envelope would be an envelope lost. A note that a
 * crash left out is made again from the page.
 */
import { documentsOf } from './pageRow.ts';
import { padded, type PageRow, type PlainRow } from './rows.ts';
import { removeRows } from './plainRows.ts';
import { prefixed, type Table } from './table.ts';

/** 128 bits of an `_id`: finding another document with the same ones is as hard as breaking the hash of half its length. */
const HELD_DIGITS = 32;
/** Notes above which loading them also melts them. */
const NOTES_MAX = 1000;
const IDS_PER_ROW = 20_000;
/** number of the last page whose note was melted: notes of later pages stand alone */
const UPTO = 'held|upto';

export const heldPrefix = (id: string): string => id.slice(0, HELD_DIGITS);

/** An envelope that the hub serves from a wrong database says nothing about the right one (attack 35): hence per database. */
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

	databases(): IterableIterator<[string, ReadonlySet<string>]> {
		return this.#byDatabase.entries();
	}
}

export class HeldNotes {
	readonly #pages: Table<PageRow>;
	readonly #rows: Table<PlainRow>;

	constructor(pages: Table<PageRow>, rows: Table<PlainRow>) {
		this.#pages = pages;
		this.#rows = rows;
	}

	/** All ids held. For the one tab that replicates: it may rewrite the notes. */
	async load(): Promise<HeldIds> {
		const upto = (await this.#rows.one(UPTO))?.body ?? '';
		const pages = await this.#pages.count({ from: `${upto}\u0001`, to: 'a' });
		if ((await this.#rows.count({ ...prefixed('held|p|'), from: `held|p|${upto}\u0001` })) < pages) await this.#rebuild(upto);
		const held = new HeldIds();
		const notes = await this.#rows.range(prefixed('held|'));
		for (const note of notes) if (note.key !== UPTO) read(note, held);
		if (notes.length > NOTES_MAX + [...held.databases()].reduce((sum, [, ids]) => sum + ids.size / IDS_PER_ROW, 0)) await this.#melt(notes, held);
		return held;
	}

	/** What the notes say, as they stand. */
	async peek(): Promise<HeldIds> {
		const held = new HeldIds();
		for (const note of await this.#rows.range(prefixed('held|'))) if (note.key !== UPTO) read(note, held);
		return held;
	}

	/** After the page is durable. */
	async notePage(id: string, db: string, ids: readonly string[]): Promise<void> {
		await this.#rows.put([noteRow(`held|p|${id}`, db, ids)]);
	}

	/** Own envelopes, which come back in the hub's feed; noted before their acknowledgement is. `batch` is the first one's id. */
	async noteOwn(batch: string, db: string, ids: readonly string[]): Promise<void> {
		// a batch that begins alike was noted when these were sent before: what that note says is still true
		const before = await this.#rows.one(`held|o|${batch}`);
		const noted = new HeldIds();
		if (before !== null) read(before, noted);
		noted.add(db, ids);
		for (const [database, all] of noted.databases()) if (database === db) await this.#rows.put([noteRow(`held|o|${batch}`, db, [...all])]);
	}

	async #rebuild(upto: string): Promise<void> {
		const known = new Set((await this.#rows.range(prefixed('held|p|'))).map((row) => row.key));
		for (let after = upto; ; ) {
			const rows = await this.#pages.range({ after, to: 'a', limit: 20 });
			const last = rows.at(-1);
			if (last === undefined) return;
			for (const row of rows) {
				if (known.has(`held|p|${row.id}`)) continue;
				await this.notePage(row.id, row.db, documentsOf(row).map((document) => document._id));
			}
			after = last.id;
		}
	}

	/** The large rows, then how far they reach, then away with the notes in them: a crash between leaves repeats, which do no harm. */
	async #melt(notes: readonly PlainRow[], held: HeldIds): Promise<void> {
		const upto = notes.filter((note) => note.key.startsWith('held|p|')).at(-1)?.key.slice('held|p|'.length) ?? (await this.#rows.one(UPTO))?.body ?? '';
		const melted: PlainRow[] = [];
		for (const [db, ids] of held.databases()) {
			const all = [...ids];
			for (let i = 0; i < all.length; i += IDS_PER_ROW) melted.push(noteRow(`held|m|${db}|${padded(i, 12)}`, db, all.slice(i, i + IDS_PER_ROW)));
		}
		await this.#rows.put(melted);
		await this.#rows.put([{ key: UPTO, body: upto, mark: '' }]);
		await removeRows(this.#rows, notes.map((note) => note.key).filter((key) => key.startsWith('held|p|') || key.startsWith('held|o|')));
	}
}

const noteRow = (key: string, db: string, ids: readonly string[]): PlainRow => ({ key, body: `${db} ${ids.map(heldPrefix).join('')}`, mark: '' });

function read(note: PlainRow, into: HeldIds): void {
	const separator = note.body.indexOf(' ');
	into.add(note.body.slice(0, separator), pieces(note.body.slice(separator + 1)));
}

function* pieces(text: string): Generator<string> {
	for (let i = 0; i < text.length; i += HELD_DIGITS) yield text.slice(i, i + HELD_DIGITS);
}
