/**
 * What a decision writes: the chosen value of a disputed group or item, and nothing else.
 *
 * A decision is an ordinary change over all heads of the resource, so that it supersedes every value that was on screen. What was not chosen stays
 * in the history. More heads than one change can cite are joined by several changes (attack 60), each of which carries the decision: whichever of
 * them arrives, what it says is the same.
 */
import { canonicalJson } from '../change/canonical.ts';
import { DEPS_MAX, type GroupValue, type Hash, type Json } from '../change/change.ts';
import { combined, elementOf, type OpenQuestion } from '../merge/review.ts';
import type { ResourceState } from '../merge/state.ts';
import { err, ok, problem, type Problem, type Result } from '../result.ts';
import type { ChangeBody } from './stamp.ts';

export type Verdict =
	| { readonly choice: 'keep'; readonly change: Hash }
	/** `change`: the value that stays in this entry */
	| { readonly choice: 'keep-both'; readonly change: Hash }
	| { readonly choice: 'combine' }
	/** `value`: the group's elements, of a list the item under its element */
	| { readonly choice: 'new-value'; readonly value: GroupValue };

export type ResolveProblem = Problem<'no-such-value' | 'not-safe'>;

const NOTHING: ChangeBody = { set: {}, unset: [], add: {}, remove: {} };

/** A write of one group (of one item, in a list). `value` null clears it. */
export function writeOf(type: string, group: string, item: string | null, value: GroupValue | null): ChangeBody {
	if (item === null) return value === null ? { ...NOTHING, unset: [group] } : { ...NOTHING, set: { [group]: value } };
	const body = itemIn(type, group, value);
	return body === null ? { ...NOTHING, remove: { [group]: [item] } } : { ...NOTHING, add: { [group]: { [item]: body } } };
}

function itemIn(type: string, group: string, value: GroupValue | null): Json | null {
	const items = value?.[elementOf(type, group)];
	return Array.isArray(items) && items.length === 1 ? ((items as readonly Json[])[0] ?? null) : null;
}

/**
 * The body of a decision.
 * @returns `no-such-value` when the chosen value is none of the question's, `not-safe` when the rule of the group does not allow the choice
 */
export function resolutionOf(state: ResourceState, question: OpenQuestion, verdict: Verdict, digest: (text: string) => string): Result<ChangeBody, ResolveProblem> {
	const { group, item, values } = question;
	if (!question.choices.includes(verdict.choice)) return err(problem('not-safe', 'This cannot be decided that way: it could leave a value that nobody recorded.'));
	if (verdict.choice === 'new-value') {
		if (Object.keys(verdict.value).length === 0) return err(problem('no-such-value', 'Enter the value.'));
		if (item !== null && itemIn(state.type, group, verdict.value) === null) return err(problem('no-such-value', 'Enter one value for this item.'));
		return ok(writeOf(state.type, group, item, verdict.value));
	}
	if (verdict.choice === 'combine') {
		const present = state.groups.get(group)?.items.find(({ key }) => key === item);
		const body = present === undefined ? null : combined(state, group, present);
		if (item === null || body === null) return err(problem('not-safe', 'These versions contradict each other and cannot be combined.'));
		return ok({ ...NOTHING, add: { [group]: { [item]: body } } });
	}
	const kept = values.find(({ change }) => change === verdict.change);
	if (kept === undefined) return err(problem('no-such-value', 'The chosen value is none of those that stand here. Look at the entry again.'));
	if (verdict.choice === 'keep' || item === null) return ok(writeOf(state.type, group, item, kept.value));
	return ok({ ...NOTHING, add: { [group]: sideBySide(state.type, group, item, kept.value, values, digest) } });
}

/** The kept body under the disputed key, every other one as an item of its own: named by its content, so that a repeat names it alike. */
function sideBySide(
	type: string, group: string, item: string, kept: GroupValue | null, values: OpenQuestion['values'], digest: (text: string) => string
): { readonly [key: string]: Json } {
	const items = new Map<string, Json>();
	for (const { value } of values) {
		const body = itemIn(type, group, value);
		if (body === null) continue;
		items.set(value === kept ? item : `${item}~${digest(canonicalJson(body))}`, body);
	}
	return Object.fromEntries(items);
}

/**
 * In how many changes heads are joined: each list is what one change cites besides the change before it. One list nearly always.
 * @param max deps that one change may cite
 */
export function citations(heads: readonly Hash[], max: number = DEPS_MAX): readonly (readonly Hash[])[] {
	const sorted = [...new Set(heads)].sort();
	const lists: (readonly Hash[])[] = [sorted.slice(0, max)];
	// every further change cites the one before it as well
	for (let from = max; from < sorted.length; from += max - 1) lists.push(sorted.slice(from, from + max - 1));
	return lists;
}
