/**
 * Reading values out of FHIR JSON that came from anywhere: a value of a wrong type reads as absent. Total, no guessing.
 */
import { isObject } from '../change/canonical.ts';
import type { Json, JsonObject } from '../change/change.ts';
import { words } from '../formulary/names.ts';

export type Reading = Json | undefined;

export const objectOf = (value: Reading): JsonObject | null => (isObject(value) ? value : null);
export const listOf = (value: Reading): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);
export const objectsIn = (value: Reading): readonly JsonObject[] => listOf(value).filter(isObject);
export const textOf = (value: Reading): string => (typeof value === 'string' ? value.trim() : '');
export const numberOf = (value: Reading): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);

/** A path of property names and list positions. */
export function at(value: Reading, ...path: readonly (string | number)[]): Reading {
	let here = value;
	for (const step of path) here = typeof step === 'number' ? listOf(here)[step] : objectOf(here)?.[step];
	return here;
}

export interface Code { readonly system: string; readonly code: string }

export function codesOf(concept: Reading): readonly Code[] {
	return objectsIn(at(concept, 'coding')).flatMap((coding) =>
		textOf(coding['code']) === '' ? [] : [{ system: textOf(coding['system']), code: textOf(coding['code']) }]);
}

export const hasCode = (concept: Reading, ...codes: readonly string[]): boolean => codesOf(concept).some(({ code }) => codes.includes(code));
/** First code of a concept, for the small status code systems. */
export const codeOf = (concept: Reading): string => codesOf(concept)[0]?.code ?? '';

/** How a person would name a concept: its text, else a display, else a code. */
export function nameOf(concept: Reading): string {
	const display = objectsIn(at(concept, 'coding')).map((coding) => textOf(coding['display'])).find((text) => text !== '');
	return textOf(at(concept, 'text')) || display || codeOf(concept);
}

const plainTexts = new Map<string, string>();
const PLAIN_TEXTS_MAX = 4_096;

/** A text as plain words. Charts name few things many times, so readings are kept, up to a limit. */
function plainText(text: string): string {
	if (text === '') return '';
	const known = plainTexts.get(text);
	if (known !== undefined) return known;
	if (plainTexts.size >= PLAIN_TEXTS_MAX) plainTexts.clear();
	const plain = words(text).join(' ');
	plainTexts.set(text, plain);
	return plain;
}

/** Under which names two concepts are the same: each coding, the text and the displays as plain words. */
export function conceptKeys(concept: Reading): readonly string[] {
	const texts = [textOf(at(concept, 'text')), ...objectsIn(at(concept, 'coding')).map((coding) => textOf(coding['display']))];
	const plain = texts.map(plainText).filter((text) => text !== '');
	return [...new Set([...codesOf(concept).map(({ system, code }) => `${system}|${code}`), ...plain.map((text) => `text ${text}`)])].sort();
}

/** `system|value` of the identifiers: two entries that share one are one entry, told twice. */
export const identifierKeys = (value: Reading): readonly string[] =>
	objectsIn(value).flatMap((identifier) => (textOf(identifier['value']) === '' ? [] : [`${textOf(identifier['system'])}|${textOf(identifier['value'])}`]));

const DAY_MS = 86_400_000;

/** The date part as written (YYYY, YYYY-MM or YYYY-MM-DD), without time and zone: what a person wrote down. Empty when there is none. */
export const dateOf = (value: Reading): string => /^\d{4}(?:-\d{2}){0,2}/u.exec(textOf(value))?.[0] ?? '';

/** Days since 1970 of a full date, null for a partial or impossible one. */
export function dayOf(date: string): number | null {
	if (date.length !== 10) return null;
	const known = days.get(date);
	if (known !== undefined) return known;
	const ms = /^\d{4}-\d{2}-\d{2}$/u.test(date) ? Date.parse(`${date}T00:00:00Z`) : NaN;
	const day = Number.isNaN(ms) ? null : Math.round(ms / DAY_MS);
	if (days.size >= DAYS_MAX) days.clear();
	days.set(date, day);
	return day;
}
/** Dates are compared many times, and a life has few of them. */
const days = new Map<string, number | null>();
const DAYS_MAX = 16_384;

/** Whether two dates, of whatever precision, can be at most this many days apart. A missing date fits every other. */
export function datesFit(a: string, b: string, days: number): boolean {
	if (a === '' || b === '') return true;
	const [x, y] = [dayOf(a), dayOf(b)];
	if (x !== null && y !== null) return Math.abs(x - y) <= days;
	const shared = Math.min(a.length, b.length);
	return a.slice(0, shared) === b.slice(0, shared);
}

/** The last day a date can mean: of "1980" 1980-12-31. Compares as text with full dates. */
export const latestDay = (date: string): string => (date.length === 4 ? `${date}-12-31` : date.length === 7 ? `${date}-31` : date);
