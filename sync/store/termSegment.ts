/**
 * The words of some entries, sorted, with the entries that have them: what a prefix search runs on. Never changed once made.
 *
 * Words lie in one array of code units, entries in one of numbers, so that half a million patients cost tens of megabytes. New entries make a
 * segment of their own and segments of a size are merged (O'Neil and others, "The log-structured merge-tree", 1996): each word is copied a
 * logarithmic number of times, however small the portions in which patients come.
 */
export interface Word { readonly text: string; readonly isName: boolean }

export interface TermSegment {
	/** entries in it */
	readonly size: number;
	/** the words one after the other, in the order of their code units */
	readonly letters: Uint16Array;
	/** where each word begins, and where the last ends */
	readonly starts: Uint32Array;
	/** entries of each word one after the other: twice the number, plus one where the word is of a name */
	readonly postings: Uint32Array;
	/** where the entries of each word begin, and where the last end */
	readonly lists: Uint32Array;
	/** numbers of the entries, the most recently changed first */
	readonly recent: Uint32Array;
}

/** The entry's number now; `GONE`: it is left out. */
export type Renumber = (number: number) => number;
export const GONE = 0xffffffff;
type Newer = (a: number, b: number) => number;

export function segmentOf(entries: ReadonlyMap<number, readonly Word[]>, newer: Newer): TermSegment {
	const found = new Map<string, number[]>();
	for (const [number, words] of entries) {
		for (const { text, isName } of words) {
			const list = found.get(text);
			const posting = number * 2 + (isName ? 1 : 0);
			if (list === undefined) found.set(text, [posting]);
			else list.push(posting);
		}
	}
	const terms = [...found.keys()].sort();
	const made = new Builder(terms.reduce((sum, { length }) => sum + length, 0), terms.length, [...found.values()].reduce((sum, { length }) => sum + length, 0));
	for (const term of terms) {
		made.text(term);
		for (const posting of found.get(term) ?? []) made.post(posting);
		made.end();
	}
	return made.done(Uint32Array.from(entries.keys()).sort(newer));
}

/** Both in one, of the entries that are still there, by their numbers now. The postings of `a` come before those of `b`. */
export function mergeSegments(a: TermSegment, b: TermSegment, renumber: Renumber, newer: Newer): TermSegment {
	const made = new Builder(a.letters.length + b.letters.length, count(a) + count(b), a.postings.length + b.postings.length);
	const post = (from: TermSegment, term: number): void => {
		for (let at = from.lists[term] ?? 0; at < (from.lists[term + 1] ?? 0); at++) {
			const posting = from.postings[at] ?? 0;
			const number = renumber(posting >>> 1);
			if (number !== GONE) made.post(number * 2 + (posting & 1));
		}
	};
	for (let i = 0, j = 0; i < count(a) || j < count(b); ) {
		const order = i === count(a) ? 1 : j === count(b) ? -1 : compareTerms(a, i, b, j);
		if (order <= 0) made.term(a, i);
		else made.term(b, j);
		if (order <= 0) post(a, i++);
		if (order >= 0) post(b, j++);
		made.end();
	}
	const [first, second] = [a, b].map(({ recent }) => recent.map(renumber).filter((number) => number !== GONE));
	return made.done(mergedOrder(first ?? new Uint32Array(), second ?? new Uint32Array(), newer));
}

/** Two lists that are in order each, as one. */
export function mergedOrder(a: Uint32Array, b: Uint32Array, newer: Newer): Uint32Array {
	const merged = new Uint32Array(a.length + b.length);
	for (let i = 0, j = 0; i + j < merged.length; ) {
		const takesA = j === b.length || (i < a.length && newer(a[i] ?? 0, b[j] ?? 0) <= 0);
		merged[i + j] = (takesA ? a[i] : b[j]) ?? 0;
		if (takesA) i++;
		else j++;
	}
	return merged;
}

/** Calls `found` for every entry with a word that begins so. */
export function eachWithPrefix({ letters, starts, postings, lists }: TermSegment, prefix: string, found: (number: number, isName: boolean, whole: boolean) => void): void {
	const terms = starts.length - 1;
	let low = 0;
	for (let high = terms; low < high; ) {
		const middle = (low + high) >>> 1;
		if (compareTo(letters, starts[middle] ?? 0, starts[middle + 1] ?? 0, prefix) < 0) low = middle + 1;
		else high = middle;
	}
	for (; low < terms; low++) {
		const [from, to] = [starts[low] ?? 0, starts[low + 1] ?? 0];
		if (!beginsWith(letters, from, to, prefix)) return;
		for (let at = lists[low] ?? 0; at < (lists[low + 1] ?? 0); at++) {
			const posting = postings[at] ?? 0;
			found(posting >>> 1, (posting & 1) === 1, to - from === prefix.length);
		}
	}
}

/** Writes a segment into arrays of the greatest size that it can have, and cuts them to what it has. */
class Builder {
	readonly #letters: Uint16Array;
	readonly #starts: Uint32Array;
	readonly #postings: Uint32Array;
	readonly #lists: Uint32Array;
	#letter = 0;
	#term = 0;
	#posting = 0;

	constructor(letters: number, terms: number, postings: number) {
		this.#letters = new Uint16Array(letters);
		this.#starts = new Uint32Array(terms + 1);
		this.#postings = new Uint32Array(postings);
		this.#lists = new Uint32Array(terms + 1);
	}

	text(term: string): void {
		for (let at = 0; at < term.length; at++) this.#letters[this.#letter++] = term.charCodeAt(at);
	}

	term({ letters, starts }: TermSegment, term: number): void {
		const text = letters.subarray(starts[term] ?? 0, starts[term + 1] ?? 0);
		this.#letters.set(text, this.#letter);
		this.#letter += text.length;
	}

	post(posting: number): void {
		this.#postings[this.#posting++] = posting;
	}

	/** Ends a word; one that no entry has any more is taken back. */
	end(): void {
		if (this.#posting === this.#lists[this.#term]) {
			this.#letter = this.#starts[this.#term] ?? 0;
			return;
		}
		this.#term++;
		this.#starts[this.#term] = this.#letter;
		this.#lists[this.#term] = this.#posting;
	}

	done(recent: Uint32Array): TermSegment {
		return {
			size: recent.length, recent, letters: this.#letters.slice(0, this.#letter), starts: this.#starts.slice(0, this.#term + 1),
			postings: this.#postings.slice(0, this.#posting), lists: this.#lists.slice(0, this.#term + 1)
		};
	}
}

const count = ({ starts }: TermSegment): number => starts.length - 1;

function compareTerms(a: TermSegment, i: number, b: TermSegment, j: number): number {
	const [from, to] = [a.starts[i] ?? 0, a.starts[i + 1] ?? 0];
	const [other, end] = [b.starts[j] ?? 0, b.starts[j + 1] ?? 0];
	const length = Math.min(to - from, end - other);
	for (let at = 0; at < length; at++) {
		const difference = (a.letters[from + at] ?? 0) - (b.letters[other + at] ?? 0);
		if (difference !== 0) return difference;
	}
	return to - from - (end - other);
}

function compareTo(letters: Uint16Array, from: number, to: number, text: string): number {
	const length = Math.min(to - from, text.length);
	for (let at = 0; at < length; at++) {
		const difference = (letters[from + at] ?? 0) - text.charCodeAt(at);
		if (difference !== 0) return difference;
	}
	return to - from - text.length;
}

function beginsWith(letters: Uint16Array, from: number, to: number, prefix: string): boolean {
	return to - from >= prefix.length && compareTo(letters, from, from + prefix.length, prefix) === 0;
}
