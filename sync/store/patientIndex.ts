/**
 * Finding a patient as one types: an in-memory prefix index over names, phones, identifiers, villages and birth dates.
 *
 * Every word of the query must begin some word of the patient, in any order, without regard to case or diacritics. Sorted terms with
 * posting lists: built in tens of milliseconds for ten thousand patients, asked in under one. It holds plaintext, so it lives in the
 * memory of the unlocked worker and nowhere else; on the disk are the sealed entries that it is built from (`sealedIndex.ts`).
 */
import type { Id } from '../change/change.ts';

export interface SearchEntry {
	readonly site: Id;
	readonly chart: Id;
	readonly name: string;
	/** other names: maiden name, nickname, earlier spellings */
	readonly also: readonly string[];
	readonly birthDate: string | null;
	readonly gender: string | null;
	readonly village: string | null;
	readonly phone: string | null;
	readonly identifiers: readonly string[];
	readonly deceased: boolean;
	/** newest hybrid clock of the chart's changes: sorts as text */
	readonly changed: string;
}

/** Entries added since the last build before it is built again. */
const LOOSE_MAX = 400;
/** Weights of a word's best match; larger is better. */
const EXACT_NAME = 4;
const NAME = 3;
const OTHER = 1;
const WORDS_MAX = 8;
/** more than any sum of weights: entries at the asked site come first */
const AT_SITE = WORDS_MAX * EXACT_NAME + 1;

interface Terms {
	readonly sorted: readonly string[];
	/** for each term: twice the entry number, plus one where the term is of a name */
	readonly postings: readonly Uint32Array[];
}

export class PatientIndex {
	#entries: SearchEntry[] = [];
	#numbers = new Map<string, number>();
	#terms: Terms = { sorted: [], postings: [] };
	/** numbers of entries not in #terms yet, with their words */
	#loose = new Map<number, readonly Word[]>();
	/** numbers of entries that were replaced since the last build */
	#dead = new Set<number>();
	/** numbers of the entries in #terms, the most recently changed first */
	#recent: readonly number[] = [];

	get size(): number {
		return this.#numbers.size;
	}

