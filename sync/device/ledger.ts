/**
 * The chain positions known on this device, kept sealed, so that a restart does not verify everything anew.
 *
 * Rows are added per batch and melted into one when there are many. Derived: may be erased and made again from the envelopes.
 */
import type { Compartment, Hash, Id } from '../change/change.ts';
import type { ChainEntry } from '../gate/chain.ts';
import type { NamedValues } from '../store/plainRows.ts';
import type { RowSeal } from '../store/sealedCharts.ts';

const COLLECTION = 'chains';
const ROWS_MAX = 32;

const prefixOf = (site: Id, comp: Compartment): string => `chains|${site}|${comp}|`;

export class ChainLedger {
	readonly #values: NamedValues;
	readonly #token: string;
	#written = 0;

	constructor(values: NamedValues, token: string) {
		this.#values = values;
		this.#token = token;
	}

	/** `heldAt`: the site in whose database the changes were found; its local key seals them. */
	async add(heldAt: Id, comp: Compartment, entries: readonly ChainEntry[], seal: RowSeal): Promise<void> {
		if (entries.length === 0) return;
		const name = `${prefixOf(heldAt, comp)}${this.#token}-${String(++this.#written)}`;
		await this.#values.put(name, seal.seal(COLLECTION, name, pack(entries)));
	}

	/** All entries of a compartment, and whether some row did not open, so that they have to be made again. */
	async load(heldAt: Id, comp: Compartment, seal: RowSeal): Promise<{ readonly entries: readonly ChainEntry[]; readonly damaged: boolean }> {
		const rows = await this.#values.list(prefixOf(heldAt, comp));
		const entries: ChainEntry[] = [];
		let damaged = false;
		for (const [name, sealed] of rows) {
			const text = seal.open(COLLECTION, name, sealed);
			if (text === null) damaged = true;
			else for (const entry of unpack(text, comp)) entries.push(entry);
		}
		if (rows.size > ROWS_MAX && !damaged) {
			await this.add(heldAt, comp, entries, seal);
			await this.#values.remove([...rows.keys()]);
		}
		return { entries, damaged };
	}

	/**
	 * Takes away rows that do not open. The others stay when a compartment is made again: they are what was signed, whatever became of it, and
	 * what is known already is not learned anew.
	 */
	async mend(heldAt: Id, comp: Compartment, seal: RowSeal): Promise<void> {
		const rows = await this.#values.list(prefixOf(heldAt, comp));
		await this.#values.remove([...rows].filter(([name, sealed]) => seal.open(COLLECTION, name, sealed) === null).map(([name]) => name));
	}
}

/** What repeats in nearly every entry stands once per row; a predecessor that is the entry before it is left out. */
interface Packed {
	readonly actors: readonly Hash[];
	readonly sites: readonly Id[];
	readonly seen: readonly (readonly Hash[])[];
	readonly entries: readonly (readonly [id: Hash, actor: number, site: number, seq: number, prev: Hash | null | 0, seen: number, envelope: string])[];
}

function pack(entries: readonly ChainEntry[]): string {
	const [actors, sites, seen] = [new Places<Hash>(), new Places<Id>(), new Places<string>()];
	let before: Hash | null = null;
	const inChains = [...entries].sort((a, b) => (a.actor !== b.actor ? (a.actor < b.actor ? -1 : 1) : a.site !== b.site ? (a.site < b.site ? -1 : 1) : a.seq - b.seq));
	const rows = inChains.map((entry): Packed['entries'][number] => {
		const prev = entry.prev !== null && entry.prev === before ? 0 : entry.prev;
		before = entry.id;
		return [entry.id, actors.of(entry.actor), sites.of(entry.site), entry.seq, prev, seen.of(entry.seen.join()), entry.envelope];
	});
	const packed: Packed = { actors: actors.all, sites: sites.all, seen: seen.all.map((text) => (text === '' ? [] : text.split(',') as Hash[])), entries: rows };
	return JSON.stringify(packed);
}

/** Rows are sealed by this device: their shape is its own. */
function unpack(text: string, comp: Compartment): readonly ChainEntry[] {
	const { actors, sites, seen, entries } = JSON.parse(text) as Packed;
	let before: Hash | null = null;
	return entries.map(([id, actor, site, seq, prev, heads, envelope]) => {
		const entry: ChainEntry = { id, actor: actors[actor] as Hash, site: sites[site] as Id, comp, seq, prev: prev === 0 ? before : prev, seen: seen[heads] ?? [], envelope };
		before = id;
		return entry;
	});
}

/** Values in the order of their first use. */
class Places<T extends string> {
	readonly all: T[] = [];
	readonly #places = new Map<T, number>();

	of(value: T): number {
		const known = this.#places.get(value);
		if (known !== undefined) return known;
		this.#places.set(value, this.all.length);
		return this.all.push(value) - 1;
	}
}
