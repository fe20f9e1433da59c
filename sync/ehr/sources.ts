/**
 * Entries of charts as sources of the EHR view: the resource as shown, with who last wrote it, when and where, from verified headers only.
 *
 * A state is immutable, so what is read from it is kept as long as the state itself: recomputing a view after one change costs that change.
 */
import { groupNamed } from '../fhir/groups.ts';
import { shownResource } from '../merge/assemble.ts';
import type { ResourceState } from '../merge/state.ts';
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

/** Order between sources that depends on nothing but what they are. */
export function bySource(a: Source, b: Source): number {
	const [x, y] = [`${a.type} ${a.id} ${a.site} ${a.chart}`, `${b.type} ${b.id} ${b.site} ${b.chart}`];
	return x < y ? -1 : x > y ? 1 : 0;
}
/** Latest first, by clock, then by what they are. */
export const byRecency = (a: Source, b: Source): number => (a.hlc === b.hlc ? bySource(a, b) : a.hlc > b.hlc ? -1 : 1);
