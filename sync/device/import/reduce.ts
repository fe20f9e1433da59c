/**
 * What of an imported resource can be recorded: elements that FHIR R4 or this version does not know, and embedded files larger than an
 * element may be, are taken out and counted, so that the report names each of them. The reference to the patient is said by the chart
 * itself, and is not counted.
 */
import { isObject } from '../../change/canonical.ts';
import { ELEMENT_BYTES_MAX, type Json } from '../../change/change.ts';
import { utf8Length } from '../../change/utf8.ts';
import { groupOfProperty } from '../../fhir/groups.ts';
import type { FhirResource } from '../../fhir/resource.ts';
import { validateResource } from '../../fhir/validate.ts';

const SAID_BY_CHART: ReadonlySet<string> = new Set(['subject', 'patient', 'id', 'resourceType']);
/** an element has 64 KiB at most, escapes and its other parts included */
const TEXT_BYTES_MAX = ELEMENT_BYTES_MAX / 2;
/** `validateResource` lists a bounded number of unknown elements at a time */
const ROUNDS_MAX = 50;

export interface Reduced {
	readonly resource: FhirResource;
	/** `Type.element` of what was left out, once per occurrence */
	readonly leftOut: readonly string[];
	/** what is wrong with the rest; null when nothing is */
	readonly fault: string | null;
}

export function reduceResource(resource: FhirResource): Reduced {
	const type = resource.resourceType;
	const leftOut: string[] = [];
	const kept: Record<string, Json> = {};
	for (const [property, value] of Object.entries(resource)) {
		if (property === 'resourceType' || property === 'id') kept[property] = value;
		else if (typeof groupOfProperty(type, property) === 'object' && groupOfProperty(type, property) !== null) kept[property] = structuredClone(value) as Json;
		else if (!SAID_BY_CHART.has(property)) leftOut.push(`${type}.${property}`);
	}
	const reduced = kept as Record<string, Json> & FhirResource;
	for (const path of withoutLarge(reduced, type)) leftOut.push(path);
	for (let round = 0; round < ROUNDS_MAX; round++) {
		const { errors, unknown } = validateResource(reduced);
		const [error] = errors;
		if (error !== undefined) return { resource: reduced, leftOut, fault: `${error.path} ${error.message}` };
		if (unknown.length === 0) return { resource: reduced, leftOut, fault: null };
		for (const path of unknown) {
			if (!remove(reduced, path)) return { resource: reduced, leftOut, fault: `${path} is not known` };
			leftOut.push(path.replace(/\[\d+\]/g, ''));
		}
	}
	return { resource: reduced, leftOut, fault: 'too many unknown elements' };
}

/** Takes out texts that no element may hold (an embedded PDF, a photo); answers where they were. */
function withoutLarge(value: Json, path: string): readonly string[] {
	if (Array.isArray(value)) {
		const list = value as Json[];
		const found = list.flatMap((item) => withoutLarge(item, path));
		if (found.length > 0) list.splice(0, list.length, ...list.filter((item) => !isEmpty(item)));
		return found;
	}
	if (!isObject(value)) return [];
	const object = value as { [key: string]: Json };
	return Object.entries(object).flatMap(([key, member]) => {
		const tooLarge = typeof member === 'string' && utf8Length(member) > TEXT_BYTES_MAX;
		const found = tooLarge ? [`${path}.${key} (too large)`] : withoutLarge(member, `${path}.${key}`);
		if (tooLarge || (found.length > 0 && isEmpty(member))) delete object[key];
		return found;
	});
}

/** Takes out what a path like `Patient.name[0].given` names, and whatever is empty without it. */
function remove(resource: FhirResource, path: string): boolean {
	const steps = [...path.matchAll(/\.([^.[\]]+)|\[(\d+)\]/g)].map((match) => match[1] ?? Number(match[2]));
	return removeAt(resource, steps);
}

function removeAt(at: Json, steps: readonly (string | number)[]): boolean {
	const [step, ...rest] = steps;
	if (step === undefined) return false;
	if (Array.isArray(at) && typeof step === 'number') {
		const list = at as Json[];
		const member = list[step];
		if (member === undefined || (rest.length > 0 && !removeAt(member, rest))) return false;
		if (rest.length === 0 || isEmpty(member)) list.splice(step, 1);
		return true;
	}
	if (!isObject(at) || typeof step !== 'string' || !Object.hasOwn(at, step)) return false;
	const object = at as { [key: string]: Json };
	const member = object[step] as Json;
	if (rest.length > 0 && !removeAt(member, rest)) return false;
	if (rest.length === 0 || isEmpty(member)) delete object[step];
	return true;
}

const isEmpty = (value: Json): boolean => (Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0);
