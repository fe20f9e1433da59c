/**
 * Reference and action limits by age and sex: a row per population, each with the publication that it was taken from.
 *
 * The app never invents a range. Where no row fits (a child's white cells, a test that no row is for, an age or sex that is not known) there
 * is none, with the reason; the form then takes the range that the laboratory printed, and that one counts before any row here. Rows are
 * decision limits or reference intervals of the population named, and the screen says of which.
 */
import type { LabTestKey } from './tests.ts';

export type Sex = 'female' | 'male';

/** Who a row is of; the words are the screen's. */
export const POPULATIONS = [
	'months-6-23', 'months-24-59', 'years-5-11', 'years-12-14', 'women', 'men', 'pregnancy-first', 'pregnancy-second', 'pregnancy-third', 'adults', 'everyone'
] as const;
export type Population = (typeof POPULATIONS)[number];

/** `inclusive`: the limit itself is critical already. */
export interface ActionLimit { readonly value: number; readonly inclusive: boolean }

export interface RangeRow {
	readonly test: LabTestKey;
	readonly population: Population;
	readonly sex: Sex | null;
	/** completed days of life, from (inclusive) and to (exclusive) */
	readonly days: readonly [number, number];
	/** weeks of pregnancy, from (inclusive) and to (exclusive); null: not for a known pregnancy, `any`: whether pregnant or not */
	readonly weeks: readonly [number, number] | null | 'any';
	/** in the first unit of the test; null: the source gives no such limit */
	readonly low: number | null;
	readonly high: number | null;
	/** a value that needs somebody now */
	readonly criticalLow: ActionLimit | null;
	readonly criticalHigh: ActionLimit | null;
	readonly source: string;
	/** publication of the critical limits, where it is another */
	readonly criticalSource?: string;
}

const MONTH = 30.4375;
const YEAR = 365.25;
const years = (n: number): number => Math.floor(n * YEAR);
const months = (n: number): number => Math.floor(n * MONTH);
const EVER = 60_000;
const ADULT: readonly [number, number] = [years(18), EVER];

const WHO_HB = 'WHO, Guideline on haemoglobin cutoffs to define anaemia in individuals and populations, 2024';
const AUSTRALASIA = 'Harmonised adult reference intervals of Australasia (AACB/RCPA), as tabulated in eJIFCC 2016;27:48-65, table 3';
const HOFFBRAND = 'Hoffbrand and Moss, Essential Haematology, appendix 1: normal values (adults)';
const TELEPHONED = 'South West London Pathology, limits beyond which results are telephoned';
const BARNSLEY = 'Barnsley Hospital NHS Foundation Trust, critical limits of haematology';
const GLUCOSE = 'WHO and IDF, Definition and diagnosis of diabetes mellitus and intermediate hyperglycaemia, 2006; below 3.9 and 3.0 mmol/L: ADA Standards of Care, hypoglycaemia levels 1 and 2';
const GLUCOSE_HIGH = `${GLUCOSE}; from 25 mmol/L: ${TELEPHONED}`;
const HBA1C = 'WHO, Use of glycated haemoglobin in the diagnosis of diabetes mellitus, 2011';

const below = (value: number): ActionLimit => ({ value, inclusive: false });
const upTo = (value: number): ActionLimit => ({ value, inclusive: true });

interface Limits { readonly low?: number; readonly high?: number; readonly criticalLow?: ActionLimit; readonly criticalHigh?: ActionLimit; readonly criticalSource?: string }
const limits = ({ low = undefined, high = undefined, criticalLow = undefined, criticalHigh = undefined, criticalSource }: Limits) => ({
	low: low ?? null, high: high ?? null, criticalLow: criticalLow ?? null, criticalHigh: criticalHigh ?? null, ...(criticalSource === undefined ? {} : { criticalSource })
});

/** Anaemia, and severe anaemia as what needs action now (WHO 2024, table of mild, moderate and severe). */
function haemoglobin(population: Population, sex: Sex | null, days: RangeRow['days'], low: number, severe: number, weeks: RangeRow['weeks'] = null): RangeRow {
	return { test: 'haemoglobin', population, sex, days, weeks, ...limits({ low, criticalLow: below(severe) }), source: WHO_HB };
}
/** Of grown people, both sexes or one, outside of pregnancy. */
function adult(test: LabTestKey, given: Limits, source: string, sex: Sex | null = null): RangeRow {
	return { test, population: sex === 'female' ? 'women' : sex === 'male' ? 'men' : 'adults', sex, days: ADULT, weeks: null, ...limits(given), source };
}
function everyone(test: LabTestKey, given: Limits, source: string): RangeRow {
	return { test, population: 'everyone', sex: null, days: [0, EVER], weeks: 'any', ...limits(given), source };
}

