/**
 * From a resource's state to FHIR JSON: what a screen, a check or an export reads.
 *
 * Each group gives the elements of its leading value; lists give their items in the order in which they were first added. Author, time
 * and site are never taken from the payload, so `meta` is left out. Whoever shows a resource shows its conflicts beside it:
 * the JSON has room for one value, the state for all.
 */
import type { Json } from '../change/change.ts';
import type { FhirResource } from '../fhir/resource.ts';
import type { GroupState, ResourceState, Write } from './state.ts';

/** The write whose value the assembled resource carries; null when the group is a list or has no write. */
export const leadOf = (group: GroupState): Write | null => (group.rule === 'union' || group.rule === 'append' ? null : (group.shown[0] ?? null));

/** The resource as shown: resourceType, id, and the elements of the leading writes. */
export function shownResource(state: ResourceState): FhirResource {
	const elements: [string, Json][] = [];
	for (const group of state.groups.values()) elements.push(...elementsOf(group));
	return { ...Object.fromEntries(elements), resourceType: state.type, id: state.id };
}

/** One write as a partial resource: the elements of its group alone. */
export function valueOf(state: ResourceState, write: Write): FhirResource {
	return { ...write.value, resourceType: state.type, id: state.id };
}

function elementsOf(group: GroupState): readonly [string, Json][] {
	const lead = leadOf(group);
	if (lead !== null) return Object.entries(lead.value ?? {});
	const lists = new Map<string, Json[]>();
	for (const { value } of group.shown) {
		for (const [element, items] of Object.entries(value ?? {})) {
			const known = lists.get(element) ?? [];
			lists.set(element, known);
			if (Array.isArray(items)) known.push(...(items as readonly Json[]));
		}
	}
	return [...lists];
}
