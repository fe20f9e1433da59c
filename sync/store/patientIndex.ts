/**
 * Finding a patient as one types: an in-memory prefix index over names, phones, identifiers, villages and birth dates.
 *
 * Every word of the query must begin some word of the patient, in any order, without regard to case or diacritics. Entries are packed
 * (`packedEntries.ts`) and their words in sorted segments (`termSegment.ts`): a patient costs about 250 bytes of memory, and one more costs the same
 * whether there are ten thousand or half a million. It holds plaintext, so it lives in the memory of the unlocked worker and nowhere else; on the
 * disk are the sealed entries that it is built from (`sealedIndex.ts`).
 */
import type { Id } from '../change/change.ts';
import { NONE, PackedEntries, type Packing } from './packedEntries.ts';
import { eachWithPrefix, mergedOrder, mergeSegments, segmentOf, type TermSegment, type Word } from './termSegment.ts';

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

/** Entries that are looked through one by one before they become a segment. */
const LOOSE_MAX = 400;
/** Entries of a segment when many come at once. */
const PORTION = 20_000;
/** Weights of a word's best match; larger is better. */
const EXACT_NAME = 4;
const NAME = 3;
const OTHER = 1;
const WORDS_MAX = 8;
/** more than any sum of weights: entries at the asked site come first */
const AT_SITE = WORDS_MAX * EXACT_NAME + 1;

export class PatientIndex<E extends SearchEntry = SearchEntry> {
	readonly #packing: Packing<E>;
	#entries: PackedEntries<E>;
	/** the older before the newer; each more than twice the size of the next */
	#segments: TermSegment[] = [];
	/** numbers of entries that are in no segment yet, with their words */
	#loose = new Map<number, readonly Word[]>();
	/** numbers of all that is in segments, the most recently changed first; null: to be merged */
	#recent: Uint32Array | null = null;

	/** `packing`: what is kept of an entry; all of it, unless told otherwise. */
	constructor(packing: Packing<E> = whole()) {
		this.#packing = packing;
		this.#entries = new PackedEntries(packing);
	}

	get size(): number {
		return this.#entries.live;
	}

	countAt(site: Id): number {
		return this.#entries.countAt(site);
	}

	get(site: Id, chart: Id): E | null {
		const number = this.#entries.find(site, chart);
		return number === NONE ? null : this.#entries.get(number);
	}

	has(site: Id, chart: Id): boolean {
		return this.#entries.find(site, chart) !== NONE;
	}

