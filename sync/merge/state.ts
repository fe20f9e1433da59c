/**
 * What the fold makes of a resource's changes. Pure data, the same bytes on every device that holds the same changes.
 *
 * A group's state is the set of writes that no other write has superseded. One value among them is the value; several are the
 * business of the group's rule. Nothing here is ever dropped: superseded writes stay readable in the history.
 */
import type { Compartment, GroupValue, Hash, Hlc, Id, Json, VerifiedChange } from '../change/change.ts';

export const RULES = ['last', 'both', 'safest', 'union', 'append', 'furthest', 'frozen'] as const;
export type Rule = (typeof RULES)[number];

/** One write of one group: the value with who wrote it, where and when. `value` null: the group was cleared. */
export interface Write {
	readonly change: Hash;
	readonly actor: Hash;
	readonly site: Id;
	readonly hlc: Hlc;
	readonly value: GroupValue | null;
}

/** One item of a union or append list. Several bodies under one key: they differ, and the rule says whether that is a review. */
export interface Item {
	readonly key: string;
	readonly bodies: readonly { readonly body: Json; readonly change: Hash; readonly actor: Hash; readonly site: Id; readonly hlc: Hlc }[];
}

export interface GroupState {
	readonly group: string;
	readonly rule: Rule;
	/** writes nobody has superseded, in order (causal, then clock, then id); concurrent equal values stand once per write */
	readonly heads: readonly Write[];
	/** the distinct values on screen: one normally; several where the rule shows all */
	readonly shown: readonly Write[];
	/** for union and append groups */
	readonly items: readonly Item[];
	/** heads with differing values: a conflict. `review` when the rule may not settle it alone */
	readonly conflict: boolean;
	readonly review: boolean;
	/** writes the rule outvoted (conflict, not shown): their authors are told */
	readonly outvoted: readonly Write[];
}

export interface ResourceState {
	readonly type: string;
	readonly id: Id;
	readonly chart: Id;
	readonly site: Id;
	readonly comp: Compartment;
	/** the changes that nobody has superseded as deps: a save cites these (at most 64) */
	readonly heads: readonly Hash[];
	/** a change cites a dep that has not arrived: shown all the same, and marked */
	readonly incomplete: boolean;
	/** missing deps */
	readonly missing: readonly Hash[];
	readonly groups: ReadonlyMap<string, GroupState>;
	/** retracted: its status says entered-in-error, and no other value of it stands on screen beside that */
	readonly retracted: boolean;
	/** every change of the resource, in causal order: the history */
	readonly changes: readonly VerifiedChange[];
	/** ids of changes whose clock contradicts their causal past or lies far ahead of it: the time is shown as uncertain */
	readonly uncertain: readonly Hash[];
}

/** One chart as one reader holds it: natively (the site's own) or as relayed copies. */
export interface ChartState {
	readonly site: Id;
	readonly chart: Id;
	readonly resources: ReadonlyMap<Id, ResourceState>;
}
