/**
 * The fold once more, written to be obviously right and not to be fast: what the fold is compared with.
 *
 * It shares with the fold only the rules table. It walks the whole past of every change, compares every write with every other, and
 * knows nothing of lanes, registers or increments.
 */
import { canonicalJson } from '../../change/canonical.ts';
import type { Hash, Json, VerifiedChange } from '../../change/change.ts';
import { labelOf, NONE, type Order } from '../rules/row.ts';
import { isListRow, rulesOf, type ListRow, type TableRow } from '../rules/table.ts';

interface Said {
	readonly by: VerifiedChange;
	readonly value: Json;
	/** removals and clearings supersede and are themselves nothing (lists) or a null value (groups) */
	readonly kind: 'write' | 'remove';
}

/** What the oracle says of a group: enough to compare, in an order of its own. */
export interface OracleGroup {
	readonly heads: readonly Hash[];
	/** distinct values on screen as sorted canonical texts; the leading one of a group apart */
	readonly shown: readonly string[];
	readonly leads: string | null;
	readonly review: boolean;
	readonly conflict: boolean;
}

export interface OracleState {
	readonly groups: ReadonlyMap<string, OracleGroup>;
	readonly missing: readonly Hash[];
	readonly heads: readonly Hash[];
}

/** What must be shown of one resource, whose changes may come in any order and more than once. */
export function oracle(given: readonly VerifiedChange[]): OracleState {
	const changes = [...new Map(given.map((signed) => [signed.id, signed])).values()].sort(byStamp);
	const type = changes[0]?.change.type ?? '';
	const past = pasts(changes);
	const groups = new Map<string, OracleGroup>();
	for (const [name, row] of rulesOf(type)) {
		const found = isListRow(row) ? listGroup(row, changes, past) : wholeGroup(row, changes, past);
		if (found !== null) groups.set(name, found);
	}
	const cited = new Set(changes.flatMap(({ change }) => change.deps));
	return {
		groups,
		missing: [...cited].filter((dep) => !changes.some(({ id }) => id === dep)).sort(),
		heads: changes.map(({ id }) => id).filter((id) => !changes.some((other) => other.id !== id && past(other.id).has(id))).sort()
	};
}

const byStamp = (a: VerifiedChange, b: VerifiedChange): number =>
	a.change.hlc === b.change.hlc ? (a.id < b.id ? -1 : 1) : a.change.hlc < b.change.hlc ? -1 : 1;

/** Everything a change had seen, through whatever is here; equal roots of an import or a move count as one. */
function pasts(changes: readonly VerifiedChange[]): (id: Hash) => ReadonlySet<Hash> {
	const content = ({ change }: VerifiedChange): string => canonicalJson([change.create, change.set, change.unset, change.add, change.remove]);
	const equals = (signed: VerifiedChange): readonly Hash[] =>
		!['import', 'moved'].includes(signed.change.create?.kind ?? '') ? [signed.id] : changes.filter((other) => other.change.deps.length === 0 && content(other) === content(signed)).map(({ id }) => id);
	const memo = new Map<Hash, ReadonlySet<Hash>>();
	const of = (id: Hash): ReadonlySet<Hash> => {
		const known = memo.get(id);
		if (known !== undefined) return known;
		const all = new Set<Hash>();
		const open = [id];
		for (let next = open.pop(); next !== undefined; next = open.pop()) {
			for (const dep of changes.find((signed) => signed.id === next)?.change.deps ?? []) {
				const seen = changes.find((signed) => signed.id === dep);
				for (const same of seen === undefined ? [] : equals(seen)) {
					if (!all.has(same)) open.push(same);
					all.add(same);
				}
			}
		}
		memo.set(id, all);
		return all;
	};
	return of;
}

const unsuperseded = (said: readonly Said[], past: (id: Hash) => ReadonlySet<Hash>): readonly Said[] =>
	said.filter((one, at) => !said.some((other, place) => past(other.by.id).has(one.by.id) || (other.by === one.by && place > at)));

