/**
 * Packs of this hub: what a first sync is answered with. Made from what is stored, without any key, and kept as files.
 *
 * The feed of a database is cut into ranges, each of which is packed once and never changes: pack n+1 begins at the cursor where pack n ended. What came after
 * the last whole range is in a last pack that is made anew when enough came. A pack is only a faster form of what `_changes` gives: any may be missing,
 * damaged or outlived by a restored backup, and its reader misses nothing, since a cursor of a lost history leads back (storage/port.ts) and every document
 * proves itself. Not made for `control`, which is read whole and judged in order.
 */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import { checkDocument, type SealedDocument } from '../../sync/verify/document.ts';
import { encodePack, isPackable, packedSize, packHead, parsePack, type PackHead } from '../../sync/verify/pack.ts';
import { SLICE_ROWS } from '../limits.ts';
import { writeFileDurably } from '../storage/durable-file.ts';
import { FROM_START, type HubDatabase, type HubStorage } from '../storage/port.ts';
import { Turns } from '../turns.ts';

export interface StoredPack extends PackHead {
	readonly file: string;
	readonly bytes: number;
}

export interface PackSizes {
	/** documents of a whole range */
	readonly documents: number;
	/** bytes at which a range ends before that */
	readonly bytes: number;
	/** documents for which a last pack is worth making; with fewer, `_changes` is as quick */
	readonly least: number;
}
/**
 * A whole pack is some 7 MB, near the most that a pack may be: a device flushes its disk some times for each, which on a quick line takes longer than the rest. On a
 * slow line it is fetched in as many pieces as the line allows.
 */
export const PACK_SIZES: PackSizes = { documents: 8_000, bytes: 7 * 1024 * 1024, least: 500 };
/** ms after a write at which whole ranges are packed, so that no reader waits for it */
const REST_MS = 3_000;
/** bytes of a file that hold its head */
const HEAD_BYTES = 48 * 1024;
const LAST = 'last.pack';

interface Shelf {
	/** whole ranges, from the beginning of the feed on, each beginning where the one before ended */
	readonly whole: StoredPack[];
	last: StoredPack | null;
}

export class Packs {
	readonly #folder: string;
	readonly #storage: HubStorage;
	readonly #log: Logger;
	readonly #sizes: PackSizes;
	readonly #shelves = new Map<string, Promise<Shelf>>();
	readonly #turns = new Map<string, Turns>();
	/** databases written to, packed when they rest */
	readonly #resting = new Map<string, NodeJS.Timeout>();
	readonly #unlisten: () => void;
	/** digests of packs that were looked at, or made, in this run */
	readonly #sound = new Set<string>();
	#closed = false;

	constructor(folder: string, storage: HubStorage, log: Logger, sizes: PackSizes = PACK_SIZES) {
		this.#folder = folder;
		this.#storage = storage;
		this.#log = log;
		this.#sizes = sizes;
		this.#unlisten = storage.onWritten((name) => this.#written(name));
	}

	/** The pack that begins at a cursor; null when there is none, and not enough for one. */
	async at(db: string, since: string): Promise<StoredPack | null> {
		const pack = await this.#at(db, since);
		if (pack === null || (await this.#isSound(pack))) return pack;
		this.#log.warn({ database: db, pack: pack.digest }, 'a pack on the disk is damaged: made again');
		await this.#discard(db, pack.digest);
		return this.#at(db, since);
	}

	async #at(db: string, since: string): Promise<StoredPack | null> {
		const whole = (await this.#shelf(db)).whole.find(({ from }) => from === since);
		if (whole !== undefined) return whole;
		return this.#turn(db, async () => {
			const shelf = await this.#extend(db);
			const made = shelf.whole.find(({ from }) => from === since);
			if (made !== undefined) return made;
			return since === endOf(shelf) ? this.#lastOf(db, shelf) : null;
		});
	}

	/** A pack by name, for who has part of it. */
	async named(db: string, digest: string): Promise<StoredPack | null> {
		const shelf = await this.#shelf(db);
		return [...shelf.whole, ...(shelf.last === null ? [] : [shelf.last])].find((pack) => pack.digest === digest) ?? null;
	}

