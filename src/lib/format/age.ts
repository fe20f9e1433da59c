/**
 * Age in the bands of NHS CUI "Patient Banner" table 7: minutes, hours, days, weeks and days, months and days, years and months,
 * years. What is known only to the year or month is marked as approximate.
 */
import { m } from '$lib/paraglide/messages.js';
import { parseFhirDate } from './date.ts';

const DAY_MS = 86_400_000;

/** Whole years, months and days between two dates, as a calendar counts them. */
function calendarDifference(from: Date, to: Date): { readonly years: number; readonly months: number; readonly days: number } {
	let months = (to.getFullYear() - from.getFullYear()) * 12 + to.getMonth() - from.getMonth();
	if (to.getDate() < from.getDate()) months -= 1;
	const anchor = new Date(from.getFullYear(), from.getMonth() + months, 1);
	const lastDay = new Date(anchor.getFullYear(), anchor.getMonth() + 1, 0).getDate();
	anchor.setDate(Math.min(from.getDate(), lastDay));
	const days = Math.round((new Date(to.getFullYear(), to.getMonth(), to.getDate()).getTime() - anchor.getTime()) / DAY_MS);
	return { years: Math.floor(months / 12), months: months % 12, days };
}

/** The age at `now` (ms since 1970) of who was born on a FHIR date; null when it is not known or lies in the future. */
export function ageText(birthDate: string | null | undefined, now: number): string | null {
	const parts = birthDate === null || birthDate === undefined ? null : parseFhirDate(birthDate);
	if (parts === null) return null;
	const to = new Date(now);
	if (parts.month === null) {
		const years = to.getFullYear() - parts.year;
		return years < 0 ? null : m.age_approx_years({ years });
	}
	const from = new Date(parts.year, parts.month - 1, parts.day ?? 1);
	if (from.getTime() > now) return null;
	const { years, months, days } = calendarDifference(from, to);
	if (parts.day === null) return years >= 2 ? m.age_approx_years({ years }) : m.age_approx_months({ months: years * 12 + months });
	const allDays = Math.floor((new Date(to.getFullYear(), to.getMonth(), to.getDate()).getTime() - from.getTime()) / DAY_MS + 0.5);
	if (allDays < 2) return m.age_hours({ hours: Math.floor((now - from.getTime()) / 3_600_000) });
	if (allDays < 28) return m.age_days({ days: allDays });
	if (years < 1) return m.age_weeks_days({ weeks: Math.floor(allDays / 7), days: allDays % 7 });
	if (years < 2) return m.age_months_days({ months: 12 + months, days });
	if (years < 18) return m.age_years_months({ years, months });
	return m.age_years({ years });
}
