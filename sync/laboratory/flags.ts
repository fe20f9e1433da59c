/**
 * What a result means beside its range: low, high, or so far out that somebody has to act now. Always told in a word, an arrow and a colour;
 * here is only the judgement.
 *
 * What the laboratory said goes first: its interpretation, then its range, and only then a row of ours. A value in a unit that the test
 * has no factor for is not judged: two units are never compared.
 */
import type { Json, JsonObject } from '../change/change.ts';
import { at, code, hasCode, list, number, text } from '../fhir/path.ts';
import type { FhirResource } from '../fhir/resource.ts';
import { POPULATIONS, rangeFor, type ActionLimit, type NoRange, type Person, type Population, type RangeRow } from './ranges.ts';
import { LABORATORY, testByLoinc, type LabTest, type LabUnit, type QuantityTest } from './tests.ts';

export const FLAGS = ['normal', 'low', 'high', 'critical-low', 'critical-high', 'abnormal', 'critical'] as const;
export type Flag = (typeof FLAGS)[number];

/** Limits beside a value, in the unit of that value. */
export interface ShownRange {
	readonly low: number | null;
	readonly high: number | null;
	readonly unit: string;
	/** of whom, by a row of ours; null: as the laboratory gave it */
	readonly population: Population | null;
	/** the publication it is from; empty where the laboratory gave it */
	readonly source: string;
	/** what the laboratory wrote, where that is words */
	readonly words: string;
}

export interface Judgement {
	/** null: cannot be judged */
	readonly flag: Flag | null;
	readonly range: ShownRange | null;
	readonly why: NoRange | 'other-unit' | null;
}

const INTERPRETATION = 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation';
const CODES: Readonly<Record<Flag, string>> = { normal: 'N', low: 'L', high: 'H', 'critical-low': 'LL', 'critical-high': 'HH', abnormal: 'A', critical: 'AA' };
const MEANS: ReadonlyMap<string, Flag> = new Map<string, Flag>([
	['N', 'normal'], ['L', 'low'], ['LU', 'critical-low'], ['LL', 'critical-low'], ['H', 'high'], ['HU', 'critical-high'], ['HH', 'critical-high'], ['A', 'abnormal'], ['AA', 'critical'],
	['<', 'low'], ['>', 'high'], ['NEG', 'normal'], ['POS', 'abnormal'], ['ND', 'normal'], ['DET', 'abnormal']
]);

export const isCritical = (flag: Flag | null): boolean => flag === 'critical' || flag === 'critical-low' || flag === 'critical-high';
export const isAbnormal = (flag: Flag | null): boolean => flag !== null && flag !== 'normal';

const beyond = (value: number, limit: ActionLimit | null, way: -1 | 1): boolean =>
	limit !== null && (limit.inclusive ? way * value >= way * limit.value : way * value > way * limit.value);

/** The flag of a value in the unit of the limits. */
export function flagOf(value: number, limits: Pick<RangeRow, 'low' | 'high' | 'criticalLow' | 'criticalHigh'>): Flag {
	if (beyond(value, limits.criticalLow, -1)) return 'critical-low';
	if (beyond(value, limits.criticalHigh, 1)) return 'critical-high';
	if (limits.low !== null && value < limits.low) return 'low';
	return limits.high !== null && value > limits.high ? 'high' : 'normal';
}

/** Binary fractions off the end: 7 g/dL is 70 g/L and not 70.00000000000001. */
const clean = (value: number): number => Number(value.toPrecision(12));

/** A value of one unit of a test in its first unit, in which ranges are. */
export const inFirstUnit = (value: number, unit: LabUnit): number => clean(value * unit.factor);

/** The unit of a test that a UCUM code or a unit as written means; null: none of its units. */
export const unitOf = (test: QuantityTest, written: string): LabUnit | null =>
	test.units.find(({ code: ucum, shown }) => ucum === written || shown === written || ucum.replace('10*', 'x10*') === written) ?? null;

/** Judges a value by our rows. `when`: day of the sample. */
export function judgeValue(test: QuantityTest, value: number, unit: LabUnit, person: Person, when: string): Judgement {
	const found = rangeFor(test.key, person, when);
	if (found.row === null) return { flag: null, range: null, why: found.why };
	const { row } = found;
	return { flag: flagOf(inFirstUnit(value, unit), row), range: rangeIn(row, unit), why: null };
}

