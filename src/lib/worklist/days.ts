/** Days ahead: what was chosen as a FHIR date, and how full a day is in words. */
import type { CalendarDay } from '$sync/device/worklist-api.ts';
import { m } from '$lib/paraglide/messages.js';
import { today } from '$lib/format/date.ts';
import { westernDigits } from '$lib/format/number.ts';
import { type TypedDate } from '$lib/format/partialDate.ts';
import { dayAfter } from './words.ts';

export type ReadDay = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly message: string };

/** The chosen day (a number of days from today, or `other` with what stands in the boxes). */
export function readDay(choice: string, other: TypedDate, now: number): ReadDay {
	if (/^\d+$/u.test(choice)) return { ok: true, value: dayAfter(today(now), Number(choice)) };
	if (choice !== 'other') return { ok: false, message: m.day_error() };
	const [year, month, day] = [other.year, other.month, other.day].map((typed) => westernDigits(typed).trim());
	if (year === undefined || month === undefined || day === undefined || !/^\d{4}$/u.test(year)) return { ok: false, message: m.date_error_year() };
	if (!/^\d{1,2}$/u.test(month) || !/^\d{1,2}$/u.test(day)) return { ok: false, message: m.date_error_day() };
	const value = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
	const exists = new Date(Number(year), Number(month) - 1, Number(day));
	if (exists.getMonth() !== Number(month) - 1 || exists.getDate() !== Number(day)) return { ok: false, message: m.date_error_exists() };
	return value < today(now) ? { ok: false, message: m.day_past_error() } : { ok: true, value };
}

export const isFull = ({ booked, capacity }: CalendarDay): boolean => capacity !== null && booked >= capacity;

export function takenInWords({ booked, capacity }: CalendarDay): string {
	if (capacity === null) return m.appointment_booked({ count: booked });
	if (capacity === 0 && booked === 0) return m.appointment_closed();
	return booked >= capacity ? m.appointment_full({ booked, capacity }) : m.appointment_taken({ booked, capacity });
}
