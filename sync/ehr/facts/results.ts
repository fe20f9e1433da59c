/**
 * What an Observation measured, on which specimen, for which order: read so that two laboratories' results of one tube of blood can be compared.
 */
import { isObject } from '../../change/canonical.ts';
import type { Json, JsonObject } from '../../change/change.ts';
import { words } from '../../formulary/names.ts';
import { at, codesOf, conceptKeys, dateOf, identifierKeys, nameOf, numberOf, objectOf, objectsIn, textOf } from '../read.ts';
import { amountsDiffer, massCode, molarMass, type Amount } from '../units.ts';
import type { Source } from '../view.ts';
import { remembered } from './rule.ts';

export interface Measurement {
	readonly source: Source;
	/** `value` of the entry itself, or which of its components: part of what an answer is about, hence short */
	readonly element: string;
	/** names under which two measurements are of one kind */
	readonly keys: readonly string[];
	readonly name: string;
	/** what was found, as a text: equal texts are equal results */
	readonly text: string;
	readonly amount: Amount | null;
	readonly grams: number | null;
	/** `system|code` of a coded result */
	readonly codes: readonly string[];
	readonly sign: 'positive' | 'negative' | null;
}

const REPORTED = new Set(['final', 'amended', 'corrected', 'appended']);
const SIGNS: ReadonlyMap<string, 'positive' | 'negative'> = new Map([
	...['positive', 'pos', 'detected', 'reactive', 'present', 'yes', 'true', 'positif', 'positivo', '260373001', '10828004', 'la6576-8', 'la11882-0'].map((word) => [word, 'positive'] as const),
	...['negative', 'neg', 'not detected', 'undetected', 'non reactive', 'nonreactive', 'not reactive', 'absent', 'no', 'false', 'negatif', 'negativo', '260385009', '260415000', 'la6577-6', 'la11883-8'].map((word) => [word, 'negative'] as const)
]);

/** Results that were given out: of the entry itself, and of its components. */
export const measurementsOf: (source: Source) => readonly Measurement[] = remembered((source: Source): readonly Measurement[] => {
	const { resource } = source;
	if (!REPORTED.has(textOf(resource['status']))) return [];
	return [measured(source, resource, null), ...objectsIn(resource['component']).map((component) => measured(source, component, 'component'))].flatMap((one) => one ?? []);
});

/** characters of a component's name in the subject of an answer, which has 128 bytes */
const COMPONENT_NAME_MAX = 24;

function measured(source: Source, of: JsonObject, part: 'component' | null): Measurement | null {
	// The mass and the molar test of one analyte are one test, under two codes.
	const keys = [...conceptKeys(of['code']), ...codesOf(of['code']).flatMap(({ code }) => massCode(code) ?? []).map((code) => `test ${code}`)];
	if (keys.length === 0) return null;
	const name = nameOf(of['code']);
	const element = part === null ? 'value' : `${part} ${[...words(name).join(' ')].slice(0, COMPONENT_NAME_MAX).join('')}`.trim();
	const quantity = objectOf(of['valueQuantity']);
	const value = quantity === null ? numberOf(of['valueInteger']) : numberOf(quantity['value']);
	if (value !== null) {
		const unit = textOf(quantity?.['code']) || textOf(quantity?.['unit']);
		const amount: Amount = { value, unit, comparator: textOf(quantity?.['comparator']) };
		const grams = molarMass(codesOf(of['code']).map(({ code }) => code), words(name));
		return { source, element, keys, name, text: `${amount.comparator}${value} ${textOf(quantity?.['unit']) || unit}`.trim(), amount, grams, codes: [], sign: null };
	}
	const coded = of['valueCodeableConcept'];
	const said = [nameOf(coded), textOf(of['valueString']), typeof of['valueBoolean'] === 'boolean' ? String(of['valueBoolean']) : ''].find((text) => text !== '') ?? '';
	if (said === '') return null;
	const codes = codesOf(coded).map(({ system, code }) => `${system}|${code}`);
	const plain = words(said).join(' ');
	const sign = codesOf(coded).map(({ code }) => SIGNS.get(code.toLowerCase())).find((known) => known !== undefined) ?? SIGNS.get(plain) ?? null;
	return { source, element, keys, name, text: plain === '' ? said : plain, amount: null, grams: null, codes, sign };
}

/** Whether two results of one thing differ beyond rounding, conversion and wording; null when they cannot be compared. */
export function resultsDiffer(a: Measurement, b: Measurement): boolean | null {
	if (a.amount !== null && b.amount !== null) return amountsDiffer(a.amount, b.amount, a.grams ?? b.grams);
	if (a.sign !== null && b.sign !== null) return a.sign !== b.sign;
	if (a.text === b.text || a.codes.some((code) => b.codes.includes(code))) return false;
	const systems = new Set(a.codes.map((code) => code.slice(0, code.lastIndexOf('|'))));
	return b.codes.some((code) => systems.has(code.slice(0, code.lastIndexOf('|')))) ? true : null;
}

/** Ids and numbers by which a reference names its target: through the target's own numbers where it is here. */
function namesOf(reference: Json | undefined, type: string, numbers: ReadonlyMap<string, readonly string[]>): readonly string[] {
	if (!isObject(reference)) return [];
	const target = textOf(reference['reference']);
	const own = objectOf(reference['identifier']);
	const named = own === null ? [] : identifierKeys([own]).map((key) => `${type} number ${key}`);
	if (!target.includes(`${type}/`)) return named;
	const id = target.slice(target.lastIndexOf('/') + 1);
	return [...named, `${type} ${id}`, ...(numbers.get(id) ?? []).map((key) => `${type} number ${key}`)];
}

/** The numbers of specimens or orders by their id: laboratory numbers are shared between sites, ids are not. */
export function numbersById(sources: Iterable<Source>): ReadonlyMap<string, readonly string[]> {
	const numbers = new Map<string, readonly string[]>();
	for (const { id, resource } of sources) {
		const accession = objectOf(resource['accessionIdentifier']);
		numbers.set(id, [...identifierKeys(resource['identifier']), ...(accession === null ? [] : identifierKeys([accession]))]);
	}
	return numbers;
}

export const hasOrigin = ({ resource }: Source): boolean => resource['specimen'] !== undefined || resource['basedOn'] !== undefined;

/** By what a result is known to be of one specimen: the specimen; else the order, on one day (an order may be for a series). */
export function originsOf({ resource }: Source, specimens: ReadonlyMap<string, readonly string[]>, orders: ReadonlyMap<string, readonly string[]>): readonly string[] {
	const specimen = namesOf(resource['specimen'], 'Specimen', specimens);
	if (specimen.length > 0) return specimen;
	const day = dateOf(resource['effectiveDateTime']) || dateOf(at(resource['effectivePeriod'], 'start'));
	return day === '' ? [] : objectsIn(resource['basedOn']).flatMap((order) => namesOf(order, 'ServiceRequest', orders)).map((order) => `${order} on ${day}`);
}
