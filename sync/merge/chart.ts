/**
 * A chart that is being read while changes arrive.
 *
 * Applying a change costs the size of its resource, not of the chart: the resource is marked and folded again when it is next asked
 * for, so that a thousand arrivals for one resource cost one fold. The result is that of folding everything from scratch.
 */
import type { Id, VerifiedChange } from '../change/change.ts';
import { isPreferredCopy } from './dag.ts';
import { foldResource } from './fold.ts';
import type { ChartState, ResourceState } from './state.ts';

interface Slot {
	readonly id: Id;
	/** compartment and type */
	readonly kind: string;
	readonly changes: VerifiedChange[];
	state: ResourceState | null;
}

export class ChartFold {
	readonly #site: Id;
	readonly #chart: Id;
	/** by id, compartment and type: a state depends on nothing in another compartment */
	readonly #slots = new Map<string, Slot>();
	readonly #byId = new Map<Id, Slot[]>();
	readonly #known = new Map<string, VerifiedChange>();
	readonly #resources = new Map<Id, ResourceState>();
	readonly #stale = new Set<Slot>();

	constructor(site: Id, chart: Id) {
		this.#site = site;
		this.#chart = chart;
	}

	/**
	 * Takes a change in. Returns the id under which its resource stands in `chart.resources`; null when nothing moved: the change is
	 * known, or is of another chart.
	 */
	apply(signed: VerifiedChange): Id | null {
		const { site, chart, comp, type, id } = signed.change;
		if (site !== this.#site || chart !== this.#chart) return null;
		const known = this.#known.get(signed.id);
		if (known !== undefined && !isPreferredCopy(signed, known)) return null;
		this.#known.set(signed.id, signed);
		const slot = this.#slotOf(id, `${comp}/${type}`);
		slot.changes.push(signed);
		this.#stale.add(slot);
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
		for (const slot of this.#byId.get(id) ?? []) if (this.#stale.delete(slot)) this.#fold(slot);
		return this.#resources.get(id) ?? null;
	}

	/** The chart as it stands. The map is live: it shows later changes after the next reading of `chart`. */
	get chart(): ChartState {
		for (const slot of this.#stale) this.#fold(slot);
		this.#stale.clear();
		return { site: this.#site, chart: this.#chart, resources: this.#resources };
	}

	/** Number of distinct changes taken in. */
	get size(): number {
		return this.#known.size;
	}

	#fold(slot: Slot): void {
		slot.state = foldResource(slot.changes);
		const sharing = this.#byId.get(slot.id) ?? [slot];
		if (sharing.length > 1) sharing.sort(byRootThenKind);
		sharing.forEach(({ id, kind, state }, place) => {
			if (state !== null) this.#resources.set(place === 0 ? id : secondName(id, kind), state);
		});
	}

	#slotOf(id: Id, kind: string): Slot {
		const key = `${id}/${kind}`;
		const known = this.#slots.get(key);
		if (known !== undefined) return known;
		const slot: Slot = { id, kind, changes: [], state: null };
		this.#slots.set(key, slot);
		const sharing = this.#byId.get(id);
		if (sharing === undefined) this.#byId.set(id, [slot]);
		else sharing.push(slot);
		return slot;
	}
}

/**
 * An id commits to the chart, the compartment and the creator, so two kinds under one id are somebody's deceit. Neither is hidden: the
 * one with a beginning keeps the id, the other stands under a name that nothing else can have, since it is no id by form.
 */
const secondName = (id: Id, kind: string): Id => `${id}/${kind}` as Id;

const hasRoot = (slot: Slot): boolean => slot.changes.some(({ change }) => change.deps.length === 0);
const byRootThenKind = (a: Slot, b: Slot): number => Number(hasRoot(b)) - Number(hasRoot(a)) || (a.kind < b.kind ? -1 : 1);

/** Every chart among the changes, folded from scratch. */
export function foldCharts(changes: Iterable<VerifiedChange>): readonly ChartState[] {
	const folds = new Map<string, ChartFold>();
	for (const signed of changes) {
		const key = `${signed.change.site}/${signed.change.chart}`;
		const fold = folds.get(key) ?? new ChartFold(signed.change.site, signed.change.chart);
		folds.set(key, fold);
		fold.apply(signed);
	}
	return [...folds.values()].map((fold) => fold.chart);
}
