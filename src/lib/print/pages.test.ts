import { describe, expect, test } from 'vitest';
import { intoPages, type Measured } from './pages.ts';

const lines = (...heights: readonly number[]): Measured[] => heights.map((height) => ({ height, heading: false }));

describe('lines on pages', () => {
	test('fill a page before the next begins, in order, each once', () => {
		const pages = intoPages(lines(40, 40, 40, 40, 40), 100);
		expect(pages).toEqual([[0, 1], [2, 3], [4]]);
	});
	test('a heading goes over with what it heads', () => {
		expect(intoPages([...lines(50), { height: 20, heading: true }, ...lines(50)], 100)).toEqual([[0], [1, 2]]);
		expect(intoPages([{ height: 20, heading: true }, { height: 20, heading: true }, ...lines(90)], 100)).toEqual([[0], [1, 2]]);
	});
	test('a line higher than a page has one to itself, and nothing is a page too', () => {
		expect(intoPages(lines(10, 500, 10), 100)).toEqual([[0], [1], [2]]);
		expect(intoPages([], 100)).toEqual([[]]);
	});
});
