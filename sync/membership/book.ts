/**
 * A map that is never changed: `with` gives a new one that shares nearly everything with the old.
 *
 * The log keeps the state after each statement, because a statement and a change are judged at the place in the log that they cite.
 * Copying whole maps for that would take memory with the square of the log's length. Here entries are spread
 * over buckets, and a write copies one bucket and the list of buckets. Iteration order follows from the sequence of writes alone.
 */
const BUCKETS = 64;

export class Book<K extends string, V> implements ReadonlyMap<K, V> {
	private constructor(
		private readonly buckets: readonly (ReadonlyMap<K, V> | undefined)[],
		readonly size: number
	) {}

	static empty<K extends string, V>(): Book<K, V> {
		return new Book<K, V>(new Array<undefined>(BUCKETS).fill(undefined), 0);
	}

	get(key: K): V | undefined {
		return this.buckets[bucketOf(key)]?.get(key);
	}

	has(key: K): boolean {
		return this.buckets[bucketOf(key)]?.has(key) ?? false;
	}

	/** This book with one entry set. */
	with(key: K, value: V): Book<K, V> {
		const index = bucketOf(key);
		const bucket = new Map(this.buckets[index]);
		const size = this.size + (bucket.has(key) ? 0 : 1);
		bucket.set(key, value);
		const buckets = this.buckets.slice();
		buckets[index] = bucket;
		return new Book(buckets, size);
	}

	*entries(): MapIterator<[K, V]> {
		for (const bucket of this.buckets) if (bucket !== undefined) yield* bucket.entries();
	}

	*keys(): MapIterator<K> {
		for (const [key] of this.entries()) yield key;
	}

	*values(): MapIterator<V> {
		for (const [, value] of this.entries()) yield value;
	}

	[Symbol.iterator](): MapIterator<[K, V]> {
		return this.entries();
	}

	forEach(visit: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
		for (const [key, value] of this.entries()) visit(value, key, this);
	}
}

/** The keys of a book as a set, without a copy. */
export class BookKeys<K extends string> implements ReadonlySet<K> {
	constructor(private readonly book: ReadonlyMap<K, unknown>) {}

	get size(): number {
		return this.book.size;
	}

	has(key: K): boolean {
		return this.book.has(key);
	}

	*entries(): SetIterator<[K, K]> {
		for (const key of this.book.keys()) yield [key, key];
	}

	keys(): SetIterator<K> {
		return this.book.keys();
	}

	values(): SetIterator<K> {
		return this.book.keys();
	}

	[Symbol.iterator](): SetIterator<K> {
		return this.book.keys();
	}

	forEach(visit: (value: K, key: K, set: ReadonlySet<K>) => void): void {
		for (const key of this.book.keys()) visit(key, key, this);
	}
}

/** FNV-1a over the first characters: keys are hashes and random ids, which differ there. */
function bucketOf(key: string): number {
	let hash = 0x811c9dc5;
	for (let i = 0; i < key.length && i < 12; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
	return (hash ^ (hash >>> 15)) & (BUCKETS - 1);
}
