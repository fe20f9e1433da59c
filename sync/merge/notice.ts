/**
 * What the author of a value is to be told: that it is not the one shown, and why.
 *
 * A rule chose another value meanwhile: told until the value is shown, or until somebody who saw it wrote over it, which is no longer
 * news to a rule but a person's edit. Or somebody decided between values that stood side by side and set this one aside: told as well, with who
 * decided and why, since a decision is the end of a disagreement that its author never saw. So is one who wrote to an entry that was taken back at the
 * same time. So is one who took an item out of a list while somebody else, who had not seen that, wrote it: the item stays, since nobody removes what they
 * have not seen. Nothing is told of a value that its own author replaced.
 */
import { canonicalJson, isObject } from '../change/canonical.ts';
import type { GroupValue, Hash, Hlc, Id, Json } from '../change/change.ts';
import { textOfValue } from './decide.ts';
import { historyOf, type HistoryEntry } from './history.ts';
import { pastsOf } from './past.ts';
import { resolutionsOf, textOfEntry, writesTo, type Resolution } from './resolution.ts';
import { leadsRetracted, saysRetracted } from './retraction.ts';
import { elementOf } from './review.ts';
import type { GroupState, ResourceState, Write } from './state.ts';

export interface OutvotedValue {
	readonly group: string;
	/** key of the item in a list, else null */
	readonly item: string | null;
	/** the change that wrote it, and its author */
	readonly change: Hash;
	readonly actor: Hash;
	readonly site: Id;
	readonly hlc: Hlc;
	/** the group's elements; of a list the one item under its element; null: cleared, or the item was taken out */
	readonly value: GroupValue | null;
	/** the decision that set it aside; null: a rule shows another value meanwhile */
	readonly by: HistoryEntry | null;
}

/** The values that their authors are to be told of. `mine`: whose authors are meant; all when absent. */
export function outvotedValues(state: ResourceState, mine: (actor: Hash) => boolean = () => true): readonly OutvotedValue[] {
	if (state.changes.length < 2 || !state.changes.some(({ change }) => mine(change.actor))) return [];
	return [...[...state.groups.values()].flatMap((group) => [...byRule(state, group, mine), ...byKeeping(state, group, mine), ...byDecision(state, group, mine)]), ...byRetraction(state, mine)];
}

/** Values that stand in an entry which somebody took back without having seen them: struck through with it, and news to their authors. */
function byRetraction(state: ResourceState, mine: (actor: Hash) => boolean): readonly OutvotedValue[] {
	const said = state.retracted ? leadsRetracted(state) : null;
	if (said === null) return [];
	const pasts = pastsOf(state);
	return [...state.groups.values()].flatMap((group) => group.shown.flatMap((write): readonly OutvotedValue[] => {
		if (!mine(write.actor) || write.actor === said.actor || write.change === said.change || saysRetracted(write.value)) return [];
		if (pasts.sees(said.change, write.change) || pasts.sees(write.change, said.change)) return [];
		const by = historyOf(state, groupOf(state, said)).find(({ change }) => change === said.change) ?? null;
		const { change, actor, site, hlc, value } = write;
		return by === null ? [] : [{ group: group.group, item: isList(group) ? itemOf(state, group, write) : null, change, actor, site, hlc, value, by }];
	}));
}

const isList = ({ rule }: GroupState): boolean => rule === 'union' || rule === 'append';
const groupOf = (state: ResourceState, said: Write): string => [...state.groups.values()].find(({ shown }) => shown.includes(said))?.group ?? '';

/** Values that stand and that the rule does not show. */
function byRule(state: ResourceState, group: GroupState, mine: (actor: Hash) => boolean): readonly OutvotedValue[] {
	return group.outvoted.filter((write) => mine(write.actor)).flatMap((write) => {
		const item = itemOf(state, group, write);
		const shown = group.rule === 'union' ? bodiesUnder(group, item).slice(0, 1) : group.shown;
		// whoever wrote what is shown knows of it
		if (shown.every(({ actor }) => mine(actor) && mine(write.actor) && actor === write.actor)) return [];
		const { change, actor, site, hlc, value } = write;
		return [{ group: group.group, item, change, actor, site, hlc, value, by: null }];
	});
}

