/**
 * A chart that is being read while changes arrive.
 *
 * Applying a change costs the size of its resource, not of the chart: the resource is marked and folded again when it is next asked
 * for, so that a thousand arrivals for one resource cost one fold. The result is that of folding everything from scratch.
 */
import type { Compartment, Hash, Id, VerifiedChange } from '../change/change.ts';
import { isPreferredCopy } from './dag.ts';
import { foldResource } from './fold.ts';
import type { ChartState, ResourceState } from './state.ts';

/** The changes of one resource. `next`: another kind under the same id, which only deceit can make. */
interface Slot {
	readonly id: Id;
	readonly comp: Compartment;
	readonly type: string;
	readonly changes: VerifiedChange[];
	state: ResourceState | null;
	stale: boolean;
	next: Slot | null;
}

export class ChartFold {
	readonly #site: Id;
	readonly #chart: Id;
	readonly #slots = new Map<Id, Slot>();
	readonly #known = new Set<Hash>();
	readonly #resources = new Map<Id, ResourceState>();
	#stale: Slot[] = [];

	constructor(site: Id, chart: Id) {
		this.#site = site;
		this.#chart = chart;
	}

	/**
	 * Takes a change in. Returns the id under which its resource stands in `chart.resources`; null when nothing moved: the change is
	 * known, or is of another chart.
	 */
	apply(signed: VerifiedChange): Id | null {
		const { site, chart, id } = signed.change;
		if (site !== this.#site || chart !== this.#chart) return null;
		const slot = this.#slotOf(signed);
		if (this.#known.has(signed.id)) {
			const known = slot.changes.findIndex((held) => held.id === signed.id);
			const held = slot.changes[known];
			if (held === undefined || !isPreferredCopy(signed, held)) return null;
			slot.changes[known] = signed;
		} else {
			this.#known.add(signed.id);
			slot.changes.push(signed);
		}
		if (!slot.stale) this.#stale.push(slot);
		slot.stale = true;
		return id;
	}

	/** Takes many changes in. Returns the ids of the resources that moved. */
	applyAll(changes: Iterable<VerifiedChange>): ReadonlySet<Id> {
		const touched = new Set<Id>();
		for (const signed of changes) {
			const id = this.apply(signed);
			if (id !== null) touched.add(id);
		}
		return touched;
	}

	/** The state of one resource, null when the chart has none of that id. */
	resource(id: Id): ResourceState | null {
		for (let slot = this.#slots.get(id) ?? null; slot !== null; slot = slot.next) if (slot.stale) this.#fold(slot);
		return this.#resources.get(id) ?? null;
	}

	/** The chart as it stands. The map is live: it shows later changes after the next reading of `chart`. */
	get chart(): ChartState {
		for (const slot of this.#stale) if (slot.stale) this.#fold(slot);
		this.#stale = [];
		return { site: this.#site, chart: this.#chart, resources: this.#resources };
	}

	/** Number of distinct changes taken in. */
	get size(): number {
		return this.#known.size;
	}

	#fold(slot: Slot): void {
		slot.stale = false;
		slot.state = foldResource(slot.changes);
		const first = this.#slots.get(slot.id) ?? slot;
		if (first.next === null && slot.state !== null) this.#resources.set(slot.id, slot.state);
		else this.#nameAll(first);
	}

	#nameAll(first: Slot): void {
		const sharing: Slot[] = [];
		for (let slot: Slot | null = first; slot !== null; slot = slot.next) sharing.push(slot);
		sharing.sort(byRootThenKind).forEach(({ id, comp, type, state }, place) => {
			if (state !== null) this.#resources.set(place === 0 ? id : secondName(id, comp, type), state);
		});
	}

	#slotOf({ change: { id, comp, type } }: VerifiedChange): Slot {
		const first = this.#slots.get(id) ?? null;
		for (let slot = first; slot !== null; slot = slot.next) if (slot.comp === comp && slot.type === type) return slot;
		const made: Slot = { id, comp, type, changes: [], state: null, stale: false, next: first };
		this.#slots.set(id, made);
		return made;
	}
}

/**
 * An id commits to the chart, the compartment and the creator, so two kinds under one id are somebody's deceit. Neither is hidden: the
 * one with a beginning keeps the id, the other stands under a name that nothing else can have, since it is no id by form.
 */
const secondName = (id: Id, comp: Compartment, type: string): Id => `${id}/${comp}/${type}` as Id;

const hasRoot = (slot: Slot): boolean => slot.changes.some(({ change }) => change.deps.length === 0);
const kindOf = (slot: Slot): string => `${slot.comp}/${slot.type}`;
const byRootThenKind = (a: Slot, b: Slot): number => Number(hasRoot(b)) - Number(hasRoot(a)) || (kindOf(a) < kindOf(b) ? -1 : 1);

/** Every chart among the changes, folded from scratch. */
export function foldCharts(changes: Iterable<VerifiedChange>): readonly ChartState[] {
	const folds = new Map<Id, Map<Id, ChartFold>>();
	const all: ChartFold[] = [];
	for (const signed of changes) {
		const { site, chart } = signed.change;
		let bySite = folds.get(chart);
		if (bySite === undefined) folds.set(chart, (bySite = new Map()));
		let fold = bySite.get(site);
		if (fold === undefined) {
			bySite.set(site, (fold = new ChartFold(site, chart)));
			all.push(fold);
		}
		fold.apply(signed);
	}
	return all.map((fold) => fold.chart);
}
