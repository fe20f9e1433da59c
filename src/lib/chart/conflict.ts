/**
 * Settling a conflict: the resource as it would read with one of the versions, and, where both are true, the other version as an entry
 * of its own. The resolution names the group, so that it is written even where it equals what is shown, and cites all its heads.
 */
import type { ConflictInfo, Entry } from '$sync/device/api.ts';
import type { Json } from '$sync/change/change.ts';
import type { FhirResource } from '$sync/fhir/resource.ts';

const NOT_CONTENT = new Set(['resourceType', 'id']);

/** Elements that the versions touch, in the order in which they first occur. */
export function touched(conflict: ConflictInfo): readonly string[] {
	const names = conflict.values.flatMap((v) => (v.value === null ? [] : Object.keys(v.value)));
	return [...new Set(names)].filter((name) => !NOT_CONTENT.has(name));
}

export function withVersion(resource: FhirResource, conflict: ConflictInfo, version: FhirResource | null): FhirResource {
	const elements = touched(conflict);
	const kept = Object.entries(resource).filter(([name]) => !elements.includes(name));
	const chosen: [string, Json][] = elements.flatMap((name): [string, Json][] => {
		const value = version?.[name];
		return value === undefined ? [] : [[name, value]];
	});
	return { ...Object.fromEntries([...kept, ...chosen]), resourceType: resource.resourceType };
}

/** Both can stand as entries of their own only where the type is a list of facts; a person has one birth date. */
export const canKeepBoth = (entry: Entry, conflict: ConflictInfo): boolean =>
	entry.type !== 'Patient' && conflict.values.length === 2 && conflict.values.every((v) => v.value !== null);

/** The other version as a new entry: the whole resource with that version's elements, without the id. */
export function asNewEntry(resource: FhirResource, conflict: ConflictInfo, version: FhirResource): FhirResource {
	const { id: _id, ...rest } = withVersion(resource, conflict, version);
	return { ...rest, resourceType: resource.resourceType };
}
