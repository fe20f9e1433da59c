/** Days of the calendar as FHIR dates: adding and counting, without a clock or a time zone. */

const DAY_MS = 86_400_000;

/** Days since 1970 of a FHIR date or dateTime, by its calendar day; null where it does not name one. */
export function dayOf(date: string | null | undefined): number | null {
	if (date === null || date === undefined || !/^\d{4}-\d{2}-\d{2}(?:T|$)/u.test(date)) return null;
	const ms = Date.parse(`${date.slice(0, 10)}T00:00:00Z`);
	return Number.isNaN(ms) ? null : ms / DAY_MS;
}

/** The FHIR date of a day since 1970; empty outside of the years 1 to 9999. */
export function dateOf(day: number): string {
	const date = new Date(day * DAY_MS);
	return Number.isNaN(date.getTime()) || date.getUTCFullYear() < 1 || date.getUTCFullYear() > 9999 ? '' : date.toISOString().slice(0, 10);
}

export const WEEK = 7;
export const MONTH = 365.25 / 12;
export const months = (count: number): number => Math.round(count * MONTH);
