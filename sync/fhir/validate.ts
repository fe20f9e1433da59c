/**
 * Whether a value from elsewhere is what FHIR R4 says it is.
 *
 * Total: any JSON gives an answer, in time linear in its size. A known element of the wrong type is an error with its path
 * (quarantine); an element that FHIR R4 (4.0.1) does not know may come from a newer app, is listed, and waits: it is never dropped
 * silently. Cardinality above is checked; that a required element is absent is for the form that writes it (`missingRequired`), since
 * a group carries only part of a resource. Codes are not checked against value sets: a code unknown here must not hide an entry.
 */
import type { Compartment, Json, JsonObject } from '../change/change.ts';
import { isObject } from '../change/canonical.ts';
import { isRecordedType, structure, type Property, type Structure } from './elements.ts';
import { groupNamed, groupOfProperty, mayLiveIn } from './groups.ts';
import { isPrimitive, isPrimitiveValue } from './primitives.ts';

export interface ValueError {
	/** FHIRPath-like: `Patient.name[0].given[1]` */
	readonly path: string;
	readonly message: string;
}

export interface Validation {
	readonly errors: readonly ValueError[];
	/** paths of elements, groups or types that FHIR R4 or this version does not know */
	readonly unknown: readonly string[];
}

/** Nesting that the canonical text allows as well; deeper is an error, never a stack overflow. */
const DEPTH_MAX = 32;
/** Findings kept of each kind: enough to act on, bounded for what a hostile value could produce. */
const FINDINGS_MAX = 100;
/** What a FHIR element may repeat; more is no medical record. */
const REPEATS_MAX = 10_000;

class Findings implements Validation {
	readonly errors: ValueError[] = [];
	readonly unknown: string[] = [];
	error(path: string, message: string): void {
		if (this.errors.length < FINDINGS_MAX) this.errors.push({ path, message });
	}
	unknownElement(path: string): void {
		if (this.unknown.length < FINDINGS_MAX) this.unknown.push(path);
	}
}

/** What is wrong with, or unknown in, the value of a group as a change sets it. */
export function validateGroup(type: string, group: string, value: unknown): Validation {
	const findings = new Findings();
	groupValue(findings, type, group, value);
	return findings;
}

function groupValue(findings: Findings, type: string, name: string, value: unknown): void {
	const group = groupNamed(type, name);
	const published = structure(type);
	if (group === null || published === null) return findings.unknownElement(`${type}:${name}`);
	if (group.list !== null) return findings.error(type, `${name} is a list: its items are added and removed, never set as a whole`);
	if (!isObject(value)) return findings.error(type, `the value of ${name} is not an object`);
	for (const property of Object.keys(value)) {
		const owner = groupOfProperty(type, property);
		if (owner === 'never') findings.error(`${type}.${property}`, 'is never recorded');
		else if (owner !== null && owner !== group) findings.error(`${type}.${property}`, `belongs to the group ${owner.name}, not ${name}`);
	}
	structureValue(findings, published, value, type, DEPTH_MAX);
}

/** What is wrong with, or unknown in, one item of a list group. */
export function validateItem(type: string, group: string, item: unknown): Validation {
	const findings = new Findings();
	itemValue(findings, type, group, item, '');
	return findings;
}

function itemValue(findings: Findings, type: string, name: string, item: unknown, key: string): void {
	const group = groupNamed(type, name);
	if (group === null) return findings.unknownElement(`${type}:${name}`);
	const property = group.list === null ? undefined : structure(type)?.properties.get(group.list);
	if (property === undefined) return findings.error(type, `${name} is no list: it is set as a whole`);
	typedValue(findings, property.type, item, `${type}.${group.list}[${key}]`, DEPTH_MAX);
}

/** The four kinds of writes of a change. */
export interface Writes {
	readonly set: { readonly [group: string]: unknown };
	readonly unset: readonly string[];
	readonly add: { readonly [group: string]: { readonly [key: string]: unknown } };
	readonly remove: { readonly [group: string]: readonly string[] };
}

/**
 * What is wrong with, or unknown in, all that a change writes: every group known, of the right kind (lists are added to and removed
 * from, other groups set and cleared), every value of its type, the compartment one where the type may live.
 */
export function validateWrites(type: string, comp: Compartment, writes: Writes): Validation {
	const findings = new Findings();
	if (!isRecordedType(type)) {
		findings.unknownElement(type);
		return findings;
	}
	if (!mayLiveIn(type, comp)) findings.error(type, `does not live in the compartment ${comp}`);
	for (const [group, value] of Object.entries(writes.set)) groupValue(findings, type, group, value);
	for (const [group, items] of Object.entries(writes.add)) {
		for (const [key, item] of Object.entries(items)) itemValue(findings, type, group, item, key);
	}
	for (const [groups, isList] of [[writes.unset, false], [Object.keys(writes.remove), true]] as const) {
		for (const name of groups) {
			const group = groupNamed(type, name);
			if (group === null) findings.unknownElement(`${type}:${name}`);
			else if ((group.list !== null) !== isList) findings.error(type, `${name} ${isList ? 'is no list' : 'is a list: its items are removed by key'}`);
		}
	}
	return findings;
}

