/**
 * Questions to a state of the log: who may do, read and write what where.
 *
 * All of them are answered from the role table and the tree of sites alone, and an unknown actor or site is always a no.
 */
import { compareVersions } from '../change/app-version.ts';
import { COMPARTMENTS, type Compartment, type Hash, type Id } from '../change/change.ts';
import { carrierOn } from './carrier.ts';
import { epochPlace } from './ids.ts';
import { allows, handsOut, reachesDown, readsComp, strongest, writesComp, type Act } from './roles.ts';
import type { ActorState, EpochDeclaration, EpochPlace, EpochState, Grant, HeldGrant, MembershipState, Role } from './types.ts';

/** What authority rests on: enough of a state to answer who may do what. */
export type Authority = Pick<MembershipState, 'root' | 'sites' | 'members' | 'actors' | 'closings' | 'kits'>;
type Epochs = Pick<MembershipState, 'epochs'>;

/** Levels of the tree of sites, the root included. */
export const SITE_DEPTH_MAX = 16;

/** `site` is `top`, or lies below it. */
export function isWithin(state: Pick<Authority, 'sites'>, site: Id, top: Id): boolean {
	let here: Id | null = site;
	for (let depth = 0; here !== null && depth < SITE_DEPTH_MAX; depth++) {
		if (here === top) return state.sites.has(top);
		here = state.sites.get(here)?.parent ?? null;
	}
	return false;
}

/** Levels from the root to this site, the root counting 1; 0 when the site is not known. */
export function siteDepth(state: Pick<Authority, 'sites'>, site: Id): number {
	let depth = 0;
	let here: Id | null = site;
	while (here !== null && depth <= SITE_DEPTH_MAX) {
		const found: { readonly parent: Id | null } | undefined = state.sites.get(here);
		if (found === undefined) return 0;
		depth++;
		here = found.parent;
	}
	return depth;
}

const covers = (state: Authority, grant: Grant, site: Id): boolean =>
	reachesDown(grant.role) ? isWithin(state, site, grant.site) : grant.site === site && state.sites.has(site);

/** Admitted, and not removed since. */
export const isActive = (state: Pick<Authority, 'actors' | 'closings'>, actor: Hash): boolean =>
	state.actors.has(actor) && state.closings.get(actor)?.some(({ grants }) => grants === null) !== true;

/** The posts of an active actor; none of a removed one. */
export function grantsOf(state: Authority, actor: Hash): readonly HeldGrant[] {
	const member = state.actors.get(actor)?.member;
	return member === undefined || !isActive(state, actor) ? [] : (state.members.get(member)?.grants ?? []);
}

/** The posts by which an actor reaches a site. */
export const grantsCovering = (state: Authority, actor: Hash, site: Id): readonly HeldGrant[] =>
	grantsOf(state, actor).filter((grant) => covers(state, grant, site));

/** The roles that an actor has at a site, posted there or through the tree. */
export const rolesAt = (state: Authority, actor: Hash, site: Id): readonly Role[] => grantsCovering(state, actor, site).map((grant) => grant.role);

/** The role to show for a site: the one highest in the table. */
export const roleAt = (state: Authority, actor: Hash, site: Id): Role | null => strongest(rolesAt(state, actor, site));

export const may = (state: Authority, actor: Hash, act: Act, site: Id): boolean =>
	rolesAt(state, actor, site).some((role) => allows(role, act));

export const canRead = (state: Authority, actor: Hash, site: Id, comp: Compartment): boolean =>
	rolesAt(state, actor, site).some((role) => readsComp(role, comp));

export const canWrite = (state: Authority, actor: Hash, site: Id, comp: Compartment): boolean =>
	rolesAt(state, actor, site).some((role) => writesComp(role, comp));

/** May hold the keys of an epoch of this place: of the roster every member, else who reads the compartment; the present recovery kit those of all places. */
export function canHold(state: Authority, actor: Hash, site: Id | null, comp: EpochDeclaration['comp']): boolean {
	const isKit = state.kits.get(actor)?.status === 'current';
	if (site === null || comp === 'roster') return site === null && comp === 'roster' && (isKit || isActive(state, actor));
	return isKit ? state.sites.has(site) : canRead(state, actor, site, comp);
}

/** The key to which an actor's or a kit's keys are sealed, base64url. */
export const sealKeyOf = (state: Pick<Authority, 'actors' | 'kits'>, actor: Hash): string | undefined =>
	(state.actors.get(actor) ?? state.kits.get(actor))?.keys.seal;

/** Everybody who may be given keys: active actors and the recovery kit. */
export function holdersOf(state: Authority): readonly Hash[] {
	const holders: Hash[] = [];
	for (const actor of state.actors.keys()) if (isActive(state, actor)) holders.push(actor);
	for (const { kit, status } of state.kits.values()) if (status === 'current') holders.push(kit);
	return holders.sort();
}

/** The actor's roles reach all of these sites with the right to `act`: what a link needs to take effect. */
export const reaches = (state: Authority, actor: Hash, sites: readonly Id[], act: Act = 'link'): boolean =>
	sites.length > 0 && sites.every((site) => may(state, actor, act, site));

/** May this actor take this post from whoever holds it? Nobody removes above their own role or outside their subtree (design S8). */
export function mayTakeAway(state: Authority, actor: Hash, grant: Grant): boolean {
	return rolesAt(state, actor, grant.site).some((role) => allows(role, 'revoke') && handsOut(role, grant.role));
}

