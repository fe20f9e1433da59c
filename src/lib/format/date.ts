/**
 * Clinical dates and times: always DD-Mmm-YYYY with the month as a word of the language, digits 0 to 9, and 24-hour HH:mm, whatever the
 * device is set to, so that 03/04 can never be read two ways (NHS CUI date and time display). The calendar is the Gregorian one. What is only known to the month or year is shown so, never filled up.
 */
import { m } from '$lib/paraglide/messages.js';
import { isolatedWords } from './direction.ts';

const months = [
	m.month_1, m.month_2, m.month_3, m.month_4, m.month_5, m.month_6, m.month_7, m.month_8, m.month_9, m.month_10, m.month_11, m.month_12
] as const;

const two = (n: number): string => String(n).padStart(2, '0');

export const monthName = (month: number): string => months[month - 1]?.() ?? '';

const dayText = (day: number, month: number, year: number): string => `${two(day)}-${monthName(month)}-${year}`;
const localDay = (d: Date): string => dayText(d.getDate(), d.getMonth() + 1, d.getFullYear());

/** Parts of a FHIR date or dateTime; null when the text is not one. A time is in the zone of the text's own offset. */
export interface DateParts {
	readonly year: number;
	readonly month: number | null;
	readonly day: number | null;
	/** milliseconds since 1970, when a time of day is given */
	readonly instant: number | null;
}

const FHIR_DATE = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(T.+)?)?)?$/;

export function parseFhirDate(text: string): DateParts | null {
	const match = FHIR_DATE.exec(text);
	if (match === null) return null;
	const instant = match[4] === undefined ? null : Date.parse(text);
	return {
		year: Number(match[1]),
		month: match[2] === undefined ? null : Number(match[2]),
		day: match[3] === undefined ? null : Number(match[3]),
		instant: instant !== null && Number.isNaN(instant) ? null : instant
	};
}

/** `14-Aug-2026 09:42`; a date without time `14-Aug-2026`; only the month `Aug-2026`; only the year `2026`. What is no date is shown as it is. */
export function formatFhirDate(text: string | null | undefined): string {
	if (text === null || text === undefined || text === '') return m.not_recorded();
	const parts = parseFhirDate(text);
	if (parts === null) return text;
	if (parts.instant !== null) return formatInstant(parts.instant);
	if (parts.month === null) return String(parts.year);
	if (parts.day === null) return isolatedWords(`${monthName(parts.month)}-${parts.year}`);
	return isolatedWords(dayText(parts.day, parts.month, parts.year));
}

/** `14-Aug-2026` of milliseconds since 1970, in the device's time zone. */
export function formatDay(ms: number): string {
	const d = new Date(ms);
	return isolatedWords(localDay(d));
}

/** `14-Aug-2026 09:42` of milliseconds since 1970, in the device's time zone. */
export function formatInstant(ms: number): string {
	const d = new Date(ms);
	return isolatedWords(`${localDay(d)} ${two(d.getHours())}:${two(d.getMinutes())}`);
}

/** How long ago, in words; only ever beside an absolute date. */
export function formatAgo(ms: number, now: number): string {
	const minutes = Math.max(0, Math.floor((now - ms) / 60_000));
	if (minutes < 1) return m.ago_now();
	if (minutes < 60) return m.ago_minutes({ count: minutes });
	const hours = Math.floor(minutes / 60);
	if (hours < 48) return m.ago_hours({ count: hours });
	const days = Math.floor(hours / 24);
	if (days < 60) return m.ago_days({ count: days });
	const months = Math.floor(days / 30.44);
	return months < 24 ? m.ago_months({ count: months }) : m.ago_years({ count: Math.floor(days / 365.25) });
}

/** Today as a FHIR date in the device's time zone. */
export function today(now: number): string {
	const d = new Date(now);
	return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
}

/** A FHIR dateTime with the device's offset. */
export function fhirDateTime(ms: number): string {
	const d = new Date(ms);
	const offset = -d.getTimezoneOffset();
	const sign = offset < 0 ? '-' : '+';
	const zone = `${sign}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
	return `${today(ms)}T${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}${zone}`;
}

/** Milliseconds of a hybrid logical clock (its first 12 hex digits). */
export const hlcMs = (hlc: string): number => Number.parseInt(hlc.slice(0, 12), 16);
