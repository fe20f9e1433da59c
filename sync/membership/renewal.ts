/**
 * Which epochs may still be sealed under, and which places need a new one (design S3).
 *
 * An epoch is usable while everybody who was given its key, or the key of an epoch that wraps it, may still hold it. Who was removed, lost the post, or
 * was never validly a member makes it unusable: what was sealed under it stays readable, nothing new is sealed. Derived from the log alone, so that a
 * rotation that was cut off is resumed by whoever looks next (attack 22).
 */
import type { Hash, Id } from '../change/change.ts';
import { epochPlace } from './ids.ts';
import { canHold, epochsOf, placesOf, type Authority } from './selectors.ts';
import type { EpochDeclaration, EpochPlace, EpochState, MembershipState } from './types.ts';

export interface Place {
	readonly site: Id | null;
	readonly comp: EpochDeclaration['comp'];
}
type Keys = Authority & Pick<MembershipState, 'epochs'>;

const known = new WeakMap<Keys, Map<EpochPlace, readonly EpochState[]>>();

/** The epochs of a place that may be sealed under, oldest first in the log's order. */
export function usableEpochs(state: Keys, { site, comp }: Place): readonly EpochState[] {
	const ofState = known.get(state) ?? new Map<EpochPlace, readonly EpochState[]>();
	known.set(state, ofState);
	const place = epochPlace(site, comp);
	const before = ofState.get(place);
	if (before !== undefined) return before;
	const all = epochsOf(state, site, comp);
	const lost = new Set<Hash>();
	// a successor wraps its predecessors' keys: who holds it holds them
	for (const epoch of [...all].reverse()) {
		if (lost.has(epoch.epoch) || !epoch.holders.every((holder) => canHold(state, holder, site, comp))) {
			lost.add(epoch.epoch);
			for (const older of epoch.supersedes) lost.add(older);
		}
	}
	const usable = all.filter(({ epoch }) => !lost.has(epoch));
	ofState.set(place, usable);
	return usable;
}

/**
 * The epoch that somebody seals to who cannot start one there: the newest usable one. Where there is none the newest at all, until a lead's device has
 * started another: a record that is kept from nobody is worth more than none.
 */
export const epochToSealTo = (state: Keys, place: Place): EpochState | null => usableEpochs(state, place).at(-1) ?? epochsOf(state, place.site, place.comp).at(-1) ?? null;

/** Places of an actor where nothing may be sealed until somebody starts an epoch. */
export const placesToRenew = (state: Keys, actor: Hash): readonly Place[] =>
	placesOf(state, actor).filter(({ site, comp }) => epochsOf(state, site, comp).length > 0 && usableEpochs(state, { site, comp }).length === 0);
