/**
 * Sealed chunks of photos and documents on this device: those made here, until a hub confirmed that it has them, and those that were opened or fetched in
 * advance, as long as there is room.
 *
 * A row for each chunk, as the hub has it, and one for each file that says which they are, how large, when it was last looked at, and whether a hub has it.
 * Nothing here says what a file is or whose: that stands in the entry that cites it.
 */
import { isObject } from '../change/canonical.ts';
import type { PlainRow } from './rows.ts';
import { removeRows } from './plainRows.ts';
import { prefixed, type Table } from './table.ts';

export interface KeptFile {
	/** name of the hub's database */
	readonly db: string;
	/** `_id`s in order; the first names the file */
	readonly chunks: readonly string[];
	/** characters of the chunks on this disk */
	readonly size: number;
	/** ms since 1970 when it was last opened, or made */
	readonly used: number;
	/** key of the hub that confirmed it has all of it; empty while this device may be the only place */
	readonly hub: string;
}

/** A chunk as the hub has it. */
export interface ChunkDocument { readonly _id: string; readonly v: 'e1'; readonly t: string; readonly n: string; readonly c: string }

const FILE = 'file|';
const CHUNK = 'chunk|';
/** entries of the list of files read at once */
const PAGE = 500;

export class FileRows {
	readonly #table: Table<PlainRow>;
	constructor(table: Table<PlainRow>) {
		this.#table = table;
	}

	/** Keeps a file that was made here or came by hand: its chunks first, so that none is promised that is not there. */
	async keep(db: string, chunks: readonly ChunkDocument[], used: number): Promise<KeptFile> {
		const file: KeptFile = { db, chunks: chunks.map(({ _id }) => _id), size: chunks.reduce((sum, { c }) => sum + c.length, 0), used, hub: '' };
		await this.#table.put(chunks.map(chunkRow));
		await this.#table.put([fileRow(file)]);
		return file;
	}

	/** Keeps chunks that a hub served; they may be fewer than the file has. */
	async add(chunks: readonly ChunkDocument[]): Promise<void> {
		await this.#table.put(chunks.map(chunkRow));
	}

	/** A file that is at the hub was looked at: `size` counts what of it is here. */
	async note(file: KeptFile): Promise<void> {
		const known = await this.get(file.chunks[0] ?? '');
		await this.#table.put([fileRow({ ...file, hub: known === null ? file.hub : known.hub })]);
	}

	async get(first: string): Promise<KeptFile | null> {
		const row = await this.#table.one(FILE + first);
		return row === null ? null : parseFile(row);
	}

	/** Those of the chunks that are here, as they were stored: whoever opens them checks them. */
	async chunks(ids: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
		const rows = await this.#table.get(ids.map((id) => CHUNK + id));
		return new Map(rows.map(({ key, body }) => [key.slice(CHUNK.length), JSON.parse(body) as unknown]));
	}

	/** Files that no hub confirmed, in order of name; `after` pages on. */
	async *unsent(): AsyncGenerator<KeptFile> {
		for await (const file of this.#all()) if (file.hub === '') yield file;
	}

	async acknowledge({ chunks }: KeptFile, hub: string): Promise<void> {
		await this.#table.update([FILE + (chunks[0] ?? '')], (row) => {
			const file = parseFile(row);
			return file === null || file.hub === hub ? null : { ...row, body: bodyOf({ ...file, hub }) };
		});
	}

	/** Takes a file off this disk. */
	async remove({ chunks }: KeptFile): Promise<void> {
		await removeRows(this.#table, [FILE + (chunks[0] ?? ''), ...chunks.map((id) => CHUNK + id)]);
	}

	/** Removes what was not looked at for longest until at most `charactersMax` are left; never what no hub has. Returns how many files went. */
	async evict(charactersMax: number): Promise<number> {
		const sent: KeptFile[] = [];
		let held = 0;
		for await (const file of this.#all()) {
			held += file.size;
			if (file.hub !== '') sent.push(file);
		}
		let gone = 0;
		for (const file of sent.toSorted((a, b) => a.used - b.used)) {
			if (held <= charactersMax) break;
			await this.remove(file);
			held -= file.size;
			gone++;
		}
		return gone;
	}

	async *#all(): AsyncGenerator<KeptFile> {
		for (let after: string | null = null; ; ) {
			const rows: readonly PlainRow[] = await this.#table.range({ ...prefixed(FILE), ...(after === null ? {} : { after }), limit: PAGE });
			for (const row of rows) {
				const file = parseFile(row);
				if (file !== null) yield file;
			}
			const last = rows.at(-1);
			if (last === undefined) return;
			after = last.key;
		}
	}
}

const bodyOf = ({ db, chunks, size, used, hub }: KeptFile): string => JSON.stringify({ db, chunks, size, used: Math.max(0, Math.trunc(used)), hub });
const fileRow = (file: KeptFile): PlainRow => ({ key: FILE + (file.chunks[0] ?? ''), body: bodyOf(file), mark: '' });
const chunkRow = (chunk: ChunkDocument): PlainRow => ({ key: CHUNK + chunk._id, body: JSON.stringify(chunk), mark: '' });

function parseFile(row: PlainRow): KeptFile | null {
	const parsed: unknown = row.body === '' ? null : JSON.parse(row.body);
	if (!isObject(parsed)) return null;
	const { db, chunks, size, used, hub } = parsed;
	if (typeof db !== 'string' || !Array.isArray(chunks) || typeof size !== 'number' || typeof hub !== 'string') return null;
	return { db, chunks: chunks.filter((id) => typeof id === 'string'), size, used: Number(used), hub };
}
