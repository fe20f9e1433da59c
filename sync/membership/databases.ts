/**
 * Which hub databases a device may reach, and which it replicates (design section 6).
 *
 * The first fence is the keys; this is the second, and the hub enforces it. Names are without the hub's prefix: `control`, `<site>-desk`,
 * `<site>-care`. `care` holds clinical and restricted, which look alike, so reading either opens the database.
 */
import type { Compartment, Hash, Id } from '../change/change.ts';
import { carrierOn } from './carrier.ts';
import { actorsOn, grantsOf, rolesAt, type Authority } from './selectors.ts';
import { readsComp, writesComp } from './roles.ts';
import type { MembershipState, Role } from './types.ts';

export interface DatabaseAccess {
	readonly mayRead: readonly string[];
	readonly mayWrite: readonly string[];
	/** what the device keeps whole */
	readonly replicates: readonly string[];
}

export const CONTROL = 'control';
export const deskOf = (site: Id): string => `${site}-desk`;
export const careOf = (site: Id): string => `${site}-care`;
/** The database of a site that holds envelopes of this compartment. */
export const databaseOf = (site: Id, comp: Compartment): string => (comp === 'desk' ? deskOf(site) : careOf(site));

const CARE: readonly Compartment[] = ['clinical', 'restricted'];

/**
 * For all members on a device together, or for a box what it carries; nothing at all for any other device. `takenOn`: sites reached through the tree
 * only whose `care` the members chose to keep too. Lists are sorted.
 */
export function databasesFor(state: Authority & Pick<MembershipState, 'carriers'>, device: Id, takenOn: ReadonlySet<Id> = new Set()): DatabaseAccess {
	const carried = carrierOn(state, device)?.sites.filter((site) => state.sites.has(site));
	if (carried !== undefined) {
		const all = [CONTROL, ...carried.flatMap((site) => [deskOf(site), careOf(site)])].sort();
		return { mayRead: all, mayWrite: all, replicates: all };
	}
	const actors = actorsOn(state, device).map((actor) => actor.actor);
	const mayRead = new Set<string>();
	const mayWrite = new Set<string>();
	const replicates = new Set<string>();
	if (actors.length > 0) for (const access of [mayRead, mayWrite, replicates]) access.add(CONTROL);
	const posts = new Set(actors.flatMap((actor) => grantsOf(state, actor).map((grant) => grant.site)));
	for (const site of state.sites.keys()) {
		const roles = actors.flatMap((actor: Hash) => rolesAt(state, actor, site));
		const able = (does: (role: Role, comp: Compartment) => boolean, comps: readonly Compartment[]): boolean =>
			roles.some((role) => comps.some((comp) => does(role, comp)));
		if (able(readsComp, ['desk'])) {
			mayRead.add(deskOf(site));
			replicates.add(deskOf(site));
		}
		if (able(readsComp, CARE)) {
			mayRead.add(careOf(site));
			if (posts.has(site) || takenOn.has(site)) replicates.add(careOf(site));
		}
		if (able(writesComp, ['desk'])) mayWrite.add(deskOf(site));
		if (able(writesComp, CARE)) mayWrite.add(careOf(site));
	}
	return { mayRead: [...mayRead].sort(), mayWrite: [...mayWrite].sort(), replicates: [...replicates].sort() };
}
