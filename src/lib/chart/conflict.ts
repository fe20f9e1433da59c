/**
 * Using the other version of a conflict that a rule has settled: the resource as it would read with it. The save names the group, so that
 * it is written even where it equals what is shown, and cites all its heads.
 */
import type { ConflictInfo } from '$sync/device/api.ts';
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
