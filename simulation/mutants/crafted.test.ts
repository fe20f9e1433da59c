/**
 * Some known bugs, on a plan made for them: quick enough for every test run, and a proof that what the run of all mutants counts on does work.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { bundle, type Bundle } from '../bundle.ts';
import { planOf, type Plan, type Step } from '../plan.ts';
import type { Report } from '../report.ts';
import { patchesOf } from './mutant.ts';
import { MUTANTS } from './table.ts';

const bundles: Bundle[] = [];
afterAll(async () => {
	for (const each of bundles) await each.remove();
});

const SECOND = 1000;
const act = (at: number, device: number, what: Step['act']): Step => ({ at: at * SECOND, device, act: what });
const edit = (at: number, device: number, value: number): Step => act(at, device, { kind: 'edit', chart: 0, entry: 0, value, think: 0 });
const register = act(1, 1, { kind: 'register', site: 1, person: 0 });

/** Two nurses of one clinic and their owner: the second nurse is cut off while both edit one patient, and then they go on together. */
const plan: Plan = {
	...planOf(3), seed: 1, crypto: 'stand-in', driver: 'handlers', awake: 60 * SECOND, diskMs: 0, heal: 300 * SECOND,
	sites: [{ kind: 'region', parent: null }, { kind: 'clinic', parent: 0 }],
	members: [{ posts: [{ site: 0, role: 'owner' }] }, { posts: [{ site: 1, role: 'clinician' }] }, { posts: [{ site: 1, role: 'clinician' }] }],
	devices: [0, 1, 2].map((member) => ({ member, tabOf: null, skew: 0, unknownTypes: [] })),
	faults: [{ at: 60 * SECOND, ms: 120 * SECOND, device: 2, seed: 1, fault: { kind: 'partition' } }],
	steps: [
		register, act(30, 2, { kind: 'visit' }), edit(70, 1, 1), edit(75, 2, 7), edit(71, 1, 2), edit(76, 2, 4), act(200, 2, { kind: 'visit' }), act(200, 1, { kind: 'visit' }),
		edit(230, 1, 10), edit(231, 2, 16), edit(235, 1, 25), act(240, 1, { kind: 'resolve', chart: 0, entry: 0, value: 1 }), edit(245, 1, 7), edit(250, 2, 9)
	]
};

async function failuresOf(name: string | null): Promise<Report['failures']> {
	const mutant = MUTANTS.find((one) => one.name === name);
	const bundled = await bundle({ patches: mutant === undefined ? [] : patchesOf(mutant) });
	bundles.push(bundled);
	const { runPlan } = (await import(/* @vite-ignore */ bundled.path)) as typeof import('../worker.ts');
	return (await runPlan(plan)).failures;
}

describe('a plan made for known bugs', () => {
	it('passes without them', async () => {
		expect(await failuresOf(null)).toEqual([]);
	});

	it.each([
		['drop a dep when saving', 'forbidden', 'does not cite'], ['resolution cites only one head', 'forbidden', 'does not cite'],
		['skip the associated data', 'forbidden', 'not allowed'], ['plaintext name put into an envelope', 'leaked', 'handed to the hub'],
		['index-based list merge', 'forbidden', 'under the key']
	])('catches: %s', async (name, kind, words) => {
		const failures = await failuresOf(name);
		expect(failures.some((failure) => failure.kind === kind && failure.detail.includes(words)), JSON.stringify(failures).slice(0, 400)).toBe(true);
	});
});
