/**
 * Accepted changes, decrypted once and kept sealed per chart: what opening a chart reads.
 *
 * A row is a part: the changes of one chart that one batch of ingest brought, sealed under the local key of its site and compartment.
 * Parts are only ever added; many small ones are melted into one when the chart is read. All of it is derived and can be
 * erased and made again from the envelopes. Being sealed under a key that only this device's users hold is also what makes a stored verdict
 * believable: who can write to the disk but has no key cannot add an accepted change.
 */
import type { Change, Compartment, Hash, Id, Signature, VerifiedChange } from '../change/change.ts';
import type { PlainRow } from './rows.ts';
import { removeRange, removeRows } from './plainRows.ts';
import { prefixed, type Table } from './table.ts';

/**
 * Seals and opens rows under one local key. `open` gives null on anything that was not sealed by it for that very row.
 * Made by the device from `sync/seal`; the associated data names collection and row id (docs/formats.md).
 */
export interface RowSeal {
	seal(collection: string, row: string, text: string): string;
	open(collection: string, row: string, sealed: string): string | null;
}

export interface ChartKey { readonly site: Id; readonly comp: Compartment; readonly chart: Id }

export interface ChartPart {
	readonly key: ChartKey;
	/** names the batch: the same batch ingested again replaces its own row (at most 60 characters of [a-z0-9-]) */
	readonly part: string;
	readonly changes: readonly VerifiedChange[];
}

/** Of the changes of one (site, compartment, chart): what is held, and how many rows could not be opened. */
export interface ChartRead {
	readonly changes: readonly VerifiedChange[];
	/** rows that do not open under the key: damaged or tampered with; to be rebuilt from the envelopes */
	readonly damaged: number;
}

/** Runs a section while no one else rewrites derived rows. */
export type Exclusive = (section: () => Promise<void>, signal: AbortSignal) => Promise<void>;

/** Parts of a chart above which reading it also melts them into one. */
const PARTS_MAX = 8;
const COLLECTION = 'charts';

export class SealedCharts {
	readonly #table: Table<PlainRow>;
	/** charts being melted behind the reader's back */
	readonly #melting = new Map<string, Promise<void>>();
	readonly #closing = new AbortController();
	readonly #exclusive: Exclusive;

	constructor(table: Table<PlainRow>, exclusive: Exclusive) {
		this.#table = table;
		this.#exclusive = exclusive;
	}

