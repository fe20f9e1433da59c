import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle, type Bundle } from './bundle.ts';
import { planOf, type Plan } from './plan.ts';

type Worker = typeof import('./worker.ts');
let built: Bundle;
let worker: Worker;
beforeAll(async () => {
	built = await bundle();
	worker = (await import(built.path)) as Worker;
});
afterAll(() => built.remove());

/** The first seed from 1 whose plan is as wanted. */
const seedWith = (wanted: (plan: Plan) => boolean): Plan => {
	for (let seed = 1; seed < 2000; seed++) if (wanted(planOf(seed))) return planOf(seed);
	throw new Error('no such plan');
};
const small = (plan: Plan): boolean => plan.devices.length < 5 && plan.steps.length < 30 && plan.faults.length > 0;

describe('a run', () => {
	it.each([
		['with the stand-in', (plan: Plan) => small(plan) && plan.crypto === 'stand-in' && plan.driver === 'handlers'],
		['with libsodium', (plan: Plan) => small(plan) && plan.crypto === 'real' && plan.driver === 'handlers'],
		['inside RxDB', (plan: Plan) => small(plan) && plan.driver === 'rxdb']
	])('of one plan leaves the same trace each time, %s', async (_, wanted) => {
		const plan = seedWith(wanted);
		const first = await worker.runPlan(plan);
		const again = await worker.runPlan(structuredClone(plan));
		expect(first.failures).toEqual([]);
		expect(again).toEqual(first);
	}, 120_000);

	it('leaves another trace when a step is left out, and is total without any step or fault', async () => {
		const plan = seedWith((one) => small(one) && one.driver === 'handlers');
		const whole = await worker.runPlan(plan);
		const less = await worker.runPlan({ ...plan, steps: plan.steps.slice(1) });
		const none = await worker.runPlan({ ...plan, steps: [], faults: [] });
		expect(less.traceHash).not.toBe(whole.traceHash);
		expect([less.failures, none.failures, none.changes]).toEqual([[], [], 0]);
	}, 120_000);

	it('of a plan whose steps come in any order of devices that are not there does nothing, and breaks nothing', async () => {
		const plan = seedWith((one) => small(one) && one.driver === 'handlers');
		const strange = plan.steps.map((step, i) => ({ ...step, device: 1000 + i, at: plan.heal - step.at }));
		expect((await worker.runPlan({ ...plan, steps: strange })).failures).toEqual([]);
	}, 120_000);

	it('tells plans apart: sizes, lengths, cryptography, drivers and faults all occur', () => {
		const plans = Array.from({ length: 600 }, (_, seed) => planOf(seed));
		expect(new Set(plans.map(({ crypto }) => crypto))).toEqual(new Set(['real', 'stand-in']));
		expect(new Set(plans.map(({ driver }) => driver))).toEqual(new Set(['handlers', 'rxdb']));
		expect(Math.max(...plans.map(({ devices }) => devices.length))).toBeGreaterThanOrEqual(30);
		expect(Math.max(...plans.map(({ heal }) => heal))).toBeGreaterThan(30 * 86_400_000);
		expect(new Set(plans.flatMap(({ faults }) => faults.map(({ fault }) => fault.kind))).size).toBeGreaterThanOrEqual(20);
		expect(plans.some(({ faults }) => faults.length === 0)).toBe(true);
	});
});
