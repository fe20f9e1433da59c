/**
 * Versions of one thing, row by row: what a person must compare to decide.
 *
 * The words of a row are for reading; that two versions differ is read from the data. So whatever differs in the data has a row: where the
 * words of an element cannot tell two versions apart, its leaves are shown as they are.
 */
import { m } from '$lib/paraglide/messages.js';
import { frequencyName, routeName } from '$lib/chart/describe.ts';
import { formatQuantity } from '$lib/format/number.ts';
import { readMedication } from '$lib/fhir/medication.ts';
import { concept, text } from '$lib/fhir/read.ts';
import { elementName, valueInWords } from '$lib/record/elements.ts';
import type { Json } from '$sync/change/change.ts';
import type { FhirResource } from '$sync/fhir/resource.ts';

/** A version: the elements it writes; null where it cleared or removed them. */
export type Side = FhirResource | null;

export interface Row {
	readonly key: string;
	readonly label: string;
	/** one text per side; null: that side says nothing here */
	readonly texts: readonly (string | null)[];
	/** the sides do not all say the same */
	readonly differs: boolean;
}

export interface Comparison {
	readonly rows: readonly Row[];
	/** every leaf of the data that is not the same on all sides */
	readonly leaves: readonly Row[];
}

interface Facet {
	readonly key: string;
	readonly label: string;
	readonly text: string;
}

const NOT_CONTENT = new Set(['resourceType', 'id']);

/** The same text for the same JSON, whatever the order of its members. */
const canonical = (value: Json | undefined): string =>
	JSON.stringify(value ?? null, (_key, part: Json) =>
		typeof part === 'object' && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1))) : part);

const allSame = (values: readonly unknown[]): boolean => new Set(values).size <= 1;

function dosage(of: Json, index: number, count: number): Facet[] {
	const f = readMedication({ resourceType: 'MedicationRequest', dosageInstruction: [of] });
	const said: [string, string, string][] = [
		['dose', m.medicine_dose(), f.dose === '' ? '' : formatQuantity(Number(f.dose), f.unit)],
		['route', m.medicine_route(), f.route === '' ? (concept(of, 'route') ?? '') : routeName(f.route)],
		['frequency', m.medicine_frequency(), f.frequency === '' ? (concept(of, 'timing', 'code') ?? '') : frequencyName(f.frequency)],
		['needed', m.medicine_as_needed(), f.asNeeded ? m.yes() : ''],
		['days', m.medicine_days(), f.days],
		['text', m.element_dosage(), text(of, 'text') ?? '']
	];
	return said.filter(([, , words]) => words !== '').map(([key, label, words]) => ({ key: `${index}.${key}`, label: count === 1 ? label : m.numbered({ label, number: index + 1 }), text: words }));
}

/** An element in words, as one facet or, where it has parts that are decided one by one at a bedside, as several. */
function facets(element: string, value: Json): Facet[] {
	const items = Array.isArray(value) ? value : [value];
	if (element === 'dosageInstruction' || element === 'dosage') return items.flatMap((item, index) => dosage(item, index, items.length));
	if (element === 'component') return items.map((item, index) => ({ key: concept(item, 'code') ?? String(index), label: concept(item, 'code') ?? elementName(element), text: valueInWords(element, item) }));
	if (element === 'section') return items.map((item, index) => ({ key: String(index), label: text(item, 'title') ?? elementName(element), text: plainText(text(item, 'text', 'div') ?? '') }));
	return [{ key: '', label: elementName(element), text: valueInWords(element, value) }];
}

const plainText = (div: string): string => div.replace(/<br\s*\/?>|<\/p>/giu, '\n').replace(/<[^>]*>/gu, '').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&').trim();

function rowsOf(element: string, values: readonly (Json | undefined)[]): Row[] {
	const said = values.map((value) => new Map(value === undefined ? [] : facets(element, value).map((facet) => [facet.key, facet])));
	const keys = [...new Set(said.flatMap((side) => [...side.keys()]))];
	return keys.map((key) => {
		const texts = said.map((side) => side.get(key)?.text ?? null);
		return { key: `${element} ${key}`, label: said.map((side) => side.get(key)?.label).find((label) => label !== undefined) ?? element, texts, differs: !allSame(texts) };
	});
}

/** Every leaf of a value by its path. */
export function leavesOf(value: Json | undefined, path = ''): readonly (readonly [string, Json])[] {
	if (value === undefined) return [];
	if (typeof value !== 'object' || value === null) return [[path, value]];
	const parts = Object.entries(value);
	if (parts.length === 0) return [[path, Array.isArray(value) ? '[]' : '{}']];
	return parts.flatMap(([name, part]: [string, Json]) => leavesOf(part, path === '' ? name : `${path}.${name}`));
}

/** A path in words as far as there are words: "Dosage, timing, repeat, frequency". */
export function pathInWords(path: string): string {
	const steps = path.split('.').filter((step) => !/^\d+$/u.test(step));
	const [element = '', ...rest] = steps;
	return [elementName(element), ...rest].join(', ');
}

function leafRows(element: string, values: readonly (Json | undefined)[]): Row[] {
	const said = values.map((value) => new Map(leavesOf(value, element)));
	const paths = [...new Set(said.flatMap((side) => [...side.keys()]))];
	return paths.flatMap((path) => {
		const leaves = said.map((side) => side.get(path));
		if (allSame(leaves)) return [];
		return [{ key: path, label: pathInWords(path), texts: leaves.map((leaf) => (leaf === undefined ? null : String(leaf))), differs: true }];
	});
}

/** Compares any number of sides over the elements that at least one of them writes. */
export function compare(sides: readonly Side[]): Comparison {
	const elements = [...new Set(sides.flatMap((side) => Object.keys(side ?? {})))].filter((name) => !NOT_CONTENT.has(name));
	const rows: Row[] = [];
	const leaves: Row[] = [];
	for (const element of elements) {
		const values = sides.map((side) => (side !== null && Object.hasOwn(side, element) ? side[element] : undefined));
		const inWords = rowsOf(element, values);
		if (allSame(values.map((value) => (value === undefined ? 'nothing' : canonical(value))))) {
			rows.push(...inWords);
			continue;
		}
		const apart = leafRows(element, values);
		leaves.push(...apart);
		const told = inWords.some((row) => row.differs);
		rows.push(...inWords, ...(told ? [] : apart));
	}
	return { rows, leaves };
}

export type Movement = 'added' | 'changed' | 'taken-out' | 'as-before';

/** What a side did to what was there before. */
export function movement(before: string | null, now: string | null): Movement {
	if (before === now) return 'as-before';
	if (before === null) return 'added';
	return now === null ? 'taken-out' : 'changed';
}
