/**
 * Names within a batch: new resources refer to one another before any of them is stored. A resource's id follows from its creation, so it can be
 * known first; references by `urn:uuid:` then become `Type/id`, as FHIR's transaction says.
 */
import type { Creation, Id, Json, JsonObject } from '../change/change.ts';
import { isObject } from '../change/canonical.ts';
import type { FhirResource } from '../fhir/resource.ts';
import { ok } from '../result.ts';
import type { Outcome } from './api.ts';
import { BATCH_MAX, type BatchEntry } from './batch-api.ts';
import { refuse } from './outcome.ts';

export interface NewResource { readonly create: Creation; readonly id: Id }
export interface Planned { readonly request: BatchEntry; readonly creation: NewResource | null }

const URN = 'urn:uuid:';

/** The requests with the ids of what is new, and every reference within the batch resolved. */
export function named(requests: readonly BatchEntry[], create: (request: BatchEntry) => NewResource): Outcome<readonly Planned[]> {
	if (requests.length > BATCH_MAX) return refuse('too-many', `At most ${BATCH_MAX} entries are saved in one act.`);
	const urls = new Map<string, string>();
	const touched = new Set<string>();
	const planned: Planned[] = [];
	for (const request of requests) {
		const { fullUrl, resource } = request;
		const creation = resource.id === undefined ? create(request) : null;
		const id = creation?.id ?? resource.id ?? '';
		// a second change would have to rest on the first, which nobody has seen
		if (touched.has(id)) return refuse('twice', 'An entry can be changed once in one act.');
		touched.add(id);
		if (fullUrl !== undefined) {
			if (!fullUrl.startsWith(URN) || urls.has(fullUrl)) return refuse('bad-reference', 'Entries that are saved together must have different names.');
			urls.set(fullUrl, `${resource.resourceType}/${id}`);
		}
		planned.push({ request, creation });
	}
	const unknown = new Set<string>();
	const resolved = planned.map(({ request, creation }) => ({ creation, request: { ...request, resource: resolve(request.resource, urls, unknown) } }));
	return unknown.size > 0 ? refuse('bad-reference', 'An entry refers to one that is not saved with it.') : ok(resolved);
}

function resolve(resource: FhirResource, urls: ReadonlyMap<string, string>, unknown: Set<string>): FhirResource {
	const walk = (value: Json): Json => {
		if (Array.isArray(value)) return value.map(walk);
		return isObject(value) ? walkObject(value) : value;
	};
	const walkObject = (object: JsonObject): JsonObject => Object.fromEntries(Object.entries(object).map(([key, value]) => {
		if (key !== 'reference' || typeof value !== 'string' || !value.startsWith(URN)) return [key, walk(value)];
		const found = urls.get(value);
		if (found === undefined) unknown.add(value);
		return [key, found ?? value];
	}));
	return { ...walkObject(resource), resourceType: resource.resourceType };
}
