/**
 * The fold: from the verified changes of one resource to its state.
 *
 * Pure and total. The result depends on the set of changes and on the rules table, never on the order, number of times or path by which
 * they came, nor on anybody's clock now. Nothing is dropped: what is not shown is a superseded write in the history, or an
 * outvoted one. Only what passed the gate reaches it (brand `VerifiedChange`); what the table does not know has waited there, and
 * were it to come here all the same, it would stay in the history and touch no group.
 */
import { canonicalJson, isObject } from '../change/canonical.ts';
import type { GroupValue, Json, VerifiedChange } from '../change/change.ts';
import { buildDag, byClock, type Dag } from './dag.ts';
import { decide, singleValue } from './decide.ts';
import { equalImports, type SameAct } from './same-act.ts';
import { isRetracted } from './retraction.ts';
import { isListRow, rulesOf, type ListRow, type TableRow } from './rules/table.ts';
import { registersOf, supersede, writeOf, type Register } from './supersede.ts';
import type { GroupState, Item, ResourceState, Write } from './state.ts';

type Body = Item['bodies'][number];

/** The state of one resource; null without changes. All changes must be of one chart, compartment, type and id. */
export function foldResource(changes: readonly VerifiedChange[], sameAct: SameAct = equalImports): ResourceState | null {
	const dag = buildDag(changes, sameAct);
	const [first] = dag.changes;
	if (first === undefined) return null;
	const groups = foldGroups(first.change.type, dag);
	return {
		type: first.change.type, id: first.change.id, chart: first.change.chart, site: first.change.site, comp: first.change.comp,
		heads: dag.heads, incomplete: dag.missing.length > 0, missing: dag.missing, groups, retracted: isRetracted(groups.values()),
		changes: dag.changes, uncertain: dag.uncertain
	};
}

function foldGroups(type: string, dag: Dag): ReadonlyMap<string, GroupState> {
	const rules = rulesOf(type);
	const [only] = dag.changes;
	if (dag.changes.length === 1 && only !== undefined) return groupsOfOne(rules, only);
	const registers = registersOf(dag, (group) => {
		const row = rules.get(group);
		return row === undefined ? null : isListRow(row);
	});
	supersede(dag, registers, (register, { kind, value }) => {
		const row = rules.get(register.group);
		return row?.rule === 'frozen' && kind === 'write' && isObject(value) && row.final.is(value);
	});
	const byGroup = new Map<string, Register[]>();
	for (const register of registers) {
		const known = byGroup.get(register.group);
		if (known === undefined) byGroup.set(register.group, [register]);
		else known.push(register);
	}
	const groups = new Map<string, GroupState>();
	// In the table's order, whatever the order of writing: the same bytes on every device.
	for (const [group, row] of rules) {
		const touched = byGroup.get(group);
		if (touched === undefined) continue;
		const [whole] = touched;
		if (isListRow(row)) groups.set(group, foldList(row, dag, touched));
		else if (whole !== undefined) groups.set(group, decide(row, writesOf(dag, whole, 'heads'), row.rule === 'frozen' ? writesOf(dag, whole, 'originals') : NONE));
	}
	return groups;
}

/** Most resources are written once: nothing can be superseded, and no rule is asked. */
function groupsOfOne(rules: ReadonlyMap<string, TableRow>, signed: VerifiedChange): ReadonlyMap<string, GroupState> {
	const { set, unset, add, remove } = signed.change;
	const groups = new Map<string, GroupState>();
	// In the table's order, and no further than the last group written: a resource has many groups, a change writes few.
	let left = unset.length;
	for (const group in set) if (rules.has(group)) left++;
	for (const group in add) if (rules.has(group)) left++;
	for (const group in remove) if (rules.has(group) && !Object.hasOwn(add, group)) left++;
	for (const [group, row] of rules) {
		if (left <= 0) break;
		if (row.rule === 'union' || row.rule === 'append') {
			if (!Object.hasOwn(add, group) && !Object.hasOwn(remove, group)) continue;
			groups.set(group, listOfOne(row, signed, add[group] ?? {}));
		} else if (Object.hasOwn(set, group) || unset.includes(group)) groups.set(group, singleValue(row, writeOf(signed, set[group] ?? null)));
		else continue;
		left--;
	}
	return groups;
}

