/** What is asked of people and told to them, from histories that somebody made up to break it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change, Json, VerifiedChange } from '../change/change.ts';
import { groupsOf } from '../fhir/groups.ts';
import { Cast, fakeHash, fakeId, verified } from './cast.ts';
import { foldResource } from './fold.ts';
import { outvotedValues } from './notice.ts';
import { saysTheSame } from './origin.ts';
import { leadsRetracted } from './retraction.ts';
import { isReopened, resolutionsOf } from './resolution.ts';
import { openQuestions } from './review.ts';
import type { ResourceState } from './state.ts';

const RUNS = { seed: 20261123, numRuns: 150 };
const TYPES = ['Patient', 'AllergyIntolerance', 'MedicationRequest', 'Observation', 'Task', 'DetectedIssue', 'Communication', 'Linkage'];
/** a key `__proto__` has no canonical form, and passes no gate */
const KEYS = ['a', 'constructor', 'hasOwnProperty', 'toString'];
const WEIRD: readonly Json[] = [null, 0, '', 'entered-in-error', [], [[]], {}, { url: 'urn:saddlebag:retraction', valueCode: 'other-patient' }, { coding: [null, { code: 'entered-in-error' }] }, { status: 'entered-in-error' }, { text: 'x' }];

const step = fc.record({
	actor: fc.nat(2), deps: fc.array(fc.nat(14), { maxLength: 4 }), group: fc.nat(20), key: fc.constantFrom(...KEYS), value: fc.nat(WEIRD.length - 1),
	kind: fc.constantFrom('set', 'set', 'unset', 'add', 'add', 'remove'), clock: fc.nat(4)
});
const history = fc.record({ type: fc.constantFrom(...TYPES), steps: fc.array(step, { minLength: 2, maxLength: 14 }) });
type History = typeof history extends fc.Arbitrary<infer T> ? T : never;

/** Changes that cite anything, the future and themselves included, and hold what no form writes. */
function changesOf({ type, steps }: History): VerifiedChange[] {
	const groups = [...groupsOf(type).keys()];
	const [site, chart, org] = [fakeId('s'), fakeId('c'), fakeHash('o')];
	return steps.map(({ actor, deps, group, key, value, kind, clock }, at): VerifiedChange => {
		const name = groups[group % groups.length] ?? '';
		const content = Object.fromEntries([['status', WEIRD[value] ?? null], ['verificationStatus', WEIRD[(value + 1) % WEIRD.length] ?? null], [key, WEIRD[(value + 2) % WEIRD.length] ?? null]]);
		const change: Change = {
			v: 1, org, site, comp: 'clinical', chart, type, id: fakeId('r'), actor: fakeHash(`actor ${actor}`), seq: at + 1, prev: null,
			deps: [...new Set(deps.map((dep) => fakeHash(`change ${dep}`)))].sort(), hlc: `00000000000${clock}-0000` as Change['hlc'], seen: [],
			...(deps.length === 0 ? { create: { kind: 'moved', site, chart, resource: fakeId('r'), change: fakeHash(`change ${at}`) } as const } : {}),
			set: kind === 'set' ? { [name]: content } : {}, unset: kind === 'unset' ? [name] : [],
			add: kind === 'add' ? { [name]: Object.fromEntries([[key, WEIRD[value] ?? null]]) } : {}, remove: kind === 'remove' ? { [name]: [key] } : {}
		};
		return verified(fakeHash(`change ${at}`), change);
	});
}

const everything = (state: ResourceState): unknown => [
	openQuestions(state), outvotedValues(state), leadsRetracted(state),
	[...state.groups.values()].map(({ group, heads, items }) => [
		resolutionsOf(state, group, null), isReopened(state, group, null, heads.map(({ change }) => change)), items.map(({ key }) => resolutionsOf(state, group, key))
	])
];

describe('attack 39, 42, 43: made-up histories', () => {
	it('throw nowhere, and ask and tell the same whatever the order of arrival', () => {
		fc.assert(fc.property(history, fc.nat(1000), (made, turn) => {
			const changes = changesOf(made);
			const state = foldResource(changes);
			const turned = foldResource([...changes.slice(turn % changes.length), ...changes.slice(0, turn % changes.length)].reverse());
			if (state === null || turned === null) throw new Error('nothing to fold');
			expect(everything(turned)).toEqual(everything(state));
			for (const signed of changes) saysTheSame(signed, changes);
		}), RUNS);
	});

	it('list no value twice, and offer only choices among values that are there', () => {
		fc.assert(fc.property(history, (made) => {
			const state = foldResource(changesOf(made));
			if (state === null) return;
			const ids = new Set(state.changes.map(({ id }) => id));
			for (const { values, choices, group, item } of openQuestions(state)) {
				expect(values.length).toBeGreaterThan(1);
				expect(new Set(values.map(({ value }) => JSON.stringify(value))).size).toBe(values.length);
				expect(values.every(({ change }) => ids.has(change))).toBe(true);
				expect(choices).toContain('keep');
				expect(state.groups.get(group)?.items.some(({ key }) => key === item) ?? false).toBe(item !== null);
			}
		}), RUNS);
	});
});

describe('attack 50: a group that is written thousands of times', () => {
	it('is asked about in bounded time', () => {
		const ward = new Cast();
		const [asha, ben] = [ward.member('Asha', 'A'), ward.member('Ben', 'A')];
		const drug = (n: number) => ({ set: { medication: { medicationCodeableConcept: { text: `drug ${n}` } } } });
		const first = asha.creates('MedicationRequest', drug(0).set);
		const all: VerifiedChange[] = [first];
		let last = first;
		for (let n = 1; n <= 1500; n++) {
			const by = n % 2 === 0 ? asha : ben;
			const next = by.edits(n % 7 === 0 ? first : last, drug(n));
			all.push(next);
			if (n % 7 !== 0) last = next;
		}
		const state = foldResource(all);
		if (state === null) throw new Error('nothing to fold');
		const begun = performance.now();
		expect(openQuestions(state).length).toBe(1);
		outvotedValues(state);
		expect(performance.now() - begun).toBeLessThan(20_000);
	});
});
