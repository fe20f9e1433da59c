/**
 * The entries of the charts that a reader holds, and which of them moved since they were last looked at.
 *
 * A state is immutable, so an entry moved exactly when its state is another object. Looking at 2,000 entries that did not move costs 2,000
 * comparisons; everything else is paid for what moved.
 */
import type { Id } from '../change/change.ts';
import type { ChartState, ResourceState } from '../merge/state.ts';
import { sourceOf } from './sources.ts';
import type { EhrView, Source } from './view.ts';

export interface Entry {
	/** site, chart, type and name in the chart: orders entries, and depends on nothing but what they are */
	readonly key: string;
	readonly state: ResourceState;
	readonly source: Source;
}

/** What moved within a type; a changed entry was removed and added. */
export interface Moves {
	readonly removed: readonly Entry[];
	readonly added: readonly Entry[];
}

type HeldChart = EhrView['charts'][number];

interface Held { readonly state: ResourceState; readonly entry: Entry | null; readonly native: boolean }

interface Shelf {
	readonly site: Id;
	readonly chart: Id;
	readonly held: Map<string, Held>;
	/** the chart was given more than once: as its own and as copies folded apart */
	readonly several: boolean;
	native: number;
}

/** Whether an entry takes part in the shared record at all. */
export type TakesPart = (state: ResourceState) => boolean;

export class HeldEntries {
	readonly #takesPart: TakesPart;
	#shelves = new Map<string, Shelf>();

	constructor(takesPart: TakesPart) {
		this.#takesPart = takesPart;
	}

	/** The charts that take part, sorted. */
	get charts(): readonly HeldChart[] {
		return [...this.#shelves].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { site, chart, native }]) => ({ site, chart, held: native > 0 ? 'native' : 'relayed' }));
	}

	/** Takes the charts as they are now. Returns what moved by type; charts that are not given any more are gone. */
	take(charts: readonly ChartState[]): ReadonlyMap<string, Moves> {
		const moved = new Map<string, { removed: Entry[]; added: Entry[] }>();
		const of = (type: string): { removed: Entry[]; added: Entry[] } => {
			const known = moved.get(type);
			if (known !== undefined) return known;
			const made = { removed: [], added: [] };
			moved.set(type, made);
			return made;
		};
		const drop = (shelf: Shelf, { state, entry, native }: Held): void => {
			if (native) shelf.native--;
			if (entry !== null) of(state.type).removed.push(entry);
		};
		const given = new Map<string, ChartState[]>();
		for (const chart of charts) {
			const key = `${chart.site}/${chart.chart}`;
			const known = given.get(key);
			if (known === undefined) given.set(key, [chart]);
			else known.push(chart);
		}
		for (const [key, shelf] of this.#shelves) {
			if (given.get(key)?.length === (shelf.several ? 2 : 1) || (shelf.several && (given.get(key)?.length ?? 0) > 1)) continue;
			for (const held of shelf.held.values()) drop(shelf, held);
			this.#shelves.delete(key);
		}
		for (const [key, copies] of given) this.#shelve(key, copies, of, drop);
		return moved;
	}

	#shelve(key: string, copies: readonly ChartState[], of: (type: string) => { readonly added: Entry[] }, drop: (shelf: Shelf, held: Held) => void): void {
		const [first] = copies;
		if (first === undefined) return;
		const shelf = this.#shelves.get(key) ?? { site: first.site, chart: first.chart, held: new Map<string, Held>(), several: copies.length > 1, native: 0 };
		this.#shelves.set(key, shelf);
		const resources: ReadonlyMap<string, ResourceState> = copies.length > 1 ? fullest(copies) : first.resources;
		for (const [name, state] of resources) {
			const known = shelf.held.get(name);
			if (known?.state === state) continue;
			if (known !== undefined) drop(shelf, known);
			const native = isNative(state);
			if (native) shelf.native++;
			const source = state.retracted || !this.#takesPart(state) ? null : sourceOf(state);
			const entry = source === null ? null : { key: `${key}/${state.type}/${name}`, state, source };
			if (entry !== null) of(state.type).added.push(entry);
			shelf.held.set(name, { state, entry, native });
		}
		if (shelf.held.size === resources.size) return;
		for (const [name, held] of shelf.held) {
			if (resources.has(name)) continue;
			drop(shelf, held);
			shelf.held.delete(name);
		}
	}
}

function isNative({ changes }: ResourceState): boolean {
	for (const { via } of changes) if (via === 'native') return true;
	return false;
}

/** Of several readings of one chart each resource once; a name that stands for two types (somebody's deceit) once per type. */
function fullest(copies: readonly ChartState[]): ReadonlyMap<string, ResourceState> {
	const best = new Map<string, ResourceState>();
	for (const { resources } of copies) {
		for (const [name, state] of resources) {
			const at = `${state.type}/${name}`;
			const known = best.get(at);
			best.set(at, known === undefined ? state : fuller(known, state));
		}
	}
	return best;
}

/** Of two readings of one resource (native and relayed copies folded apart) the fuller, then the native one counts. */
function fuller(a: ResourceState, b: ResourceState): ResourceState {
	if (a.changes.length !== b.changes.length) return a.changes.length > b.changes.length ? a : b;
	if (isNative(a) !== isNative(b)) return isNative(a) ? a : b;
	return (a.heads[0] ?? '') <= (b.heads[0] ?? '') ? a : b;
}
