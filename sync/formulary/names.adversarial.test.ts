import { expect, test } from 'vitest';
import { findIngredients } from './concept.ts';
import { readNames } from './names.ts';

test('a text of 64 KiB is read in linear time', () => {
	// reading that is not linear runs into the time limit of a test
	expect(readNames('co-trimoxazole + zzz / '.repeat(2_800)).ingredients).not.toEqual([]);
	expect(readNames('('.repeat(65_536)).ingredients).toEqual([]);
	expect(readNames(`${'['.repeat(30_000)}${']'.repeat(30_000)}`).ingredients).toEqual([]);
	expect(readNames('a '.repeat(32_000)).ingredients).toEqual([]);
});

test('names of object machinery resolve to nothing', () => {
	for (const text of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
		expect(readNames(text).ingredients).toEqual([]);
		expect(findIngredients({ coding: [{ system: text, code: text }] })).toMatchObject({ kind: 'uncoded' });
	}
});

test('direction marks, zero-width characters and look-alike letters are not guessed around', () => {
	expect(readNames('amoxi\u200bcillin').ingredients).toEqual([]);
	expect(readNames('аmoxicillin').ingredients).toEqual([]);
	expect(readNames('\u202eamoxicillin').ingredients).toEqual(['amoxicillin']);
});
