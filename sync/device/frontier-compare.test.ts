/** Two views of one compartment, compared: what is missing, and where histories part. */
import { describe, expect, it } from 'vitest';
import type { Hash, Id } from '../change/change.ts';
import { hashOf } from '../change/ids.ts';
import { seededRandom } from '../change/ports.ts';
import { ChainKnowledge } from '../gate/chain.ts';
import type { FrontierState } from '../seal/frontier.ts';
import { heldBy, partings, positionsHeld } from './frontier-compare.ts';

const random = seededRandom('compare');
const hash = (): Hash => hashOf(random.bytes(32));
const SITE = 'a'.repeat(32) as Id;
const DEVICE = 'd'.repeat(32) as Id;
const PLACE = { site: SITE, comp: 'clinical' } as const;
const nora = hash();
const otto = hash();

/** A chain of so many changes; from `fork` on other ones than those of `like`. */
function chainOf(count: number, like: readonly Hash[] = [], fork = count + 1): readonly Hash[] {
	return Array.from({ length: count }, (_, i) => (i + 1 < fork ? (like[i] ?? hash()) : hash()));
}

function knowing(...chains: readonly (readonly [actor: Hash, ids: readonly Hash[], without?: readonly number[]])[]): ChainKnowledge {
	const knowledge = new ChainKnowledge();
	for (const [actor, ids, without = []] of chains) {
		ids.forEach((id, i) => {
			if (!without.includes(i + 1)) knowledge.learn({ id, actor, ...PLACE, seq: i + 1, prev: ids[i - 1] ?? null, seen: [], envelope: '' });
		});
	}
	return knowledge;
}

const stated = (knowledge: ChainKnowledge, upTo: (actor: Hash) => number = () => Infinity): FrontierState => ({ v: 1, n: 1, at: 7, seen: [], chains: positionsHeld(PLACE, knowledge, upTo) });

describe('what a device states', () => {
	it('is how far each chain is whole, and of its own no further than a hub has confirmed', () => {
		const ids = chainOf(10);
		expect(stated(knowing([nora, ids, [7]])).chains).toMatchObject([{ actor: nora, seq: 6, id: ids[5] }]);
		expect(stated(knowing([nora, ids]), () => 4).chains).toMatchObject([{ seq: 4, id: ids[3] }]);
		expect(stated(knowing([nora, ids]), () => 0).chains).toEqual([]);
	});
});

describe('attack 28: a tail that was withheld', () => {
	it('is named from its first position to its last', () => {
		const ids = chainOf(10);
		expect(partings(PLACE, stated(knowing([nora, ids])), knowing([nora, ids.slice(0, 4)]))).toEqual([{ kind: 'behind', actor: nora, from: 5, to: 10 }]);
		expect(partings(PLACE, stated(knowing([nora, ids])), knowing())).toEqual([{ kind: 'behind', actor: nora, from: 1, to: 10 }]);
		expect(partings(PLACE, stated(knowing([nora, ids])), knowing([nora, ids]))).toEqual([]);
		expect(partings(PLACE, stated(knowing([nora, ids])), knowing([nora, ids, [3, 5]]))).toEqual([{ kind: 'behind', actor: nora, from: 3, to: 5 }]);
		expect(partings(PLACE, stated(knowing([nora, ids.slice(0, 4)])), knowing([nora, ids]))).toEqual([]);
	});
});

describe('attack 29: two views', () => {
	it('in which each has what the other lacks part in both directions', () => {
		const [of, by] = [chainOf(9), chainOf(6)];
		const [left, right] = [knowing([nora, of], [otto, by.slice(0, 2)]), knowing([nora, of.slice(0, 5)], [otto, by])];
		expect(partings(PLACE, stated(left), right)).toEqual([{ kind: 'behind', actor: nora, from: 6, to: 9 }]);
		expect(partings(PLACE, stated(right), left)).toEqual([{ kind: 'behind', actor: otto, from: 3, to: 6 }]);
	});

	it('of one chain part between two marks, whatever lies behind: for every length and every point of the fork', () => {
		for (let length = 1; length <= 40; length++) {
			const ids = chainOf(length);
			for (let fork = 1; fork <= length; fork++) {
				const [first] = partings(PLACE, stated(knowing([nora, chainOf(length, ids, fork)])), knowing([nora, ids]));
				if (first?.kind !== 'fork') throw new Error(`the fork of ${length} at ${fork} was not found`);
				expect(first.after).toBeLessThan(fork);
				expect(first.by).toBeGreaterThanOrEqual(fork);
			}
		}
	});

	it('of which both histories have arrived raise nothing more: both are kept', () => {
		const ids = chainOf(8);
		const other = chainOf(8, ids, 6);
		const both = knowing([nora, ids]);
		other.forEach((id, i) => both.learn({ id, actor: nora, ...PLACE, seq: i + 1, prev: other[i - 1] ?? null, seen: [], envelope: '' }));
		expect(partings(PLACE, stated(knowing([nora, other])), both)).toEqual([]);
	});
});

describe('a receipt', () => {
	const ids = chainOf(10);
	const here = knowing([nora, ids]);
	const at = (seq: number) => ({ ...PLACE, actor: nora, seq, id: ids[seq - 1] as Hash });
	const of = (state: FrontierState) => [{ ...PLACE, device: DEVICE, state }];

	it('is a position at or past the change, in the same history', () => {
		expect(heldBy(at(3), of(stated(knowing([nora, ids.slice(0, 6)]))), here)).toEqual([{ device: DEVICE, at: 7 }]);
		expect(heldBy(at(6), of(stated(knowing([nora, ids.slice(0, 6)]))), here)).toHaveLength(1);
		expect(heldBy(at(7), of(stated(knowing([nora, ids.slice(0, 6)]))), here)).toEqual([]);
		expect(heldBy({ ...at(3), site: 'b'.repeat(32) as Id }, of(stated(here)), here)).toEqual([]);
	});

	it('is none of a device that holds another history from before it', () => {
		const fork = knowing([nora, chainOf(10, ids, 4)]);
		expect(heldBy(at(2), of(stated(fork)), here)).toHaveLength(1);
		for (const seq of [4, 6, 9, 10]) expect(heldBy(at(seq), of(stated(fork)), here), `position ${seq}`).toEqual([]);
	});
});
