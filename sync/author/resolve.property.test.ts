/** Decisions made at the same time, at random, always come to an end: the first over all heads that nobody contradicts. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../change/canonical.ts';
import { DEPS_MAX, type Hash, type VerifiedChange } from '../change/change.ts';
import { Cast, fakeDigest, type Member } from '../merge/cast.ts';
import { foldResource } from '../merge/fold.ts';
import { openQuestions, type OpenQuestion } from '../merge/review.ts';
import type { ResourceState } from '../merge/state.ts';
import { citations, resolutionOf, type Verdict } from './resolve.ts';

const RUNS = { seed: 20261122, numRuns: 200 };

const fold = (changes: readonly VerifiedChange[]): ResourceState => {
	const state = foldResource(changes);
	if (state === null) throw new Error('nothing to fold');
	return state;
};

/** A resource in which three people write at random, each having seen some of what was there. */
class Ward {
	readonly changes: VerifiedChange[] = [];
	readonly people: readonly Member[];

	constructor(readonly type: string, readonly set: (n: number) => { set?: object; add?: object }) {
		const cast = new Cast(type);
		this.people = ['Asha', 'Ben', 'Chi'].map((name) => cast.member(name, 'clinic A'));
		const first = this.person(0).creates(type, set(0).set as never, set(0) as never);
		this.changes.push(first);
	}

	person(n: number): Member {
		const found = this.people[n % this.people.length];
		if (found === undefined) throw new Error('nobody');
		return found;
	}

	/** Someone edits, having seen the causal past of some of the changes. */
	edit(who: number, seen: readonly number[], value: number): void {
		const deps = [...new Set(seen.map((at) => this.changes[at % this.changes.length]))].filter((one) => one !== undefined);
		const [first, ...rest] = deps.length === 0 ? this.changes : deps;
		if (first !== undefined) this.changes.push(this.person(who).edits([first, ...rest.slice(0, 3)], this.set(value) as never));
	}

	/** Someone decides over all heads of what they hold: the changes up to `upTo`. Answers whether there was anything to decide. */
	decide(who: number, upTo: number, pick: number): boolean {
		const held = this.changes.slice(0, Math.max(1, upTo));
		const state = fold(held);
		const [question] = openQuestions(state);
		if (question === undefined) return false;
		this.changes.push(...this.#over(who, state, held, question, verdictFor(question, pick)));
		return true;
	}

	#over(who: number, state: ResourceState, held: readonly VerifiedChange[], question: OpenQuestion, verdict: Verdict): readonly VerifiedChange[] {
		const body = resolutionOf(state, question, verdict, fakeDigest);
		if (!body.ok) throw new Error(body.error.message);
		const byId = new Map<Hash, VerifiedChange>(held.map((signed) => [signed.id, signed]));
		const made: VerifiedChange[] = [];
		for (const heads of citations(state.heads)) {
			const deps = [...made.slice(-1), ...heads.flatMap((head) => byId.get(head) ?? [])];
			const [first, ...rest] = deps;
			if (first === undefined) throw new Error('a decision over nothing');
			made.push(this.person(who).edits([first, ...rest], body.value));
		}
		return made;
	}

	get open(): number {
		return openQuestions(fold(this.changes)).length;
	}
}

function verdictFor({ values, choices }: OpenQuestion, pick: number): Verdict {
	const value = values[pick % values.length];
	if (value === undefined) throw new Error('a question without values');
	if (pick % 5 === 4 && choices.includes('combine')) return { choice: 'combine' };
	if (pick % 3 === 2 && choices.includes('keep-both')) return { choice: 'keep-both', change: value.change };
	return { choice: 'keep', change: value.change };
}

