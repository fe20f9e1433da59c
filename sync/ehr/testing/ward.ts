/**
 * Charts for tests, written as FHIR resources: each entry becomes changes of the fold's cast, so that a test reads like a ward round and still goes
 * through the real fold.
 */
import type { GroupValue, Id, Json, VerifiedChange } from '../../change/change.ts';
import { canonicalJson } from '../../change/canonical.ts';
import { groupOfProperty } from '../../fhir/groups.ts';
import type { FhirResource } from '../../fhir/resource.ts';
import { Cast, fakeId, relayedTo, type Writing } from '../../merge/cast.ts';
import { foldCharts } from '../../merge/chart.ts';
import type { ChartState } from '../../merge/state.ts';
import type { Discrepancy, EhrView, Source } from '../view.ts';

export interface WrittenEntry {
	/** name of the entry in the test; its id is made from it */
	readonly name: string;
	readonly by?: string;
	/** ISO time of writing; else one minute after the last */
	readonly at?: string;
	readonly resource: { readonly resourceType: string; readonly [element: string]: Json };
	/** further edits, each by somebody who had seen the first version only */
	readonly edits?: readonly { readonly by: string; readonly at?: string; readonly resource: { readonly [element: string]: Json } }[];
}
export interface WrittenChart { readonly site: string; readonly relayed?: boolean; readonly entries: readonly WrittenEntry[] }

/** The groups of a resource, as a form would write them. */
export function groupsOfResource(type: string, resource: { readonly [element: string]: Json }): Required<Pick<Writing, 'set' | 'add'>> {
	const set = new Map<string, { [element: string]: Json }>();
	const add = new Map<string, { [key: string]: Json }>();
	for (const [property, value] of Object.entries(resource)) {
		if (property === 'resourceType' || property === 'id') continue;
		const group = groupOfProperty(type, property);
		if (group === null || group === 'never') throw new TypeError(`${type}.${property} is not recorded`);
		if (group.list === null) set.set(group.name, { ...set.get(group.name), [property]: value });
		else add.set(group.name, Object.fromEntries((value as readonly Json[]).map((item) => [canonicalJson(item), item])));
	}
	return { set: Object.fromEntries(set) as { [group: string]: GroupValue }, add: Object.fromEntries(add) };
}

/** All changes of the written charts. */
export function changesOf(charts: readonly WrittenChart[]): VerifiedChange[] {
	const cast = new Cast();
	return charts.flatMap(({ site, relayed, entries }) => entries.flatMap(({ name, by = 'Asha', at, resource, edits = [] }) => {
		const when = (time: string | undefined): Pick<Writing, 'at'> => (time === undefined ? {} : { at: Date.parse(time) });
		const { set, add } = groupsOfResource(resource.resourceType, resource);
		const first = cast.member(by, site).creates(resource.resourceType, set, { id: fakeId(name), add, create: { kind: 'random', rand: name }, ...when(at) });
		const changes = [first, ...edits.map((edit) => cast.member(edit.by, site).edits(first, { ...groupsOfResource(resource.resourceType, edit.resource), ...when(edit.at) }))];
		return relayed === true ? changes.map((change) => relayedTo(change, 'elsewhere')) : changes;
	}));
}

export const chartsOf = (charts: readonly WrittenChart[]): readonly ChartState[] => foldCharts(changesOf(charts));

/** A view in words, small enough to read: names instead of ids. */
export function inWords(view: EhrView, charts: readonly WrittenChart[]): Json {
	const names = new Map(charts.flatMap(({ entries }) => entries.map(({ name }): [Id, string] => [fakeId(name), name])));
	const sites = new Map(charts.map(({ site }): [Id, string] => [fakeId(`site ${site}`), site]));
	const named = ({ site, id }: Pick<Source, 'site' | 'id'>): string => `${names.get(id) ?? id} at ${sites.get(site) ?? site}`;
	const spoken = (found: Discrepancy): Json => ({
		kind: found.kind, severity: found.severity, facts: found.facts, between: found.between.map(named).sort(), ...(found.basis.length === 0 ? {} : { basis: found.basis })
	});
	return {
		charts: view.charts.map(({ site, held }) => `${sites.get(site) ?? site} (${held})`).sort(),
		demographics: Object.fromEntries(view.demographics.map(({ element, values }) =>
			[element, values.map(({ value, sources }) => ({ value: value as Json, sources: sources.map(named).sort() }))])),
		items: view.items.map(({ type, lead, sources }) => ({ type, lead: named(lead), sources: sources.map(named).sort() })).sort((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1)),
		discrepancies: view.discrepancies.map(spoken).sort((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1))
	};
}

/** A resource of these elements. */
export const resource = (resourceType: string, elements: { readonly [element: string]: Json }): FhirResource & { readonly [element: string]: Json } => ({ ...elements, resourceType });
