/**
 * The history of one resource as a graph: which change had seen which.
 *
 * Causal order first; the hybrid logical clock, then the change id, decide only between concurrent changes, so a wrong clock can neither
 * hide a change nor beat one that had seen it. Total: a missing dep is an edge to nothing, and a cycle (impossible for hashes, possible
 * for whoever tries) is cut at its earliest change.
 */
import type { Hash, Hlc, VerifiedChange } from '../change/change.ts';
import { hlc, hlcMs } from '../change/hlc.ts';
import { causalPositions } from './causal-order.ts';
import type { SameAct } from './same-act.ts';

export interface Dag {
	/** in causal order, then clock, then id: the same on every device */
	readonly changes: readonly VerifiedChange[];
	/** positions of the changes that each one had seen directly; always smaller than its own */
	readonly parents: readonly (readonly number[])[];
	/** changes that no present change had seen, sorted */
	readonly heads: readonly Hash[];
	/** cited deps that are not here, sorted */
	readonly missing: readonly Hash[];
	/** changes whose time contradicts the order in which they must have happened, sorted */
	readonly uncertain: readonly Hash[];
}

/** Nothing was recorded with this software before 2020: a clock that says so was never set. */
const EARLIEST = hlc(Date.UTC(2020, 0, 1));
/** An entry this long after what it had seen is likelier a wrong clock than a pause. */
const PAUSE_MS_MAX = 5 * 365.25 * 24 * 3600 * 1000;

/** Up to this many changes a scan is cheaper than a map. */
const FEW = 8;

/** Clock, then id: the order of concurrent writes (design D6). */
export function byClock(a: { readonly hlc: Hlc; readonly change: Hash }, b: { readonly hlc: Hlc; readonly change: Hash }): number {
	if (a.hlc !== b.hlc) return a.hlc < b.hlc ? -1 : 1;
	return a.change === b.change ? 0 : a.change < b.change ? -1 : 1;
}

const stampOrder = (a: VerifiedChange, b: VerifiedChange): number => byClock({ hlc: a.change.hlc, change: a.id }, { hlc: b.change.hlc, change: b.id });

/**
 * The graph of a resource's changes. A change given twice counts once; of its copies the one found in its own site's database is
 * kept. `sameAct` names changes that are one act said more than once: whoever saw one of them saw them all.
 */
export function buildDag(given: readonly VerifiedChange[], sameAct: SameAct): Dag {
	const [only] = given;
	if (given.length === 1 && only !== undefined) {
		const missing = sortedHashes(only.change.deps);
		// A copy: the caller's list may grow, a state may not.
		return { changes: [only], parents: NO_PARENTS, heads: [only.id], missing, uncertain: only.change.hlc < EARLIEST ? [only.id] : NO_HASHES };
	}
	const sorted = distinct(given).sort(stampOrder);
	const direct = directParents(sorted);
	const [changes, seen] = arrange(sorted, direct);
	const acts = sameAct(changes);
	if (acts.length === 0) return finish(changes, acyclic(seen), seen);
	const [joined, parents] = arrange(changes, joinActs(seen, acts));
	return finish(joined, acyclic(parents), directParents(joined));
}

/** Changes in causal order, and their parents numbered anew. */
function arrange(
	changes: readonly VerifiedChange[], parents: readonly (readonly number[])[]
): readonly [readonly VerifiedChange[], readonly (readonly number[])[]] {
	const order = causalPositions(parents);
	if (order === null) return [changes, parents];
	const place = new Map(order.map((from, to) => [from, to]));
	return [order.map((at) => pick(changes, at)), order.map((from) => (parents[from] ?? []).map((at) => place.get(at) ?? at))];
}

function distinct(given: readonly VerifiedChange[]): VerifiedChange[] {
	const [a, b] = given;
	if (given.length === 2 && a !== undefined && b !== undefined && a.id !== b.id) return [a, b];
	const byId = new Map<Hash, VerifiedChange>();
	for (const signed of given) {
		const known = byId.get(signed.id);
		if (known === undefined || isPreferredCopy(signed, known)) byId.set(signed.id, signed);
	}
	return [...byId.values()];
}

