/**
 * The comparison of two charts, field by field: the comparison vector of Fellegi and Sunter (JASA 1969;64:1183-1210).
 *
 * A field is missing when either side does not state it, and then carries no weight in either direction. Agreement remembers the
 * value agreed on, because to agree on a rare name is stronger evidence than to agree on a common one.
 */
import type { BirthDate, PreparedIdentity } from './identity.ts';
import { isOneSlip, wordsAgree } from './similarity.ts';

/** Levels of each field, from agreement to difference. `missing` is no level: it has no weight. */
export const LEVELS = {
	/** names of which two words or more could be aligned, whatever their order. `partly`: some agree, some differ */
	name: ['same', 'close', 'partly', 'different'],
	/** names of which one word only could be aligned */
	word: ['same', 'close', 'different'],
	/** `close`: one slip, or day and month exchanged. `year`: one side knows the year (and month) only, and that agrees */
	birthDate: ['same', 'close', 'year', 'different'],
	sex: ['same', 'different'],
	village: ['same', 'close', 'different'],
	phone: ['same', 'close', 'different'],
	identifier: ['same', 'close', 'different']
} as const;
export type Field = keyof typeof LEVELS;
export const FIELDS = Object.keys(LEVELS) as Field[];

/** One pair of aligned name words. `value` is the word when they are the same. */
export interface WordPair { readonly level: number; readonly value: string | null }
/** What one field shows. `value` is what was agreed on at level `same`; of names the word pairs say it. */
export interface Observation { readonly field: Field; readonly level: number; readonly value: string | null; readonly words?: readonly WordPair[] }
export interface Comparison { readonly observations: readonly Observation[] }

type WordsAgree = (a: string, b: string) => 'same' | 'close' | 'different';
const WORD_LEVEL = { same: 0, close: 1, different: 2 } as const;
/** More words of one name than this are not independent evidence. */
const WORDS_MAX = 3;

/** Aligns the words of two names, best agreements first; a word left over on one side says nothing (a second given name, a clan name). */
export function alignWords(a: readonly string[], b: readonly string[], agree: WordsAgree): WordPair[] {
	const pairs: { level: number; i: number; j: number }[] = [];
	for (const [i, x] of a.entries()) {
		for (const [j, y] of b.entries()) {
			// An initial agrees with what it may stand for, and proves nothing.
			if ((x.length === 1 || y.length === 1) && x !== y) { if (x[0] === y[0]) pairs.push({ level: -1, i, j }); continue; }
			pairs.push({ level: WORD_LEVEL[agree(x, y)], i, j });
		}
	}
	pairs.sort((p, q) => (p.level < 0 ? 1.5 : p.level) - (q.level < 0 ? 1.5 : q.level) || p.i - q.i || p.j - q.j);
	const usedA = new Set<number>();
	const usedB = new Set<number>();
	const aligned: WordPair[] = [];
	for (const { level, i, j } of pairs) {
		if (usedA.has(i) || usedB.has(j)) continue;
		usedA.add(i);
		usedB.add(j);
		if (level >= 0 && aligned.length < WORDS_MAX) aligned.push({ level, value: level === 0 ? (a[i] ?? null) : null });
	}
	// "Mc Carthy" and "McCarthy", "Ana Maria" and "Anamaria": the same letters, cut differently.
	if (aligned.some(({ level }) => level === 2) && a.length !== b.length) {
		const joinedA = a.join('');
		const joinedB = b.join('');
		if (joinedA === joinedB || isOneSlip(joinedA, joinedB)) return [{ level: 1, value: null }, { level: 1, value: null }];
	}
	return aligned;
}

/** Birth dates of any precision. */
export function compareBirthDates(a: BirthDate, b: BirthDate): number {
	if (a.digits === b.digits) return a.day === null ? 2 : 0;
	const shared = Math.min(a.digits.length, b.digits.length);
	if (shared < 8) return a.digits.slice(0, shared) === b.digits.slice(0, shared) ? 2 : 3;
	if (isOneSlip(a.digits, b.digits)) return 1;
	const exchanged = a.year === b.year && a.month === b.day && a.day === b.month;
	return exchanged ? 1 : 3;
}

