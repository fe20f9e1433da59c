/**
 * Local keys: what is kept decrypted-and-sealed-again on this disk (charts, search entries, chain positions) lies under a random key per
 * (site, compartment), in a sealed box for each user of this device who may read that compartment.
 *
 * A user for whom there is no box yet cannot ask the others' keys to open; the key is then replaced and what lay under the old one is
 * made again from the envelopes. Replacing is also what takes a compartment away from somebody.
 */
import type { Compartment, Hash, Id } from '../change/change.ts';
import type { Random } from '../change/ports.ts';
import type { SealKey } from '../seal/keys.ts';
import { newLocalKey, openLocalKey, openTextRow, sealTextRow, wrapLocalKey, type LocalKey } from '../seal/local.ts';
import type { NamedValues } from '../store/plainRows.ts';
import type { RowSeal } from '../store/sealedCharts.ts';

export interface Entitled {
	readonly actor: Hash;
	readonly seal: string;
}

type Boxes = { readonly [actor: string]: string };
const nameOf = (site: Id, comp: Compartment): string => `local|${site}|${comp}`;

export class Vault {
	readonly #values: NamedValues;
	readonly #random: Random;
	readonly #keys = new Map<string, LocalKey>();
	readonly #seals = new Map<string, RowSeal>();
	#closed = false;

	constructor(values: NamedValues, random: Random) {
		this.#values = values;
		this.#random = random;
	}

	/**
	 * Makes the key of a compartment usable. `entitled`: the users of this device who may read it, the present one among them. Answers
	 * whether what lay under an earlier key is lost to this user and has to be made again.
	 */
	async open(site: Id, comp: Compartment, own: Entitled & { readonly key: SealKey }, entitled: readonly Entitled[]): Promise<'kept' | 'made' | 'replaced'> {
		const name = nameOf(site, comp);
		if (this.#keys.has(name)) return 'kept';
		for (;;) {
			const kept = await this.#values.get(name);
			// locked meanwhile: the secret was wiped, and would open nothing
			if (this.#closed) throw new Error('The device was locked meanwhile.');
			const boxes = kept === null ? {} : (JSON.parse(kept) as Boxes);
			const box = Object.hasOwn(boxes, own.actor) ? boxes[own.actor] : undefined;
			// somebody who lost the compartment holds the key that its rows lie under: theirs opens none of the new ones
			const departed = Object.keys(boxes).some((actor) => !entitled.some((one) => one.actor === actor));
			const opened = box === undefined || departed ? null : openLocalKey(own.key, box);
			const key = opened ?? newLocalKey(site, comp, this.#random);
			const missing = entitled.filter(({ actor }) => opened === null || !Object.hasOwn(boxes, actor));
			const added = Object.fromEntries(missing.map(({ actor, seal }) => [actor, wrapLocalKey(key, seal, this.#random)]));
			// two tabs may make the first key at the same moment: the one that was stored is the key
			if (kept === null && !(await this.#values.claim(name, JSON.stringify(added)))) continue;
			if (kept !== null && missing.length > 0) await this.#values.put(name, JSON.stringify(opened === null ? added : { ...boxes, ...added }));
			if (this.#closed) throw new Error('The device was locked meanwhile.');
			this.#keys.set(name, key);
			return opened !== null ? 'kept' : kept === null ? 'made' : 'replaced';
		}
	}

	/** Has somebody who held this key lost the compartment since? It is then to be opened anew, which replaces it. */
	async isOutlived(site: Id, comp: Compartment, entitled: readonly Entitled[]): Promise<boolean> {
		const kept = await this.#values.get(nameOf(site, comp));
		return kept !== null && Object.keys(JSON.parse(kept) as Boxes).some((actor) => !entitled.some((one) => one.actor === actor));
	}

	/** Forgets one key, so that it is opened anew. */
	forget(site: Id, comp: Compartment): void {
		const name = nameOf(site, comp);
		this.#keys.get(name)?.key.fill(0);
		this.#keys.delete(name);
		this.#seals.delete(name);
	}

	holds(site: Id, comp: Compartment): boolean {
		return this.#keys.has(nameOf(site, comp));
	}

	/** Seals rows of one compartment. To be asked for only after `open`. */
	seal(site: Id, comp: Compartment): RowSeal {
		const name = nameOf(site, comp);
		const known = this.#seals.get(name);
		if (known !== undefined) return known;
		const key = this.#keys.get(name);
		if (key === undefined) throw new Error(`the local key of ${comp} at a site was not opened`);
		const seal: RowSeal = {
			seal: (collection, row, text) => sealTextRow(key, collection, row, text, this.#random),
			open: (collection, row, sealed) => openTextRow(key, collection, row, sealed)
		};
		this.#seals.set(name, seal);
		return seal;
	}

	/** Forgets all keys: the device is locked. */
	close(): void {
		this.#closed = true;
		for (const { key } of this.#keys.values()) key.fill(0);
		this.#keys.clear();
		this.#seals.clear();
	}
}