/** Native before relayed, then by where it was found: which copy is kept may not depend on the order of arrival. */
export function isPreferredCopy(a: VerifiedChange, b: VerifiedChange): boolean {
	if (a.via !== b.via) return a.via === 'native';
	return a.heldAt !== b.heldAt ? a.heldAt < b.heldAt : a.envelope < b.envelope;
}

function directParents(changes: readonly VerifiedChange[]): number[][] {
	const position = changes.length > FEW ? new Map(changes.map(({ id }, at) => [id, at])) : null;
	return changes.map(({ change }, own) => {
		const parents: number[] = [];
		for (const dep of change.deps) {
			const at = position === null ? changes.findIndex(({ id }) => id === dep) : (position.get(dep) ?? -1);
			if (at >= 0 && at !== own) parents.push(at);
		}
		return parents;
	});
}

function joinActs(parents: readonly (readonly number[])[], acts: readonly (readonly number[])[]): number[][] {
	const actOf = new Map<number, readonly number[]>();
	for (const act of acts) for (const at of act) actOf.set(at, act);
	return parents.map((list) => [...new Set(list.flatMap((at) => actOf.get(at) ?? [at]))]);
}

/** Drops edges that do not lead back: those of a cycle that was cut. */
const acyclic = (parents: readonly (readonly number[])[]): number[][] => parents.map((list, own) => list.filter((at) => at < own));

function finish(changes: readonly VerifiedChange[], parents: readonly (readonly number[])[], direct: readonly (readonly number[])[]): Dag {
	const seen = new Uint8Array(changes.length);
	for (const list of parents) for (const at of list) seen[at] = 1;
	const heads = changes.flatMap(({ id }, at) => (seen[at] === 1 ? [] : [id]));
	return { changes, parents, heads: sortedHashes(heads), missing: missingDeps(changes, direct), uncertain: uncertainTimes(changes, direct) };
}

function missingDeps(changes: readonly VerifiedChange[], direct: readonly (readonly number[])[]): readonly Hash[] {
	if (changes.every(({ change }, at) => change.deps.length === direct[at]?.length)) return NO_HASHES;
	const here = new Set(changes.map(({ id }) => id));
	return sortedHashes(changes.flatMap(({ change }) => change.deps.filter((dep) => !here.has(dep))));
}

/**
 * Changes whose time cannot be right beside that of what they had seen: earlier than it (one of the two clocks is wrong, and nobody
 * can tell which, so both are marked), or years after it, or before this software existed. No reader's clock is asked (D6).
 */
function uncertainTimes(changes: readonly VerifiedChange[], direct: readonly (readonly number[])[]): readonly Hash[] {
	const marked: Hash[] = [];
	changes.forEach(({ id, change }, own) => {
		let latest: Hlc | null = null;
		for (const at of direct[own] ?? []) {
			const parent = pick(changes, at);
			if (latest === null || parent.change.hlc > latest) latest = parent.change.hlc;
			if (parent.change.hlc >= change.hlc) marked.push(id, parent.id);
		}
		if (change.hlc < EARLIEST || (latest !== null && hlcMs(change.hlc) - hlcMs(latest) > PAUSE_MS_MAX)) marked.push(id);
	});
	return sortedHashes(marked);
}

const NO_HASHES: readonly Hash[] = [];
const NO_PARENTS: readonly (readonly number[])[] = [[]];

const sortedHashes = (hashes: readonly Hash[]): readonly Hash[] => (hashes.length === 0 ? NO_HASHES : hashes.length === 1 ? hashes : [...new Set(hashes)].sort());

function pick<T>(items: readonly T[], at: number): T {
	const item = items[at];
	if (item === undefined) throw new RangeError(`no item at ${at} of ${items.length}`);
	return item;
}
