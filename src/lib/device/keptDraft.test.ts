import { describe, expect, test } from 'vitest';
import { filledIn, parseKept } from './keptDraft.ts';

const about = { kind: 'note', site: 'a', chart: 'b', id: null, person: 'MBABAZI, Grace' };

describe('an unfinished form, as it was written down', () => {
	test('is read as it was written', () => {
		expect(parseKept(JSON.stringify({ v: 1, about, data: { body: 'x' } }), 7)).toEqual({ about, data: { body: 'x' }, at: 7 });
	});
	test('is nothing where it is not that: of a later version, cut short, with a form that is no text', () => {
		for (const text of ['', '{', '[]', 'null', JSON.stringify({ v: 2, about, data: 1 }), JSON.stringify({ v: 1, data: 1 }), JSON.stringify({ v: 1, about: { ...about, kind: 3 } })]) expect(parseKept(text, 0)).toBeNull();
	});
});

describe('fields taken up again', () => {
	const fresh = { title: 'Note', body: '', on: { day: '1', month: '', year: '' }, urgent: false, codes: ['a'] };
	test('are those that were typed', () => {
		const stored = { title: 'Cough', body: 'three days', on: { day: '2', month: '3', year: '2026' }, urgent: true, codes: ['b', 'c'] };
		expect(filledIn(fresh, stored)).toEqual(stored);
	});
	test('have the shape that the form has now: what it does not ask any more is left out, what is new begins as it begins', () => {
		expect(filledIn(fresh, { title: 'Cough', gone: 'x', body: 5, on: 'yesterday', codes: [1] })).toEqual({ ...fresh, title: 'Cough' });
		for (const none of [null, undefined, 'text', [], 3]) expect(filledIn(fresh, none)).toEqual(fresh);
	});
	test('name no prototype', () => {
		const taken = filledIn(fresh, JSON.parse('{"__proto__":{"polluted":true},"title":"x"}'));
		expect([taken.title, Reflect.get({}, 'polluted')]).toEqual(['x', undefined]);
	});
});
