/**
 * The form of the merge rules table: one row per group of a resource type, each with the reason for its rule.
 *
 * A rule decides only between writes that nobody superseded. No row is a default, a wildcard or inherited: a rule that nobody chose
 * for a group is how other systems come to overwrite a deceased flag. `docs/merge-rules.md` is generated from these rows.
 */
import type { GroupValue, Json } from '../../change/change.ts';

/** What a row compares: a word for a value, and the words in their order, the leading one first. */
export interface Order {
	/** which element the words are of, for people */
	readonly of: string;
	readonly label: (value: GroupValue) => string;
	/** a word not listed cannot be ranked: it is shown beside the leading one */
	readonly ranks: readonly string[];
}

/** The word for a group that was cleared, or whose element is absent. */
export const NONE = 'none';

/** A list item's natural key; null: it has none, and its hash is the key. Used when a change is written, never when it is read. */
export interface ItemKey {
	readonly of: string;
	readonly key: (item: Json) => string | null;
}

/** Where an item stands in its list: by rank, then in the order in which items were first added. The rank may change with the item. */
export interface ItemPlace {
	readonly of: string;
	readonly rank: (item: Json) => number;
}

interface RowBase {
	readonly group: string;
	/** a clinical safety reason, or another system's known failure */
	readonly reason: string;
}

export type Row = RowBase &
	(
		| { readonly rule: 'last' }
		/** all values, marked; `leads` says which stands first meanwhile */
		| { readonly rule: 'both'; readonly leads?: Order }
		/** the safer by the declared order */
		| { readonly rule: 'safest'; readonly order: Order }
		/** independent facts; differing bodies under one key are shown both (a review) or the last */
		| { readonly rule: 'union'; readonly key: ItemKey; readonly sameKey: 'both' | 'last'; readonly place?: ItemPlace }
		| { readonly rule: 'append'; readonly key: ItemKey }
		/** the furthest state; contradicting states are shown both */
		| { readonly rule: 'furthest'; readonly order: Order; readonly contradictions: readonly (readonly [string, string])[] }
		/** what was final stays: a later write is an amendment beside it */
		| { readonly rule: 'frozen'; readonly final: { readonly of: string; readonly is: (value: GroupValue) => boolean } }
	);

export type RowOf<R extends Row['rule']> = Extract<Row, { rule: R }>;

/** The word for a value; `NONE` for a cleared group. */
export const labelOf = (order: Order, value: GroupValue | null): string => (value === null ? NONE : order.label(value));