/** Items that somebody took out of a list, and that stand: who wrote them at the same time had not seen that. Until somebody who saw it writes the item. */
function byKeeping(state: ResourceState, group: GroupState, mine: (actor: Hash) => boolean): readonly OutvotedValue[] {
	if (!isList(group)) return [];
	const removed = new Set(state.changes.flatMap(({ change }) => (mine(change.actor) && Object.hasOwn(change.remove, group.group) ? (change.remove[group.group] ?? []) : [])));
	const pasts = pastsOf(state);
	return group.items.filter(({ key }) => removed.has(key)).flatMap(({ key, bodies }) => {
		const writes = writesTo(state, group.group, key);
		return writes.filter(({ kind, change, actor }) => kind === 'remove' && mine(actor) && bodies.some((body) => body.actor !== actor && body.change !== change)
			&& !writes.some((later) => pasts.sees(later.change, change)))
			.map(({ change, actor, site, hlc }): OutvotedValue => ({ group: group.group, item: key, change, actor, site, hlc, value: null, by: null }));
	});
}

const bodiesUnder = (group: GroupState, item: string | null): readonly { readonly actor: Hash }[] => group.items.find(({ key }) => key === item)?.bodies ?? [];

function itemOf(state: ResourceState, group: GroupState, write: Write): string | null {
	if (!isList(group)) return null;
	const text = textOfValue(write);
	const element = elementOf(state.type, group.group);
	return group.items.find(({ bodies }) => bodies.some(({ change, body }) => change === write.change && canonicalJson({ [element]: [body] }) === text))?.key ?? null;
}

/** Values that stood beside others until somebody decided for another one. */
function byDecision(state: ResourceState, group: GroupState, mine: (actor: Hash) => boolean): readonly OutvotedValue[] {
	const items: readonly (string | null)[] = group.rule === 'union' ? disputedItems(state, group.group) : group.rule === 'append' ? [] : [null];
	return items.flatMap((item) => {
		const resolutions = resolutionsOf(state, group.group, item);
		if (resolutions.length === 0) return [];
		const shown = shownTexts(group);
		const found = new Map<Hash, OutvotedValue>();
		for (const resolution of resolutions) for (const value of setAside(state, group.group, item, resolution, shown, mine)) found.set(value.change, value);
		return [...found.values()];
	});
}

function setAside(
	state: ResourceState, group: string, item: string | null, { by, settled }: Resolution, shown: ReadonlySet<string>, mine: (actor: Hash) => boolean
): readonly OutvotedValue[] {
	const decided = textOfEntry(by);
	const element = item === null ? null : elementOf(state.type, group);
	return settled.flatMap((write): OutvotedValue[] => {
		const text = textOfEntry(write);
		if (!mine(write.actor) || mine(by.actor) && by.actor === write.actor || text === decided || shown.has(text)) return [];
		const { change, actor, site, hlc } = write;
		return [{ group, item, change, actor, site, hlc, value: valueOf(write.value, element), by }];
	});
}

function valueOf(value: Json | null, element: string | null): GroupValue | null {
	if (value === null) return null;
	if (element !== null) return { [element]: [value] };
	return isObject(value) ? value : null;
}

/** Items that several changes wrote or took out. */
function disputedItems(state: ResourceState, group: string): readonly string[] {
	const writers = new Map<string, number>();
	for (const { change } of state.changes) {
		const added = Object.keys((Object.hasOwn(change.add, group) ? change.add[group] : undefined) ?? {});
		const removed = (Object.hasOwn(change.remove, group) ? change.remove[group] : undefined) ?? [];
		for (const key of [...added, ...removed]) writers.set(key, (writers.get(key) ?? 0) + 1);
	}
	return [...writers].filter(([, count]) => count > 2).map(([key]) => key);
}

function shownTexts(group: GroupState): ReadonlySet<string> {
	const items = group.items.flatMap(({ bodies }) => bodies.map(({ body }) => canonicalJson(body)));
	return new Set([...group.shown.map(textOfValue), ...items]);
}
