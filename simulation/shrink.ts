/**
 * Makes a failing plan small: delta debugging (Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002, algorithm ddmin)
 * over its faults and its steps.
 *
 * Faults first, since each of them touches much; then steps; then both once more, since what is left of one may free the other. Every step is
 * total and every fault has chance of its own, so that what is left out changes nothing in the rest. The result fails as the given plan does, and is
 * as small as the budget of runs allows.
 */
import type { Plan } from './plan.ts';

export interface ShrinkOptions {
	/** runs that may be made */
	readonly budget?: number;
}

const BUDGET = 160;

/** A smaller plan for which `fails` is still true. Returns the given one when nothing can be left out. */
export async function shrink(plan: Plan, fails: (plan: Plan) => Promise<boolean>, { budget = BUDGET }: ShrinkOptions = {}): Promise<Plan> {
	let left = budget;
	const test = async (candidate: Plan): Promise<boolean> => left-- > 0 && (await fails(candidate));
	let small = plan;
	for (let before = Infinity; small.steps.length + small.faults.length < before && left > 0; ) {
		before = small.steps.length + small.faults.length;
		const base = small;
		const faults = await ddmin(base.faults, (kept) => test({ ...base, faults: kept }));
		const steps = await ddmin(base.steps, (kept) => test({ ...base, faults, steps: kept }));
		small = { ...base, faults, steps };
	}
	return small;
}

/** The shortest part of a list, found by leaving out ever smaller pieces, for which `fails` is still true. */
export async function ddmin<T>(all: readonly T[], fails: (kept: readonly T[]) => Promise<boolean>): Promise<readonly T[]> {
	if (all.length === 0 || (await fails([]))) return [];
	let kept = all;
	for (let pieces = 2; kept.length >= 2 && pieces <= kept.length; ) {
		const size = Math.ceil(kept.length / pieces);
		const smaller = await firstThatFails(kept, size, fails);
		if (smaller === null) {
			if (pieces === kept.length) break;
			pieces = Math.min(kept.length, 2 * pieces);
			continue;
		}
		kept = smaller;
		pieces = Math.max(2, pieces - 1);
	}
	return kept;
}

/** The list without one of its pieces of this size. */
async function firstThatFails<T>(list: readonly T[], size: number, fails: (kept: readonly T[]) => Promise<boolean>): Promise<readonly T[] | null> {
	for (let from = 0; from < list.length; from += size) {
		const rest = [...list.slice(0, from), ...list.slice(from + size)];
		if (await fails(rest)) return rest;
	}
	return null;
}