	/** Throws away a pack whose file is not what it was; those after it too, so that ranges stay in one row. */
	async #discard(db: string, digest: string): Promise<void> {
		await this.#turn(db, async () => {
			const shelf = await this.#shelf(db);
			const at = shelf.whole.findIndex((pack) => pack.digest === digest);
			const gone = at === -1 ? [] : shelf.whole.splice(at);
			if (shelf.last !== null) gone.push(shelf.last);
			shelf.last = null;
			for (const { file } of gone) rmSync(file, { force: true });
		});
	}

	/** Packs what came since; resolves when it is done. */
	async refresh(db: string): Promise<void> {
		await this.#turn(db, () => this.#extend(db));
	}

	async close(): Promise<void> {
		this.#closed = true;
		this.#unlisten();
		for (const timer of this.#resting.values()) clearTimeout(timer);
		await Promise.all([...this.#turns.values()].map((turns) => turns.take(() => Promise.resolve())));
	}

	/** Looked at once in a run of the hub: a disk can change, and a damaged pack would cost every reader what is damaged in it. */
	async #isSound({ file, digest, bytes }: StoredPack): Promise<boolean> {
		if (this.#sound.has(digest)) return true;
		const content = await readFile(file).catch(() => new Uint8Array());
		const parsed = parsePack(new Uint8Array(content));
		const sound = parsed.ok && parsed.value.damaged.length === 0 && parsed.value.digest === digest && content.length === bytes;
		if (sound) this.#sound.add(digest);
		return sound;
	}

	#written(db: string): void {
		if (this.#closed || !/-(?:desk|care)$/.test(db) || this.#resting.has(db)) return;
		const timer = setTimeout(() => {
			this.#resting.delete(db);
			this.refresh(db).catch((error: unknown) => this.#log.warn({ database: db, error: error instanceof Error ? error.name : 'unknown' }, 'packing failed'));
		}, REST_MS);
		timer.unref();
		this.#resting.set(db, timer);
	}

	#turn<T>(db: string, work: () => Promise<T>): Promise<T> {
		const turns = this.#turns.get(db) ?? new Turns();
		this.#turns.set(db, turns);
		return turns.take(work);
	}

	/** Adds the whole ranges that are there by now. */
	async #extend(db: string): Promise<Shelf> {
		const shelf = await this.#shelf(db);
		const database = await this.#storage.get(db);
		while (!this.#closed && (await fresh(database, endOf(shelf))) >= this.#sizes.documents) {
			const range = await this.#read(database, endOf(shelf));
			if (range === null || !range.whole) break;
			this.#addWhole(db, shelf, range);
		}
		return shelf;
	}

	/** What came after the last whole range; the one made before serves until there is half as much again. */
	async #lastOf(db: string, shelf: Shelf): Promise<StoredPack | null> {
		const database = await this.#storage.get(db);
		const from = endOf(shelf);
		const since = await fresh(database, shelf.last?.to ?? from);
		if (shelf.last !== null && since < shelf.last.count / 2) return shelf.last;
		if (shelf.last === null && since < this.#sizes.least) return null;
		const range = await this.#read(database, from);
		if (range === null) return null;
		// full in bytes though not in number
		if (range.whole) return this.#addWhole(db, shelf, range);
		shelf.last = this.#write(db, LAST, range);
		return shelf.last;
	}

	#addWhole(db: string, shelf: Shelf, range: Range): StoredPack {
		const pack = this.#write(db, `${String(shelf.whole.length).padStart(6, '0')}.pack`, range);
		shelf.whole.push(pack);
		if (shelf.last !== null) rmSync(shelf.last.file, { force: true });
		shelf.last = null;
		return pack;
	}

	/** The documents after a cursor, up to the size of a pack; `whole` when it is full. */
	async #read(database: HubDatabase, from: string): Promise<Range | null> {
		const most = this.#sizes.documents;
		const documents: SealedDocument[] = [];
		let bytes = 0;
		let to = from;
		while (documents.length < most) {
			const page = await database.changes({ since: to, limit: Math.min(SLICE_ROWS, most - documents.length), includeDocs: true });
			if (!page.ok) return null;
			for (const row of page.value.rows) {
				const checked = checkDocument(row.doc);
				// a disk can change: what is no document any more is left to the feed, whose reader notes it
				if (!checked.ok || !isPackable(checked.value)) return null;
				const size = packedSize(checked.value);
				if (documents.length > 0 && bytes + size > this.#sizes.bytes) return { from, to, documents, whole: true };
				documents.push(checked.value);
				bytes += size;
				to = row.seq;
			}
			if (page.value.rows.length === 0 || page.value.pending === 0) break;
		}
		return documents.length === 0 ? null : { from, to, documents, whole: documents.length >= most };
	}

	#write(db: string, name: string, { from, to, documents }: Range): StoredPack {
		const folder = path.join(this.#folder, db);
		mkdirSync(folder, { recursive: true });
		const file = path.join(folder, name);
		const bytes = encodePack({ db, from, to }, documents);
		writeFileDurably(file, bytes, 0o600);
		const head = packHead(bytes);
		if (head === null) throw new Error('a pack that was just made has no head');
		this.#sound.add(head.digest);
		return { ...head, file, bytes: bytes.length };
	}

	#shelf(db: string): Promise<Shelf> {
		const known = this.#shelves.get(db);
		if (known !== undefined) return known;
		const loading = this.#load(db);
		this.#shelves.set(db, loading);
		return loading;
	}

	/** What is on the disk, as far as it is in one row; the rest is thrown away and made anew. */
	async #load(db: string): Promise<Shelf> {
		const folder = path.join(this.#folder, db);
		const shelf: Shelf = { whole: [], last: null };
		const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.pack')).sort() : [];
		for (const name of names) {
			const file = path.join(folder, name);
			const pack = await headOf(file);
			if (pack !== null && pack.db === db && pack.from === endOf(shelf) && shelf.last === null) {
				if (name === LAST) shelf.last = pack;
				else shelf.whole.push(pack);
			} else rmSync(file, { force: true });
		}
		return shelf;
	}
}

interface Range {
	readonly from: string;
	readonly to: string;
	readonly documents: readonly SealedDocument[];
	readonly whole: boolean;
}

/** How many documents came after a cursor. */
async function fresh(database: HubDatabase, since: string): Promise<number> {
	const page = await database.changes({ since, limit: 1, includeDocs: false });
	return page.ok ? page.value.rows.length + page.value.pending : 0;
}

const endOf = (shelf: Shelf): string => shelf.whole.at(-1)?.to ?? FROM_START;

async function headOf(file: string): Promise<StoredPack | null> {
	const handle = await open(file, 'r');
	try {
		const buffer = new Uint8Array(HEAD_BYTES);
		const { bytesRead } = await handle.read(buffer, 0, HEAD_BYTES, 0);
		const head = packHead(buffer.subarray(0, bytesRead));
		return head === null ? null : { ...head, file, bytes: (await handle.stat()).size };
	} finally {
		await handle.close();
	}
}
