/**
 * Checks of shape that the signed texts share: which fields an object has, sorted sets, names of groups and item keys.
 */
import type { Json, JsonObject } from './change.ts';
import { utf8Length } from './utf8.ts';

/** UTF-8 bytes of an item's key: without a natural key that short, the key is the hash of the item */
export const ITEM_KEY_BYTES_MAX = 1024;
const GROUP = /^[A-Za-z][A-Za-z0-9.[\]-]{0,63}$/;
// Names that every JavaScript object answers to; no FHIR group is called so, and a lookup by them must not find a function.
const INHERITED = new Set(['constructor', 'hasOwnProperty', 'isPrototypeOf', 'propertyIsEnumerable', 'toLocaleString', 'toString', 'valueOf']);

/** All of `required`, any of `optional`, nothing else. */
export function hasOnly(raw: JsonObject, required: readonly string[], optional: readonly string[] = []): boolean {
	const keys = Object.keys(raw);
	return required.every((field) => Object.hasOwn(raw, field)) && keys.every((key) => required.includes(key) || optional.includes(key));
}

export const isGroupName = (value: unknown): value is string => typeof value === 'string' && GROUP.test(value) && !INHERITED.has(value);
export const isKeyOfItem = (value: unknown): value is string => typeof value === 'string' && value !== '' && utf8Length(value) <= ITEM_KEY_BYTES_MAX;

/** An array of strings that pass `is`, sorted by UTF-16 code unit, without repeats. */
export function isSortedSet(value: Json | undefined, is: (item: unknown) => item is string, max: number): value is readonly string[] {
	return isSortedSetOf(value, is, max);
}

/** The same for a branded text. */
export function isSortedSetOf<T extends string>(value: Json | undefined, is: (item: unknown) => item is T, max: number): value is readonly T[] {
	if (!Array.isArray(value) || value.length > max) return false;
	let before: string | null = null;
	for (const item of value as readonly Json[]) {
		if (!is(item) || (before !== null && item <= before)) return false;
		before = item;
	}
	return true;
}

/** A plain text of 1 to `bytesMax` UTF-8 bytes. */
export const isText = (value: unknown, bytesMax: number): value is string => typeof value === 'string' && value !== '' && utf8Length(value) <= bytesMax;

/** The one array of sorted distinct texts that the signed texts ask for. */
export const sortedSet = <T extends string>(items: Iterable<T>): readonly T[] => [...new Set(items)].sort();

