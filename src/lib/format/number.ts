/**
 * Numbers as they are read at a bedside: 0.5 and never .5, 5 and never 5.0, thousands grouped, a space before the unit (ISMP 2019,
 * NHS CUI MEDi-015). What was typed is read strictly: nothing is repaired in silence.
 */
import { getLocale } from '$lib/paraglide/runtime.js';

export function formatNumber(value: number): string {
	return new Intl.NumberFormat(getLocale(), { maximumFractionDigits: 6, useGrouping: true }).format(value);
}

export function formatQuantity(value: number, unit: string): string {
	return unit === '' ? formatNumber(value) : `${formatNumber(value)} ${unit}`;
}

/**
 * Reads a typed number: spaces are ignored and the unit may be typed after it; a decimal comma counts as a decimal point.
 * Null for anything else (`1.2.3`, `1,000.5`): the form asks again and never guesses.
 */
export function readNumber(typed: string, unit = ''): number | null {
	let text = typed.replace(/\s/gu, '').toLowerCase();
	const tail = unit.replace(/\s/gu, '').toLowerCase();
	if (tail !== '' && text.endsWith(tail)) text = text.slice(0, -tail.length);
	if (!/^\d{1,9}(?:[.,]\d{1,6})?$/u.test(text)) return null;
	return Number(text.replace(',', '.'));
}

/** A patient's number or a phone in groups of three and four, so that it can be read aloud. */
export function groupDigits(id: string): string {
	if (!/^\d{7,}$/u.test(id)) return id;
	const groups = [];
	for (let rest = id; rest.length > 0; ) {
		const take = rest.length === 4 || rest.length === 8 ? 4 : Math.min(3, rest.length);
		groups.push(rest.slice(0, take));
		rest = rest.slice(take);
	}
	return groups.join(' ');
}
