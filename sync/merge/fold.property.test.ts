import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../change/canonical.ts';
import type { Creation, GroupValue, Hash, Json, VerifiedChange } from '../change/change.ts';
import { groupsOf } from '../fhir/groups.ts';
import { shownResource } from './assemble.ts';
import { Cast, fakeDigest, fakeHash, fakeId, FIRST_MORNING_MS, relayedTo, type Member } from './cast.ts';
import { ChartFold, foldCharts } from './chart.ts';
import { explain } from './explain.ts';
import { foldResource } from './fold.ts';
import { stateHash } from './hash.ts';
import { commonAncestor, historyOf } from './history.ts';
import { leadOf } from './assemble.ts';
import type { ResourceState } from './state.ts';
import { oracle } from './testing/oracle.ts';

const SEED = 20260105;
const RUNS = { seed: SEED, numRuns: 150 };
const TYPES = ['Patient', 'AllergyIntolerance', 'MedicationRequest', 'Observation', 'Encounter', 'Composition', 'Linkage', 'Task'];
const STATUSES = ['final', 'completed', 'final', 'completed', 'preliminary', 'active', 'finished', 'in-progress', 'cancelled', 'entered-in-error', 'planned', 'odd'];
const CLINICAL = ['active', 'resolved', 'inactive', 'odd'];
const CRITICALITY = ['high', 'low'];

/** One step of a random history: who writes what, having seen which of the changes before. */
interface Step {
	readonly actor: number;
	readonly seen: readonly number[];
	readonly group: number;
	readonly value: number;
	readonly kind: 'set' | 'unset' | 'add' | 'remove' | 'replace';
	readonly clock: number;
	/** a beginning that two people can make alike */
	readonly importRoot: 'import' | 'moved' | null;
}

const step = fc.record({
	actor: fc.nat(2), seen: fc.array(fc.nat(7), { maxLength: 3 }), group: fc.nat(3), value: fc.nat(11),
	kind: fc.constantFrom('set', 'set', 'set', 'unset', 'add', 'add', 'remove', 'replace'), clock: fc.nat(5), importRoot: fc.constantFrom(null, 'import', 'moved')
});
const world = fc.record({ type: fc.constantFrom(...TYPES), steps: fc.array(step, { minLength: 1, maxLength: 10 }), dropped: fc.array(fc.nat(9), { maxLength: 2 }) });

/** The changes of one resource that a random history makes; `dropped` ones have not arrived. */
function changesOf({ type, steps, dropped }: { type: string; steps: readonly Step[]; dropped: readonly number[] }): VerifiedChange[] {
	const cast = new Cast(type);
	const people: readonly Member[] = ['Asha', 'Ben', 'Chi'].map((name) => cast.member(name, 'clinic A'));
	const groups = [...groupsOf(type).values()];
	const made: VerifiedChange[] = [];
	for (const { actor, seen, group, value, kind, clock, importRoot } of steps) {
		const by = people[actor];
		const target = groups[(group * 5) % groups.length];
		if (by === undefined || target === undefined) continue;
		const content: GroupValue = {
			status: STATUSES[value] ?? 'odd', marker: value % 3, criticality: CRITICALITY[value % 2] ?? 'high', clinicalStatus: { text: CLINICAL[value % 4] ?? 'odd' }
		};
		const item: Json = { marker: value % 3 };
		const key = `k${value % 2}`;
		const isList = target.list !== null;
		const what = {
			set: !isList && kind !== 'unset' ? { [target.name]: content } : {},
			unset: !isList && kind === 'unset' ? [target.name] : [],
			add: isList && kind !== 'remove' ? { [target.name]: { [key]: item } } : {},
			remove: isList && (kind === 'remove' || kind === 'replace') ? { [target.name]: [key] } : {},
			at: FIRST_MORNING_MS + clock * 60_000
		};
		const create: Creation = importRoot === 'import' ? { kind: 'import', system: 'urn:old', source: '1' }
			: importRoot === 'moved' ? { kind: 'moved', site: fakeId('s'), chart: fakeId('c'), resource: fakeId('r'), change: fakeHash('h') } : { kind: 'random', rand: 'r' };
		const deps = [...new Set(seen)].flatMap((at) => made[at] ?? []);
		const [first, ...rest] = deps;
		const change = first === undefined ? by.creates(type, what.set, { ...what, create }) : by.edits([first, ...rest], what);
		// One resource, whatever the actor: the gate would have refused a second id.
		made.push({ ...change, change: { ...change.change, id: made[0]?.change.id ?? change.change.id } });
	}
	return made.filter((_, at) => at === 0 || !dropped.includes(at));
}

const fold = (changes: readonly VerifiedChange[]): ResourceState => {
	const state = foldResource(changes);
	if (state === null) throw new Error('nothing to fold');
	return state;
};
const hashOf = (changes: readonly VerifiedChange[]): Hash => {
	const comp = changes[0]?.change.comp ?? 'desk';
	return stateHash(foldCharts(changes), comp, fakeDigest);
};
/** An order of the array that fast-check can shrink. */
const shuffled = <T>(items: readonly T[], keys: readonly number[]): T[] =>
	items.map((item, at) => ({ item, key: keys[at % Math.max(keys.length, 1)] ?? 0, at })).sort((a, b) => a.key - b.key || b.at - a.at).map(({ item }) => item);