/** A row's limits in a unit. */
export function rangeIn(row: RangeRow, unit: LabUnit): ShownRange {
	const convert = (limit: number | null): number | null => (limit === null ? null : clean(Math.round((limit / unit.factor) * 1000) / 1000));
	return { low: convert(row.low), high: convert(row.high), unit: unit.shown, population: row.population, source: row.source, words: '' };
}

/** Which of the known tests an Observation is of. */
export function testOf(resource: FhirResource): LabTest | null {
	for (const coding of list(resource, 'code', 'coding')) {
		const found = testByLoinc(text(coding, 'code') ?? '');
		if (found !== null) return found;
	}
	return null;
}

/** The range that a report carries; null when it carries none. Of several, the first that is not told to be of others. */
function printedRange(resource: FhirResource, unit: string): ShownRange | null {
	const ranges = list(resource, 'referenceRange');
	const usual = ranges.find((one) => at(one, 'type') === undefined || hasCode(at(one, 'type'), 'normal', 'recommended'));
	if (usual === undefined) return null;
	const [low, high, words] = [number(usual, 'low', 'value') ?? null, number(usual, 'high', 'value') ?? null, text(usual, 'text') ?? ''];
	if (low === null && high === null && words === '') return null;
	const shown = { low, high, unit: text(usual, 'low', 'unit') ?? text(usual, 'high', 'unit') ?? unit };
	// one of ours, kept with the result as it was when the result was entered
	const named = code(at(usual, 'appliesTo', 0), LABORATORY);
	const population = POPULATIONS.find((one) => one === named) ?? null;
	return population === null ? { ...shown, population, source: '', words } : { ...shown, population, source: words, words: '' };
}

/** The judgement of an Observation, whoever recorded it. */
export function judge(resource: FhirResource, person: Person): Judgement {
	const said = list(resource, 'interpretation').flatMap((one) => list(one, 'coding')).map((coding) => MEANS.get(text(coding, 'code') ?? '')).find((flag) => flag !== undefined) ?? null;
	const test = testOf(resource);
	const value = number(resource, 'valueQuantity', 'value');
	if (value === undefined) return { flag: said ?? answerFlag(test, at(resource, 'valueCodeableConcept')), range: null, why: null };
	const written = text(resource, 'valueQuantity', 'code') ?? text(resource, 'valueQuantity', 'unit') ?? '';
	const printed = printedRange(resource, text(resource, 'valueQuantity', 'unit') ?? written);
	const known = test?.kind === 'quantity' ? test : null;
	const unit = known === null ? null : (unitOf(known, written) ?? unitOf(known, text(resource, 'valueQuantity', 'unit') ?? ''));
	const own = known === null || unit === null ? null : judgeValue(known, value, unit, person, text(resource, 'effectiveDateTime') ?? '');
	if (printed !== null) {
		const sameUnit = printed.unit === '' || printed.unit === written || printed.unit === text(resource, 'valueQuantity', 'unit');
		const plain = sameUnit ? flagOf(value, { low: printed.low, high: printed.high, criticalLow: null, criticalHigh: null }) : null;
		// what needs action now is not talked away by a range
		const flag = said ?? (own !== null && isCritical(own.flag) ? own.flag : plain);
		return { flag, range: printed, why: null };
	}
	if (own === null) return { flag: said, range: null, why: known !== null ? 'other-unit' : said === null ? 'no-row' : null };
	return { ...own, flag: said ?? own.flag };
}

function answerFlag(test: LabTest | null, value: Json | undefined): Flag | null {
	if (test?.kind !== 'choice') return null;
	const key = code(value, LABORATORY) ?? code(value);
	return meaningOf(test.answers.find((answer) => answer.key === key)?.meaning);
}

/** The flag of an answer that was chosen. Null: nothing to be judged, as of a blood group. */
export const meaningOf = (meaning: 'expected' | 'abnormal' | 'critical' | 'neutral' | undefined): Flag | null =>
	meaning === undefined || meaning === 'neutral' ? null : meaning === 'expected' ? 'normal' : meaning;

/** As `Observation.interpretation` tells it. */
export const interpretationOf = (flag: Flag): JsonObject => ({ coding: [{ system: INTERPRETATION, code: CODES[flag] }] });
