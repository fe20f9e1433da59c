/** Removals, demotions, rotations, kits, made apart and heard of in any order: one state, and no thief with a usable key. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hash } from '../change/change.ts';
import { openKeys, openOlderKeys } from '../seal/bundle.ts';
import type { EpochSecret } from '../seal/epoch.ts';
import { kitFrom, type KitMade } from './authoring/kit.ts';
import { MembershipLog, readStatement, resolve } from './log.ts';
import { usableEpochs } from './renewal.ts';
import { canHold, isActive, owedKeys } from './selectors.ts';
import { answers, must, setup, type Cast, type Person } from './testing/cast.ts';
import { describeState } from './testing/describe.ts';

const SEED = 20260712;
const NAMES = ['olga', 'omar', 'lea', 'lars', 'carl', 'nora'] as const;
const STAFF = ['carl', 'nora', 'lea', 'lars', 'omar', 'olga'] as const;

interface Act {
	readonly by: number;
	readonly whom: number;
	readonly what: 'remove' | 'demote' | 'promote' | 'rotate' | 'renew' | 'bring' | 'kit' | 'use' | 'meet' | 'part';
}
const act: fc.Arbitrary<Act> = fc.record({
	by: fc.nat(NAMES.length - 1), whom: fc.nat(STAFF.length - 1),
	what: fc.constantFrom('remove', 'remove', 'demote', 'promote', 'rotate', 'renew', 'bring', 'kit', 'use', 'use', 'meet', 'meet', 'part', 'part', 'part')
});

const district = () => setup(
	'olga owner of region', 'omar owner of region', 'clinic north below region', 'lea lead of north', 'lars lead of north', 'carl clinician of north', 'nora clinician of north'
);

interface Brought {
	count: number;
	/** the last one that was made, whoever holds its shares */
	kit: KitMade | null;
	readonly uses: Map<Person, KitMade[]>;
}

/** What the app lets a person do; what it refuses (no right, no key) is no act. */
function does(cast: Cast, { by, whom, what }: Act, brought: Brought): void {
	const person = cast.person(NAMES[by] ?? 'olga');
	const target = cast.person(STAFF[whom] ?? 'carl');
	try {
		switch (what) {
			case 'part': return void person.goesOffline();
			case 'meet': return void person.comesBack();
			case 'remove': return void person.removes(target);
			case 'demote': return void person.takesFrom(target, ['lea', 'lars'].includes(target.name) ? 'lead of north' : 'clinician of north');
			case 'promote': return void person.postsMember(target, 'lead of north');
			case 'rotate': return void person.rotates({ site: cast.site('north'), comp: 'clinical' }, { site: null, comp: 'roster' });
			case 'renew': return void person.renews();
			case 'kit': {
				brought.kit = person.makesKit();
				return;
			}
			case 'use': {
				if (brought.kit === null) return;
				person.restoresWith(brought.kit, { reinstate: isActive(person.state, target.actor) || !person.state.actors.has(target.actor) ? [] : [target.actor] });
				return void brought.uses.set(person, [...(brought.uses.get(person) ?? []), brought.kit]);
			}
			case 'bring': {
				const newcomer = answers(cast, `new${++brought.count}`, person.invites('clinician of north').link);
				person.admits(newcomer.answered.document);
				return void cast.add(newcomer.person);
			}
		}
	} catch (refused) {
		if (!(refused instanceof Error)) throw refused;
	}
}

/** All keys that somebody's secret ever opened, or that they made: the log's verdicts do not hold a thief back. */
function everHeld(cast: Cast, { self, actor }: Person, kits: readonly KitMade[]): ReadonlySet<Hash> {
	const keys = new Map<Hash, EpochSecret | null>();
	for (const one of [{ actor, seal: self.seal }, ...kits.map(({ seed }) => kitFrom(seed))]) {
		for (const document of cast.documents) {
			const opened = document.v === 'k1' ? openKeys({ org: cast.org, actor: one.actor, seal: one.seal }, document) : null;
			if (opened?.ok) for (const key of opened.value.keys) keys.set(key.epoch, key);
		}
	}
	for (const key of keys.values()) {
		if (key === null) continue;
		for (const document of cast.documents) {
			const opened = document.v === 'o1' ? openOlderKeys(cast.org, key, document) : null;
			if (opened?.ok) for (const older of opened.value.keys) keys.set(older.epoch, older);
		}
	}
	return new Set(keys.keys());
}

async function story(acts: readonly Act[]): Promise<{ readonly cast: Cast; readonly uses: Brought['uses'] }> {
	const cast = await district();
	const brought: Brought = { count: 0, kit: null, uses: new Map() };
	for (const one of acts) does(cast, one, brought);
	for (const name of NAMES) cast.person(name).comesBack();
	return { cast, uses: brought.uses };
}

