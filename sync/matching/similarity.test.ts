import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nameWords } from './identity.ts';
import { isOneSlip, jaro, jaroWinkler, soundOf, wordsAgree } from './similarity.ts';

test.each([
	// Worked examples of Winkler (1990) and the U.S. Census Bureau's tables.
	['MARTHA', 'MARHTA', 0.944, 0.961], ['DWAYNE', 'DUANE', 0.822, 0.84], ['DIXON', 'DICKSONX', 0.767, 0.813], ['ABC', 'XYZ', 0, 0]
])('Jaro and Jaro-Winkler of %s and %s', (a, b, plain, winkler) => {
	expect(jaro(a, b)).toBeCloseTo(plain, 3);
	expect(jaroWinkler(a, b)).toBeCloseTo(winkler, 3);
});

test.each([
	['otieno', 'otiano', true], ['otieno', 'otino', true], ['otieno', 'toieno', true], ['otieno', 'otieno', false], ['otieno', 'otnieo', false], ['otieno', 'oteinos', false]
])('%s and %s differ by one slip: %s', (a, b, answer) => {
	expect(isOneSlip(a, b)).toBe(answer);
	expect(isOneSlip(b, a)).toBe(answer);
});

test('similarity is symmetric and between 0 and 1, for any text', () => {
	fc.assert(fc.property(fc.string({ maxLength: 20, unit: 'grapheme' }), fc.string({ maxLength: 20, unit: 'grapheme' }), (a, b) => {
		const similarity = jaroWinkler(a, b);
		expect(similarity).toBeGreaterThanOrEqual(0);
		expect(similarity).toBeLessThanOrEqual(1);
		expect(jaroWinkler(b, a)).toBeCloseTo(similarity, 12);
		expect(wordsAgree(a, b)).toBe(wordsAgree(b, a));
	}), { seed: 7, numRuns: 300 });
});

test('names in other scripts keep their letters and have themselves as sound', () => {
	expect(nameWords('Ángela ÑÚÑEZ')).toEqual(['angela', 'nunez']);
	expect(nameWords('محمد علي')).toEqual(['محمد', 'علي']);
	expect(soundOf('محمد')).toBe('محمد');
	expect(wordsAgree('መሐመድ', 'መሐመድ')).toBe('same');
});
