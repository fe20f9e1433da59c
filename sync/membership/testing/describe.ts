/**
 * A state as plain data in one order, so that tests compare all of it.
 */
import type { MembershipState } from '../types.ts';

const sorted = <K extends string, V>(map: ReadonlyMap<K, V>): readonly (readonly [K, V])[] => [...map].sort(([a], [b]) => (a < b ? -1 : 1));

export function describeState(state: MembershipState): object {
	const { org, name, root, hubs, sites, members, actors, epochs, invitations, closings, fallen, kits, required, carriers, shares, heads, included, waiting, missing, refused } = state;
	return {
		org, name, root, hubs, sites: sorted(sites), members: sorted(members), actors: sorted(actors), epochs: sorted(epochs),
		invitations: sorted(invitations), closings: sorted(closings), fallen: sorted(fallen), kits: sorted(kits), required, carriers: sorted(carriers), shares: sorted(shares), heads, included: [...included].sort(), waiting, missing, refused
	};
}