describe('attack 43: the state is a function of the set of changes', () => {
	it('any permutation, duplication and relayed copy gives the same state hash', () => {
		fc.assert(fc.property(world, fc.array(fc.nat(1000), { minLength: 1, maxLength: 12 }), fc.array(fc.nat(9), { maxLength: 4 }), (given, keys, again) => {
			const changes = changesOf(given);
			const repeated = shuffled([...changes, ...again.flatMap((at) => changes[at] ?? []), ...again.flatMap((at) => (changes[at] ? [relayedTo(changes[at], 'clinic B')] : []))], keys);
			expect(hashOf(repeated)).toBe(hashOf(changes));
		}), RUNS);
	});

	it('incremental folding in any batches equals folding from scratch', () => {
		fc.assert(fc.property(world, world, fc.array(fc.nat(1000), { minLength: 1, maxLength: 12 }), fc.nat(4), (one, other, keys, batch) => {
			const changes = shuffled([...changesOf(one), ...changesOf({ ...other, type: one.type === 'Patient' ? 'RelatedPerson' : 'Patient' })], keys);
			const [first] = changes;
			if (first === undefined) return;
			const chart = new ChartFold(first.change.site, first.change.chart);
			changes.forEach((signed, at) => {
				chart.apply(signed);
				if (at % (batch + 1) === 0) expect(chart.resource(signed.change.id)).not.toBeNull();
			});
			for (const comp of ['desk', 'clinical'] as const) expect(stateHash([chart.chart], comp, fakeDigest)).toBe(stateHash(foldCharts([...changes].reverse()), comp, fakeDigest));
		}), RUNS);
	});

	it('every delivery order of up to 6 changes ends in the same state, and no step throws', () => {
		fc.assert(fc.property(world, (given) => {
			const changes = changesOf(given).slice(0, 6);
			const expected = canonicalJson(hashOf(changes));
			for (const order of permutations(changes.length)) {
				expect(canonicalJson(hashOf(order.flatMap((at) => changes[at] ?? [])))).toBe(expected);
			}
		}), { seed: SEED, numRuns: 12 });
	});
});

describe('the naive oracle', () => {
	it('agrees on heads, values shown, leading value, conflict and review of every group', () => {
		fc.assert(fc.property(world, (given) => {
			const changes = changesOf(given);
			const state = fold(changes);
			const expected = oracle(changes);
			expect(state.heads).toEqual(expected.heads);
			expect(state.missing).toEqual(expected.missing);
			expect([...state.groups.keys()].sort()).toEqual([...expected.groups.keys()].sort());
			for (const [name, group] of state.groups) {
				const says = expected.groups.get(name);
				const list = group.rule === 'union' || group.rule === 'append';
				const lastOnly = group.outvoted.length > 0;
				const shown = list
					? group.items.flatMap(({ key, bodies }) => (lastOnly ? bodies.slice(0, 1) : bodies).map(({ body }) => `${key} ${canonicalJson(body)}`))
					: group.shown.map(({ value }) => canonicalJson(value));
				expect([...shown].sort(), name).toEqual(says?.shown);
				expect({ conflict: group.conflict, review: group.review }, name).toEqual({ conflict: says?.conflict, review: says?.review });
				const lead = leadOf(group);
				if (!list) expect(lead === null ? 'null' : canonicalJson(lead.value), name).toBe(says?.leads);
				if (!list) expect(group.heads.map(({ change }) => change).sort(), name).toEqual(says?.heads);
			}
		}), { seed: SEED, numRuns: 600 });
	});
});

describe('nothing is lost', () => {
	it('every write is in the history of its group, and every unsuperseded one is shown, outvoted or equal to one shown', () => {
		fc.assert(fc.property(world, (given) => {
			const changes = changesOf(given);
			const state = fold(changes);
			for (const [name, group] of state.groups) {
				const writes = changes.filter(({ change }) => Object.hasOwn(change.set, name) || change.unset.includes(name) || Object.hasOwn(change.add, name) || Object.hasOwn(change.remove, name));
				expect(new Set(historyOf(state, name).map(({ change }) => change))).toEqual(new Set(writes.map(({ id }) => id)));
				const visible = new Set([...group.shown, ...group.outvoted].map(({ value }) => canonicalJson(value)));
				for (const head of group.heads) expect(visible.has(canonicalJson(head.value))).toBe(true);
				expect(explain(group).text).not.toBe('');
				commonAncestor(state, name);
			}
			expect(shownResource(state).resourceType).toBe(given.type);
		}), RUNS);
	});

	it('a change that had seen all heads settles every group it writes', () => {
		fc.assert(fc.property(world, (given) => {
			const changes = changesOf(given);
			const state = fold(changes);
			const [first, ...rest] = changes.filter(({ id }) => state.heads.includes(id));
			const whole = [...groupsOf(given.type).values()].find(({ list }) => list === null);
			if (first === undefined || whole === undefined) return;
			const settles = new Cast().member('Lead', 'clinic A').edits([first, ...rest], { set: { [whole.name]: { marker: 'settled' } } });
			const resolution: VerifiedChange = { ...settles, id: fakeDigest('resolution'), change: { ...settles.change, id: first.change.id } };
			expect(fold([...changes, resolution]).groups.get(whole.name)).toMatchObject({ conflict: false, review: false, heads: [{ change: resolution.id }] });
		}), RUNS);
	});
});

function permutations(count: number): number[][] {
	if (count === 0) return [[]];
	return permutations(count - 1).flatMap((rest) => Array.from({ length: count }, (_, at) => [...rest.slice(0, at), count - 1, ...rest.slice(at)]));
}