const drug = (n: number) => ({ set: { medication: { medicationCodeableConcept: { text: `drug ${n % 4}` } } } });
const criticality = (n: number) => ({ set: { criticality: { criticality: ['high', 'low', 'unable-to-assess'][n % 3] } } });
const measured = (n: number) => ({ set: { result: { status: n % 2 === 0 ? 'final' : 'corrected', valueInteger: n % 4 } } });
const named = (n: number) => ({ add: { names: { [n % 2 === 0 ? 'official' : 'nickname']: n % 3 === 0 ? { text: `name ${n % 4}` } : { text: 'name', family: `f${n % 3}` } } } });
const KINDS: readonly (readonly [string, (n: number) => { set?: object; add?: object }])[] = [
	['MedicationRequest', drug], ['AllergyIntolerance', criticality], ['Observation', measured], ['Patient', named]
];
const steps = fc.array(fc.record({ kind: fc.constantFrom('edit', 'edit', 'decide'), who: fc.nat(2), seen: fc.array(fc.nat(12), { maxLength: 3 }), value: fc.nat(11), upTo: fc.nat(12) }), { minLength: 2, maxLength: 12 });

describe('decisions', () => {
	it.each(KINDS)('of %s end in agreement once somebody decides over all heads, whatever was decided at the same time', (type, set) => {
		fc.assert(fc.property(steps, fc.nat(20), (played, pick) => {
			const ward = new Ward(type, set);
			for (const { kind, who, seen, value, upTo } of played) {
				if (kind === 'edit') ward.edit(who, seen, value);
				else ward.decide(who, upTo, value);
			}
			// each round decides one question over everything; a name that is kept twice is a new item, so questions only ever become fewer
			let left = ward.open;
			while (left > 0) {
				expect(ward.decide(0, Infinity, pick)).toBe(true);
				expect(ward.open).toBeLessThan(left);
				left = ward.open;
			}
		}), RUNS);
	});

	it.each(KINDS)('of %s made twice alike agree, and made differently are one question with both decisions', (type, set) => {
		fc.assert(fc.property(steps, fc.nat(20), fc.nat(20), (played, one, other) => {
			const ward = new Ward(type, set);
			for (const { who, seen, value } of played) ward.edit(who, seen, value);
			const before = openQuestions(fold(ward.changes));
			const [question] = before;
			if (question === undefined) return;
			const seen = ward.changes.length;
			ward.decide(0, seen, one);
			ward.decide(1, seen, other);
			const state = fold(ward.changes);
			const again = openQuestions(state).find(({ group, item }) => group === question.group && item === question.item);
			const [a, b] = ward.changes.slice(-2).map(({ change: { set: wholes, add } }) => canonicalJson(question.item === null ? (wholes[question.group] ?? null) : (add[question.group]?.[question.item] ?? null)));
			if (a === b) expect(again).toBeUndefined();
			else {
				expect(again?.reopened).toBe(true);
				expect(again?.values.filter(({ change }) => ward.changes.slice(-2).some(({ id }) => id === change)).length).toBe(2);
			}
			expect(openQuestions(fold([...ward.changes].reverse()))).toEqual(openQuestions(state));
		}), RUNS);
	});
});

describe('attack 60: more heads than one change can cite', () => {
	it('are joined by several changes, each of which carries the decision', () => {
		const ward = new Ward('MedicationRequest', (n) => ({ set: { medication: { medicationCodeableConcept: { text: `drug ${n}` } } } }));
		for (let n = 1; n <= 200; n++) ward.edit(n, [0], n);
		expect(fold(ward.changes).heads.length).toBe(200);
		ward.decide(1, Infinity, 17);
		const state = fold(ward.changes);
		expect(state.heads.length).toBe(1);
		expect(openQuestions(state)).toEqual([]);
		expect(ward.changes.every(({ change }) => change.deps.length <= DEPS_MAX)).toBe(true);
		const decisions = ward.changes.slice(201);
		expect(decisions.length).toBe(4);
		expect(new Set(decisions.map(({ change }) => canonicalJson(change.set))).size).toBe(1);
	});

	it('cite every head once, at any number of them', () => {
		for (const count of [1, 2, 63, 64, 65, 127, 128, 190, 1000]) {
			const heads = Array.from({ length: count }, (_, n) => fakeDigest(String(n)));
			const lists = citations(heads);
			expect(lists.flat().sort()).toEqual([...new Set(heads)].sort());
			lists.forEach((list, at) => expect(list.length + (at === 0 ? 0 : 1)).toBeLessThanOrEqual(DEPS_MAX));
		}
	});
});