	get(site: Id, chart: Id): SearchEntry | null {
		const number = this.#numbers.get(`${site}|${chart}`);
		return number === undefined ? null : (this.#entries[number] ?? null);
	}

	all(): IterableIterator<SearchEntry> {
		return this.#live();
	}

	/** Adds or replaces. */
	put(entries: readonly SearchEntry[]): void {
		for (const entry of entries) {
			const key = `${entry.site}|${entry.chart}`;
			const replaced = this.#numbers.get(key);
			if (replaced !== undefined && !this.#loose.delete(replaced)) this.#dead.add(replaced);
			const number = this.#entries.push(entry) - 1;
			this.#numbers.set(key, number);
			if (entries.length <= LOOSE_MAX) this.#loose.set(number, wordsOf(entry));
		}
		if (entries.length > LOOSE_MAX || this.#loose.size > LOOSE_MAX) this.#build();
	}

	/** Takes a site out: its key is gone. */
	dropSite(site: Id): void {
		const kept = [...this.#live()].filter((entry) => entry.site !== site);
		this.clear();
		this.put(kept);
	}

	clear(): void {
		this.#entries = [];
		this.#numbers = new Map();
		this.#terms = { sorted: [], postings: [] };
		this.#loose = new Map();
		this.#dead = new Set();
		this.#recent = [];
	}

	/**
	 * The best `limit` entries: those at `site` first, then by how well the words match, then the most recently changed. An empty query
	 * lists the most recently changed.
	 */
	search(query: string, site: Id | null, limit: number): readonly SearchEntry[] {
		const words = queryWords(query);
		const scores = words.length === 0 ? null : this.#match(words);
		const ranks: SearchEntry[][] = [];
		const consider = (number: number): void => {
			const score = scores === null ? 1 : (scores[number] ?? 0);
			const entry = this.#entries[number];
			if (score === 0 || entry === undefined || this.#dead.has(number)) return;
			const rank = (ranks[score + (entry.site === site ? AT_SITE : 0)] ??= []);
			if (rank.length < limit) rank.push(entry);
		};
		for (const number of this.#looseByTime()) consider(number);
		for (const number of this.#recent) consider(number);
		const found: SearchEntry[] = [];
		for (const rank of ranks.reverse()) if (rank !== undefined && found.length < limit) found.push(...rank);
		return found.slice(0, limit);
	}

	#looseByTime(): number[] {
		return [...this.#loose.keys()].sort((a, b) => this.#newer(a, b));
	}

	#newer(a: number, b: number): number {
		const [first, second] = [this.#entries[a], this.#entries[b]];
		if (first === undefined || second === undefined) return 0;
		return first.changed < second.changed ? 1 : first.changed > second.changed ? -1 : first.chart < second.chart ? -1 : 1;
	}

	/** Score per entry number; 0 where a word has no match. */
	#match(words: readonly string[]): Uint16Array {
		const total = new Uint16Array(this.#entries.length);
		words.forEach((word, turn) => {
			const weights = new Uint8Array(this.#entries.length);
			this.#mark(word, weights);
			for (let i = 0; i < total.length; i++) {
				const weight = weights[i] ?? 0;
				total[i] = weight === 0 || (turn > 0 && total[i] === 0) ? 0 : (total[i] ?? 0) + weight;
			}
		});
		return total;
	}

	#mark(word: string, weights: Uint8Array): void {
		const { sorted, postings } = this.#terms;
		for (let i = firstAtLeast(sorted, word); i < sorted.length; i++) {
			const term = sorted[i] ?? '';
			if (!term.startsWith(word)) break;
			for (const posting of postings[i] ?? []) raise(weights, posting >>> 1, weightOf((posting & 1) === 1, term === word));
		}
		for (const [number, own] of this.#loose) {
			for (const { text, isName } of own) if (text.startsWith(word)) raise(weights, number, weightOf(isName, text === word));
		}
	}

	#build(): void {
		const entries = [...this.#live()];
		this.#entries = entries;
		this.#numbers = new Map(entries.map((entry, number) => [`${entry.site}|${entry.chart}`, number]));
		this.#loose = new Map();
		this.#dead = new Set();
		this.#recent = entries.map((_, number) => number).sort((a, b) => this.#newer(a, b));
		const lists = new Map<string, number[]>();
		entries.forEach((entry, number) => {
			for (const { text, isName } of wordsOf(entry)) {
				const list = lists.get(text);
				const posting = number * 2 + (isName ? 1 : 0);
				if (list === undefined) lists.set(text, [posting]);
				else list.push(posting);
			}
		});
		const sorted = [...lists.keys()].sort();
		this.#terms = { sorted, postings: sorted.map((term) => Uint32Array.from(lists.get(term) ?? [])) };
	}

	*#live(): IterableIterator<SearchEntry> {
		for (const number of this.#numbers.values()) {
			const entry = this.#entries[number];
			if (entry !== undefined) yield entry;
		}
	}
}

interface Word { readonly text: string; readonly isName: boolean }

const weightOf = (isName: boolean, exact: boolean): number => (isName ? (exact ? EXACT_NAME : NAME) : OTHER);

function raise(weights: Uint8Array, number: number, weight: number): void {
	if ((weights[number] ?? 0) < weight) weights[number] = weight;
}

function firstAtLeast(sorted: readonly string[], word: string): number {
	let low = 0;
	let high = sorted.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if ((sorted[middle] ?? '') < word) low = middle + 1;
		else high = middle;
	}
	return low;
}

/** Letters that Unicode does not decompose (UAX 15) but that people leave out or write otherwise. */
const FOLDED: ReadonlyMap<string, string> = new Map([['ß', 'ss'], ['ø', 'o'], ['đ', 'd'], ['ð', 'd'], ['ł', 'l'], ['æ', 'ae'], ['œ', 'oe'], ['ı', 'i'], ['ŋ', 'ng'], ['ɛ', 'e'], ['ɔ', 'o'], ['ɗ', 'd'], ['ɓ', 'b'], ['ƙ', 'k'], ['þ', 'th']]);
const ASCII = /^[\x20-\x7e]*$/;

/** Lower case, without diacritics and apostrophes. */
export function fold(text: string): string {
	const lower = text.toLowerCase();
	if (ASCII.test(lower)) return lower.replaceAll("'", '');
	return lower.normalize('NFKD').replace(/[\p{M}'’ʼ`´]/gu, '').replace(/[ßøđðłæœıŋɛɔɗɓƙþ]/g, (letter) => FOLDED.get(letter) ?? letter);
}

const split = (text: string): string[] => fold(text).split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
const digits = (text: string): string => text.replace(/\D/g, '');
/** Digits after which numbers written with a country code, with a leading zero, or with neither, are the same. */
const NATIONAL_DIGITS = 9;

function wordsOf(entry: SearchEntry): readonly Word[] {
	const words: Word[] = [];
	for (const name of [entry.name, ...entry.also]) for (const text of split(name)) words.push({ text, isName: true });
	const others = [...(entry.village === null ? [] : split(entry.village))];
	if (entry.birthDate !== null) others.push(digits(entry.birthDate));
	if (entry.phone !== null) others.push(...phoneWords(entry.phone));
	for (const identifier of entry.identifiers) {
		const pieces = split(identifier);
		others.push(...pieces);
		if (pieces.length > 1) others.push(pieces.join(''));
	}
	for (const text of new Set(others)) if (text !== '') words.push({ text, isName: false });
	return words;
}

function phoneWords(phone: string): string[] {
	const all = digits(phone);
	return all.length > NATIONAL_DIGITS ? [all, all.slice(-NATIONAL_DIGITS)] : [all, all.replace(/^0+/, '')];
}

/** Words to match. Figures with spaces or signs between are one number: a phone, a date. */
function queryWords(query: string): readonly string[] {
	const bounded = query.slice(0, 200);
	const figures = digits(bounded);
	if (figures.length >= 4 && /^[\d\s+()./-]+$/.test(bounded)) return [figures.length > 5 ? figures.replace(/^0+/, '') : figures];
	return split(bounded).slice(0, WORDS_MAX);
}