function listOfOne(row: ListRow, signed: VerifiedChange, added: { readonly [key: string]: Json }): GroupState {
	const { actor, site, hlc } = signed.change;
	const items: Item[] = [];
	for (const key of Object.keys(added).sort()) {
		const body = added[key] ?? null;
		if (body !== null) items.push({ key, bodies: [{ body, change: signed.id, actor, site, hlc }] });
	}
	// Items of one change share a time: they stand by rank, then key.
	if (row.rule === 'union' && row.place !== undefined) items.sort((a, b) => rankOf(row, a) - rankOf(row, b));
	const writes = items.map((item) => writeOf(signed, { [row.element]: item.bodies.map(({ body }) => body) }));
	return { group: row.group, rule: row.rule, heads: writes, shown: writes, items, conflict: false, review: false, outvoted: NONE };
}

function rankOf(row: ListRow, item: Item): number {
	const [first] = item.bodies;
	return row.rule === 'union' && row.place !== undefined && first !== undefined ? row.place.rank(first.body) : 0;
}
const NONE: readonly Write[] = [];

function writesOf(dag: Dag, register: Register, which: 'heads' | 'originals'): readonly Write[] {
	const writes: Write[] = [];
	for (const { at, value, superseded, original } of register.touches) {
		const signed = dag.changes[at];
		if (signed !== undefined && (which === 'heads' ? !superseded : original)) writes.push(writeOf(signed, groupValue(value)));
	}
	return writes;
}

const groupValue = (value: unknown): GroupValue | null => (isObject(value) ? value : null);

/** A list: each item on its own, in the order in which the items were first added. */
function foldList(row: ListRow, dag: Dag, registers: readonly Register[]): GroupState {
	const items: { readonly item: Item; readonly first: Write }[] = [];
	for (const register of registers) {
		const item = foldItem(row, dag, register);
		if (item !== null) items.push(item);
	}
	items.sort((a, b) => rankOf(row, a.item) - rankOf(row, b.item) || byClock(a.first, b.first) || (a.item.key < b.item.key ? -1 : 1));
	const state = { heads: [] as Write[], shown: [] as Write[], outvoted: [] as Write[] };
	const lastOnly = row.rule === 'union' && row.sameKey === 'last';
	let conflict = false;
	for (const { item } of items) {
		conflict ||= item.bodies.length > 1;
		item.bodies.forEach((body, place) => {
			const write: Write = { change: body.change, actor: body.actor, site: body.site, hlc: body.hlc, value: { [row.element]: [body.body] } };
			state.heads.push(write);
			if (place > 0 && lastOnly) state.outvoted.push(write);
			else state.shown.push(write);
		});
	}
	const review = conflict && row.rule === 'union' && row.sameKey === 'both';
	return { group: row.group, rule: row.rule, ...state, items: items.map(({ item }) => item), conflict, review };
}

/** An item with its distinct bodies, newest first; null when it was removed by someone who had seen every add. */
function foldItem(row: ListRow, dag: Dag, register: Register): { readonly item: Item; readonly first: Write } | null {
	let first: Write | null = null;
	const bodies = new Map<string, Body>();
	for (const { at, kind, value, superseded } of register.touches) {
		const signed = dag.changes[at];
		if (kind === 'remove' || signed === undefined || value === null) continue;
		const write = writeOf(signed, null);
		if (first === null || byClock(write, first) < 0) first = write;
		if (superseded) continue;
		const text = register.touches.length === 1 ? '' : canonicalJson(value);
		const known = bodies.get(text);
		if (known === undefined || byClock(write, known) < 0) {
			bodies.set(text, { body: value, change: write.change, actor: write.actor, site: write.site, hlc: write.hlc });
		}
	}
	if (first === null || bodies.size === 0 || register.key === null) return null;
	const ordered = [...bodies.values()].sort((a, b) => (row.rule === 'append' ? byClock(a, b) : byClock(b, a)));
	return { item: { key: register.key, bodies: ordered }, first };
}
