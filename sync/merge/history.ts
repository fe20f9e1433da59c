/**
 * Every value a group ever had: by whom, where, when, why, and what became of it.
 *
 * The history is the changes themselves, so nothing can be missing from it: a value that lost a merge is here with its author, and can be
 * restored by an ordinary change.
 */
import { canonicalJson } from '../change/canonical.ts';
import type { Hash, Hlc, Id, Json } from '../change/change.ts';
import { pastsOf } from './past.ts';
import type { GroupState, ResourceState, Write } from './state.ts';

export interface HistoryEntry {
	readonly change: Hash;
	readonly actor: Hash;
	readonly site: Id;
	readonly hlc: Hlc;
	/** the clock contradicts what the author had seen: show the time as uncertain */
	readonly uncertainTime: boolean;
	readonly kind: 'set' | 'clear' | 'add' | 'remove';
	/** item key in a list, null for a group written as a whole */
	readonly key: string | null;
	/** the group's value or the item; null when cleared or removed */
	readonly value: Json | null;
	/** nobody has superseded it */
	readonly current: boolean;
	readonly shown: boolean;
	readonly reason: string | null;
}

/** All writes of a group in causal order. Empty when it was never written. */
export function historyOf(state: ResourceState, group: string): readonly HistoryEntry[] {
	const present = state.groups.get(group) ?? null;
	const uncertain = new Set(state.uncertain);
	const entries: HistoryEntry[] = [];
	for (const { id, change } of state.changes) {
		const by = { change: id, actor: change.actor, site: change.site, hlc: change.hlc, uncertainTime: uncertain.has(id), reason: change.reason ?? null };
		const whole = Object.hasOwn(change.set, group) ? (change.set[group] ?? null) : null;
		if (whole !== null) entries.push({ ...by, kind: 'set', key: null, value: whole, ...place(present, id, whole, null) });
		if (change.unset.includes(group)) entries.push({ ...by, kind: 'clear', key: null, value: null, ...place(present, id, null, null) });
		for (const key of (Object.hasOwn(change.remove, group) ? change.remove[group] : undefined) ?? []) {
			entries.push({ ...by, kind: 'remove', key, value: null, current: false, shown: false });
		}
		for (const [key, item] of Object.entries((Object.hasOwn(change.add, group) ? change.add[group] : undefined) ?? {})) {
			entries.push({ ...by, kind: 'add', key, value: item, ...place(present, id, item, key) });
		}
	}
	return entries;
}

function place(group: GroupState | null, change: Hash, value: Json | null, key: string | null): { current: boolean; shown: boolean } {
	if (group === null) return { current: false, shown: false };
	if (key === null) {
		const said = canonicalJson(value);
		return {
			current: group.heads.some((head) => head.change === change),
			shown: group.heads.some((head) => head.change === change) && group.shown.some((write) => canonicalJson(write.value) === said)
				|| group.shown.some((write) => write.change === change)
		};
	}
	const body = canonicalJson(value);
	const item = group.items.find((candidate) => candidate.key === key);
	const current = item?.bodies.some((candidate) => candidate.change === change && canonicalJson(candidate.body) === body) ?? false;
	return { current, shown: current && !group.outvoted.some((write) => write.change === change && writes(write, body)) };
}

const writes = (write: Write, body: string): boolean =>
	Object.values(write.value ?? {}).some((items) => Array.isArray(items) && items.some((item: Json) => canonicalJson(item) === body));

/**
 * What all sides of a conflict had seen last: the latest write of the group (of the item with `key`, in a list) in the past of every
 * unsuperseded one. Null when there is none, or when no past is shared. It is what a reviewer compares the values with.
 */
export function commonAncestor(state: ResourceState, group: string, key: string | null = null): HistoryEntry | null {
	const present = state.groups.get(group);
	const sides = key === null ? present?.heads : present?.items.find((item) => item.key === key)?.bodies;
	if (sides === undefined || sides.length < 2) return null;
	const pasts = pastsOf(state);
	return historyOf(state, group).filter((entry) => entry.key === key && sides.every((side) => pasts.sees(side.change, entry.change))).at(-1) ?? null;
}