/** May this actor hand out this grant, by an act (invite, admit, grant) where a role of its own reaches; or end an invitation to it (refuse)? */
export function mayHandOut(state: Authority, actor: Hash, act: 'invite' | 'admit' | 'grant' | 'refuse', grant: Grant): boolean {
	if (grant.role === 'owner' && grant.site !== state.root) return false;
	return rolesAt(state, actor, grant.site).some((role) => allows(role, act) && handsOut(role, grant.role));
}

/** Every actor that must be given the keys of this place, in the order of their ids. */
export function entitledActors(state: Authority, site: Id | null, comp: EpochDeclaration['comp']): readonly Hash[] {
	return holdersOf(state).filter((actor) => canHold(state, actor, site, comp));
}

/** The same for what was written in the past: with posts that were taken away since, and of an actor that was removed since. */
export function reachedOnce(state: Authority, actor: Hash, sites: readonly Id[], act: Act = 'link'): boolean {
	const member = state.members.get(state.actors.get(actor)?.member ?? ('' as Id));
	const held = member === undefined ? [] : [...member.grants, ...member.former];
	return sites.length > 0 && sites.every((site) => held.some((grant) => covers(state, grant, site) && allows(grant.role, act)));
}

/** The places whose keys an actor is entitled to, the roster first. */
export function placesOf(state: Authority, actor: Hash): readonly { readonly site: Id | null; readonly comp: EpochDeclaration['comp'] }[] {
	if (!canHold(state, actor, null, 'roster')) return [];
	const places: { site: Id | null; comp: EpochDeclaration['comp'] }[] = [{ site: null, comp: 'roster' }];
	const isKit = state.kits.has(actor);
	const grants = isKit ? [] : grantsOf(state, actor);
	for (const site of state.sites.keys()) {
		const covering = grants.filter((grant) => covers(state, grant, site));
		for (const comp of COMPARTMENTS) if (isKit || covering.some(({ role }) => readsComp(role, comp))) places.push({ site, comp });
	}
	return places;
}

/** The same as names, for who asks of many places: `canHold` of each. */
export const heldPlaces = (state: Authority, actor: Hash): ReadonlySet<EpochPlace> => new Set(placesOf(state, actor).map(({ site, comp }) => epochPlace(site, comp)));

/** Epochs of a place, oldest first in the log's order. */
export const epochsOf = (state: Epochs, site: Id | null, comp: EpochDeclaration['comp']): readonly EpochState[] =>
	state.epochs.get(epochPlace(site, comp)) ?? [];

/** The epoch to seal under: the newest in the log's order of those that `usable` allows (those whose key is held); null when none. */
export function newestEpoch(
	state: Epochs, site: Id | null, comp: EpochDeclaration['comp'], usable: (epoch: EpochState) => boolean = () => true
): EpochState | null {
	return epochsOf(state, site, comp).findLast(usable) ?? null;
}

/** Finds a declared epoch by its id, with its place. */
export const declaredEpoch = (state: Epochs, site: Id | null, comp: EpochDeclaration['comp'], epoch: Hash): EpochState | null =>
	epochsOf(state, site, comp).find((one) => one.epoch === epoch) ?? null;

/** The active actors on a device: one for each member who uses it. */
export function actorsOn(state: Pick<Authority, 'actors' | 'closings'>, device: Id): readonly ActorState[] {
	const found: ActorState[] = [];
	for (const actor of state.actors.values()) if (actor.keys.device === device && isActive(state, actor.actor)) found.push(actor);
	return found;
}

/** Somebody who uses this device is a member: it may open hub sessions. */
export const isActiveDevice = (state: Pick<Authority, 'actors' | 'closings'>, device: Id): boolean => actorsOn(state, device).length > 0;

/** Somebody was admitted on this device, and all who were have been removed. */
export function isRevokedDevice(state: Pick<Authority, 'actors' | 'closings'>, device: Id): boolean {
	for (const { keys } of state.actors.values()) if (keys.device === device) return !isActiveDevice(state, device);
	return false;
}

/** The key with which a device opens hub sessions, base64url; null for a device on which nobody is a member and that is no box that may carry. */
export const transportKeyOf = (state: Pick<MembershipState, 'actors' | 'closings' | 'carriers'>, device: Id): string | null =>
	actorsOn(state, device)[0]?.keys.transport ?? carrierOn(state, device)?.key ?? null;

/** The key of a device whose people were all removed: it opens no session any more, and proves whose questions are answered. Null for any other device. */
export function formerTransportKeyOf(state: Pick<Authority, 'actors' | 'closings'>, device: Id): string | null {
	if (!isRevokedDevice(state, device)) return null;
	for (const { keys } of state.actors.values()) if (keys.device === device) return keys.transport;
	return null;
}

/** The oldest version of the app that may write and admit; null when none is required (attack 6). */
export function minimumVersion({ required }: Pick<MembershipState, 'required'>): string | null {
	return required.reduce<string | null>((oldest, { version }) => (oldest === null || compareVersions(version, oldest) > 0 ? version : oldest), null);
}

export interface OwedKeys {
	readonly actor: Hash;
	readonly epochs: readonly EpochState[];
}

/**
 * Epochs that actors are entitled to and nobody has said to have delivered: an admission and a new site written at the same time
 * do not know of each other. Whoever holds the keys delivers them (`deliver` in authoring/).
 */
export function owedKeys(state: MembershipState): readonly OwedKeys[] {
	const owed: OwedKeys[] = [];
	for (const actor of holdersOf(state)) {
		const epochs = placesOf(state, actor).flatMap(({ site, comp }) => epochsOf(state, site, comp).filter((epoch) => !epoch.holders.includes(actor)));
		if (epochs.length > 0) owed.push({ actor, epochs });
	}
	return owed;
}

export type { Act, EpochPlace };
