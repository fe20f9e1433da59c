/**
 * Which changes of a resource had seen which: the causal past of a change, on demand.
 *
 * The fold needs only what is superseded; whoever explains a conflict (what decided it, what came to it late) has to ask of two changes whether
 * one had seen the other. Kept with the state, which never changes.
 */
import type { Hash } from '../change/change.ts';
import type { ResourceState } from './state.ts';

export class Pasts {
	readonly #state: ResourceState;
	readonly #position: ReadonlyMap<Hash, number>;
	/** change -> one bit per change that it had seen */
	readonly #seen = new Map<Hash, Uint32Array>();

	constructor(state: ResourceState) {
		this.#state = state;
		this.#position = new Map(state.changes.map(({ id }, at) => [id, at]));
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
		const { changes } = this.#state;
		const seen = new Uint32Array((changes.length + 31) >>> 5);
		const own = this.#position.get(change);
		const open = own === undefined ? [] : [...(changes[own]?.change.deps ?? [])];
		for (let dep = open.pop(); dep !== undefined; dep = open.pop()) {
			const at = this.#position.get(dep);
			if (at === undefined || at === own || (((seen[at >>> 5] ?? 0) >>> (at & 31)) & 1) === 1) continue;
			seen[at >>> 5] = (seen[at >>> 5] ?? 0) | (1 << (at & 31));
			open.push(...(changes[at]?.change.deps ?? []));
		}
		this.#seen.set(change, seen);
		return seen;
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
