/**
 * Writing FHIR JSON from forms. A form changes the elements it shows and leaves every other element of the resource as it was, so
 * that an older screen never clears what a newer one recorded.
 */
import type { Json } from '$sync/change/change.ts';
import type { FhirResource } from '$sync/fhir/resource.ts';

/** Values of a form; undefined, empty text and empty lists mean that the element is absent. */
export type Elements = { readonly [name: string]: Json | undefined };

const isEmpty = (value: Json | undefined): boolean =>
	value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** `before` with the given elements set, and those without a value taken out. */
export function withElements(before: FhirResource, elements: Elements): FhirResource {
	const after: { [name: string]: Json } = {};
	for (const [name, value] of Object.entries(before)) if (!(name in elements)) after[name] = value;
	for (const [name, value] of Object.entries(elements)) if (value !== undefined && !isEmpty(value)) after[name] = value;
	return { ...after, resourceType: before.resourceType };
}

/** An element of the form with only its present members; undefined when nothing is left. */
export function part(elements: Elements): Json | undefined {
	const entries = Object.entries(elements).filter(([, value]) => !isEmpty(value));
	if (entries.length === 0) return undefined;
	const kept: { [name: string]: Json } = {};
	for (const [name, value] of entries) if (value !== undefined) kept[name] = value;
	return kept;
}

export function coded(system: string, code: string, text?: string): Json {
	return text === undefined ? { coding: [{ system, code }] } : { coding: [{ system, code, display: text }], text };
}
