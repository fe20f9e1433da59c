/**
 * The fold once more, written to be obviously right and not to be fast: what every device's fold is compared with.
 *
 * It shares with `sync/merge` only the rules table (what the rules are of, not what they do). It sorts, walks the whole past of every change,
 * compares every write with every other, and knows nothing of lanes, registers, increments or caches; so a bug in those, or one put there
 * by a mutant, shows as a difference. Its result has the form that a state hash covers.
 */
import type { Hash, Json, VerifiedChange } from '../../sync/change/change.ts';
import { isListRow, rulesOf, type ListRow, type TableRow } from '../../sync/merge/rules/table.ts';
import { NONE, type Order } from '../../sync/merge/rules/row.ts';
import { b64, digested } from './bytes.ts';
import { canonical } from './canonical.ts';

/** Everything of a resource's state that is a function of its changes. */
export interface NaiveResource {
	readonly type: string;
	readonly id: string;
	readonly site: string;
	readonly chart: string;
	readonly comp: string;
	readonly heads: readonly Hash[];
	readonly missing: readonly Hash[];
	readonly retracted: boolean;
	readonly uncertain: readonly Hash[];
	/** ids in causal order */
	readonly changes: readonly Hash[];
	/** name, rule, conflict, review, heads, shown with values, outvoted, items with their bodies */
	readonly groups: readonly NaiveGroup[];
}
export type NaiveGroup = readonly [string, string, boolean, boolean, readonly Hash[], readonly (readonly [Hash, Json])[], readonly Hash[], readonly NaiveItem[]];
type NaiveItem = readonly [string, readonly (readonly [Hash, Json])[]];

/** Which changes say one act more than once, as sets of ids. */
export type SameActs = (inOrder: readonly VerifiedChange[]) => readonly ReadonlySet<Hash>[];

interface Said {
	readonly by: VerifiedChange;
	readonly value: Json;
	readonly kind: 'write' | 'remove';
}
type Past = (id: Hash) => ReadonlySet<Hash>;

const YEARS_MS = 5 * 365.25 * 24 * 3600 * 1000;
const EARLIEST_MS = Date.UTC(2020, 0, 1);

/** What must be shown of one resource, whose changes may come in any order and more than once; null without changes. */
export function naiveFold(given: readonly VerifiedChange[], sameActs: SameActs = equalImports): NaiveResource | null {
	const stamped = [...new Map(given.map((signed) => [signed.id, signed])).values()].sort(byStamp);
	const [first] = stamped;
	if (first === undefined) return null;
	const { changes, past, seen } = arranged(stamped, sameActs);
	const { type, id, site, chart, comp } = first.change;
	const groups: NaiveGroup[] = [];
	for (const [, row] of rulesOf(type)) {
		const group = isListRow(row) ? listGroup(row, changes, past) : wholeGroup(row, changes, past);
		if (group !== null) groups.push(group);
	}
	const here = new Set(changes.map((signed) => signed.id));
	return {
		type, id, site, chart, comp, groups, changes: changes.map((signed) => signed.id),
		heads: [...here].filter((one) => !seen.has(one)).sort(),
		missing: [...new Set(changes.flatMap(({ change }) => change.deps.filter((dep) => !here.has(dep))))].sort(),
		retracted: groups.some(([name, , , , heads, , outvoted]) => {
			const standing = heads.filter((head) => !outvoted.includes(head)).map((head) => saysRetracted(changes.find((signed) => signed.id === head)?.change.set[name] ?? null));
			return standing.includes(true) && !standing.includes(false);
		}), uncertain: uncertainOnes(changes)
	};
}

/** For each change, all that its author had seen, through what is here. */
export function pastsOf(given: readonly VerifiedChange[], sameActs: SameActs): Past {
	return arranged([...given].sort(byStamp), sameActs).past;
}

/** Clock, then id: the order of what had not seen each other. */
function byStamp(a: VerifiedChange, b: VerifiedChange): number {
	if (a.change.hlc !== b.change.hlc) return a.change.hlc < b.change.hlc ? -1 : 1;
	return a.id === b.id ? 0 : a.id < b.id ? -1 : 1;
}

/** Changes in causal order, what each had seen (through what is here, and every saying of an act), and which were seen by any. */
function arranged(stamped: readonly VerifiedChange[], sameActs: SameActs): { readonly changes: readonly VerifiedChange[]; readonly past: Past; readonly seen: ReadonlySet<Hash> } {
	const alone = causal(stamped, ({ id, change }) => change.deps.filter((dep) => dep !== id));
	const acts = sameActs(alone);
	const seenBy = ({ id, change }: VerifiedChange): readonly Hash[] =>
		[...new Set(change.deps.flatMap((dep) => (dep === id ? [] : [...(acts.find((act) => act.has(dep)) ?? [dep])])))];
	const changes = causal(alone, seenBy);
	const pasts = new Map<Hash, ReadonlySet<Hash>>();
	const seen = new Set<Hash>();
	for (const signed of changes) {
		const all = new Set<Hash>();
		// what does not come earlier is part of a cycle, which was cut there
		for (const dep of seenBy(signed)) {
			const before = pasts.get(dep);
			if (before === undefined) continue;
			seen.add(dep);
			all.add(dep);
			for (const earlier of before) all.add(earlier);
		}
		pasts.set(signed.id, all);
	}
	return { changes, past: (id) => pasts.get(id) ?? new Set(), seen };
}

