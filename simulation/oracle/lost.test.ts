import { describe, expect, it } from 'vitest';
import type { VerifiedChange } from '../../sync/change/change.ts';
import { Cast } from '../../sync/merge/cast.ts';
import { brokenChains, droppedHeads, forkedChains, lostChanges } from './lost.ts';

const asha = new Cast('lost').member('Asha', 'clinic A');
const first = asha.creates('Patient', { birth: { birthDate: '1980-01-01' } });
const left = asha.edits(first, { set: { birth: { birthDate: '1980-01-02' } } });
const right = asha.edits(first, { set: { birth: { birthDate: '1980-01-03' } } });
const resolution = asha.edits([left, right], { set: { birth: { birthDate: '1980-01-03' } } });
const altered = (signed: VerifiedChange, change: Partial<VerifiedChange['change']>): VerifiedChange => ({ ...signed, change: { ...signed.change, ...change } });

describe('nothing acknowledged is lost', () => {
	it('unless it is not there', () => {
		expect(lostChanges([first.id, left.id], new Set([first.id, left.id]), 'on the disk of device 1')).toEqual([]);
		expect(lostChanges([first.id, left.id], new Set([first.id]), 'on the disk of device 1').map(({ kind }) => kind)).toEqual(['lost']);
	});
});

describe('chains', () => {
	it('give each place once', () => {
		expect(forkedChains([first, left, right, left])).toEqual([]);
		const twice = { ...altered(right, { seq: 2 }), id: right.id };
		expect(forkedChains([first, left, twice]).map(({ kind }) => kind)).toEqual(['forbidden']);
		expect(forkedChains([first, left, twice], (actor) => actor === asha.actor)).toEqual([]);
	});

	it('name the change before', () => {
		expect(brokenChains([first, left, right])).toEqual([]);
		expect(brokenChains([first, left, altered(right, { prev: first.id })])).toHaveLength(1);
		expect(brokenChains([altered(first, { comp: 'clinical' }), left])).toHaveLength(1);
	});
});

describe('a save', () => {
	const byId = (changes: readonly VerifiedChange[]): ReadonlyMap<string, VerifiedChange> => new Map(changes.map((signed) => [signed.id, signed]));

	it('cites what was on the screen', () => {
		const saves = [{ id: resolution.id, heads: [left.id, right.id] }, { id: left.id, heads: [first.id] }];
		expect(droppedHeads(saves, byId([left, resolution]))).toEqual([]);
		expect(droppedHeads(saves, byId([left, right, altered(resolution, { deps: [left.id] })]))).toHaveLength(1);
		expect(droppedHeads(saves, byId([left, altered(right, { id: asha.actor as never }), altered(resolution, { deps: [left.id] })]))).toEqual([]);
	});
});