export const RANGE_ROWS: readonly RangeRow[] = [
	haemoglobin('months-6-23', null, [months(6), months(24)], 10.5, 7),
	haemoglobin('months-24-59', null, [months(24), months(60)], 11, 7),
	haemoglobin('years-5-11', null, [months(60), years(12)], 11.5, 8),
	haemoglobin('years-12-14', null, [years(12), years(15)], 12, 8),
	haemoglobin('women', 'female', [years(15), EVER], 12, 8),
	haemoglobin('men', 'male', [years(15), EVER], 13, 8),
	haemoglobin('pregnancy-first', 'female', [years(10), EVER], 11, 7, [0, 13]),
	haemoglobin('pregnancy-second', 'female', [years(10), EVER], 10.5, 7, [13, 28]),
	haemoglobin('pregnancy-third', 'female', [years(10), EVER], 11, 7, [28, 44]),
	adult('haematocrit', { low: 36, high: 48 }, HOFFBRAND, 'female'),
	adult('haematocrit', { low: 40, high: 52 }, HOFFBRAND, 'male'),
	adult('erythrocytes', { low: 3.9, high: 5.6 }, HOFFBRAND, 'female'),
	adult('erythrocytes', { low: 4.5, high: 6.5 }, HOFFBRAND, 'male'),
	adult('mcv', { low: 80, high: 95 }, HOFFBRAND),
	adult('leukocytes', { low: 4, high: 11 }, HOFFBRAND),
	adult('platelets', { low: 150, high: 400, criticalLow: below(50), criticalHigh: below(1000), criticalSource: BARNSLEY }, HOFFBRAND),
	adult('sodium', { low: 135, high: 145, criticalLow: upTo(120), criticalHigh: upTo(160), criticalSource: TELEPHONED }, AUSTRALASIA),
	adult('potassium', { low: 3.5, high: 5.2, criticalLow: upTo(2.5), criticalHigh: upTo(6.5), criticalSource: TELEPHONED }, AUSTRALASIA),
	adult('chloride', { low: 95, high: 110 }, AUSTRALASIA),
	adult('bicarbonate', { low: 22, high: 32 }, AUSTRALASIA),
	adult('creatinine', { low: 45, high: 90, criticalHigh: upTo(350), criticalSource: TELEPHONED }, AUSTRALASIA, 'female'),
	adult('creatinine', { low: 60, high: 110, criticalHigh: upTo(350), criticalSource: TELEPHONED }, AUSTRALASIA, 'male'),
	everyone('glucose-fasting', { low: 3.9, high: 6, criticalLow: below(3), criticalHigh: upTo(25) }, GLUCOSE_HIGH),
	everyone('glucose-random', { low: 3.9, high: 11, criticalLow: below(3), criticalHigh: upTo(25) }, GLUCOSE_HIGH),
	adult('hba1c', { high: 6.4 }, HBA1C)
];

export interface Person {
	readonly sex: Sex | null;
	/** FHIR date, perhaps only a year or month; null: not known */
	readonly birthDate: string | null;
	/** completed weeks of pregnancy on the day of the sample; null: not known to be pregnant */
	readonly pregnancyWeeks: number | null;
}

export type NoRange = 'no-row' | 'sex-not-known' | 'age-not-known';
export type FoundRange = { readonly row: RangeRow } | { readonly row: null; readonly why: NoRange };

const DAY_MS = 86_400_000;

/** Earliest and latest day of birth that a date as far as it is known can mean, in days since 1970. */
function birthDays(date: string): readonly [number, number] | null {
	const parts = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/u.exec(date);
	if (parts === null) return null;
	const [year, month, day] = [Number(parts[1]), parts[2] === undefined ? null : Number(parts[2]), parts[3] === undefined ? null : Number(parts[3])];
	const first = Date.UTC(year, (month ?? 1) - 1, day ?? 1) / DAY_MS;
	const last = day !== null ? first : month !== null ? Date.UTC(year, month, 0) / DAY_MS : Date.UTC(year, 11, 31) / DAY_MS;
	return Number.isNaN(first) || Number.isNaN(last) ? null : [first, last];
}

function dayOf(when: string): number | null {
	const ms = /^\d{4}-\d{2}-\d{2}/u.test(when) ? Date.parse(`${when.slice(0, 10)}T00:00:00Z`) : NaN;
	return Number.isNaN(ms) ? null : ms / DAY_MS;
}

function fits(row: RangeRow, sex: Sex | null, age: number, weeks: number | null): boolean {
	if (row.sex !== null && row.sex !== sex) return false;
	if (age < row.days[0] || age >= row.days[1]) return false;
	if (row.weeks === 'any') return true;
	if (row.weeks === null) return weeks === null;
	return weeks !== null && weeks >= row.weeks[0] && weeks < row.weeks[1];
}

/**
 * The row for a test of a person on a day (FHIR date or dateTime). A date of birth known to the year or month serves as long as every day that it
 * can mean gives the same row; likewise an unknown sex.
 */
export function rangeFor(test: LabTestKey, person: Person, when: string): FoundRange {
	const rows = RANGE_ROWS.filter((row) => row.test === test);
	if (rows.length === 0) return { row: null, why: 'no-row' };
	const forAll = rows.find((row) => row.population === 'everyone');
	if (forAll !== undefined) return { row: forAll };
	const on = dayOf(when);
	const born = person.birthDate === null ? null : birthDays(person.birthDate);
	if (on === null || born === null || on < born[0]) return { row: null, why: 'age-not-known' };
	const ages = [on - born[0], Math.max(0, on - born[1])];
	const found = (sex: Sex | null): readonly (RangeRow | undefined)[] => ages.map((age) => rows.find((row) => fits(row, sex, age, person.pregnancyWeeks)));
	const bySex = (person.sex === null ? (['female', 'male'] as const) : [person.sex]).map(found);
	const [first] = bySex[0] ?? [];
	if (bySex.some((pair) => pair[0] !== pair[1])) return { row: null, why: 'age-not-known' };
	if (bySex.some((pair) => pair[0] !== first)) return { row: null, why: 'sex-not-known' };
	return first === undefined ? { row: null, why: 'no-row' } : { row: first };
}
