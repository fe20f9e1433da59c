/**
 * Canonical JSON: each value has exactly one text, each text at most one value.
 *
 * In the manner of RFC 8785: no white space, keys sorted by UTF-16 code unit, numbers as ECMAScript writes them, strings escaped as
 * `JSON.stringify` does. Beyond it: no lone surrogates, no `__proto__`, bounded depth. A received text is checked
 * by writing its value again and comparing, which settles key order, duplicate keys, `-0`, `1.0`, `1e400` and escapes at once.
 * Signatures cover the received text, never a text written anew.
 */
import { err, ok, problem, type Problem, type Result } from '../result.ts';
import type { Json, JsonObject } from './change.ts';
import { isWellFormed, utf8Length } from './utf8.ts';

export const JSON_DEPTH_MAX = 32;

export interface JsonLimits {
	/** UTF-8 bytes of the whole text */
	readonly bytesMax: number;
	/** nesting of arrays and objects; `JSON_DEPTH_MAX` if absent */
	readonly depthMax?: number;
}

export type CanonicalProblem = Problem<'too-large' | 'not-json' | 'not-canonical'>;

/**
 * The canonical text of a value of our own. Members whose value is undefined are left out. Throws on what JSON cannot say
 * (functions, NaN, lone surrogates, more than 32 levels): own data must be sound, so that is a defect.
 */
export function canonicalJson(value: unknown): string {
	return write(value, JSON_DEPTH_MAX);
}

function write(value: unknown, depth: number): string {
	if (value === null || typeof value === 'boolean') return String(value);
	if (typeof value === 'string') return writeString(value);
	if (typeof value === 'number') {
		if (!Number.isFinite(value)) throw new TypeError(`${value} has no JSON form`);
		return JSON.stringify(value);
	}
	if (typeof value !== 'object') throw new TypeError(`a ${typeof value} has no JSON form`);
	if (depth === 0) throw new RangeError(`deeper than ${JSON_DEPTH_MAX} levels`);
	if (Array.isArray(value)) return writeArray(value, depth);
	if (!isPlainObject(value)) throw new TypeError('only plain objects have a JSON form');
	return writeObject(value, depth);
}

// Most texts in a record: nothing to escape, no surrogates.
const PLAIN = /^[ !#-[\]-~]*$/;

function writeString(text: string): string {
	if (PLAIN.test(text)) return `"${text}"`;
	if (!isWellFormed(text)) throw new TypeError('a text with a lone surrogate has no canonical form');
	return JSON.stringify(text);
}

function writeArray(items: readonly unknown[], depth: number): string {
	let text = '[';
	for (let i = 0; i < items.length; i++) text += (i === 0 ? '' : ',') + write(items[i], depth - 1);
	return text + ']';
}

function writeObject(members: Readonly<Record<string, unknown>>, depth: number): string {
	let text = '';
	for (const key of Object.keys(members).sort()) {
		if (key === '__proto__') throw new TypeError('a key __proto__ has no canonical form');
		const member = members[key];
		if (member === undefined) continue;
		text += (text === '' ? '' : ',') + writeString(key) + ':' + write(member, depth - 1);
	}
	return '{' + text + '}';
}

function isPlainObject(value: object): value is Readonly<Record<string, unknown>> {
	const prototype: unknown = Object.getPrototypeOf(value);
	return prototype === Object.prototype || prototype === null;
}

/** The value of a text, if the text is within the limits and is its own canonical form. Total on any string. */
export function parseCanonical(text: string, limits: JsonLimits): Result<Json, CanonicalProblem> {
	// a character takes three bytes at most
	if (text.length > limits.bytesMax || (text.length * 3 > limits.bytesMax && utf8Length(text) > limits.bytesMax)) {
		return err(problem('too-large', `The text is larger than ${limits.bytesMax} bytes.`));
	}
	let value: Json;
	try {
		value = parseJson(text);
	} catch {
		return err(problem('not-json', 'The text is not JSON.'));
	}
	if (isPlainlyCanonical(value, text, limits.depthMax ?? JSON_DEPTH_MAX)) return ok(value);
	try {
		if (write(value, limits.depthMax ?? JSON_DEPTH_MAX) === text) return ok(value);
	} catch {
		// Too deep, __proto__, a lone surrogate or a number beyond the finite ones: no canonical form to equal.
	}
	return err(problem('not-canonical', 'The text is not in its one valid form (key order, spaces, numbers, escapes, depth).'));
}

/**
 * Whether a parsed text is canonical, where that is quick to say; false says nothing. `JSON.stringify` writes numbers and strings as `write` does, without white space,
 * and members in the order in which they stand, so that what is left to look at is their order, the depth, and the two things that it lets pass: `__proto__`
 * and an escaped lone surrogate. Members that look like array indices it writes in numerical order, which is found to be no order of texts.
 */
function isPlainlyCanonical(value: Json, text: string, depth: number): boolean {
	return !text.includes('\\ud') && isOrdered(value, depth) && JSON.stringify(value) === text;
}

function isOrdered(value: Json | undefined, depth: number): boolean {
	if (typeof value !== 'object' || value === null) return true;
	if (depth === 0) return false;
	if (Array.isArray(value)) {
		for (const item of value) if (typeof item === 'object' && !isOrdered(item, depth - 1)) return false;
		return true;
	}
	let before: string | null = null;
	const members = value as JsonObject;
	for (const key of Object.keys(members)) {
		if (key === '__proto__' || (before !== null && key <= before)) return false;
		before = key;
		if (typeof members[key] === 'object' && !isOrdered(members[key], depth - 1)) return false;
	}
	return true;
}

/** `JSON.parse` with the type it has: throws SyntaxError on anything else. */
export function parseJson(text: string): Json {
	const value: Json = JSON.parse(text);
	return value;
}

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
