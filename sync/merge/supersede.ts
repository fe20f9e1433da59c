/**
 * Which writes nobody has superseded.
 *
 * A write supersedes the writes of the same group (in a list: of the same item) that it had seen, directly or through other changes that
 * are here. A missing dep supersedes nothing until it arrives. The cost is linear in the resource, times the registers written
 * more than once, 31 at a time: a hot resource, or a hostile one, cannot stall the fold (attack 50).
 */
import type { GroupValue, Json, VerifiedChange } from '../change/change.ts';
import type { Dag } from './dag.ts';
import type { Write } from './state.ts';

/** One thing that is written as a whole: a group, or one item of a list. */
export interface Register {
	readonly group: string;
	/** item key in a list, null for a group */
	readonly key: string | null;
	/** in causal order */
	readonly touches: Touch[];
}

export interface Touch {
	readonly at: number;
	readonly kind: 'write' | 'remove';
	/** the group's value (null: cleared), or the item's body */
	readonly value: Json | null;
	superseded: boolean;
	/** a final write with no final write in its past: what a later one amends */
	original: boolean;
}

/** All registers that the changes write, each with its touches in causal order, groups by `isList` told apart from lists. */
export function registersOf(dag: Dag, isList: (group: string) => boolean | null): readonly Register[] {
	const groups = new Map<string, Register>();
	const items = new Map<string, Map<string, Register>>();
	dag.changes.forEach(({ change }, at) => {
		for (const group in change.set) if (isList(group) === false) touch(groups, group, group, null, at, 'write', change.set[group] ?? null);
		for (const group of change.unset) if (isList(group) === false) touch(groups, group, group, null, at, 'write', null);
		for (const group in change.remove) {
			if (isList(group) !== true) continue;
			for (const key of change.remove[group] ?? []) touch(itemsOf(items, group), key, group, key, at, 'remove', null);
		}
		for (const group in change.add) {
			if (isList(group) !== true) continue;
			const added = change.add[group] ?? {};
			for (const key in added) touch(itemsOf(items, group), key, group, key, at, 'write', added[key] ?? null);
		}
	});
	const all = [...groups.values()];
	for (const registers of items.values()) all.push(...registers.values());
	return all;
}

function itemsOf(items: Map<string, Map<string, Register>>, group: string): Map<string, Register> {
	const known = items.get(group);
	if (known !== undefined) return known;
	const made = new Map<string, Register>();
	items.set(group, made);
	return made;
}

function touch(registers: Map<string, Register>, name: string, group: string, key: string | null, at: number, kind: Touch['kind'], value: Json | null): void {
	const made: Touch = { at, kind, value, superseded: false, original: false };
	const known = registers.get(name);
	if (known === undefined) registers.set(name, { group, key, touches: [made] });
	else known.touches.push(made);
}

const LANES = 31;

/** Marks what is superseded, and which final writes are originals. */
export function supersede(dag: Dag, registers: readonly Register[], isFinal: (register: Register, touch: Touch) => boolean): void {
	const contested: Register[] = [];
	for (const register of registers) {
		const [only] = register.touches;
		if (register.touches.length > 1) contested.push(register);
		else if (only !== undefined) only.original = isFinal(register, only);
	}
	for (let from = 0; from < contested.length; from += LANES) markLanes(dag, contested.slice(from, from + LANES), isFinal);
}

function markLanes(dag: Dag, lanes: readonly Register[], isFinal: (register: Register, touch: Touch) => boolean): void {
	const count = dag.changes.length;
	const written = new Int32Array(count);
	const finals = new Int32Array(count);
	lanes.forEach((register, lane) => {
		for (const touch of register.touches) {
			written[touch.at] = (written[touch.at] ?? 0) | (1 << lane);
			if (isFinal(register, touch)) finals[touch.at] = (finals[touch.at] ?? 0) | (1 << lane);
		}
	});
	const later = new Int32Array(count);
	for (let at = count - 1; at >= 0; at--) {
		const reach = (later[at] ?? 0) | (written[at] ?? 0);
		if (reach !== 0) for (const parent of dag.parents[at] ?? []) later[parent] = (later[parent] ?? 0) | reach;
	}
	const finalBefore = new Int32Array(count);
	for (let at = 0; at < count; at++) {
		let reach = 0;
		for (const parent of dag.parents[at] ?? []) reach |= (finalBefore[parent] ?? 0) | (finals[parent] ?? 0);
		finalBefore[at] = reach;
	}
	lanes.forEach((register, lane) => {
		const bit = 1 << lane;
		for (const touch of register.touches) {
			if (((later[touch.at] ?? 0) & bit) !== 0) touch.superseded = true;
			touch.original = isFinal(register, touch) && ((finalBefore[touch.at] ?? 0) & bit) === 0;
		}
	});
}

/** A touch as a write, for people and screens: who, where, when, what. */
export function writeOf(signed: VerifiedChange, value: GroupValue | null): Write {
	const { actor, site, hlc } = signed.change;
	return { change: signed.id, actor, site, hlc, value };
}
