/** A book is a map to its readers, and none of its versions ever changes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Book, BookKeys } from './book.ts';

describe('a book', () => {
	it('holds what a map would hold, in every one of its versions', () => {
		const writes = fc.array(fc.tuple(fc.oneof(fc.string({ unit: fc.constantFrom('a', 'b', 'c', '0'), maxLength: 3 }), fc.constantFrom('__proto__', 'constructor', '')), fc.integer()), { maxLength: 200 });
		fc.assert(fc.property(writes, (entries) => {
			let book = Book.empty<string, number>();
			const map = new Map<string, number>();
			const versions: { readonly book: Book<string, number>; readonly entries: readonly (readonly [string, number])[] }[] = [];
			for (const [key, value] of entries) {
				book = book.with(key, value);
				map.set(key, value);
				if (versions.length < 20) versions.push({ book, entries: [...map] });
			}
			versions.push({ book, entries: [...map] });
			for (const version of versions) {
				expect(version.book.size).toBe(version.entries.length);
				expect(new Map(version.book)).toEqual(new Map(version.entries));
				for (const [key, value] of version.entries) expect(version.book.get(key)).toBe(value);
				expect(new Set(new BookKeys(version.book))).toEqual(new Set(version.entries.map(([key]) => key)));
			}
		}), { seed: 7, numRuns: 50 });
	});

	it('does not find what was never written', () => {
		const book = Book.empty<string, number>().with('a', 1);
		expect([book.get('b'), book.has('b'), book.get('__proto__'), new BookKeys(book).has('b')]).toEqual([undefined, false, undefined, false]);
	});
});
