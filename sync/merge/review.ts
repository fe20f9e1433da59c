/**
 * Open questions: the values of an entry that no rule may settle, with all that a person needs to decide them.
 *
 * Pure: of a state alone. A question is named by group and item, not by the values, so that it stays the same question while values come to it.
 * Nothing is left out: every distinct value that stands or is shown is listed, with who wrote it, when and where.
 */
import { canonicalJson, isObject } from '../change/canonical.ts';
import type { GroupValue, Hash, Hlc, Id, Json } from '../change/change.ts';
import { byClock } from './dag.ts';
import { textOfValue } from './decide.ts';
import { commonAncestor, type HistoryEntry } from './history.ts';
import { isReopened } from './resolution.ts';
import { saysRetracted } from './retraction.ts';
import { CHOICES_OF_RULE, gravityOf, KEEP_BOTH, type Gravity, type ReviewChoice } from './rules/choices.ts';
import { isListRow, rulesOf } from './rules/table.ts';
import type { GroupState, Item, ResourceState, Rule, Write } from './state.ts';

/** One side of an open question: of several who say the same, the first by clock. */
export interface OpenValue {
	readonly change: Hash;
	readonly actor: Hash;
	readonly site: Id;
	readonly hlc: Hlc;
	/** the group's elements; of a list the one item under its element; null: cleared */
	readonly value: GroupValue | null;
	readonly shown: boolean;
}

export interface OpenQuestion {
	readonly group: string;
	/** key of the item in a list, else null */
	readonly item: string | null;
	readonly rule: Rule;
	/** the earliest first */
	readonly values: readonly OpenValue[];
	/** what all sides had seen last; null when they share nothing */
	readonly ancestor: HistoryEntry | null;
	readonly choices: readonly ReviewChoice[];
	/** it was decided before, by someone who had not seen all that stands now */
	readonly reopened: boolean;
	readonly gravity: Gravity;
	/** clock reading of the earliest of the values: how long it has been open, at most */
	readonly since: Hlc;
}

/** Said by people in other ways: a link by linking, an answer by answering again. */
const NOT_ASKED: ReadonlySet<string> = new Set(['Linkage', 'DetectedIssue']);

/** The open questions of an entry, in the order of its groups. */
export function openQuestions(state: ResourceState): readonly OpenQuestion[] {
	if (NOT_ASKED.has(state.type) || isTakenBack(state)) return [];
	const found: OpenQuestion[] = [];
	for (const group of state.groups.values()) {
		if (!group.review) continue;
		if (group.rule !== 'union') found.push(wholeQuestion(state, group));
		else for (const item of group.items) if (item.bodies.length > 1) found.push(itemQuestion(state, group, item));
	}
	return found;
}

/** Taken back, and nobody contradicts that: what else it says need not be settled. */
const isTakenBack = ({ retracted, groups }: ResourceState): boolean =>
	retracted && [...groups.values()].every(({ review, shown }) => !review || !shown.some(({ value }) => saysRetracted(value)));

/** The open question about a group or item; null when none is. */
export const openQuestion = (state: ResourceState, group: string, item: string | null): OpenQuestion | null =>
	openQuestions(state).find((question) => question.group === group && question.item === item) ?? null;

function wholeQuestion(state: ResourceState, group: GroupState): OpenQuestion {
	const shown = new Set(group.shown.map(textOfValue));
	const byText = new Map<string, Write>();
	// originals of what was final are shown though superseded: they are values to choose from, too; who says the same now comes before them
	for (const write of [...[...group.heads].sort(byClock), ...group.shown]) if (!byText.has(textOfValue(write))) byText.set(textOfValue(write), write);
	const values = [...byText].sort(([, x], [, y]) => byClock(x, y)).map(([text, { change, actor, site, hlc, value }]): OpenValue => ({ change, actor, site, hlc, value, shown: shown.has(text) }));
	return question(state, group, null, values, group.heads.map(({ change }) => change), false);
}

function itemQuestion(state: ResourceState, group: GroupState, item: Item): OpenQuestion {
	const element = elementOf(state.type, group.group);
	const bodies = [...item.bodies].sort(byClock);
	const values = bodies.map(({ body, change, actor, site, hlc }): OpenValue => ({ change, actor, site, hlc, value: { [element]: [body] }, shown: true }));
	return question(state, group, item.key, values, bodies.map(({ change }) => change), combined(state, group.group, item) !== null);
}

function question(state: ResourceState, group: GroupState, item: string | null, values: readonly OpenValue[], heads: readonly Hash[], combines: boolean): OpenQuestion {
	const [first] = values;
	return {
		group: group.group, item, rule: group.rule, values, ancestor: commonAncestor(state, group.group, item),
		choices: safeChoices(state, group, values, combines), reopened: isReopened(state, group.group, item, heads),
		gravity: gravityOf(state.type, group.group, group.rule), since: first?.hlc ?? ('' as Hlc)
	};
}

function safeChoices(state: ResourceState, group: GroupState, values: readonly OpenValue[], combines: boolean): readonly ReviewChoice[] {
	const { rule } = group;
	if (rule === 'last' || rule === 'append') return ['not-sure'];
	return CHOICES_OF_RULE[rule].choices.filter((choice) => {
		if (choice === 'combine') return combines;
		if (choice !== 'keep-both') return true;
		if (!KEEP_BOTH.has(`${state.type}.${group.group}`) || values.some(({ value }) => value === null)) return false;
		// the second entry takes all else from what is shown: where that is disputed too, it would take a side
		return rule === 'union' || [...state.groups.values()].every((other) => other === group || !other.review);
	});
}

/** The element whose items a list group holds. */
export function elementOf(type: string, group: string): string {
	const row = rulesOf(type).get(group);
	return row !== undefined && isListRow(row) ? row.element : '';
}

/**
 * One item with what all sides added to it, as an item of a list; null where they contradict each other. An element that one side changed or took
 * away is a contradiction: only additions are combined.
 */
export function combined(state: ResourceState, group: string, item: Item): Json | null {
	const ancestor = commonAncestor(state, group, item.key)?.value ?? null;
	const before = isObject(ancestor) ? ancestor : {};
	const merged = new Map<string, Json>();
	for (const { body } of item.bodies) {
		if (!isObject(body)) return null;
		for (const name of Object.keys(before)) if (!Object.hasOwn(body, name)) return null;
		for (const [name, value] of Object.entries(body)) {
			const known = merged.get(name);
			if (known !== undefined && canonicalJson(known) !== canonicalJson(value)) return null;
			merged.set(name, value);
		}
	}
	return Object.fromEntries(merged);
}
