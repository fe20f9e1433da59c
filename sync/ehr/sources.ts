/**
 * Entries of charts as sources of the EHR view: the resource as shown, with who last wrote it, when and where, from verified headers only.
 *
 * A state is immutable, so what is read from it is kept as long as the state itself: recomputing a view after one change costs that change.
 */
import type { Id } from '../change/change.ts';
import { groupNamed } from '../fhir/groups.ts';
import { shownResource } from '../merge/assemble.ts';
import type { ChartState, ResourceState } from '../merge/state.ts';
import type { Source } from './view.ts';

const sources = new WeakMap<ResourceState, Source>();

/** The source that a state is; null for a state without changes (it cannot say who wrote it). */
export function sourceOf(state: ResourceState): Source | null {
	const known = sources.get(state);
	if (known !== undefined) return known;
	const last = state.changes.at(-1);
	if (last === undefined) return null;
	const source: Source = {
		site: state.site, chart: state.chart, type: state.type, id: state.id, actor: last.change.actor, hlc: last.change.hlc,
		uncertainTime: state.uncertain.includes(last.id), state, resource: shownResource(state)
	};
	sources.set(state, source);
	return source;
}

const variants = new WeakMap<Source, readonly Source[]>();

/**
 * A source in every reading that is on screen: an entry whose drug or substance two people changed at once holds two, and a safety
 * check that looked at the leading one only would miss the other.
 */
export function readingsOf(source: Source): readonly Source[] {
	const known = variants.get(source);
	if (known !== undefined) return known;
	const others = [...source.state.groups.values()].filter(({ conflict, rule, shown }) => conflict && rule !== 'union' && rule !== 'append' && shown.length > 1)
		.flatMap(({ group, shown }) => shown.slice(1).map((write): Source => {
			const properties = groupNamed(source.type, group)?.properties ?? new Set<string>();
			const rest = Object.fromEntries(Object.entries(source.resource).filter(([name]) => !properties.has(name)));
			return { ...source, actor: write.actor, hlc: write.hlc, resource: { ...rest, ...write.value, resourceType: source.type, id: source.id } };
		}));
	const all = [source, ...others];
	variants.set(source, all);
	return all;
}

export interface HeldChart { readonly site: Id; readonly chart: Id; readonly held: 'native' | 'relayed' }

export interface HeldSources {
	readonly charts: readonly HeldChart[];
	/** not retracted, each resource once, in an order that depends on nothing but their ids */
	readonly sources: readonly Source[];
}

const isNative = (state: ResourceState): boolean => state.changes.some(({ via }) => via === 'native');

/** Of two readings of one resource (native and relayed copies folded apart) the fuller, then the native one counts. */
function fuller(a: ResourceState, b: ResourceState): ResourceState {
	if (a.changes.length !== b.changes.length) return a.changes.length > b.changes.length ? a : b;
	if (isNative(a) !== isNative(b)) return isNative(a) ? a : b;
	return (a.heads[0] ?? '') <= (b.heads[0] ?? '') ? a : b;
}

export function heldSources(charts: readonly ChartState[]): HeldSources {
	const held = new Map<string, HeldChart>();
	const states = new Map<string, ResourceState>();
	for (const { site, chart, resources } of charts) {
		const key = `${site}/${chart}`;
		let native = held.get(key)?.held === 'native';
		for (const [name, state] of resources) {
			native ||= isNative(state);
			const at = `${key}/${state.type}/${name}`;
			const known = states.get(at);
			states.set(at, known === undefined ? state : fuller(known, state));
		}
		held.set(key, { site, chart, held: native ? 'native' : 'relayed' });
	}
	const sorted = [...states].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, state]) => (state.retracted ? [] : (sourceOf(state) ?? [])));
	return { charts: [...held].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, chart]) => chart), sources: sorted };
}

/** Order between sources that depends on nothing but what they are. */
export function bySource(a: Source, b: Source): number {
	const [x, y] = [`${a.type} ${a.id} ${a.site} ${a.chart}`, `${b.type} ${b.id} ${b.site} ${b.chart}`];
	return x < y ? -1 : x > y ? 1 : 0;
}
/** Latest first, by clock, then by what they are. */
export const byRecency = (a: Source, b: Source): number => (a.hlc === b.hlc ? bySource(a, b) : a.hlc > b.hlc ? -1 : 1);
