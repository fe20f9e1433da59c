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

	it('ends before what has not arrived', () => {
		expect(chains.unbrokenTo(ACTOR, SITE, 'clinical')).toBe(4);
		expect(chains.unbrokenTo(ACTOR, SITE, 'desk')).toBe(0);
	});

	it('ends before what arrived and does not count yet', () => {
		expect(chains.unbrokenTo(ACTOR, SITE, 'clinical', ({ envelope }) => envelope !== 'envelope-3')).toBe(2);
	});
});