/** Of what is left, always the first whose seen changes are all placed; in a cycle, the first. */
function causal(numbered: readonly VerifiedChange[], seenBy: (signed: VerifiedChange) => readonly Hash[]): readonly VerifiedChange[] {
	const left = [...numbered];
	const placed: VerifiedChange[] = [];
	while (left.length > 0) {
		const free = left.findIndex((signed) => seenBy(signed).every((dep) => !left.some((other) => other !== signed && other.id === dep)));
		placed.push(...left.splice(Math.max(free, 0), 1));
	}
	return placed;
}

const contentOf = ({ change: { create, set, unset, add, remove } }: VerifiedChange): string => canonical([create ?? null, set, unset, add, remove]);

/** Equal roots of one import, or of one move, are one. */
export const equalImports: SameActs = (changes) =>
	classes(changes.filter(({ change }) => (change.create?.kind === 'import' || change.create?.kind === 'moved') && change.deps.length === 0), contentOf);

/** The copies of a link are written by one hand at once: same author, same content, on top of the same acts. */
export const copiesOfActs: SameActs = (changes) => {
	const act = new Map<Hash, string>();
	return classes(changes, (signed) => {
		const upon = [...new Set(signed.change.deps.map((dep) => act.get(dep) ?? dep))].sort();
		// as a digest: names of names of names, written out, double in length with each
		const name = b64(digested('oracle/act/1', canonical([signed.change.actor, contentOf(signed), upon])));
		act.set(signed.id, name);
		return name;
	});
};

function classes(changes: readonly VerifiedChange[], nameOf: (signed: VerifiedChange) => string): readonly ReadonlySet<Hash>[] {
	const byName = new Map<string, Set<Hash>>();
	for (const signed of changes) {
		const name = nameOf(signed);
		byName.set(name, (byName.get(name) ?? new Set()).add(signed.id));
	}
	return [...byName.values()];
}

const msOf = ({ change }: VerifiedChange): number => Number.parseInt(change.hlc.slice(0, 12), 16);

/** Earlier than what they had seen (both), five years after the latest of it, or from before this software. */
function uncertainOnes(changes: readonly VerifiedChange[]): readonly Hash[] {
	const marked = new Set<Hash>();
	for (const signed of changes) {
		const seen = changes.filter((other) => other !== signed && signed.change.deps.includes(other.id));
		for (const other of seen) if (other.change.hlc >= signed.change.hlc) marked.add(signed.id).add(other.id);
		if (msOf(signed) < EARLIEST_MS) marked.add(signed.id);
		if (seen.length > 0 && msOf(signed) - Math.max(...seen.map(msOf)) > YEARS_MS) marked.add(signed.id);
	}
	return [...marked].sort();
}

const textOf = ({ value }: { readonly value: Json }): string => (value === null ? '' : canonical(value));
const byTime = (a: Said, b: Said): number => byStamp(a.by, b.by);
const newestFirst = (a: Said, b: Said): number => byStamp(b.by, a.by);

/** One saying for each distinct value, its earliest, in the order of the clock. */
function distinct(said: readonly Said[]): readonly Said[] {
	const ordered = [...said].sort(byTime);
	return ordered.filter((one, at) => ordered.findIndex((other) => textOf(other) === textOf(one)) === at);
}

function wholeGroup(row: Exclude<TableRow, ListRow>, changes: readonly VerifiedChange[], past: Past): NaiveGroup | null {
	const said = changes.flatMap((by): Said[] => {
		const written = Object.hasOwn(by.change.set, row.group) || by.change.unset.includes(row.group);
		return written ? [{ by, value: by.change.set[row.group] ?? null, kind: 'write' }] : [];
	});
	if (said.length === 0) return null;
	const heads = said.filter((one) => !said.some((other) => past(other.by.id).has(one.by.id))).sort(byTime);
	const values = distinct(heads);
	const { shown, review } = decided(row, said, heads, values, past);
	const outvoted = row.rule === 'frozen' ? [] : heads.filter((head) => !shown.some((one) => textOf(one) === textOf(head)));
	return [row.group, row.rule, values.length > 1, review, heads.map(({ by }) => by.id), shown.map(({ by, value }) => [by.id, value]), outvoted.map(({ by }) => by.id), []];
}

