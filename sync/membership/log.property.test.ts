/** The state is a function of the set of statements: no order, repetition or batching shows in it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolve, MembershipLog } from './log.ts';
import { answers, setup, type Cast } from './testing/cast.ts';
import { describeState } from './testing/describe.ts';
import { admitAt } from './testing/forgery.ts';

const SEED = 20260105;

/** People who work apart, invite with the same invitation twice, rotate at once and see each other's work late. */
async function tangled(): Promise<Cast> {
	const cast = await setup(
		'olga owner of region', 'clinic north below region', 'clinic south below region', 'lea lead of north', 'lars lead of region', 'carl clinician of north'
	);
	const [olga, lea, lars, carl] = ['olga', 'lea', 'lars', 'carl'].map((name) => cast.person(name));
	if (olga === undefined || lea === undefined || lars === undefined || carl === undefined) throw new Error('the cast is incomplete');
	const invited = olga.invites('lead of south');
	const [one, two] = [answers(cast, 'one', invited.link), answers(cast, 'two', invited.link)];
	for (const person of [lea, lars, carl]) person.goesOffline();
	const heads = olga.state.heads;
	olga.admits(one.answered.document);
	admitAt(olga, two.answered.document, heads);
	lars.refuses(invited, 'too late');
	lars.addsSite('valley', 'region');
	lea.addsSite('river', 'north', 'outreach');
	lea.brings('hana', 'health-worker of river');
	carl.rotates({ site: cast.site('north'), comp: 'clinical' });
	lea.rotates({ site: cast.site('north'), comp: 'clinical' });
	carl.forges({ kind: 'grant', member: carl.member, grants: cast.grants('lead of north'), deliveries: [] });
	for (const person of [carl, lars, lea]) person.comesBack();
	olga.postsMember(carl, 'clinician of south');
	return cast;
}

describe('the state of a log', () => {
	it('is the same for every permutation, repetition and batching of its statements', async () => {
		const cast = await tangled();
		const statements = cast.statements;
		const expected = describeState(cast.state);
		expect(cast.state.refused.length).toBe(2);
		const order = fc.shuffledSubarray(statements.map((_, i) => i), { minLength: statements.length });
		const repeated = fc.array(fc.nat(statements.length - 1), { maxLength: 8 });
		fc.assert(fc.property(order, repeated, fc.integer({ min: 1, max: 7 }), (indices, again, batch) => {
			const log = new MembershipLog(cast.org);
			const sequence = [...indices, ...again].map((i) => statements[i]).filter((one) => one !== undefined);
			for (let i = 0; i < sequence.length; i += batch) {
				log.add(sequence.slice(i, i + batch));
				void log.state;
			}
			expect(log.state === null ? null : describeState(log.state)).toEqual(expected);
		}), { seed: SEED, numRuns: 60 });
	});

	it('at any heads is the state that a log of their past alone would resolve', async () => {
		const cast = await tangled();
		const whole = new MembershipLog(cast.org);
		whole.add(cast.statements);
		const all = whole.statements;
		fc.assert(fc.property(fc.uniqueArray(fc.nat(all.length - 1), { minLength: 1, maxLength: 4 }), (picked) => {
			const heads = picked.map((i) => all[i]?.id).filter((id) => id !== undefined);
			const past = all.filter((one) => heads.some((head) => whole.isBefore(one.id, head)));
			const alone = resolve(cast.org, past);
			const at = whole.at(heads);
			expect(at === null ? null : describeState(at)).toEqual(alone === null ? null : describeState(alone));
		}), { seed: SEED, numRuns: 60 });
	});

	it('only ever grows by what arrives: a part of the log gives waiting statements, never other verdicts on those that stand alone', async () => {
		const cast = await tangled();
		const statements = cast.statements;
		const known = new Set(statements);
		fc.assert(fc.property(fc.subarray([...known]), (part) => {
			const log = new MembershipLog(cast.org);
			log.add(part);
			const settled = new Set([...log.statements.map((one) => one.id), ...(log.state?.waiting ?? [])]);
			expect(log.state === null || settled.size === part.length).toBe(true);
			log.add(statements);
			expect(log.state === null ? null : describeState(log.state)).toEqual(describeState(cast.state));
		}), { seed: SEED, numRuns: 40 });
	});
});
