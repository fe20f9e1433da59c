import { describe, expect, it } from 'vitest';
import { planOf, type Plan } from './plan.ts';
import { ddmin, shrink } from './shrink.ts';

const numbers = Array.from({ length: 60 }, (_, at) => at);

describe('delta debugging', () => {
	it('keeps exactly what makes it fail, however far apart', async () => {
		const wanted = [3, 31, 58];
		expect(await ddmin(numbers, (kept) => Promise.resolve(wanted.every((one) => kept.includes(one))))).toEqual(wanted);
	});

	it('keeps nothing when nothing is needed, and all when all is', async () => {
		expect(await ddmin(numbers, () => Promise.resolve(true))).toEqual([]);
		expect(await ddmin(numbers, (kept) => Promise.resolve(kept.length === numbers.length))).toEqual(numbers);
	});
});

describe('a failing plan', () => {
	const plan = [...numbers].map((seed) => planOf(seed)).find(({ faults, steps }) => faults.length >= 4 && steps.length >= 20) as Plan;

	it('is shrunk to the step and the fault that it needs', async () => {
		const [step, fault] = [plan.steps[7], plan.faults[2]];
		let runs = 0;
		const small = await shrink(plan, (candidate) => {
			runs++;
			return Promise.resolve(candidate.steps.some((one) => one === step) && candidate.faults.some((one) => one === fault));
		});
		expect(small.steps).toEqual([step]);
		expect(small.faults).toEqual([fault]);
		expect({ ...small, steps: [], faults: [] }).toEqual({ ...plan, steps: [], faults: [] });
		expect(runs).toBeLessThan(160);
	});

	it('still fails when the budget is over', async () => {
		const needed = plan.steps.filter((_, at) => at % 2 === 0);
		const fails = (candidate: Plan): Promise<boolean> => Promise.resolve(needed.every((one) => candidate.steps.includes(one)));
		const small = await shrink(plan, fails, { budget: 9 });
		expect(await fails(small)).toBe(true);
		expect(small.steps.length).toBeLessThanOrEqual(plan.steps.length);
	});
});
