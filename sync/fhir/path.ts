/**
 * Reading FHIR JSON without trust: every accessor is total, so that no resource, however odd, can break a screen. The gate has
 * checked the types of known elements; what is absent or of another shape reads as undefined or an empty list.
 */
import type { Json, JsonObject } from '../change/change.ts';

export type Path = readonly (string | number)[];

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a value is JSON through and through. */
export function isJson(value: unknown): value is Json {
	if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return true;
	if (typeof value !== 'object') return false;
	return Array.isArray(value) ? value.every(isJson) : Object.values(value).every(isJson);
}

export function at(from: Json | undefined, ...path: Path): Json | undefined {
	let value: Json | undefined = from;
	for (const step of path) {
		if (typeof step === 'number') value = isList(value) ? value[step] : undefined;
		else value = isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
	}
	return value;
}

export function text(from: Json | undefined, ...path: Path): string | undefined {
	const value = at(from, ...path);
	return typeof value === 'string' && value !== '' ? value : undefined;
}

export function number(from: Json | undefined, ...path: Path): number | undefined {
	const value = at(from, ...path);
	return typeof value === 'number' ? value : undefined;
}

export function flag(from: Json | undefined, ...path: Path): boolean | undefined {
	const value = at(from, ...path);
	return typeof value === 'boolean' ? value : undefined;
}

export function list(from: Json | undefined, ...path: Path): readonly Json[] {
	const value = at(from, ...path);
	return isList(value) ? value : [];
}

/** A CodeableConcept in words: its text, else a display, else its bare code. */
export function concept(from: Json | undefined, ...path: Path): string | undefined {
	const value = at(from, ...path);
	return text(value, 'text') ?? firstOf(list(value, 'coding'), (c) => text(c, 'display')) ?? firstOf(list(value, 'coding'), (c) => text(c, 'code'));
}

/** The first code of a CodeableConcept in a code system, or of any system. */
export function code(from: Json | undefined, system?: string): string | undefined {
	return firstOf(list(from, 'coding'), (c) => (system === undefined || text(c, 'system') === system ? text(c, 'code') : undefined));
}

export function hasCode(from: Json | undefined, ...codes: readonly string[]): boolean {
	return list(from, 'coding').some((c) => codes.includes(text(c, 'code') ?? ''));
}

export function firstOf<T>(values: readonly Json[], pick: (value: Json) => T | undefined): T | undefined {
	for (const value of values) {
		const picked = pick(value);
		if (picked !== undefined) return picked;
	}
	return undefined;
}
