/**
 * Numbers, doses, phones, ids and clocks run from the left in every language (ux.md 59). In a text that runs from the right they are wrapped
 * in an isolate (Unicode UAX 9: left-to-right isolate ... pop), in the text itself, so that they keep their order wherever the text goes: a
 * label, an option of a list, an alert, the name of a button. Nothing that is stored or sent is ever made of this text.
 */
import { getLocale, getTextDirection } from '$lib/paraglide/runtime.js';

const LEFT_TO_RIGHT = '\u2066';
const RIGHT_TO_LEFT = '\u2067';
const END = '\u2069';

const mirrored = (): boolean => getTextDirection(getLocale()) === 'rtl';

/** Kept in the order in which it is written here, from the left. */
export const isolated = (text: string): string => (text !== '' && mirrored() ? `${LEFT_TO_RIGHT}${text}${END}` : text);

/** Kept together, in the direction of the language: a date with the month as a word of it. */
export const isolatedWords = (text: string): string => (text !== '' && mirrored() ? `${RIGHT_TO_LEFT}${text}${END}` : text);