function compareVillages(a: string, b: string, agree: WordsAgree): number {
	if (a === b) return 0;
	const joinedA = a.replaceAll(' ', '');
	const joinedB = b.replaceAll(' ', '');
	return joinedA === joinedB || agree(joinedA, joinedB) !== 'different' ? 1 : 2;
}

function comparePhones(a: readonly string[], b: readonly string[]): Observation {
	const shared = a.find((phone) => b.includes(phone));
	if (shared !== undefined) return { field: 'phone', level: 0, value: shared };
	const near = a.some((x) => b.some((y) => isOneSlip(x, y)));
	return { field: 'phone', level: near ? 1 : 2, value: null };
}

/** Identifiers of one system are compared; of different systems only an equal value says anything (the same card, registered differently). */
function compareIdentifiers(a: PreparedIdentity['identifiers'], b: PreparedIdentity['identifiers']): Observation | null {
	let level: number | null = null;
	for (const x of a) {
		for (const y of b) {
			const sameSystem = x.system === y.system;
			if (x.value === y.value && (sameSystem || x.value.length >= 6)) return { field: 'identifier', level: 0, value: x.value };
			if (!sameSystem) continue;
			level = Math.min(level ?? 2, x.value.length >= 5 && isOneSlip(x.value, y.value) ? 1 : 2);
		}
	}
	return level === null ? null : { field: 'identifier', level, value: null };
}

function observeName(words: readonly WordPair[]): Observation | null {
	const [first] = words;
	if (first === undefined) return null;
	if (words.length === 1) return { field: 'word', level: first.level, value: null, words };
	const agreeing = words.filter(({ level }) => level < 2).length;
	const level = agreeing === words.length ? (words.every((word) => word.level === 0) ? 0 : 1) : agreeing > 0 ? 2 : 3;
	return { field: 'name', level, value: null, words };
}

/** Of several names on both sides (maiden name, names in two scripts) the best agreeing pair counts. */
function bestName(a: PreparedIdentity, b: PreparedIdentity, agree: WordsAgree): Observation[] {
	let best: WordPair[] = [];
	let bestScore = -Infinity;
	for (const x of a.names) {
		for (const y of b.names) {
			const words = alignWords(x, y, agree);
			const score = words.reduce((sum, { level }) => sum + (level === 0 ? 2 : level === 1 ? 1 : -1), 0);
			if (score > bestScore) { best = words; bestScore = score; }
		}
	}
	const observation = observeName(best);
	return observation === null ? [] : [observation];
}

/** Compares two charts. `agree` may be a memoized `wordsAgree`. */
export function compare(a: PreparedIdentity, b: PreparedIdentity, agree: WordsAgree = wordsAgree): Comparison {
	const observations: Observation[] = bestName(a, b, agree);
	if (a.birth !== null && b.birth !== null) {
		const level = compareBirthDates(a.birth, b.birth);
		observations.push({ field: 'birthDate', level, value: level === 0 ? a.birth.digits : null });
	}
	if (a.sex !== null && b.sex !== null) observations.push({ field: 'sex', level: a.sex === b.sex ? 0 : 1, value: a.sex === b.sex ? a.sex : null });
	if (a.village !== '' && b.village !== '') {
		const level = compareVillages(a.village, b.village, agree);
		observations.push({ field: 'village', level, value: level === 0 ? a.village : null });
	}
	if (a.phones.length > 0 && b.phones.length > 0) observations.push(comparePhones(a.phones, b.phones));
	const identifier = compareIdentifiers(a.identifiers, b.identifiers);
	if (identifier !== null) observations.push(identifier);
	return { observations };
}