	/** Resolves when nothing is written in the background any more, nor will be. */
	async close(): Promise<void> {
		this.#closing.abort();
		await Promise.all(this.#melting.values());
	}

	/** One transaction. Repeating it changes nothing. */
	async put(parts: readonly ChartPart[], sealFor: (site: Id, comp: Compartment) => RowSeal): Promise<void> {
		await this.#table.put(parts.map((part) => sealedRow(part, sealFor(part.key.site, part.key.comp))));
	}

	async read(key: ChartKey, seal: RowSeal): Promise<ChartRead> {
		const prefix = prefixOf(key);
		const rows = await this.#table.range(prefixed(prefix));
		const { changes, damaged } = openRows(rows, seal);
		if (rows.length > PARTS_MAX && damaged === 0 && !this.#melting.has(prefix)) this.#meltLater(key, seal);
		return { changes, damaged };
	}

	/** All charts of a site and compartment, a bounded number of rows at a time: for rebuilding the search entries, matching, state hashes. `from`: only those after that chart. */
	async *scan(site: Id, comp: Compartment, seal: RowSeal, from: Id | null = null): AsyncGenerator<{ readonly chart: Id } & ChartRead> {
		let chart: string | null = null;
		let rows: PlainRow[] = [];
		const prefix = `chart|${site}|${comp}|`;
		// names of parts are of smaller characters than the tilde
		for (let after: string | null = from === null ? null : `${prefix}${from}|~`; ; ) {
			const batch: readonly PlainRow[] = await this.#table.range({ ...prefixed(prefix), ...(after === null ? {} : { after }), limit: 500 });
			for (const row of batch) {
				const of = row.key.slice(prefix.length).split('|')[0] ?? '';
				if (chart !== null && of !== chart) {
					yield { chart: chart as Id, ...openRows(rows, seal) };
					rows = [];
				}
				chart = of;
				rows.push(row);
			}
			const last = batch.at(-1);
			if (last === undefined) break;
			after = last.key;
		}
		if (chart !== null) yield { chart: chart as Id, ...openRows(rows, seal) };
	}

	/** Erases what is derived of one site and compartment: its key was replaced, or it is to be made again. */
	async erase(site: Id, comp: Compartment): Promise<void> {
		await removeRange(this.#table, prefixed(`chart|${site}|${comp}|`));
	}

	/** The reader does not wait; failing costs nothing, the next reader tries again. */
	#meltLater(key: ChartKey, seal: RowSeal): void {
		const prefix = prefixOf(key);
		const melting = this.#exclusive(() => this.#melt(key, seal), this.#closing.signal)
			.catch(() => undefined)
			.finally(() => this.#melting.delete(prefix));
		this.#melting.set(prefix, melting);
	}

	/**
	 * First the melted row, then away with its parts: a crash between leaves repeats, which reading drops. Read again under the lock: what
	 * was erased or begun anew meanwhile must not come back.
	 */
	async #melt(key: ChartKey, seal: RowSeal): Promise<void> {
		const rows = await this.#table.range(prefixed(prefixOf(key)));
		const { changes, damaged } = openRows(rows, seal);
		if (damaged > 0 || rows.length <= PARTS_MAX || this.#closing.signal.aborted) return;
		const keys = rows.map((row) => row.key);
		const part = `z${spanOf(keys, prefixOf(key))}`;
		const melted = sealedRow({ key, part, changes }, seal);
		await this.#table.put([melted]);
		await removeRows(this.#table, keys.filter((old) => old !== melted.key));
	}
}

/** A melted row is named after its first and last part, whatever was melted before; names stay bounded. */
function spanOf(keys: readonly string[], prefix: string): string {
	const names = keys.map((key) => key.slice(prefix.length)).flatMap((name) => (name.startsWith('z') ? name.slice(1).split('_') : [name])).sort();
	return `${names[0] ?? ''}_${names.at(-1) ?? ''}`;
}

const prefixOf = (key: ChartKey): string => `chart|${key.site}|${key.comp}|${key.chart}|`;

/** What is kept of a change: text and signature, from which everything else follows. */
type Kept = readonly [id: string, text: string, sig: string, envelope: string, via: 'native' | 'relayed', heldAt: string];

function sealedRow({ key, part, changes }: ChartPart, seal: RowSeal): PlainRow {
	const row = prefixOf(key) + part;
	const kept: Kept[] = changes.map((change) => [change.id, change.text, change.sig, change.envelope, change.via, change.heldAt]);
	return { key: row, body: seal.seal(COLLECTION, row, JSON.stringify(kept)), mark: '' };
}

function openRows(rows: readonly PlainRow[], seal: RowSeal): ChartRead {
	const changes = new Map<Hash, VerifiedChange>();
	let damaged = 0;
	for (const row of rows) {
		const text = seal.open(COLLECTION, row.key, row.body);
		if (text === null) {
			damaged++;
			continue;
		}
		const kept: Kept[] = JSON.parse(text);
		for (const entry of kept) changes.set(entry[0] as Hash, restored(entry));
	}
	return { changes: [...changes.values()], damaged };
}

/** A change that passed the gate before it was sealed by this device; the seal vouches for it, so it is not inspected again. */
function restored([id, text, sig, envelope, via, heldAt]: Kept): VerifiedChange {
	const change: Change = JSON.parse(text);
	return { id: id as Hash, text, sig: sig as Signature, change, envelope, via, heldAt: heldAt as Id, __verified: true };
}
