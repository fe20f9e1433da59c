/**
 * One hash for all that a device makes of a (site, compartment): equal on every device that holds the same changes.
 *
 * It covers what is shown, not only which changes are held, so two devices that fold the same changes differently find out. Charts and
 * resources enter in the order of their ids; nothing of the reader, the path or the time of arrival does (where a copy was found,
 * native or relayed, is left out).
 */
import { canonicalJson } from '../change/canonical.ts';
import type { Compartment, Hash, Json } from '../change/change.ts';
import { RULES_VERSION } from './rules/table.ts';
import type { ChartState, GroupState, ResourceState } from './state.ts';

/** A collision-resistant hash of a text; `sync/verify` has one. */
export type TextDigest = (text: string) => Hash;

/** Hash of the resources of one compartment in the given charts, which are those of one site. */
export function stateHash(charts: Iterable<ChartState>, comp: Compartment, digest: TextDigest): Hash {
	const described: [string, Hash][] = [];
	for (const chart of charts) {
		const resources = [...chart.resources.values()].filter((state) => state.comp === comp);
		if (resources.length > 0) described.push([`${chart.site}/${chart.chart}`, chartHash(resources, digest)]);
	}
	return digest(canonicalJson(['saddlebag/state/1', RULES_VERSION, comp, described.sort(byFirst)]));
}

function chartHash(resources: readonly ResourceState[], digest: TextDigest): Hash {
	const described = resources.map((state): [string, Hash] => [`${state.type}/${state.id}`, digest(canonicalJson(describe(state)))]);
	return digest(canonicalJson(described.sort(byFirst)));
}

const byFirst = (a: readonly [string, unknown], b: readonly [string, unknown]): number => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0);

/** Everything of a state that is a function of its changes, as one canonical value. */
export function describe(state: ResourceState): Json {
	return {
		type: state.type, id: state.id, site: state.site, chart: state.chart, comp: state.comp, heads: state.heads, missing: state.missing,
		retracted: state.retracted, uncertain: state.uncertain, changes: state.changes.map(({ id }) => id), groups: [...state.groups.values()].map(describeGroup)
	};
}

function describeGroup(group: GroupState): Json {
	return [
		group.group, group.rule, group.conflict, group.review, group.heads.map(({ change }) => change),
		group.shown.map(({ change, value }) => [change, value]), group.outvoted.map(({ change }) => change),
		group.items.map(({ key, bodies }) => [key, bodies.map(({ change, body }) => [change, body])])
	];
}
