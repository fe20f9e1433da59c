import { describe, expect, test } from 'vitest';
import { ageText } from './age.ts';
import { fhirDateTime, formatAgo, formatFhirDate, formatInstant, hlcMs } from './date.ts';
import { formatNumber, formatQuantity, groupDigits, readNumber } from './number.ts';
import { bornAbout, readDate, typedDate } from './partialDate.ts';

const now = new Date(2026, 7, 14, 9, 42).getTime();
const daysBefore = (days: number): string => {
	const d = new Date(2026, 7, 14 - days);
	return `${d.getFullYear()}-${String(d.getMonth() + 1).padStart(2, '0')}-${String(d.getDate()).padStart(2, '0')}`;
};

describe('clinical dates', () => {
	test.each([
		['2026-08-14', '14-Aug-2026'],
		['2026-08', 'Aug-2026'],
		['2026', '2026'],
		['around harvest', 'around harvest'],
		['', 'Not recorded'],
		[undefined, 'Not recorded']
	])('%s is shown as %s', (fhir, shown) => expect(formatFhirDate(fhir)).toBe(shown));

	test('a time of day is shown in 24 hours', () => {
		expect(formatInstant(new Date(2026, 7, 14, 17, 5).getTime())).toBe('14-Aug-2026 17:05');
		expect(formatFhirDate(fhirDateTime(now))).toBe('14-Aug-2026 09:42');
	});

	test('the time of a logical clock is its first 48 bits', () => expect(hlcMs('00000000018f-0002')).toBe(0x18f));

	test.each([[30_000, 'just now'], [59 * 60_000, '59 min ago'], [47 * 3_600_000, '47 h ago'], [59 * 86_400_000, '59 d ago'], [400 * 86_400_000, '13 months ago'], [6545 * 86_400_000, '17 years ago']])(
		'%d ms ago', (ms, shown) => expect(formatAgo(now - ms, now)).toBe(shown)
	);
});

describe('age by band (NHS CUI patient banner, table 7)', () => {
	test.each([
		[daysBefore(0), '9h'], [daysBefore(2), '2d'], [daysBefore(27), '27d'], [daysBefore(28), '4w 0d'], [daysBefore(29), '4w 1d'], [daysBefore(364), '52w 0d'],
		['2025-07-06', '13m 8d'], ['2024-08-15', '23m 30d'], ['2024-08-14', '2y 0m'], ['2008-08-15', '17y 11m'], ['2008-08-14', '18y'], ['1991-03-04', '35y'],
		['1991', 'about 35y'], ['1991-03', 'about 35y'], ['2025-12', 'about 8m']
	])('born %s is %s', (born, shown) => expect(ageText(born, now)).toBe(shown));

	test.each(['', '2027-01-01', 'unknown', null])('no age is made up for %s', (born) => expect(ageText(born, now)).toBeNull());

	test('the 29th of February has a birthday every year', () => {
		expect(ageText('2024-02-29', new Date(2026, 1, 28, 12).getTime())).toBe('23m 30d');
		expect(ageText('2024-02-29', new Date(2026, 2, 1, 12).getTime())).toBe('2y 0m');
	});
});

describe('numbers at a bedside', () => {
	test.each([[0.5, '0.5'], [5, '5'], [12.5, '12.5'], [1000, '1,000'], [1234567.25, '1,234,567.25']])('%d is shown as %s', (n, shown) => expect(formatNumber(n)).toBe(shown));
	test('a space stands before the unit', () => expect(formatQuantity(500, 'mg')).toBe('500 mg'));

	test.each([['500', 500], [' 1 000 ', 1000], ['0,5', 0.5], ['0.5', 0.5], ['12.5 mg', 12.5], ['12.5MG', 12.5]])('"%s" is read as %d', (typed, value) => expect(readNumber(typed, 'mg')).toBe(value));
	test.each(['1.2.3', '1,000.5', '', '-5', '.5', '5.', '1e3', 'five', '١٢', '500 g'])('"%s" is asked for again, never repaired', (typed) => expect(readNumber(typed, 'mg')).toBeNull());

	test('long numbers are grouped to be read aloud, codes are left alone', () => {
		expect(groupDigits('1297287652')).toBe('129 728 7652');
		expect(groupDigits('0772123456')).toBe('077 212 3456');
		expect(groupDigits('NIN-42')).toBe('NIN-42');
	});
});

describe('dates typed into three boxes', () => {
	const rules = { partial: true, now };
	test.each([
		[{ day: '4', month: '3', year: '1991' }, '1991-03-04'], [{ day: '', month: '3', year: '1991' }, '1991-03'], [{ day: '', month: '', year: '1991' }, '1991'],
		[{ day: '29', month: '2', year: '2024' }, '2024-02-29'], [{ day: '', month: '', year: '' }, '']
	])('%o', (typed, value) => expect(readDate(typed, rules)).toEqual({ ok: true, value }));

	test.each([
		[{ day: '31', month: '2', year: '1991' }, 'Enter a day that this month has'], [{ day: '29', month: '2', year: '2023' }, 'Enter a day that this month has'],
		[{ day: '1', month: '13', year: '1991' }, 'Enter a month from 1 to 12'], [{ day: '1', month: '1', year: '91' }, 'Enter a year with four digits'],
		[{ day: '15', month: '8', year: '2026' }, 'Enter a date that is not in the future'], [{ day: '5', month: '', year: '1991' }, 'Enter a month from 1 to 12']
	])('%o is asked for again', (typed, message) => expect(readDate(typed, rules)).toEqual({ ok: false, message }));

	test('where the whole date is needed a part is not taken', () => expect(readDate({ day: '', month: '3', year: '1991' }, { partial: false, now }).ok).toBe(false));
	test('a stored date comes back into the boxes', () => expect(typedDate('1991-03-04')).toEqual({ day: '04', month: '03', year: '1991' }));
	test('an age gives no more than a year, or a month of a baby', () => {
		expect(bornAbout(35, 'years', now)).toBe('1991');
		expect(bornAbout(9, 'months', now)).toBe('2025-11');
	});
});