	/** Every entry, or those of a site. To be read to its end before anything is put or dropped. */
	*all(site: Id | null = null): Generator<E> {
		for (const number of this.#numbers(site)) yield this.#entries.get(number);
	}

	/** The charts of a site, without unpacking any. */
	chartsAt(site: Id): readonly Id[] {
		return [...this.#numbers(site)].map((number) => this.#entries.chartOf(number));
	}

	/** Adds or replaces. */
	put(entries: readonly E[]): void {
		for (let from = 0; from < entries.length; from += PORTION) {
			for (const entry of entries.slice(from, from + PORTION)) {
				const { number, replaced } = this.#entries.add(entry);
				this.#loose.delete(replaced);
				this.#loose.set(number, wordsOf(entry));
			}
			if (this.#loose.size > LOOSE_MAX) this.#settle();
		}
		const dead = this.#entries.count - this.#entries.live;
		if (dead > LOOSE_MAX && dead > this.#entries.live) this.#compact();
	}

	/** Takes a site out: its key is gone. */
	dropSite(site: Id): void {
		this.#entries.dropSite(site);
		this.#compact();
	}

	clear(): void {
		this.#entries = new PackedEntries(this.#packing);
		this.#segments = [];
		this.#loose = new Map();
		this.#recent = null;
	}

	/**
	 * The best `limit` entries: those at `site` first, then by how well the words match, then the most recently changed. An empty query
	 * lists the most recently changed.
	 */
	search(query: string, site: Id | null, limit: number): readonly E[] {
		const words = queryWords(query);
		const scores = words.length === 0 ? null : this.#match(words);
		const asked = site === null ? -1 : this.#entries.siteNumber(site);
		const ranks: number[][] = [];
		const consider = (number: number): void => {
			const score = scores === null ? 1 : (scores[number] ?? 0);
			if (score === 0 || this.#entries.isDead(number)) return;
			const rank = (ranks[score + (asked >= 0 && this.#entries.isAt(number, asked) ? AT_SITE : 0)] ??= []);
			if (rank.length < limit) rank.push(number);
		};
		const loose = Uint32Array.from(this.#loose.keys()).sort(this.#newer);
		let next = 0;
		for (const number of this.#byTime()) {
			while (next < loose.length && this.#newer(loose[next] ?? 0, number) < 0) consider(loose[next++] ?? 0);
			consider(number);
		}
		while (next < loose.length) consider(loose[next++] ?? 0);
		const found: number[] = [];
		for (const rank of ranks.reverse()) if (rank !== undefined && found.length < limit) found.push(...rank);
		return found.slice(0, limit).map((number) => this.#entries.get(number));
	}

	/** Score per entry number; 0 where a word has no match. */
	#match(words: readonly string[]): Uint16Array {
		const total = new Uint16Array(this.#entries.count);
		const weights = new Uint8Array(total.length);
		words.forEach((word, turn) => {
			weights.fill(0);
			this.#mark(word, weights);
			for (let i = 0; i < total.length; i++) {
				const weight = weights[i] ?? 0;
				total[i] = weight === 0 || (turn > 0 && total[i] === 0) ? 0 : (total[i] ?? 0) + weight;
			}
		});
		return total;
	}

	#mark(word: string, weights: Uint8Array): void {
		for (const segment of this.#segments) eachWithPrefix(segment, word, (number, isName, exact) => raise(weights, number, weightOf(isName, exact)));
		for (const [number, own] of this.#loose) {
			for (const { text, isName } of own) if (text.startsWith(word)) raise(weights, number, weightOf(isName, text === word));
		}
	}

	readonly #newer = (a: number, b: number): number => this.#entries.newer(a, b);

	#byTime(): Uint32Array {
		this.#recent ??= this.#segments.reduce<Uint32Array>((all, { recent }) => mergedOrder(all, recent, this.#newer), new Uint32Array());
		return this.#recent;
	}

	/** Makes a segment of what is loose, and merges those that it has caught up with. */
	#settle(): void {
		this.#segments.push(segmentOf(this.#loose, this.#newer));
		this.#loose = new Map();
		this.#recent = null;
		const still = (number: number): number => (this.#entries.isDead(number) ? NONE : number);
		for (let [before, last] = this.#segments.slice(-2); before !== undefined && last !== undefined && last.size * 2 >= before.size; [before, last] = this.#segments.slice(-2)) {
			this.#segments.splice(-2, 2, mergeSegments(before, last, still, this.#newer));
		}
	}

	/** Frees what the dead take up. */
	#compact(): void {
		const numbers = this.#entries.compact();
		const renumber = (number: number): number => numbers[number] ?? NONE;
		const none = segmentOf(new Map(), this.#newer);
		this.#segments = this.#segments.map((segment) => mergeSegments(segment, none, renumber, this.#newer)).filter(({ size }) => size > 0);
		this.#loose = new Map([...this.#loose].map(([number, words]) => [renumber(number), words] as const).filter(([number]) => number !== NONE));
		this.#recent = null;
	}

	*#numbers(site: Id | null): Generator<number> {
		const asked = site === null ? -1 : this.#entries.siteNumber(site);
		if (site !== null && asked < 0) return;
		for (let number = 0; number < this.#entries.count; number++) {
			if (site === null ? !this.#entries.isDead(number) : this.#entries.isAt(number, asked)) yield number;
		}
	}
}

function whole<E extends SearchEntry>(): Packing<E> {
	return { pack: ({ site: _site, chart: _chart, ...rest }) => rest, unpack: (site, chart, packed) => ({ ...(packed as Omit<E, 'site' | 'chart'>), site, chart }) as E };
}

const weightOf = (isName: boolean, exact: boolean): number => (isName ? (exact ? EXACT_NAME : NAME) : OTHER);

function raise(weights: Uint8Array, number: number, weight: number): void {
	if ((weights[number] ?? 0) < weight) weights[number] = weight;
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
