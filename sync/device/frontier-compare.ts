/**
 * What a device's frontier says beside what is held here: pure, for any two views of one compartment.
 *
 * Two views of a chain part where one goes further (something was kept from the other), or where they hold different changes at one position (the
 * author's own device was copied or altered, and each side was shown one of the two histories). Which position that is is found by the marks.
 */
import type { Compartment, Hash, Id } from '../change/change.ts';
import type { ChainKnowledge } from '../gate/chain.ts';
import { MARK_CHARACTERS, markPositions, type ChainPosition, type FrontierState } from '../seal/frontier.ts';

export interface FrontierPlaceName { readonly site: Id; readonly comp: Compartment }

/** Where a stated chain parts from what is held here. */
export type Parting =
	/** the other device holds `from` to `to`; the first and the last of it are not here */
	| { readonly kind: 'behind'; readonly actor: Hash; readonly from: number; readonly to: number }
	/** both hold other changes: alike up to `after` (0: from the beginning), different at `by` */
	| { readonly kind: 'fork'; readonly actor: Hash; readonly after: number; readonly by: number };

/** What is held here of a compartment's chains. */
export type Held = Pick<ChainKnowledge, 'idsAt' | 'unbrokenTo'>;

/** Every chain in which the stated view has what this one has not. What only this one has is the other's to find out. */
export function partings({ site, comp }: FrontierPlaceName, stated: FrontierState, held: Held): readonly Parting[] {
	return stated.chains.flatMap((chain): Parting[] => {
		const at = (seq: number): readonly Hash[] => held.idsAt({ actor: chain.actor, site, comp, seq });
		const fork = forkIn(chain, at);
		if (fork !== null) return [fork];
		const unbroken = held.unbrokenTo(chain.actor, site, comp);
		if (unbroken >= chain.seq) return [];
		let to = chain.seq;
		while (to > unbroken + 1 && at(to).length > 0) to--;
		return [{ kind: 'behind', actor: chain.actor, from: unbroken + 1, to }];
	});
}

function forkIn(chain: ChainPosition, at: (seq: number) => readonly Hash[]): Parting | null {
	const positions = [...markPositions(chain.seq).map((seq, i) => [seq, chain.marks[i] ?? ''] as const).reverse(), [chain.seq, chain.id] as const];
	let alike = 0;
	for (const [seq, mark] of positions) {
		const here = at(seq);
		if (here.length === 0) continue;
		const agrees = here.some((id) => (mark.length === MARK_CHARACTERS ? id.startsWith(mark) : id === mark));
		if (!agrees) return { kind: 'fork', actor: chain.actor, after: alike, by: seq };
		alike = seq;
	}
	return null;
}

/** What this device holds of a compartment, to be stated. `upTo`: the last position of an own chain that a hub has confirmed; what only this device has is no news. */
export function positionsHeld({ site, comp }: FrontierPlaceName, held: Held & Pick<ChainKnowledge, 'actorsOf'>, upTo: (actor: Hash) => number): readonly ChainPosition[] {
	return held.actorsOf(site, comp).flatMap((actor): ChainPosition[] => {
		const first = (seq: number): Hash | undefined => [...held.idsAt({ actor, site, comp, seq })].sort()[0];
		const seq = Math.min(held.unbrokenTo(actor, site, comp), upTo(actor));
		const id = first(seq);
		if (id === undefined) return [];
		return [{ actor, seq, id, marks: markPositions(seq).map((position) => (first(position) ?? id).slice(0, MARK_CHARACTERS)) }];
	}).sort((a, b) => (a.actor < b.actor ? -1 : 1));
}

/** A change by its place in its author's chain. */
export interface PlacedChange extends FrontierPlaceName { readonly actor: Hash; readonly seq: number; readonly id: Hash }

export interface StatedFrontier extends FrontierPlaceName { readonly device: Id; readonly state: FrontierState }

/**
 * Devices that stated that they hold the change: their position in its chain is at or past it, and nothing in what they stated belongs to another
 * history than the one the change is in here. A receipt as good as the word of those devices (custody).
 */
export function heldBy(change: PlacedChange, frontiers: readonly StatedFrontier[], held: Held): readonly { readonly device: Id; readonly at: number }[] {
	return frontiers.flatMap(({ device, site, comp, state }) => {
		if (site !== change.site || comp !== change.comp) return [];
		const chain = state.chains.find(({ actor }) => actor === change.actor);
		if (chain === undefined || chain.seq < change.seq) return [];
		if (chain.seq === change.seq) return chain.id === change.id ? [{ device, at: state.at }] : [];
		const fork = forkIn(chain, (seq) => (seq === change.seq ? [change.id] : held.idsAt({ ...change, seq })));
		return fork === null || (fork.kind === 'fork' && fork.after >= change.seq) ? [{ device, at: state.at }] : [];
	});
}
