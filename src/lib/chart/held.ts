/**
 * Entries in force of this chart and of linked ones, under their ids: what is read together (an order and its result, a referral and its answer) may
 * stand in two charts of the person.
 */
import type { Attribution, Entry } from '$sync/device/api.ts';
import type { EhrItem } from '$sync/ehr/view.ts';
import type { FhirResource } from '$sync/fhir/resource.ts';
import { text } from '$lib/fhir/read.ts';
import { sourceInWords, siteOf } from '$lib/record/source.ts';
import type { ChartRecord } from './record.svelte.ts';
import { byInWords } from './words.ts';

export interface Held {
	readonly resource: FhirResource;
	/** null: it stands in a linked chart, and is not written to from here */
	readonly entry: Entry | null;
	readonly item: EhrItem | null;
}

/** Of these types, in no order. */
export function heldOf(record: ChartRecord, types: readonly string[]): ReadonlyMap<string, Held> {
	const all = new Map<string, Held>();
	for (const type of types) {
		for (const item of record.elsewhere(type)) for (const source of item.sources) all.set(source.id, { resource: source.resource, entry: null, item });
		for (const entry of record.entries(type).shown) all.set(entry.id, { resource: entry.resource, entry, item: null });
	}
	return all;
}

export const resourcesIn = (held: ReadonlyMap<string, Held>): readonly FhirResource[] => [...held.values()].map(({ resource }) => resource);
export const heldBy = (held: ReadonlyMap<string, Held>, resource: FhirResource): Held | null => held.get(text(resource, 'id') ?? '') ?? null;

/** Who wrote it, where and when, from verified headers. */
export function writtenBy({ entry, item, resource }: Held, record: ChartRecord, which: 'recorded' | 'changed' = 'recorded'): string {
	if (entry !== null) return byInWords(which === 'recorded' ? entry.recorded : entry.changed);
	const source = item?.sources.find(({ id }) => id === text(resource, 'id'));
	return source === undefined ? '' : sourceInWords(source, record.view);
}

export function siteNameOf({ entry, item, resource }: Held, record: ChartRecord): string {
	const recorded: Attribution | undefined = entry?.recorded;
	const source = item?.sources.find(({ id }) => id === text(resource, 'id'));
	return recorded !== undefined ? recorded.siteName : source === undefined ? '' : siteOf(source, record.view);
}
