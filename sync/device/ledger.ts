/**
 * The chain positions known on this device, kept sealed, so that a restart does not verify everything anew.
 *
 * Rows are added per batch and melted into one when there are many. Derived: may be erased and made again from the envelopes.
 */
import type { Compartment, Id } from '../change/change.ts';
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
		await this.#values.put(name, seal.seal(COLLECTION, name, JSON.stringify(entries)));
	}

	/** All entries of a compartment, and whether some row did not open, so that they have to be made again. */
	async load(heldAt: Id, comp: Compartment, seal: RowSeal): Promise<{ readonly entries: readonly ChainEntry[]; readonly damaged: boolean }> {
		const rows = await this.#values.list(prefixOf(heldAt, comp));
		const entries: ChainEntry[] = [];
		let damaged = false;
		for (const [name, sealed] of rows) {
			const text = seal.open(COLLECTION, name, sealed);
			if (text === null) damaged = true;
			else entries.push(...(JSON.parse(text) as ChainEntry[]));
		}
		if (rows.size > ROWS_MAX && !damaged) {
			await this.add(heldAt, comp, entries, seal);
			await this.#values.remove([...rows.keys()]);
		}
		return { entries, damaged };
	}

	async erase(heldAt: Id, comp: Compartment): Promise<void> {
		await this.#values.remove([...(await this.#values.list(prefixOf(heldAt, comp))).keys()]);
	}
}
