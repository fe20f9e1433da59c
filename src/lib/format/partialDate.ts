/**
 * Dates typed into three boxes. Day, or day and month, may be left out where the question allows it; nothing is guessed and a date
 * that does not exist (31 February) is asked for again.
 */
import { m } from '$lib/paraglide/messages.js';
import { today } from './date.ts';
import { westernDigits } from './number.ts';

export interface TypedDate {
	day: string;
	month: string;
	year: string;
}

export const emptyDate = (): TypedDate => ({ day: '', month: '', year: '' });

export function typedDate(fhir: string): TypedDate {
	const [year = '', month = '', day = ''] = fhir.slice(0, 10).split('-');
	return { day, month, year };
}

export type ReadDate = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly message: string };

const YEAR_MIN = 1880;
const bad = (message: string): ReadDate => ({ ok: false, message });

/** The typed date as a FHIR date (`''` when all boxes are empty), or what to mend. */
export function readDate(typed: TypedDate, rules: { readonly partial: boolean; readonly now: number }): ReadDate {
	const [day, month, year] = [westernDigits(typed.day).trim(), westernDigits(typed.month).trim(), westernDigits(typed.year).trim()];
	if (day === '' && month === '' && year === '') return { ok: true, value: '' };
	if (!/^\d{4}$/u.test(year) || Number(year) < YEAR_MIN) return bad(m.date_error_year());
	if (month === '' && day === '') return rules.partial ? upToNow(year, rules.now) : bad(m.date_error_day());
	if (!/^\d{1,2}$/u.test(month) || Number(month) < 1 || Number(month) > 12) return bad(m.date_error_month());
	const yearMonth = `${year}-${month.padStart(2, '0')}`;
	if (day === '') return rules.partial ? upToNow(yearMonth, rules.now) : bad(m.date_error_day());
	const lastDay = new Date(Number(year), Number(month), 0).getDate();
	if (!/^\d{1,2}$/u.test(day) || Number(day) < 1 || Number(day) > lastDay) return bad(m.date_error_exists());
	return upToNow(`${yearMonth}-${day.padStart(2, '0')}`, rules.now);
}

function upToNow(value: string, now: number): ReadDate {
	return value > today(now).slice(0, value.length) ? bad(m.date_error_future()) : { ok: true, value };
}

/** The year of birth of someone about `age` years old, or year and month for `months`: never more exact than what was said. */
export function bornAbout(age: number, unit: 'years' | 'months', now: number): string {
	const d = new Date(now);
	if (unit === 'years') return String(d.getFullYear() - age);
	const born = new Date(d.getFullYear(), d.getMonth() - age, 1);
	return `${born.getFullYear()}-${String(born.getMonth() + 1).padStart(2, '0')}`;
}