describe('whatever people do apart', () => {
	it('attack 19: every permutation, repetition, batching and partition of the statements gives one state', async () => {
		await fc.assert(fc.asyncProperty(fc.array(act, { minLength: 4, maxLength: 14 }), fc.infiniteStream(fc.nat(1_000_000)), async (acts, dice) => {
			const { cast } = await story(acts);
			const { statements } = cast;
			const expected = describeState(cast.state);
			for (let round = 0; round < 3; round++) {
				const order = statements.map((statement) => ({ statement, at: dice.next().value ?? 0 })).sort((a, b) => a.at - b.at).map(({ statement }) => statement);
				const batch = 1 + ((dice.next().value ?? 0) % 5);
				const log = new MembershipLog(cast.org);
				for (let from = 0; from < order.length; from += batch) {
					log.add([...order.slice(from, from + batch), ...order.slice(0, from % 3)]);
					if (round > 0) void log.state;
				}
				expect(log.state === null ? null : describeState(log.state)).toEqual(expected);
			}
			// of any part of the log, the state at its heads is what that part alone would give
			const whole = new MembershipLog(cast.org);
			whole.add(statements);
			const picked = [dice.next().value ?? 0, dice.next().value ?? 0].map((roll) => whole.statements[roll % whole.statements.length]?.id).filter((id) => id !== undefined);
			const past = whole.statements.filter((one) => picked.some((head) => whole.isBefore(one.id, head)));
			const [at, alone] = [whole.at(picked), resolve(cast.org, past)];
			expect(at === null ? null : describeState(at)).toEqual(alone === null ? null : describeState(alone));
		}), { seed: SEED, numRuns: 25 });
	}, 120_000);

	it('attack 24: a kit counts once, whoever uses it at the same time, and however the uses are heard of', async () => {
		const several = fc.array(fc.record({ user: fc.nat(NAMES.length - 1), before: fc.array(act, { maxLength: 3 }), after: fc.array(act, { maxLength: 2 }) }), { minLength: 2, maxLength: 4 });
		await fc.assert(fc.asyncProperty(several, fc.infiniteStream(fc.nat(1_000_000)), async (apart, dice) => {
			const cast = await district();
			const kit = cast.person('olga').makesKit();
			for (const name of NAMES) cast.person(name).goesOffline();
			const brought: Brought = { count: 0, kit, uses: new Map() };
			for (const { user, before, after } of apart) {
				const acts = (what: readonly Act[]): void => what.forEach((one) => does(cast, { ...one, by: user, what: one.what === 'meet' || one.what === 'kit' || one.what === 'use' ? 'rotate' : one.what }, brought));
				acts(before);
				does(cast, { by: user, whom: 0, what: 'use' }, brought);
				acts(after);
			}
			for (const name of NAMES) cast.person(name).comesBack();
			const uses = cast.statements.flatMap(({ _id, text, sig }) => (text.includes('"kind":"restore"') ? [{ _id, text, sig, id: must(readStatement(text, sig)).id }] : []));
			const { state } = cast;
			const counting = uses.filter(({ id }) => state.included.has(id));
			expect(counting).toHaveLength(1);
			expect(state.kits.get(kit.kit)).toMatchObject({ status: 'used', used: counting[0]?.id });
			for (let round = 0; round < 3; round++) {
				const log = new MembershipLog(cast.org);
				const order = cast.statements.map((statement) => ({ statement, at: dice.next().value ?? 0 })).sort((a, b) => a.at - b.at);
				for (const { statement } of order) {
					log.add([statement]);
					// at no time do two count
					const now = log.state;
					expect(uses.filter(({ id }) => now?.included.has(id) === true).length).toBeLessThan(2);
				}
				expect(log.state === null ? null : describeState(log.state)).toEqual(describeState(state));
			}
		}), { seed: SEED, numRuns: 15 });
	}, 120_000);

	it('attack 17: nothing can be sealed under a key that anybody who is out ever held, and after renewing nobody lacks one', async () => {
		await fc.assert(fc.asyncProperty(fc.array(act, { minLength: 4, maxLength: 12 }), async (acts) => {
			const { cast, uses } = await story(acts);
			const check = (): void => {
				const { state } = cast;
				for (const person of cast.people.values()) {
					const held = everHeld(cast, person, uses.get(person) ?? []);
					for (const [site, comp] of [...state.sites.keys()].flatMap((one) => (['desk', 'clinical', 'restricted'] as const).map((comp) => [one, comp] as const))) {
						if (canHold(state, person.actor, site, comp)) continue;
						expect(usableEpochs(state, { site, comp }).filter(({ epoch }) => held.has(epoch)), `${person.name} ${comp}`).toEqual([]);
					}
				}
			};
			check();
			for (const person of [...cast.people.values()]) {
				if (!isActive(cast.state, person.actor)) continue;
				person.renews();
				person.deliversWhatIsOwed();
			}
			check();
			for (const person of cast.people.values()) {
				if (!isActive(cast.state, person.actor) || owedKeys(cast.state).some(({ actor }) => actor === person.actor)) continue;
				expect(person.keyring.problems, person.name).toEqual([]);
				expect(person.keyring.lacking, person.name).toEqual([]);
			}
		}), { seed: SEED, numRuns: 20 });
	}, 120_000);
});
