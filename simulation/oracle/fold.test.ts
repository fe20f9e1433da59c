import libsodium from 'libsodium-wrappers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Compartment, VerifiedChange } from '../../sync/change/change.ts';
import { Cast, relayedTo } from '../../sync/merge/cast.ts';
import { foldCharts } from '../../sync/merge/chart.ts';
import { foldResource } from '../../sync/merge/fold.ts';
import { describe as described, stateHash } from '../../sync/merge/hash.ts';
import { foldLink } from '../../sync/merge/link.ts';
import { digestHash } from '../../sync/verify/digest.ts';
import { ready } from '../../sync/verify/sodium.ts';
import { randomHistory, shuffled } from '../testing/histories.ts';
import { canonical } from './canonical.ts';
import { copiesOfActs, naiveFold } from './fold.ts';
import { naiveStateHash } from './hash.ts';

const HISTORIES = 3000;
const fast = (changes: readonly VerifiedChange[]): string => {
	const state = foldResource(changes);
	return state === null ? 'null' : canonical(described(state));
};

beforeAll(async () => {
	await libsodium.ready;
	await ready();
});

describe('the naive fold and the real one', () => {
	it('agree byte for byte on random histories of every type', () => {
		const rules = new Set<string>();
		const conflicts = new Set<string>();
		for (let run = 0; run < HISTORIES; run++) {
			const changes = randomHistory(`history ${String(run)}`);
			const naive = naiveFold(changes);
			expect(canonical(naive), `history ${String(run)}`).toBe(fast(shuffled(changes, String(run))));
			for (const [, rule, conflict] of naive?.groups ?? []) (conflict ? conflicts : rules).add(rule);
		}
		for (const rule of ['both', 'frozen', 'furthest', 'last', 'safest', 'union']) expect(conflicts).toContain(rule);
		expect(rules).toContain('append');
	});

	it('agree on both copies of a link read as one', () => {
		for (let run = 0; run < 300; run++) {
			const changes = randomHistory(`link ${String(run)}`).map((signed) => ({ ...signed, change: { ...signed.change, type: 'Linkage', set: { link: { marker: run % 2 } }, unset: [], add: {}, remove: {} } }));
			const state = foldLink(changes);
			expect(canonical(naiveFold(changes, copiesOfActs))).toBe(state === null ? 'null' : canonical(described(state)));
		}
	});

	it('agree on a cycle, which no hash allows and somebody may try', () => {
		const cast = new Cast('cycle');
		const asha = cast.member('Asha', 'clinic A');
		const first = asha.creates('Patient', { birth: { birthDate: '1980-01-01' } });
		const second = asha.edits(first, { set: { birth: { birthDate: '1980-01-02' } } });
		const knot = [{ ...first, change: { ...first.change, deps: [second.id] } }, second];
		expect(canonical(naiveFold(knot))).toBe(fast(knot));
	});

	it('differ when one of them was given one change less', () => {
		const changes = randomHistory('history 7');
		expect(canonical(naiveFold(changes.slice(1)))).not.toBe(fast(changes));
	});
});

describe('the naive state hash', () => {
	it('is what devices say of the same changes, relayed copies and doubles included', () => {
		for (let run = 0; run < 60; run++) {
			const changes = Array.from({ length: 4 }, (_, at) => randomHistory(`hash ${String(run)} ${String(at)}`)).flat();
			const held = shuffled([...changes, ...changes.slice(0, 2), ...changes.slice(1, 3).map((signed) => relayedTo(signed, 'clinic B'))], String(run));
			for (const comp of ['desk', 'clinical', 'restricted'] satisfies Compartment[]) {
				const charts = foldCharts(held);
				expect(naiveStateHash(changes, comp)).toBe(stateHash(charts, comp, (text) => digestHash('saddlebag/state/1', text)));
			}
		}
	});
});
