/**
 * Which of several statements contradict each other, where some pairs cannot be compared at all.
 */

/** Statements compared with all others; beyond that, each is compared with these many. */
const COMPARED_MAX = 64;

/**
 * @param all distinct statements, in an order that depends on nothing but them
 * @param differ yes, no, or null where two cannot be compared
 * @returns those that differ from some other, and those that neither differ from nor agree with some other; linear in their number
 */
export function compared<T>(all: readonly T[], differ: (a: T, b: T) => boolean | null): { readonly apart: readonly T[]; readonly unlike: readonly T[] } {
	const [apart, unlike] = [new Set<T>(), new Set<T>()];
	const yardsticks = all.slice(0, COMPARED_MAX);
	for (const [place, a] of all.entries()) {
		for (const [other, b] of yardsticks.entries()) {
			if (other >= place) break;
			const answer = differ(b, a);
			if (answer === false) continue;
			const marked = answer === true ? apart : unlike;
			marked.add(a).add(b);
		}
	}
	return { apart: all.filter((one) => apart.has(one)), unlike: all.filter((one) => unlike.has(one)) };
}
