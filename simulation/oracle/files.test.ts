import { describe, expect, it } from 'vitest';
import { Dice } from '../dice.ts';
import { carriedFile, damaged, notTakenIn } from './files.ts';

const lines = ['{"bundle":2,"hub":null,"org":"o","part":1}', '{"db":"control","doc":{"_id":"s","v":"s1"}}', ...['a', 'b', 'c'].map((id) => `{"db":"x-desk","doc":{"_id":"${id}","v":"e1"}}`), '{"count":4,"hash":"h","more":false}'];
const file = carriedFile(new TextEncoder().encode(`${lines.join('\n')}\n`));

describe('a file that somebody carries', () => {
	it('holds the sealed documents that its lines say', () => {
		expect(file.documents).toEqual(['a', 'b', 'c'].map((id) => ({ db: 'x-desk', id })));
	});

	it('keeps its header through any damage, and whole what it is said to keep whole', () => {
		for (let seed = 0; seed < 300; seed++) {
			const { bytes, documents } = damaged(file, new Dice(`damage ${String(seed)}`));
			const text = new TextDecoder().decode(bytes);
			expect(text.startsWith(`${lines[0] ?? ''}\n`)).toBe(true);
			for (const { id } of documents) expect(text).toContain(`{"db":"x-desk","doc":{"_id":"${id}","v":"e1"}}`);
		}
	});

	it('loses something in most accidents, and not everything', () => {
		const left = Array.from({ length: 300 }, (_, seed) => damaged(file, new Dice(`damage ${String(seed)}`)).documents.length);
		expect(left.filter((count) => count < 3).length).toBeGreaterThan(100);
		expect(left.filter((count) => count > 0).length).toBeGreaterThan(150);
	});

	it('is not taken in while something of it is neither here nor said to be of elsewhere', () => {
		expect(notTakenIn(file.documents, new Set(['a', 'b', 'c']), 0)).toEqual([]);
		expect(notTakenIn(file.documents, new Set(['a', 'b']), 1)).toEqual([]);
		expect(notTakenIn(file.documents, new Set(['a']), 1)).toMatchObject([{ kind: 'hidden' }]);
	});
});
