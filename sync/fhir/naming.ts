/**
 * What names an entry: the elements by which a person knows which medicine, problem, visit or document is meant, and nothing else of it.
 *
 * A list of what waits, or of what somebody is told, must say of every line what it is about; and it must not carry the values themselves, whose reading is
 * recorded. Of a person the name stands beside the line anyway.
 */
import type { Json } from '../change/change.ts';
import type { FhirResource } from './resource.ts';

/** Elements that name an entry of any recorded type; an entry has few of them. */
const NAMING: ReadonlySet<string> = new Set([
	'code', 'medicationCodeableConcept', 'medicationReference', 'vaccineCode', 'type', 'title', 'description', 'topic', 'relationship', 'name', 'scope', 'serviceType',
	'questionnaire', 'class', 'contained', 'category'
]);
/** Types whose names, or whose word for what they are, are values of their own. */
const NAMED_BESIDE: ReadonlySet<string> = new Set(['Patient', 'RelatedPerson']);

/** The entry with its naming elements alone. */
export function namingOf(resource: FhirResource): FhirResource {
	const { resourceType, id } = resource;
	const named = NAMED_BESIDE.has(resourceType) ? [] : Object.entries(resource).filter(([name]) => NAMING.has(name));
	return { ...Object.fromEntries<Json>(named as [string, Json][]), resourceType, ...(id === undefined ? {} : { id }) };
}
