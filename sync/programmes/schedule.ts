/**
 * What a site's programmes ask for and when, as data: ages of vaccines, weeks of antenatal contacts, days until the next visit, and how many people a
 * clinic day takes.
 *
 * The app brings a standard, each part with the guideline it rests on. A lead may replace a part by a PlanDefinition in the site's register chart
 * (`plan.ts`); every due date, in a chart and in the lists over all patients, follows the schedule that is handed in here. Ages and intervals are days.
 */
import { months, WEEK } from './calendar.ts';
import { VACCINES, VACCINE_SOURCE, type Series } from './vaccines.ts';

export const PROGRAMMES = ['immunization', 'antenatal', 'hypertension', 'diabetes', 'tuberculosis', 'clinic-days'] as const;
export type ScheduleName = (typeof PROGRAMMES)[number];

/** Days from one visit to the next, after a reading above target and otherwise; overdue when `grace` days have passed. */
export interface FollowUpRule { readonly afterHigh: number; readonly otherwise: number; readonly grace: number; readonly source: string }
export interface AntenatalRule { /** weeks of pregnancy, rising */ readonly weeks: readonly number[]; readonly grace: number; readonly source: string }
export interface TuberculosisRule {
	/** days between visits in the first months of treatment, and after them */
	readonly first: number;
	readonly firstMonths: number;
	readonly then: number;
	readonly grace: number;
	/** sputum at the end of these months of treatment, rising */
	readonly sputum: readonly number[];
	readonly source: string;
}

export interface Schedule {
	readonly immunization: { readonly series: readonly Series[]; readonly source: string };
	readonly antenatal: AntenatalRule;
	readonly hypertension: FollowUpRule;
	readonly diabetes: FollowUpRule;
	readonly tuberculosis: TuberculosisRule;
	/** people for whom there is time on a day of the week, Monday first; 0: closed */
	readonly 'clinic-days': { readonly capacity: readonly number[]; readonly source: string };
}

export const STANDARD: Schedule = {
	immunization: { series: VACCINES, source: VACCINE_SOURCE },
	antenatal: { weeks: [12, 20, 26, 30, 34, 36, 38, 40], grace: WEEK, source: 'WHO recommendations on antenatal care for a positive pregnancy experience, 2016' },
	hypertension: { afterHigh: 28, otherwise: 90, grace: WEEK, source: 'WHO guideline for the pharmacological treatment of hypertension in adults, 2021' },
	diabetes: { afterHigh: 28, otherwise: 90, grace: WEEK, source: 'WHO HEARTS-D: diagnosis and management of type 2 diabetes, 2020' },
	tuberculosis: { first: 14, firstMonths: 2, then: 28, grace: 3, sputum: [2, 5, 6], source: 'WHO consolidated guidelines on tuberculosis, module 4: treatment and care, 2025' },
	'clinic-days': { capacity: [30, 30, 30, 30, 30, 0, 0], source: '' }
};

/** Monday is 0. `day`: days since 1970, which began on a Thursday. */
export const weekday = (day: number): number => (((day + 3) % 7) + 7) % 7;

/** What an age or an interval is written in: the largest unit that says it exactly. */
export function inUnit(days: number): { readonly value: number; readonly unit: 'd' | 'wk' | 'mo' } {
	const month = Math.round(days / months(1));
	if (days >= months(6) && months(month) === days) return { value: month, unit: 'mo' };
	return days >= WEEK && days % WEEK === 0 ? { value: days / WEEK, unit: 'wk' } : { value: days, unit: 'd' };
}

export const inDays = (value: number, unit: 'd' | 'wk' | 'mo'): number => (unit === 'd' ? value : unit === 'wk' ? value * WEEK : months(value));
