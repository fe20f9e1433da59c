/**
 * The WHO Child Growth Standards 2006 as a function: sex, indicator and age (or length) give L, M and S.
 *
 * WHO publishes figures by week to 13 weeks and by month to 60 months; between two figures L, M and S are interpolated in proportion to days
 * (or cm). What that costs against WHO's own day tables is measured and stated in docs/growth.md. Outside of the published range there is
 * no answer: a standard is never stretched.
 */
import * as bmi from './table/bmi-for-age.ts';
import * as head from './table/head-for-age.ts';
import * as length from './table/length-for-age.ts';
import type { AgeTable, LengthTable, Row } from './table/shape.ts';
import * as weight from './table/weight-for-age.ts';
import * as weightForLength from './table/weight-for-length.ts';

/** The standards exist for girls and boys; for a child whose sex is not known somebody must say which to use. */
export type Sex = 'female' | 'male';

export const AGE_INDICATORS = ['weight-for-age', 'length-for-age', 'bmi-for-age', 'head-for-age'] as const;
export type AgeIndicator = (typeof AGE_INDICATORS)[number];
export const INDICATORS = ['weight-for-age', 'length-for-age', 'weight-for-length', 'bmi-for-age', 'head-for-age'] as const;
export type Indicator = (typeof INDICATORS)[number];

/** How long a child is was measured lying (length) or standing (height). */
export type Position = 'lying' | 'standing';

export interface Lms { readonly l: number; readonly m: number; readonly s: number }

export const DAYS_A_MONTH = 365.25 / 12;
/** Up to here length is measured lying, from the next day on height standing (WHO 2006). */
export const LYING_UNTIL_DAYS = 730;
/** 60 completed months: where the standards end. */
export const LAST_DAY = Math.floor(60 * DAYS_A_MONTH);

interface Curve { readonly from: number; readonly until: number; readonly rows: readonly Row[] }

const inDays = (rows: readonly Row[], unit: number): readonly Row[] => rows.map(([at, l, m, s]) => [at * unit, l, m, s]);

/** Days of the first week, weeks to the last of them, then the months after it: one curve over days. */
function curves(table: AgeTable): readonly Curve[] {
	const weeks = [...inDays(table.weeks, 7), ...(table.days ?? [])].sort(([a], [b]) => a - b);
	const lastWeek = weeks.at(-1)?.[0] ?? 0;
	const first = [...weeks, ...inDays(table.months, DAYS_A_MONTH).filter(([day]) => day > lastWeek)];
	if (table.fromTwoYears === undefined) return [{ from: 0, until: LAST_DAY, rows: first }];
	return [{ from: 0, until: LYING_UNTIL_DAYS, rows: first }, { from: LYING_UNTIL_DAYS + 1, until: LAST_DAY, rows: inDays(table.fromTwoYears, DAYS_A_MONTH) }];
}

const BY_AGE: { readonly [indicator in AgeIndicator]: { readonly [sex in Sex]: readonly Curve[] } } = {
	'weight-for-age': { male: curves(weight.BOYS), female: curves(weight.GIRLS) },
	'length-for-age': { male: curves(length.BOYS), female: curves(length.GIRLS) },
	'bmi-for-age': { male: curves(bmi.BOYS), female: curves(bmi.GIRLS) },
	'head-for-age': { male: curves(head.BOYS), female: curves(head.GIRLS) }
};
const BY_LENGTH: { readonly [sex in Sex]: LengthTable } = { male: weightForLength.BOYS, female: weightForLength.GIRLS };

function between(rows: readonly Row[], at: number): Lms | null {
	const next = rows.findIndex(([place]) => place >= at);
	const above = rows[next];
	if (above === undefined) return null;
	const below = rows[next - 1];
	if (above[0] === at || below === undefined) return above[0] === at ? { l: above[1], m: above[2], s: above[3] } : null;
	const share = (at - below[0]) / (above[0] - below[0]);
	const mix = (a: number, b: number): number => a + (b - a) * share;
	return { l: mix(below[1], above[1]), m: mix(below[2], above[2]), s: mix(below[3], above[3]) };
}

/** Figures for an age in whole days; null before birth and after 60 months. */
export function lmsForAge(indicator: AgeIndicator, sex: Sex, days: number): Lms | null {
	const curve = BY_AGE[indicator][sex].find(({ from, until }) => days >= from && days <= until);
	return curve === undefined ? null : between(curve.rows, days);
}

/** Figures for a length of 45 to 110 cm lying or a height of 65 to 120 cm standing; null outside of it. */
export function lmsForLength(sex: Sex, position: Position, cm: number): Lms | null {
	return between(position === 'lying' ? BY_LENGTH[sex].length : BY_LENGTH[sex].height, cm);
}

/** What a length table covers, in cm. */
export function lengthRange(position: Position): readonly [number, number] {
	const rows = position === 'lying' ? BY_LENGTH.female.length : BY_LENGTH.female.height;
	return [rows[0]?.[0] ?? 0, rows.at(-1)?.[0] ?? 0];
}
