/**
 * Numbers as they are read at a bedside: 0.5 and never .5, 5 and never 5.0, thousands grouped, a space before the unit (ISMP 2019,
 * NHS CUI MEDi-015). What was typed is read strictly: nothing is repaired in silence.
 *
 * The digits are 0 to 9 in every language, as they stand on boxes, syringes and scales: the Arabic-Indic zero is a dot, and a dose
 * must look the same on the label and on the screen. The decimal mark is the language's own; thousands are grouped by comma or by a
 * narrow space, never by a full stop, which half of the languages read as a decimal mark (ux.md section 4).
 */
import { getLocale } from '$lib/paraglide/runtime.js';
import { isolated } from './direction.ts';

type Locale = ReturnType<typeof getLocale>;

const MARKS: Readonly<Record<Locale, { readonly decimal: '.' | ','; readonly group: string }>> = {
	en: { decimal: '.', group: ',' },
	sw: { decimal: '.', group: ',' },
	ar: { decimal: '.', group: ',' },
	fr: { decimal: ',', group: '\u202f' },
	es: { decimal: ',', group: '\u202f' }
};

/** The sign of a number below nothing is a minus that cannot be taken for a hyphen. */
function digits(value: number, options: Intl.NumberFormatOptions): string {
	const marks = MARKS[getLocale()];
	const parts = new Intl.NumberFormat('en', { useGrouping: true, ...options }).formatToParts(value);
	return parts.map((part) => (part.type === 'decimal' ? marks.decimal : part.type === 'group' ? marks.group : part.value)).join('');
}

/** At most six decimals, none that says nothing. */
export function formatNumber(value: number): string {
	const text = digits(value, { maximumFractionDigits: 6 });
	return value < 0 ? isolated(text) : text;
}

/** With exactly so many decimals, a minus that cannot be taken for a hyphen, and the sign on the left of the number in every language. */
export function formatFixed(value: number, decimals: number): string {
	return isolated(digits(value, { minimumFractionDigits: decimals, maximumFractionDigits: decimals, useGrouping: false }).replace('-', '\u2212'));
}

/** With its sign, `+3.2`. */
export const formatSigned = (value: number): string => isolated(digits(value, { signDisplay: 'exceptZero', maximumFractionDigits: 1 }));

/** `12.5 %` of 0.125. */
export const formatPercent = (share: number): string => isolated(`${digits(share * 100, { maximumFractionDigits: 1 })}${MARKS[getLocale()].decimal === ',' ? '\u202f' : ''}%`);

/** Number, space, unit, in this order in every language. */
export function formatQuantity(value: number, unit: string): string {
	return unit === '' ? formatNumber(value) : isolated(`${digits(value, { maximumFractionDigits: 6 })} ${unit}`);
}

/** Two values that belong together, `128/84 mmHg`. */
export function formatPair(first: number, second: number, unit: string): string {
	return isolated(`${digits(first, { maximumFractionDigits: 6 })}/${digits(second, { maximumFractionDigits: 6 })} ${unit}`);
}

/** A number as somebody here would type it: what goes into a box, and what `readNumber` gives back unchanged. */
export const typeable = (value: number): string => digits(value, { maximumFractionDigits: 6, useGrouping: false });

/** Arabic-Indic and Persian digits and the Arabic decimal mark, as an Arabic keyboard writes them, in the digits of the app. Only where the app speaks Arabic. */
export function westernDigits(typed: string): string {
	if (getLocale() !== 'ar') return typed;
	return typed
		.replace(/[\u0660-\u0669]/gu, (digit) => String(digit.charCodeAt(0) - 0x0660))
		.replace(/[\u06f0-\u06f9]/gu, (digit) => String(digit.charCodeAt(0) - 0x06f0))
		.replace(/\u066b/gu, '.');
}

/** One comma or full stop and then three digits: a thousand to one reader, a decimal to another. */
const TWO_READINGS = /^[1-9]\d{0,2}([.,])\d{3}$/u;

/**
 * Reads a typed number: spaces are ignored and the unit may be typed after it; a decimal comma counts as a decimal point.
 * Null for anything else (`1.2.3`, `1,000.5`), and for what is a thousand in one language and a decimal in another, unless the mark
 * is the decimal mark of the language on the screen (`1,250` in English): the form asks again and never guesses.
 */
export function readNumber(typed: string, unit = ''): number | null {
	let text = westernDigits(typed).replace(/[\s\u2066-\u2069]/gu, '').toLowerCase();
	const tail = unit.replace(/\s/gu, '').toLowerCase();
	if (tail !== '' && text.endsWith(tail)) text = text.slice(0, -tail.length);
	if (!/^\d{1,9}(?:[.,]\d{1,6})?$/u.test(text)) return null;
	const mark = TWO_READINGS.exec(text)?.[1];
	if (mark !== undefined && mark !== MARKS[getLocale()].decimal) return null;
	return Number(text.replace(',', '.'));
}

/** What was read, where it does not look like what was typed: shown under the box, so that a comma in the wrong place is seen. */
export function readBack(typed: string, unit = ''): string | null {
	const value = readNumber(typed, unit);
	if (value === null || typed.trim() === typeable(value)) return null;
	return formatQuantity(value, unit);
}

/** A patient's number or a phone in groups of three and four, so that it can be read aloud; from the left in every language. */
export function groupDigits(id: string): string {
	if (!/^\d{7,}$/u.test(id)) return isolated(id);
	const groups = [];
	for (let rest = id; rest.length > 0; ) {
		const take = rest.length === 4 || rest.length === 8 ? 4 : Math.min(3, rest.length);
		groups.push(rest.slice(0, take));
		rest = rest.slice(take);
	}
	return isolated(groups.join(' '));
}