function wholeGroup(row: Exclude<TableRow, ListRow>, changes: readonly VerifiedChange[], past: (id: Hash) => ReadonlySet<Hash>): OracleGroup | null {
	const said = changes.flatMap((by): Said[] => {
		const value = by.change.set[row.group];
		return value !== undefined ? [{ by, value, kind: 'write' }] : by.change.unset.includes(row.group) ? [{ by, value: null, kind: 'write' }] : [];
	});
	if (said.length === 0) return null;
	const heads = unsuperseded(said, past);
	const texts = [...new Set(heads.map(textOf))];
	const latestText = textOf([...heads].sort((a, b) => byStamp(a.by, b.by)).at(-1));
	const base = { heads: heads.map(({ by }) => by.id).sort(), conflict: texts.length > 1 };
	if (row.rule === 'frozen') {
		const finals = said.filter(({ value }) => isFinal(row, value));
		const originals = finals.filter(({ by }) => !finals.some((other) => past(by.id).has(other.by.id)));
		const shown = [...new Set([...originals.map(textOf), ...texts])].sort();
		const amended = !base.conflict && texts[0] !== 'null';
		const firstOriginal = textOf([...originals].sort((a, b) => (a.by.id < b.by.id ? -1 : 1))[0]);
		return { ...base, shown, leads: originals.length === 0 ? latest(heads, texts) : amended ? (texts[0] ?? null) : leadOriginal(originals, firstOriginal), review: base.conflict };
	}
	if (texts.length === 1) return { ...base, shown: texts, leads: texts[0] ?? null, review: false };
	switch (row.rule) {
		case 'last':
			return { ...base, shown: [latestText], leads: latestText, review: false };
		case 'both':
			return { ...base, shown: [...texts].sort(), leads: row.leads === undefined ? latest(heads, texts) : latest(best(row.leads, heads), texts), review: true };
		case 'safest': {
			const shown = heads.filter((said) => best(row.order, heads).includes(said) || !row.order.ranks.includes(word(row.order, said)));
			return { ...base, shown: [...new Set(shown.map(textOf))].sort(), leads: latest(best(row.order, heads), texts), review: true };
		}
		case 'furthest': {
			const words = new Set(heads.map((said) => word(row.order, said)));
			const contradiction = row.contradictions.some(([a, b]) => words.has(a) && words.has(b)) || (words.size > 1 && [...words].some((one) => !row.order.ranks.includes(one)));
			const ahead = best(row.order, heads);
			const text = contradiction ? latest(ahead, texts) : textOf([...ahead].sort((a, b) => byStamp(a.by, b.by)).at(-1));
			return { ...base, shown: contradiction ? [...texts].sort() : [text], leads: text, review: contradiction };
		}
	}
}

const textOf = (said: Said | undefined): string => canonicalJson(said?.value ?? null);
const word = (order: Order, { value }: Said): string => (isGroup(value) ? labelOf(order, value) : NONE);
const isGroup = (value: Json): value is { readonly [key: string]: Json } => typeof value === 'object' && value !== null && !Array.isArray(value);
const isFinal = (row: Extract<TableRow, { rule: 'frozen' }>, value: Json): boolean => isGroup(value) && row.final.is(value);

/** Of distinct values, the one whose first saying is the newest. */
function latest(among: readonly Said[], texts: readonly string[]): string {
	const firsts = texts.flatMap((text) => {
		const first = among.filter((said) => textOf(said) === text).sort((a, b) => byStamp(a.by, b.by))[0];
		return first === undefined ? [] : [first];
	});
	return textOf(firsts.sort((a, b) => byStamp(a.by, b.by)).at(-1));
}

/** The text of the original that stands first: each text by its earliest saying, the texts by the id of that. */
function leadOriginal(originals: readonly Said[], fallback: string): string {
	const firsts = [...new Set(originals.map(textOf))].flatMap((text) => originals.filter((said) => textOf(said) === text).sort((a, b) => byStamp(a.by, b.by)).slice(0, 1));
	const [lead] = firsts.sort((a, b) => (a.by.id < b.by.id ? -1 : 1));
	return lead === undefined ? fallback : textOf(lead);
}

function best(order: Order, heads: readonly Said[]): readonly Said[] {
	const rank = (said: Said): number => (order.ranks.includes(word(order, said)) ? order.ranks.indexOf(word(order, said)) : order.ranks.length);
	const least = Math.min(...heads.map(rank));
	return heads.filter((said) => rank(said) === least);
}

function listGroup(row: ListRow, changes: readonly VerifiedChange[], past: (id: Hash) => ReadonlySet<Hash>): OracleGroup | null {
	const keys = new Set(changes.flatMap(({ change }) => [...Object.keys(change.add[row.group] ?? {}), ...(change.remove[row.group] ?? [])]));
	if (keys.size === 0) return null;
	const shown: string[] = [];
	const heads: Hash[] = [];
	let conflict = false;
	for (const key of keys) {
		const said = changes.flatMap((by): Said[] => [
			...((by.change.remove[row.group] ?? []).includes(key) ? [{ by, value: null, kind: 'remove' } as const] : []),
			...(Object.hasOwn(by.change.add[row.group] ?? {}, key) ? [{ by, value: by.change.add[row.group]?.[key] ?? null, kind: 'write' } as const] : [])
		]);
		const alive = unsuperseded(said, past).filter(({ kind }) => kind === 'write');
		const texts = [...new Set(alive.map(textOf))];
		conflict ||= texts.length > 1;
		heads.push(...alive.map(({ by }) => by.id));
		const visible = row.rule === 'union' && row.sameKey === 'last' && texts.length > 1 ? [latest(alive, texts)] : texts;
		shown.push(...visible.map((text) => `${key} ${text}`));
	}
	return { heads: [...new Set(heads)].sort(), shown: shown.sort(), leads: null, conflict, review: conflict && row.rule === 'union' && row.sameKey === 'both' };
}
