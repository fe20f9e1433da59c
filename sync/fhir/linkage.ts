/**
 * The link between two charts as a FHIR Linkage: which charts, whether they are of one person, and how far they were relayed.
 *
 * FHIR's Linkage says only that records belong together. That they do not, or no longer do, changes its meaning, so the state stands in a
 * `modifierExtension`, which no reader may skip. How far a chart's history was relayed is a plain `extension`, one per receiving site
 * and compartment, in a list group of its own: relaying devices never compete with those who link and unlink.
 */
import { isObject } from '../change/canonical.ts';
import { isCompartment, isHash, isId } from '../change/ids.ts';
import type { Compartment, GroupValue, Hash, Id, Json, JsonObject } from '../change/change.ts';

export const LINK_STATES = ['linked', 'unlinked', 'not-same'] as const;
/** `not-same`: a person looked and found two people. `unlinked`: a link was taken back, nothing more is said. */
export type LinkState = (typeof LINK_STATES)[number];

const STATE_URL = 'urn:saddlebag:link-state';
const RELAYED_URL = 'urn:saddlebag:relayed';
const CHART_SYSTEM = 'urn:saddlebag:chart';

/** A chart is named by its site and its id. */
export interface ChartName {
	readonly site: Id;
	readonly chart: Id;
}

export interface Link {
	/** sorted by chart id */
	readonly charts: readonly [ChartName, ChartName];
	readonly state: LinkState;
}

/** Through which position of each chain a chart's history was relayed to a site: what lies behind comes from each author's own device. */
export interface RelayMarker {
	readonly to: Id;
	readonly comp: Compartment;
	readonly through: readonly { readonly actor: Hash; readonly seq: number }[];
}

/** Value of the group `link`. The charts may come in any order. */
export function linkValue(charts: readonly [ChartName, ChartName], state: LinkState): GroupValue {
	const [a, b] = sortedCharts(charts);
	return {
		active: state === 'linked',
		item: [chartItem('source', a), chartItem('alternate', b)],
		modifierExtension: [{ url: STATE_URL, valueCode: state }]
	};
}

/** The link that a Linkage resource (or the value of its group `link`) states; null when it is not one of ours. Total. */
export function linkOf(value: unknown): Link | null {
	if (!isObject(value) || !Array.isArray(value['item']) || !Array.isArray(value['modifierExtension'])) return null;
	const charts = value['item'].map(chartOf);
	const [a, b] = charts;
	if (charts.length !== 2 || a === undefined || a === null || b === undefined || b === null || a.chart === b.chart) return null;
	const state = codeOf(value['modifierExtension']);
	return state === null ? null : { charts: sortedCharts([a, b]), state };
}

const sortedCharts = (charts: readonly [ChartName, ChartName]): [ChartName, ChartName] =>
	charts[0].chart <= charts[1].chart ? [charts[0], charts[1]] : [charts[1], charts[0]];

const chartItem = (type: 'source' | 'alternate', name: ChartName): JsonObject => ({
	type, resource: { type: 'Patient', identifier: { system: CHART_SYSTEM, value: `${name.site}/${name.chart}` } }
});

function chartOf(item: Json): ChartName | null {
	const resource = isObject(item) ? item['resource'] : null;
	const identifier = isObject(resource) ? resource['identifier'] : null;
	if (!isObject(identifier) || identifier['system'] !== CHART_SYSTEM || typeof identifier['value'] !== 'string') return null;
	const [site, chart, ...rest] = identifier['value'].split('/');
	return isId(site) && isId(chart) && rest.length === 0 ? { site, chart } : null;
}

function codeOf(extensions: readonly Json[]): LinkState | null {
	const found = extensions.filter((extension) => isObject(extension) && extension['url'] === STATE_URL);
	const [first] = found;
	const code = found.length === 1 && isObject(first) ? first['valueCode'] : null;
	return LINK_STATES.find((state) => state === code) ?? null;
}

/** Item of the group `relay`; written anew as relaying goes on. */
export function relayItem(marker: RelayMarker): JsonObject {
	return {
		url: RELAYED_URL,
		extension: [
			{ url: 'to', valueId: marker.to },
			{ url: 'compartment', valueCode: marker.comp },
			...marker.through.map(({ actor, seq }) => ({ url: 'through', valueString: `${actor} ${seq}` }))
		]
	};
}

/** Key of a relay marker in its group: one per receiving site and compartment. */
export const relayKey = (marker: Pick<RelayMarker, 'to' | 'comp'>): string => `${RELAYED_URL}|${marker.to}|${marker.comp}`;

/** The marker that an item states, null when it is not one. Total. */
export function relayMarkerOf(item: unknown): RelayMarker | null {
	if (!isObject(item) || item['url'] !== RELAYED_URL || !Array.isArray(item['extension'])) return null;
	let to: Id | null = null;
	let comp: Compartment | null = null;
	const through: { actor: Hash; seq: number }[] = [];
	for (const part of item['extension'] as readonly Json[]) {
		if (!isObject(part)) return null;
		const { url, valueId, valueCode, valueString } = part;
		if (url === 'to' && isId(valueId)) to = valueId;
		else if (url === 'compartment' && isCompartment(valueCode)) comp = valueCode;
		else if (url === 'through' && typeof valueString === 'string') {
			const [actor, digits = '', ...rest] = valueString.split(' ');
			if (!isHash(actor) || !/^[1-9]\d{0,15}$/.test(digits) || rest.length > 0) return null;
			through.push({ actor, seq: Number(digits) });
		} else return null;
	}
	return to === null || comp === null ? null : { to, comp, through };
}
