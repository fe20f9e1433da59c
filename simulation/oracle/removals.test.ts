/** How far closed chains count, and who is left when people remove each other: small cases with the answer written out. */
import { describe, expect, it } from 'vitest';
import { reaches, standing, type Blow, type Link, type Position } from './removals.ts';

const link = (id: string, seq: number, prev: string | null): Link => ({ id, actor: 'a', site: 's', comp: 'clinical', seq, prev, seen: [] });
const chain = (...links: readonly Link[]): ReadonlyMap<string, Link> => new Map(links.map((one) => [one.id, one]));
const upTo = (change: string, seq: number): Position => ({ actor: 'a', site: 's', comp: 'clinical', seq, change });
const WHOLE = chain(link('one', 1, null), link('two', 2, 'one'), link('three', 3, 'two'));

describe('a closed chain', () => {
	it('counts up to the furthest attested position, and not beyond', () => {
		const counted = (positions: readonly Position[]): readonly string[] => [...WHOLE.values()].filter((one) => reaches(positions, one, WHOLE)).map(({ id }) => id);
		expect(counted([])).toEqual([]);
		expect(counted([upTo('one', 1)])).toEqual(['one']);
		expect(counted([upTo('one', 1), upTo('two', 2)])).toEqual(['one', 'two']);
		// of a position that nobody holds nothing is known, and one that is not what it says is none
		expect(counted([upTo('two', 2), upTo('withheld', 9)])).toEqual(['one', 'two']);
		expect(counted([upTo('three', 2)])).toEqual([]);
	});

	it('counts up to where it was forked, when both branches are attested', () => {
		const forked = chain(...WHOLE.values(), link('other', 2, 'one'));
		const both = [upTo('three', 3), upTo('other', 2)];
		expect([...forked.values()].filter((one) => reaches(both, one, forked)).map(({ id }) => id)).toEqual(['one']);
	});
});

describe('removals at the same time', () => {
	const blow = (id: string, by: string, victims: readonly string[], ...past: readonly string[]): Blow => ({ id, by, victims, past: new Set(past) });

	it('all stand when they hit each other in a circle', () => {
		expect([...standing([blow('1', 'a', ['b']), blow('2', 'b', ['a'])])].sort()).toEqual(['1', '2']);
		expect([...standing([blow('1', 'a', ['b']), blow('2', 'b', ['c']), blow('3', 'c', ['a'])])].sort()).toEqual(['1', '2', '3']);
	});

	it('fall when somebody who is hit by nobody hits their author, and what they hit stands again', () => {
		expect([...standing([blow('1', 'a', ['b']), blow('2', 'b', ['c']), blow('3', 'c', ['d'])])].sort()).toEqual(['1', '3']);
	});

	it('are not hit by one that knew of them', () => {
		expect([...standing([blow('1', 'a', ['b']), blow('2', 'c', ['a'], '1')])].sort()).toEqual(['1', '2']);
	});
});
