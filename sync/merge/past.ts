/**
 * Which changes of a resource had seen which: the causal past of a change, on demand.
 *
 * The fold needs only what is superseded; whoever explains a conflict (what decided it, what came to it late) has to ask of two changes whether
 * one had seen the other. Whoever saw one of two equal imports saw both, as in the fold. Kept with the state, which never changes.
 */
import type { Hash } from '../change/change.ts';
import { equalImports } from './same-act.ts';
import type { ResourceState } from './state.ts';

export class Pasts {
	readonly #state: ResourceState;
	readonly #position: ReadonlyMap<Hash, number>;
	/** position of a change that is one act with others -> all of that act */
	readonly #actOf = new Map<number, readonly number[]>();
	/** change -> one bit per change that it had seen */
	readonly #seen = new Map<Hash, Uint32Array>();

	constructor(state: ResourceState) {
		this.#state = state;
		this.#position = new Map(state.changes.map(({ id }, at) => [id, at]));
		for (const act of equalImports(state.changes)) for (const at of act) this.#actOf.set(at, act);
	}

	/** Had `later` seen `earlier`, directly or through changes that are here? No change has seen itself. */
	sees(later: Hash, earlier: Hash): boolean {
		const at = this.#position.get(earlier);
		if (at === undefined) return false;
		return (((this.#of(later)[at >>> 5] ?? 0) >>> (at & 31)) & 1) === 1;
	}

	#of(change: Hash): Uint32Array {
		const known = this.#seen.get(change);
		if (known !== undefined) return known;
		const seen = new Uint32Array((this.#state.changes.length + 31) >>> 5);
		const own = this.#position.get(change);
		const open = own === undefined ? [] : this.#parents(own);
		for (let at = open.pop(); at !== undefined; at = open.pop()) {
			if (at === own || (((seen[at >>> 5] ?? 0) >>> (at & 31)) & 1) === 1) continue;
			seen[at >>> 5] = (seen[at >>> 5] ?? 0) | (1 << (at & 31));
			open.push(...this.#parents(at));
		}
		this.#seen.set(change, seen);
		return seen;
	}

	#parents(at: number): number[] {
		return (this.#state.changes[at]?.change.deps ?? []).flatMap((dep) => {
			const parent = this.#position.get(dep);
			return parent === undefined ? [] : (this.#actOf.get(parent) ?? [parent]);
		});
	}
}

const pasts = new WeakMap<ResourceState, Pasts>();

/** The pasts of a resource's changes; computed once for a state, and only for the changes that are asked about. */
export function pastsOf(state: ResourceState): Pasts {
	const known = pasts.get(state);
	if (known !== undefined) return known;
	const made = new Pasts(state);
	pasts.set(state, made);
	return made;
}