/** What is wrong with, or unknown in, a whole resource. A type that is not recorded is unknown as a whole. */
export function validateResource(resource: unknown): Validation {
	const findings = new Findings();
	wholeResource(findings, resource, '', DEPTH_MAX, false);
	return findings;
}

function wholeResource(findings: Findings, value: unknown, at: string, depth: number, contained: boolean): void {
	const type = isObject(value) ? value['resourceType'] : undefined;
	if (!isObject(value) || typeof type !== 'string') return findings.error(at === '' ? '$' : at, 'is not a resource: it has no resourceType');
	const published = isRecordedType(type) ? structure(type) : null;
	const path = at === '' ? type : at;
	// A contained Practitioner or Organization is carried as it is: it is part of a recorded element, not an entry of its own.
	if (published === null) return contained ? undefined : findings.unknownElement(path);
	const rest = new Map(Object.entries(value));
	rest.delete('resourceType');
	structureValue(findings, published, Object.fromEntries(rest), path, depth);
}

/** Elements that the StructureDefinition requires and the resource lacks. What the chart or the change says is not asked for. */
export function missingRequired(resource: JsonObject): readonly string[] {
	const type = resource['resourceType'];
	const published = isRecordedType(type) ? structure(type) : null;
	if (published === null || !isRecordedType(type)) return [];
	const missing: string[] = [];
	for (const element of published.elements.values()) {
		const properties = [...published.properties].filter(([, property]) => property.element === element).map(([name]) => name);
		const recorded = properties.some((name) => groupOfProperty(type, name) !== 'never');
		if (element.required && recorded && !properties.some((name) => Object.hasOwn(resource, name))) missing.push(`${type}.${element.name}`);
	}
	return missing;
}

function structureValue(findings: Findings, of: Structure, value: JsonObject, path: string, depth: number): void {
	if (depth <= 0) return findings.error(path, `is nested deeper than ${DEPTH_MAX} levels`);
	const keys = Object.keys(value);
	if (keys.length === 0) return findings.error(path, 'is empty');
	const chosen = new Map<string, string>();
	for (const key of keys) {
		const property = of.properties.get(key);
		if (property === undefined) {
			findings.unknownElement(`${path}.${key}`);
			continue;
		}
		if (property.element.choice) {
			const before = chosen.get(property.element.name);
			if (before !== undefined && before !== property.type) findings.error(`${path}.${key}`, `${property.element.name} has two types at once`);
			chosen.set(property.element.name, property.type);
		}
		propertyValue(findings, property, value[key], `${path}.${key}`, depth);
	}
}

function propertyValue(findings: Findings, property: Property, value: Json | undefined, path: string, depth: number): void {
	if (!property.element.repeats) return oneValue(findings, property, value, path, depth, false);
	if (!Array.isArray(value)) return findings.error(path, 'is not a list');
	const items: readonly Json[] = value;
	if (items.length === 0) return findings.error(path, 'is an empty list');
	if (items.length > REPEATS_MAX) return findings.error(path, `has more than ${REPEATS_MAX} entries`);
	items.forEach((item, at) => oneValue(findings, property, item, `${path}[${at}]`, depth, true));
}

function oneValue(findings: Findings, property: Property, value: Json | undefined, path: string, depth: number, inList: boolean): void {
	// In a list of primitives null keeps the place of an entry that has only id or extensions, and the other way round.
	if (value === null && inList && isPrimitive(property.type)) return;
	if (!property.sibling) return typedValue(findings, property.type, value, path, depth);
	if (!isObject(value)) return findings.error(path, 'is not an object with id or extension');
	const { id, extension, ...others } = value;
	for (const key of Object.keys(others)) findings.unknownElement(`${path}.${key}`);
	if (id !== undefined && typeof id !== 'string') findings.error(`${path}.id`, 'is not a string');
	if (extension !== undefined) {
		if (!Array.isArray(extension)) return findings.error(`${path}.extension`, 'is not a list');
		extension.forEach((item: Json, at) => typedValue(findings, 'Extension', item, `${path}.extension[${at}]`, depth - 1));
	}
}

function typedValue(findings: Findings, type: string, value: unknown, path: string, depth: number): void {
	if (isPrimitive(type)) {
		if (!isPrimitiveValue(type, value)) findings.error(path, `is not a ${type}`);
		return;
	}
	if (depth <= 0) return findings.error(path, `is nested deeper than ${DEPTH_MAX} levels`);
	if (type === 'Resource') return wholeResource(findings, value, path, depth - 1, true);
	const name = type.startsWith('@') ? type.slice(1) : type;
	const published = structure(name);
	if (!isObject(value)) return findings.error(path, `is not a ${published === null ? 'known type' : name}`);
	if (published === null) return findings.unknownElement(path);
	structureValue(findings, published, value, path, depth - 1);
}
