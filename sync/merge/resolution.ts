/**
 * Decisions of the past: which writes of a group (of an item, in a list) settled values that stood side by side.
 *
 * A decision is no kind of change: it is an ordinary write whose author had seen two or more unsuperseded values. So it is recognized in the
 * history by everybody alike, whichever app wrote it. A decision that some present value has not seen, and that has not seen it, is what makes
 * an open question a reopened one.
 */
import { canonicalJson } from '../change/canonical.ts';
import type { Hash } from '../change/change.ts';
import { historyOf, type HistoryEntry } from './history.ts';
import { pastsOf } from './past.ts';
import type { ResourceState } from './state.ts';

export interface Resolution {
	readonly by: HistoryEntry;
	/** the values that stood side by side, one per write, the deciding one not among them */
	readonly settled: readonly HistoryEntry[];
}

/** Writes of one group or item that are looked at, the latest ones: what a person is told may not cost more than this, whoever floods a group. */
const WRITES_MAX = 256;

/** A value as text, for comparing; of a removed item or a cleared group the empty text. */
export const textOfEntry = ({ value }: HistoryEntry): string => (value === null ? '' : canonicalJson(value));

/** All writes of a group, or of one item of a list, in causal order. */
export const writesTo = (state: ResourceState, group: string, item: string | null): readonly HistoryEntry[] =>
	historyOf(state, group).filter(({ key }) => key === item).slice(-WRITES_MAX);

/** The decisions on a group or item, in causal order. */
export function resolutionsOf(state: ResourceState, group: string, item: string | null): readonly Resolution[] {
	const writes = writesTo(state, group, item);
	if (writes.length < 3) return [];
	const found: Resolution[] = [];
	for (const [at, by] of writes.entries()) {
		const settled = standingBefore(state, writes.slice(0, at), by.change);
		if (new Set(settled.map(textOfEntry)).size > 1) found.push({ by, settled });
	}
	return found;
}

/** The writes that the author of a change had seen and that nothing else it had seen superseded. */
function standingBefore(state: ResourceState, earlier: readonly HistoryEntry[], change: Hash): readonly HistoryEntry[] {
	const pasts = pastsOf(state);
	const seen = earlier.filter((write) => pasts.sees(change, write.change));
	return seen.filter((write, at) => !seen.slice(at + 1).some((later) => pasts.sees(later.change, write.change)));
}

/** Was this question decided before, by someone who had not seen all of the values that now stand (or who is one of several who decided)? */
export function isReopened(state: ResourceState, group: string, item: string | null, present: readonly Hash[]): boolean {
	const pasts = pastsOf(state);
	return resolutionsOf(state, group, item).some(({ by: { change } }) =>
		present.some((head) => head !== change && !pasts.sees(head, change) && !pasts.sees(change, head)));
}
