/** Dates, numbers and doses in each language of the app (ux.md 24 to 30, 59): the same value, unmistakable in all of them. */
import { afterEach, describe, expect, test } from 'vitest';
import { overwriteGetLocale } from '$lib/paraglide/runtime.js';
import { LANGUAGES, type Locale } from '$lib/language/languages.ts';
import { formatFhirDate, formatInstant, monthName } from './date.ts';
import { formatFixed, formatNumber, formatPair, formatPercent, formatQuantity, formatSigned, groupDigits, readBack, readNumber, typeable } from './number.ts';
import { readDate } from './partialDate.ts';

const inLanguage = (locale: Locale): void => overwriteGetLocale(() => locale);
afterEach(() => inLanguage('en'));

const bare = (text: string): string => text.replace(/[\u2066\u2067\u2069]/gu, '');
const NARROW = '\u202f';

describe('numbers', () => {
	test.each<[Locale, string, string, string]>([
		['en', '0.5', '1,000', '1,234,567.25'], ['sw', '0.5', '1,000', '1,234,567.25'], ['ar', '0.5', '1,000', '1,234,567.25'],
		['fr', '0,5', `1${NARROW}000`, `1${NARROW}234${NARROW}567,25`], ['es', '0,5', `1${NARROW}000`, `1${NARROW}234${NARROW}567,25`]
	])('in %s', (locale, half, thousand, large) => {
		inLanguage(locale);
		expect([0.5, 1000, 1_234_567.25].map(formatNumber)).toEqual([half, thousand, large]);
		expect(formatNumber(5)).toBe('5');
	});

	test.each(LANGUAGES)('the digits of a dose are 0 to 9, its number comes first, a space stands before its unit (%s)', (locale) => {
		inLanguage(locale);
		expect(bare(formatQuantity(2.5, 'mg'))).toMatch(/^2[.,]5 mg$/u);
		expect(bare(formatPair(128, 84, 'mmHg'))).toBe('128/84 mmHg');
		expect(bare(formatFixed(-2.31, 2))).toMatch(/^\u22122[.,]31$/u);
		expect(bare(formatSigned(3.25))).toMatch(/^\+3[.,]3$/u);
		expect(bare(formatPercent(0.125))).toMatch(/^12[.,]5\u202f?%$/u);
	});

	test('where text runs from the right, a dose, a phone and a sign are isolated and keep their order', () => {
		inLanguage('ar');
		expect([formatQuantity(500, 'mg'), groupDigits('0772123456'), formatFixed(-2, 2), formatPair(128, 84, 'mmHg'), groupDigits('NIN-42')]).toEqual(
			['500 mg', '077 212 3456', '\u22122.00', '128/84 mmHg', 'NIN-42'].map((text) => `\u2066${text}\u2069`)
		);
	});

	test.each(LANGUAGES)('what is put into a box is read as the same number (%s)', (locale) => {
		inLanguage(locale);
		for (const value of [0, 0.5, 5, 37.5, 1.25, 1.125, 12.625, 999.125, 1000, 12500, 123456.789]) expect(readNumber(typeable(value))).toBe(value);
	});

	test('what is a thousand to one reader and a decimal to another is asked for again, unless the mark is that of the language', () => {
		const readings = LANGUAGES.map((locale) => {
			inLanguage(locale);
			return [locale, readNumber('1,250'), readNumber('1.250'), readNumber('0,125'), readNumber('0.125')];
		});
		expect(readings).toEqual([
			['en', null, 1.25, 0.125, 0.125], ['fr', 1.25, null, 0.125, 0.125], ['es', 1.25, null, 0.125, 0.125], ['sw', null, 1.25, 0.125, 0.125], ['ar', null, 1.25, 0.125, 0.125]
		]);
	});

	test('what was typed otherwise than it is shown is read back', () => {
		expect([readBack('37,5', '°C'), readBack('37.5', '°C'), readBack('500mg', 'mg'), readBack('1.2.3')]).toEqual(['37.5 °C', null, '500 mg', null]);
		inLanguage('fr');
		expect([readBack('37.5', '°C'), readBack('37,5', '°C')]).toEqual(['37,5 °C', null]);
	});

	test('an Arabic keyboard is understood where the app speaks Arabic, and read back in the digits of the app', () => {
		inLanguage('ar');
		expect([readNumber('١٢'), readNumber('٣٧٫٥'), readNumber('۵۰۰')]).toEqual([12, 37.5, 500]);
		expect(bare(readBack('٥٠٠', 'mg') ?? '')).toBe('500 mg');
		expect(readDate({ day: '٤', month: '٣', year: '١٩٩١' }, { partial: false, now: Date.now() })).toEqual({ ok: true, value: '1991-03-04' });
	});
});

describe('dates', () => {
	test.each(LANGUAGES)('day, month as a word, year (%s)', (locale) => {
		inLanguage(locale);
		expect(bare(formatFhirDate('2026-08-04'))).toMatch(/^04-\p{L}+-2026$/u);
		expect(bare(formatFhirDate('2026-08'))).toMatch(/^\p{L}+-2026$/u);
		expect(bare(formatInstant(new Date(2026, 7, 4, 17, 5).getTime()))).toMatch(/^04-\p{L}+-2026 17:05$/u);
	});

	test.each(LANGUAGES)('no two months have one name, and each is of letters only (%s)', (locale) => {
		inLanguage(locale);
		const names = Array.from({ length: 12 }, (_, index) => monthName(index + 1));
		expect(new Set(names).size).toBe(12);
		expect(names.filter((name) => !/^\p{L}{2,}$/u.test(name))).toEqual([]);
	});
});
