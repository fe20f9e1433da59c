/**
 * The epoch keys that the unlocked users of a device hold, by the database whose documents they open.
 *
 * Only keys whose hash is the epoch id that a statement declares are put in (the membership room checks that), so a key here is
 * never one that a hub or a fellow member made up.
 */
import type { Compartment, Hash, Id } from '../change/change.ts';
import type { EpochKeys } from '../seal/epoch.ts';
import { compartmentsOf, type DatabaseName } from './context.ts';

export class Keyring {
	readonly #byCompartment = new Map<string, EpochKeys[]>();
	readonly #byEpoch = new Map<Hash, EpochKeys>();

	/** Adds a key; true when it was not held before. */
	add(keys: EpochKeys): boolean {
		if (this.#byEpoch.has(keys.epoch)) return false;
		this.#byEpoch.set(keys.epoch, keys);
		const place = `${keys.site}/${keys.comp}`;
		this.#byCompartment.set(place, [keys, ...(this.#byCompartment.get(place) ?? [])]);
		return true;
	}

	/** Drops every key but these: what its user may not read any more opens nothing from then on (S2). */
	retain(epochs: ReadonlySet<Hash>): void {
		for (const [epoch, { site, comp }] of this.#byEpoch) {
			if (epochs.has(epoch)) continue;
			this.#byEpoch.delete(epoch);
			const left = this.of(site, comp).filter((keys) => keys.epoch !== epoch);
			if (left.length > 0) this.#byCompartment.set(`${site}/${comp}`, left);
			else this.#byCompartment.delete(`${site}/${comp}`);
		}
	}

	get size(): number {
		return this.#byEpoch.size;
	}

	epoch(epoch: Hash): EpochKeys | undefined {
		return this.#byEpoch.get(epoch);
	}

	/** Keys of one compartment, the one added last first. */
	of(site: Id, comp: Compartment): readonly EpochKeys[] {
		return this.#byCompartment.get(`${site}/${comp}`) ?? [];
	}

	/** Keys that may open documents of a database. */
	candidates(database: DatabaseName): readonly EpochKeys[] {
		return compartmentsOf(database.kind).flatMap((comp) => this.of(database.site, comp));
	}

	/** Compartments of which at least one key is held. */
	compartments(): readonly { readonly site: Id; readonly comp: Compartment }[] {
		return [...this.#byCompartment.values()].flatMap((held) => held.slice(0, 1)).map(({ site, comp }) => ({ site, comp }));
	}
}
