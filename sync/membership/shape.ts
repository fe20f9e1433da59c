/**
 * Type guards for values of exactly one shape: every field named, none missing, none more.
 *
 * An unknown field in a known kind of statement is refused, not ignored: two versions would otherwise read one signed text in two ways.
 */
import { isObject } from '../change/canonical.ts';

export type Guard<T> = (value: unknown) => value is T;
export type Shape<T> = { readonly [K in keyof T]-?: Guard<T[K]> };

/** The name of the first field that is missing, of the wrong form, or not of the shape; null when the value has the shape. */
export function faultIn<T extends object>(shape: Shape<T>, value: unknown): string | null {
	if (!isObject(value)) return '(not an object)';
	const fields = new Map<string, unknown>(Object.entries(value));
	for (const [name, guard] of Object.entries<Guard<unknown>>(shape)) {
		if (!fields.has(name) || !guard(fields.get(name))) return name;
		fields.delete(name);
	}
	const [extra] = fields.keys();
	return extra ?? null;
}

export function object<T extends object>(shape: Shape<T>): Guard<T> {
	return (value): value is T => faultIn(shape, value) === null;
}

/** A list of `min` to `max` items. */
export function list<T>(item: Guard<T>, min: number, max: number): Guard<readonly T[]> {
	return (value): value is readonly T[] => Array.isArray(value) && value.length >= min && value.length <= max && value.every(item);
}

/** A list sorted by UTF-16 code unit without repeats: a set that has one text. */
export function sortedSet<T extends string>(item: Guard<T>, min: number, max: number): Guard<readonly T[]> {
	const items = list(item, min, max);
	return (value): value is readonly T[] =>
		items(value) && value.every((text, i) => i === 0 || (value[i - 1] ?? '') < text);
}

export function literal<T extends string | number>(expected: T): Guard<T> {
	return (value): value is T => value === expected;
}

export function oneOf<T extends string>(values: readonly T[]): Guard<T> {
	return (value): value is T => values.some((one) => one === value);
}

export function nullable<T>(guard: Guard<T>): Guard<T | null> {
	return (value): value is T | null => value === null || guard(value);
}