function decided(
	row: Exclude<TableRow, ListRow>, said: readonly Said[], heads: readonly Said[], values: readonly Said[], past: Past
): { readonly shown: readonly Said[]; readonly review: boolean } {
	const newest = [...values].sort(newestFirst);
	const latestOf = (among: readonly Said[]): readonly Said[] => values.filter((value) => textOf(value) === textOf([...among].sort(newestFirst)[0] ?? { value: null }));
	if (row.rule === 'frozen') {
		const finals = said.filter(({ value }) => isGroup(value) && row.final.is(value));
		const originals = distinct(finals.filter(({ by }) => !finals.some((other) => past(by.id).has(other.by.id)))).toSorted((a, b) => (a.by.id < b.by.id ? -1 : 1));
		if (originals.length === 0) return { shown: newest, review: values.length > 1 };
		const amended = values.length === 1 && values[0]?.value !== null;
		const shown = amended ? [...values, ...originals] : [...originals, ...values];
		return { shown: shown.filter((one, at) => shown.findIndex((other) => textOf(other) === textOf(one)) === at), review: values.length > 1 };
	}
	if (values.length < 2) return { shown: values, review: false };
	switch (row.rule) {
		case 'last':
			return { shown: latestOf(heads), review: false };
		case 'both':
			return { shown: row.leads === undefined ? newest : byRank(row.leads, newest), review: true };
		case 'safest':
			return { shown: byRank(row.order, newest.filter((one) => placeOf(row.order, one) === bestOf(row.order, values) || isUnranked(row.order, one))), review: true };
		case 'furthest': {
			const words = new Set(values.map((one) => wordOf(row.order, one)));
			const contradicted = row.contradictions.some(([a, b]) => words.has(a) && words.has(b));
			const unranked = words.size > 1 && values.some((one) => isUnranked(row.order, one));
			if (contradicted || unranked) return { shown: byRank(row.order, newest), review: true };
			return { shown: latestOf(heads.filter((one) => placeOf(row.order, one) === bestOf(row.order, values))), review: false };
		}
	}
}

const isGroup = (value: Json): value is { readonly [key: string]: Json } => typeof value === 'object' && value !== null && !Array.isArray(value);
const wordOf = (order: Order, { value }: Said): string => (isGroup(value) ? order.label(value) : NONE);
const isUnranked = (order: Order, said: Said): boolean => !order.ranks.includes(wordOf(order, said));
const placeOf = (order: Order, said: Said): number => (isUnranked(order, said) ? order.ranks.length : order.ranks.indexOf(wordOf(order, said)));
const bestOf = (order: Order, said: readonly Said[]): number => Math.min(...said.map((one) => placeOf(order, one)));
const byRank = (order: Order, newest: readonly Said[]): readonly Said[] => newest.toSorted((a, b) => placeOf(order, a) - placeOf(order, b));

function listGroup(row: ListRow, changes: readonly VerifiedChange[], past: Past): NaiveGroup | null {
	const keys = new Set(changes.flatMap(({ change }) => [...Object.keys(change.add[row.group] ?? {}), ...(change.remove[row.group] ?? [])]));
	if (keys.size === 0) return null;
	const items: { readonly key: string; readonly first: Said; readonly bodies: readonly Said[] }[] = [];
	for (const key of keys) {
		const said = changes.flatMap((by): Said[] => {
			const added = by.change.add[row.group] ?? {};
			return [
				...((by.change.remove[row.group] ?? []).includes(key) ? [{ by, value: null, kind: 'remove' } as const] : []),
				...(Object.hasOwn(added, key) ? [{ by, value: added[key] ?? null, kind: 'write' } as const] : [])
			];
		});
		const writes = said.filter(({ kind, value }) => kind === 'write' && value !== null);
		const alive = distinct(writes.filter((one) => !said.some((other) => past(other.by.id).has(one.by.id))));
		const first = writes.toSorted(byTime)[0];
		if (first !== undefined && alive.length > 0) items.push({ key, first, bodies: row.rule === 'append' ? alive : alive.toSorted(newestFirst) });
	}
	const rank = ({ bodies }: (typeof items)[number]): number => (row.rule === 'union' && row.place !== undefined ? row.place.rank(bodies[0]?.value ?? null) : 0);
	items.sort((a, b) => rank(a) - rank(b) || byTime(a.first, b.first) || (a.key < b.key ? -1 : 1));
	const onlyLast = row.rule === 'union' && row.sameKey === 'last';
	const bodies = items.flatMap((item) => item.bodies.map((body, place) => ({ body, out: onlyLast && place > 0 })));
	const conflict = items.some((item) => item.bodies.length > 1);
	return [
		row.group, row.rule, conflict, conflict && row.rule === 'union' && row.sameKey === 'both', bodies.map(({ body }) => body.by.id),
		bodies.filter(({ out }) => !out).map(({ body }) => [body.by.id, { [row.element]: [body.value] }]), bodies.filter(({ out }) => out).map(({ body }) => body.by.id),
		items.map((item) => [item.key, item.bodies.map(({ by, value }) => [by.id, value])])
	];
}

/** FHIR says it in `status`, `lifecycleStatus`, or a coding of `verificationStatus`. */
function saysRetracted(value: Json): boolean {
	if (!isGroup(value)) return false;
	if (value['status'] === 'entered-in-error' || value['lifecycleStatus'] === 'entered-in-error') return true;
	const verification = value['verificationStatus'] ?? null;
	const codings = isGroup(verification) ? verification['coding'] : null;
	return Array.isArray(codings) && codings.some((coding: Json) => isGroup(coding) && coding['code'] === 'entered-in-error');
}
