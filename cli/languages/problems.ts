/**
 * What is wrong with the words of a language, seen beside English: words that are missing or left over, values that got lost (a dose
 * without its number), cases of the plural that the language has and the file has not, and characters that have no business in words.
 */
import { placeholders, type Catalogue, type Message } from './catalogue.ts';

export interface Finding {
	readonly key: string;
	readonly what: string;
	/** to be looked at; everything else has to be mended */
	readonly notice: boolean;
}

const wrong = (key: string, what: string): Finding => ({ key, what, notice: false });
const look = (key: string, what: string): Finding => ({ key, what, notice: true });

/** The cases that whole numbers take in a language (CLDR), each with the only number that takes it where there is but one. */
export function pluralCases(locale: string): ReadonlyMap<string, number | null> {
	const rules = new Intl.PluralRules(locale);
	const numbers = [...Array.from({ length: 1001 }, (_, n) => n), 1_000_000, 2_000_000];
	const cases = new Map<string, number | null>();
	for (const n of numbers) {
		const one = rules.select(n);
		cases.set(one, cases.has(one) ? null : n);
	}
	return cases;
}

/** Each of these has a reason: code that a page might run, text that shows in another order than it is read, letters that nobody sees. */
const UNSAFE: readonly (readonly [RegExp, string])[] = [
	[/[<>]|&(?:#\d+|[a-z]+);/iu, 'HTML'],
	[/\p{Cc}/u, 'a control character'],
	[/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u, 'a character that turns the direction of text (the app isolates values itself)'],
	[/[\u00ad\u200b-\u200d\u2060\ufeff\ufffd]/u, 'a character that is not seen'],
	[/[\u0660-\u0669\u06f0-\u06f9]/u, 'Arabic-Indic digits (digits are 0 to 9 in every language)'],
	// ISMP's list of error-prone abbreviations, as far as it can stand in words of an app (ux.md 26)
	[/(?<![\p{L}\d])(?:IU|U|ug|µg|μg|cc|QD|QOD|OD|HS|BT|D\/C|SC|SQ|MS)(?![\p{L}\d])/u, 'an abbreviation that is misread in orders'],
	[/[{}]/u, 'a brace that belongs to no value']
];

function unsafe(message: Message): readonly Finding[] {
	return message.variants.flatMap(({ text }) => [
		...(text.trim() === '' ? [wrong(message.key, 'no words')] : []),
		...UNSAFE.filter(([pattern]) => pattern.test(text.replace(/\{\w+\}/gu, ''))).map(([, what]) => wrong(message.key, `${what}: "${text}"`))
	]);
}

/** Selectors other than plurals have the cases that English has; a plural those of the language. */
function missingCases(message: Message, base: Message, locale: string): readonly Finding[] {
	const findings: Finding[] = [];
	for (const [selector] of base.plurals) {
		if (!message.plurals.has(selector)) {
			findings.push(wrong(message.key, `has no cases of ${selector}`));
			continue;
		}
		const had = message.variants.map((variant) => variant.cases.get(selector));
		if (had.includes('*')) continue;
		for (const one of pluralCases(locale).keys()) if (!had.includes(one)) findings.push(wrong(message.key, `has no words for the plural case "${one}"`));
	}
	return findings;
}

/** A lone 1 may be a word in one language and a digit in another: "once daily", "1 fois par jour". */
const numerals = (text: string): string => [...text.replace(/\{\w+\}/gu, '').matchAll(/\d+/gu)].map(([digits]) => digits).filter((digits) => digits !== '1').toSorted().join(' ');

/** A value may be left out of a case that only one number takes: "two records" needs no 2. */
function lostValues(message: Message, base: Message, locale: string): readonly Finding[] {
	const fullest = base.variants.at(-1)?.text ?? '';
	const wanted = new Set(base.variants.flatMap((variant) => placeholders(variant.text)));
	const cases = pluralCases(locale);
	return message.variants.flatMap((variant) => {
		const found = new Set(placeholders(variant.text));
		const spoken = new Set([...message.plurals].filter(([selector]) => (cases.get(variant.cases.get(selector) ?? '') ?? null) !== null).map(([, input]) => input));
		const lost = [...wanted].filter((name) => !found.has(name) && !spoken.has(name));
		const made = [...found].filter((name) => !wanted.has(name));
		return [
			...lost.map((name) => wrong(message.key, `lost {${name}}: "${variant.text}"`)),
			...made.map((name) => wrong(message.key, `has {${name}}, which nothing fills: "${variant.text}"`)),
			...(message.plurals.size === 0 && numerals(variant.text) !== numerals(fullest) ? [wrong(message.key, `has other numbers than English: "${variant.text}"`)] : [])
		];
	});
}

const LONGER = 1.4;
const longest = (message: Message): number => Math.max(...message.variants.map((variant) => [...variant.text].length));

function notices(message: Message, base: Message): readonly Finding[] {
	const [length, english] = [longest(message), longest(base)];
	const same = message.variants.every((variant, index) => variant.text === base.variants[index]?.text) && /\p{L}{4,}.*\s\p{L}{3,}/u.test(base.variants[0]?.text.replace(/\{\w+\}/gu, '') ?? '');
	return [
		...(english >= 12 && length > english * LONGER ? [look(message.key, `${Math.round((length / english - 1) * 100)} % longer than English`)] : []),
		...(same ? [look(message.key, 'the same words as in English')] : [])
	];
}

/** Everything that is wrong or to be looked at in `translated`, in the order of the English file. */
export function findingsOf(base: Catalogue, translated: Catalogue, locale: string): readonly Finding[] {
	const findings: Finding[] = translated.unreadable.map((what) => wrong('', what));
	for (const [key, english] of base.messages) {
		const message = translated.messages.get(key);
		if (message === undefined) findings.push(wrong(key, 'is missing'));
		else findings.push(...unsafe(message), ...missingCases(message, english, locale), ...lostValues(message, english, locale), ...(locale === 'en' ? [] : notices(message, english)));
	}
	for (const key of translated.messages.keys()) if (!base.messages.has(key)) findings.push(wrong(key, 'is not in the English file'));
	return findings;
}
