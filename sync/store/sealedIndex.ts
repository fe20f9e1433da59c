/**
 * Search entries as they lie on the disk: sealed, in parts per site, melted into chunks when there are many.
 *
 * Unlocking reads and opens the chunks of the user's sites; a save adds a part of one entry. A later part wins over an earlier. Derived like
 * charts: erased and made again at will.
 */
import type { Id } from '../change/change.ts';
import type { SearchEntry } from './patientIndex.ts';
import { removeRange, removeRows } from './plainRows.ts';
import { padded, type PlainRow } from './rows.ts';
import type { RowSeal } from './sealedCharts.ts';
import { prefixed, type Table } from './table.ts';

const COLLECTION = 'index';
const PARTS_MAX = 40;
const CHUNK = 1000;
const WIDTH = 10;

export class SealedIndex {
	readonly #table: Table<PlainRow>;
	/** tells parts of several tabs apart */
	readonly #token: string;
	readonly #next = new Map<Id, number>();

	constructor(table: Table<PlainRow>, token: string) {
		this.#table = table;
		this.#token = token;
	}

	/** Adds or replaces entries of one site. */
	async put(site: Id, entries: readonly SearchEntry[], seal: RowSeal): Promise<void> {
		if (entries.length === 0) return;
		const part = await this.#part(site);
		const rows = chunked(entries).map((chunk, i) => sealed(`index|${site}|${part}-${this.#token}-${padded(i, 4)}`, chunk, seal));
		await this.#table.put(rows);
	}

	/** All entries of a site, and how many rows did not open (to be rebuilt). */
	async load(site: Id, seal: RowSeal): Promise<{ readonly entries: readonly SearchEntry[]; readonly damaged: number }> {
		const rows = await this.#table.range(prefixed(`index|${site}|`));
		const entries = new Map<Id, SearchEntry>();
		let damaged = 0;
		for (const row of rows) {
			const text = seal.open(COLLECTION, row.key, row.body);
			if (text === null) {
				damaged++;
				continue;
			}
			const chunk: SearchEntry[] = JSON.parse(text);
			for (const entry of chunk) entries.set(entry.chart, entry);
		}
		const all = [...entries.values()];
		if (rows.length > PARTS_MAX + Math.ceil(all.length / CHUNK) && damaged === 0) await this.#melt(site, rows, all, seal);
		return { entries: all, damaged };
	}

	async erase(site: Id): Promise<void> {
		await removeRange(this.#table, prefixed(`index|${site}|`));
	}

	/** Chunks take the number of the last part melted, so that whatever another tab adds meanwhile still comes after. */
	async #melt(site: Id, rows: readonly PlainRow[], entries: readonly SearchEntry[], seal: RowSeal): Promise<void> {
		const last = partNumber(rows.at(-1)?.key ?? '');
		const melted = chunked(entries).map((chunk, i) => sealed(`index|${site}|${padded(last, WIDTH)}~${this.#token}-${padded(i, 4)}`, chunk, seal));
		const kept = new Set(melted.map((row) => row.key));
		await this.#table.put(melted);
		await removeRows(this.#table, rows.map((row) => row.key).filter((key) => !kept.has(key)));
	}

	async #part(site: Id): Promise<string> {
		let next = this.#next.get(site);
		if (next === undefined) {
			const rows = await this.#table.range(prefixed(`index|${site}|`));
			next = rows.length === 0 ? 1 : partNumber(rows.at(-1)?.key ?? '') + 1;
		}
		this.#next.set(site, next + 1);
		return padded(next, WIDTH);
	}

	/** Another tab wrote parts of this site: number after them. To be called on its event. */
	noticed(keys: readonly string[]): void {
		for (const key of keys) {
			const site = key.split('|')[1] as Id | undefined;
			if (site !== undefined && this.#next.has(site)) this.#next.set(site, Math.max(this.#next.get(site) ?? 1, partNumber(key) + 1));
		}
	}
}

const partNumber = (key: string): number => Number((key.split('|')[2] ?? '').slice(0, WIDTH)) || 0;

const sealed = (key: string, chunk: readonly SearchEntry[], seal: RowSeal): PlainRow => ({ key, body: seal.seal(COLLECTION, key, JSON.stringify(chunk)), mark: '' });

function chunked<T>(list: readonly T[]): T[][] {
	const chunks: T[][] = [];
	for (let i = 0; i < list.length; i += CHUNK) chunks.push(list.slice(i, i + CHUNK));
	return chunks;
}
