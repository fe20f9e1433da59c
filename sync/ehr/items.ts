/**
 * The items of a view: one per fact, in the order of their keys, each with the discrepancies that touch it.
 */
import type { ResourceState } from '../merge/state.ts';
import type { Fact } from './checks/gathered.ts';
import type { FactMoves } from './cluster.ts';
import type { Discrepancy, EhrItem } from './view.ts';

/** An item without discrepancies, and where it stands. */
interface Placed { readonly item: EhrItem; readonly tie: string }

const NONE: readonly string[] = [];
const byPlace = (a: Placed, b: Placed): number => (a.item.key < b.item.key ? -1 : a.item.key > b.item.key ? 1 : a.tie < b.tie ? -1 : a.tie > b.tie ? 1 : 0);

export class ItemList {
	readonly #placed = new Map<Fact, Placed>();
	#sorted: readonly Placed[] = [];

	/** Takes facts of a type out and in. */
	move(type: string, { gone, made }: FactMoves): void {
		const dropped = new Set<Placed>();
		for (const fact of gone) {
			const placed = this.#placed.get(fact);
			if (placed === undefined) continue;
			dropped.add(placed);
			this.#placed.delete(fact);
		}
		const fresh: Placed[] = [];
		for (const fact of made) {
			const placed = placedOf(type, fact);
			if (placed === null) continue;
			this.#placed.set(fact, placed);
			fresh.push(placed);
		}
		this.#sorted = merged(dropped.size === 0 ? this.#sorted : this.#sorted.filter((placed) => !dropped.has(placed)), fresh.sort(byPlace));
	}

	withDiscrepancies(discrepancies: readonly Discrepancy[]): readonly EhrItem[] {
		const touching = new Map<ResourceState, Set<string>>();
		for (const { id, between } of discrepancies) {
			for (const { state } of between) {
				const known = touching.get(state);
				if (known === undefined) touching.set(state, new Set([id]));
				else known.add(id);
			}
		}
		if (touching.size === 0) return this.#sorted.map(({ item }) => item);
		return this.#sorted.map(({ item }) => {
			const ids = item.sources.length === 1 ? touching.get(item.lead.state) : union(item.sources.map(({ state }) => touching.get(state)));
			return ids === undefined || ids.size === 0 ? item : { ...item, discrepancies: [...ids].sort() };
		});
	}
}

const union = (sets: readonly (ReadonlySet<string> | undefined)[]): ReadonlySet<string> => new Set(sets.flatMap((set) => (set === undefined ? [] : [...set])));

function placedOf(type: string, sources: Fact): Placed | null {
	const [lead] = sources;
	if (lead === undefined) return null;
	const ids = sources.length === 1 ? lead.id : [...new Set(sources.map(({ id }) => id))].sort().join('+');
	return { item: { key: `${type}/${ids}`, type, lead, sources, discrepancies: NONE }, tie: `${lead.site}/${lead.chart}/${lead.id}` };
}

function merged(kept: readonly Placed[], made: readonly Placed[]): readonly Placed[] {
	if (made.length === 0) return kept;
	if (kept.length === 0) return made;
	const all: Placed[] = [];
	let next = 0;
	for (const placed of kept) {
		for (let one = made[next]; one !== undefined && byPlace(one, placed) < 0; one = made[++next]) all.push(one);
		all.push(placed);
	}
	for (; next < made.length; next++) { const one = made[next]; if (one !== undefined) all.push(one); }
	return all;
}
