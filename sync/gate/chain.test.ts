import { describe, expect, it } from 'vitest';
import type { Hash, Id } from '../change/change.ts';
import { ChainKnowledge, type ChainEntry } from './chain.ts';

const [ACTOR, SITE] = ['actor' as Hash, 'site' as Id];
const entry = (seq: number): ChainEntry => ({
	id: `id-${String(seq)}` as Hash, actor: ACTOR, site: SITE, comp: 'clinical', seq, prev: seq === 1 ? null : (`id-${String(seq - 1)}` as Hash), seen: [], envelope: `envelope-${String(seq)}`
});

describe('how far a chain is known without a hole', () => {
	const chains = new ChainKnowledge();
	for (const seq of [4, 1, 3, 2, 6]) chains.learn(entry(seq));

	it('counts the changes of a chain, both of a place that was given twice', () => {
		expect(chains.count(ACTOR, SITE, 'clinical')).toBe(5);
		expect(chains.count(ACTOR, SITE, 'desk')).toBe(0);
		const forked = new ChainKnowledge();
		for (const each of [entry(1), entry(2), { ...entry(2), id: 'another-2' as Hash }]) forked.learn(each);
		expect(forked.count(ACTOR, SITE, 'clinical')).toBe(3);
	});

	it('ends before what has not arrived', () => {
		expect(chains.unbrokenTo(ACTOR, SITE, 'clinical')).toBe(4);
		expect(chains.unbrokenTo(ACTOR, SITE, 'desk')).toBe(0);
	});

	it('ends before what arrived and does not count yet', () => {
		expect(chains.unbrokenTo(ACTOR, SITE, 'clinical', ({ envelope }) => envelope !== 'envelope-3')).toBe(2);
	});
});
