/**
 * What a statement does to the state, once it may.
 *
 * A core is never changed; each statement gives a new one that shares nearly all of the old (see book.ts). Applying is total: authority and
 * novelty were judged before, and nothing here looks at order, clocks or signatures.
 */
import { COMPARTMENTS, type Hash, type Id } from '../change/change.ts';
import { Book } from './book.ts';
import { actorIdOf, deviceIdOf, epochPlace } from './ids.ts';
import { canHold, heldPlaces, placesOf } from './selectors.ts';
import { afterAttest, afterKit, afterRestore, afterRevoke, afterWithdraw } from './taking-away.ts';
import type {
	ActorKeys, ActorState, AdmitStatement, CarrierState, CarrierStatement, Closing, EpochDeclaration, EpochPlace, EpochState, Genesis, Grant, HubKey, InvitationState, KeyDelivery, KitState,
	MemberState, RequiredVersion, RestoreStatement, RosterSealed, ShareState, SiteState
} from './types.ts';
import type { LaterStatement } from './judge.ts';

export interface Core {
	readonly org: Hash;
	readonly name: RosterSealed;
	readonly root: Id;
	readonly hubs: readonly HubKey[];
	readonly sites: Book<Id, SiteState>;
	readonly members: Book<Id, MemberState>;
	readonly actors: Book<Hash, ActorState>;
	readonly epochs: Book<EpochPlace, readonly EpochState[]>;
	readonly invitations: Book<Id, InvitationState>;
	readonly closings: Book<Hash, readonly Closing[]>;
	readonly fallen: Book<Hash, ActorState>;
	readonly kits: Book<Hash, KitState>;
	readonly required: readonly RequiredVersion[];
	readonly carriers: Book<string, CarrierState>;
	readonly shares: Book<Hash, ShareState>;
	readonly included: Book<Hash, true>;
	readonly refused: Book<Hash, string>;
}

/** The state after the genesis. */
export function found(id: Hash, genesis: Genesis): Core {
	const { owner, root, actor } = genesis;
	const empty: Core = {
		org: id, name: genesis.name, root: root.site, hubs: [genesis.hub],
		sites: Book.empty<Id, SiteState>().with(root.site, { site: root.site, parent: null, kind: root.kind, name: root.name, statement: id }),
		members: Book.empty(), actors: Book.empty(), epochs: Book.empty(), invitations: Book.empty(), closings: Book.empty(), fallen: Book.empty(), kits: Book.empty(), required: [], carriers: Book.empty(), shares: Book.empty(),
		included: Book.empty(), refused: Book.empty()
	};
	const peopled = enrol(empty, id, actor, { member: owner.member, name: owner.name, keys: owner.keys, grants: [{ site: root.site, role: 'owner' }] });
	return { ...startEpochs(peopled, id, genesis, null), included: empty.included.with(id, true) };
}

/** The state after a statement that has no effect, and why. */
export const pass = (core: Core, id: Hash, reason: string): Core => ({ ...core, refused: core.refused.with(id, reason) });

/**
 * The state after a statement that might say what it says when it was made, and is void through what was said at the same time. Keys that it gave
 * away are given: who received them counts as their holder, and what was sealed under its epochs meanwhile can be opened.
 */
export function voided(core: Core, id: Hash, statement: LaterStatement, own: Core, reason: string): Core {
	const noted = pass(core, id, reason);
	const known = fell(noted, id, statement);
	if (!('deliveries' in statement)) return known;
	return 'epochs' in statement && statement.epochs.length > 0 ? startEpochs(known, id, statement, own) : deliver(known, statement, own);
}

/** Notes whose right, or part of it, rests on a void statement. */
function fell(core: Core, id: Hash, statement: LaterStatement): Core {
	if (statement.kind === 'admit') return { ...core, fallen: core.fallen.with(actorIdOf(statement.keys), actorOf(id, statement)) };
	if (statement.kind === 'restore') return { ...core, fallen: core.fallen.with(actorIdOf(statement.owner.keys), installedBy(id, statement)) };
	if (statement.kind !== 'grant') return core;
	const actors = (core.members.get(statement.member)?.actors ?? []).flatMap((actor) => core.actors.get(actor) ?? []);
	return actors.reduce((state, actor) => ({ ...state, fallen: state.fallen.with(actor.actor, actor) }), core);
}

const actorOf = (id: Hash, { actor: by, member, keys }: AdmitStatement): ActorState =>
	({ actor: actorIdOf(keys), member, keys, statement: id, admittedBy: by });

const installedBy = (id: Hash, { actor: kit, owner: { member, keys } }: RestoreStatement): ActorState =>
	({ actor: actorIdOf(keys), member, keys, statement: id, admittedBy: kit });

/**
 * The state after a statement that may say what it says. `own`: the state after it at its own causal past; null while that is what is
 * being made. Who was given which keys is read from there: a delivery holds what its author knew of, whatever was concurrent.
 */
export function apply(core: Core, id: Hash, statement: LaterStatement, own: Core | null, spared: ReadonlySet<Hash> = NOBODY): Core {
	return { ...effect(core, id, statement, own, spared), included: core.included.with(id, true) };
}

const NOBODY: ReadonlySet<Hash> = new Set();

function effect(core: Core, id: Hash, statement: LaterStatement, own: Core | null, spared: ReadonlySet<Hash>): Core {
	switch (statement.kind) {
		case 'hub':
			return { ...core, hubs: withHub(core.hubs, statement.hub) };
		case 'site': {
			const { site, parent, siteKind: kind, name } = statement;
			const built = { ...core, sites: core.sites.with(site, { site, parent, kind, name, statement: id }) };
			return startEpochs(built, id, statement, own);
		}
		case 'invite': {
			const { invitation, key, member, grants, expires, actor: by } = statement;
			return { ...core, invitations: core.invitations.with(invitation, { invitation, key, member, grants, expires, by, status: 'open' }) };
		}
		case 'admit':
			return deliver(enrol(settle(core, statement.invitation, 'admitted'), id, statement.actor, statement), statement, own);
		case 'grant':
			return deliver(post(core, id, statement.actor, statement.member, statement.grants), statement, own);
		case 'epoch':
			return statement.epochs.length === 0
				? deliver(core, statement, own)
				: startEpochs(core, id, statement, own);
		case 'refuse':
			return core.invitations.get(statement.invitation)?.status === 'open' ? settle(core, statement.invitation, 'refused') : core;
		case 'revoke':
			return startEpochs(afterRevoke(core, id, statement, own, spared), id, statement, own);
		case 'withdraw':
			return startEpochs(afterWithdraw(core, id, statement, own), id, statement, own);
		case 'attest':
			return afterAttest(core, id, statement);
		case 'kit':
			return deliver(afterKit(core, id, statement), statement, own);
		case 'restore':
			return deliver(afterRestore(core, id, statement, own), statement, own);
		case 'carrier':
			return { ...core, carriers: core.carriers.with(statement.hub.key, carrierOf(core, id, statement)) };
		case 'dismiss': {
			const known = core.carriers.get(statement.carrier);
			return known === undefined ? core : { ...core, carriers: core.carriers.with(statement.carrier, { ...known, ended: known.ended ?? id }) };
		}
		case 'unload': {
			const known = core.carriers.get(statement.carrier);
			return known === undefined ? core : { ...core, carriers: core.carriers.with(statement.carrier, unloadedOf(known, statement.sites)) };
		}
		case 'share': {
			const { site, with: sites, actor: by } = statement;
			return { ...core, shares: core.shares.with(id, { site, with: sites, statement: id, by, ended: null }) };
		}
		case 'unshare': {
			const known = core.shares.get(statement.share);
			return known === undefined ? core : { ...core, shares: core.shares.with(statement.share, { ...known, ended: known.ended ?? id }) };
		}
		case 'minimum': {
			const { version, actor: by } = statement;
			const seen = own ?? core;
			return { ...core, required: [...core.required.filter((one) => !seen.included.has(one.statement)), { version, statement: id, by }] };
		}
	}
}

/** A box once more: its sites grow, its addresses are those said last. */
function carrierOf(core: Core, id: Hash, { hub, sites, actor: by }: CarrierStatement): CarrierState {
	const known = core.carriers.get(hub.key);
	const all = [...new Set([...(known?.sites ?? []), ...sites])].sort();
	const state = { key: hub.key, device: deviceIdOf(hub.key), origins: hub.origins, sites: all, statement: known?.statement ?? id, by: known?.by ?? by, ended: known?.ended ?? null };
	return known?.unloaded === undefined ? state : unloadedOf(state, known.unloaded);
}

/** Taken from it for good: letting it carry them at the same time does not bring them back, in whatever order the two are read. */
function unloadedOf(known: CarrierState, sites: readonly Id[]): CarrierState {
	const unloaded = [...new Set([...(known.unloaded ?? []), ...sites])].sort();
	return { ...known, sites: known.sites.filter((site) => !unloaded.includes(site)), unloaded };
}

/** A hub once more: its origins grow. */
function withHub(hubs: readonly HubKey[], hub: HubKey): readonly HubKey[] {
	const known = hubs.find((one) => one.key === hub.key);
	if (known === undefined) return [...hubs, hub];
	const origins = [...new Set([...known.origins, ...hub.origins])];
	return hubs.map((one) => (one === known ? { key: hub.key, origins } : one));
}

function settle(core: Core, invitation: Id, status: 'admitted' | 'refused'): Core {
	const open = core.invitations.get(invitation);
	return open === undefined ? core : { ...core, invitations: core.invitations.with(invitation, { ...open, status }) };
}

interface Newcomer {
	readonly member: Id;
	readonly name: RosterSealed;
	readonly keys: ActorKeys;
	readonly grants: readonly Grant[];
}

function enrol(core: Core, id: Hash, by: Hash, { member, name, keys, grants }: Newcomer): Core {
	const actor = actorIdOf(keys);
	const granted = grants.map(({ site, role }) => ({ site, role, statement: id, by }));
	const known = core.members.get(member);
	return {
		...core,
		members: core.members.with(member, known === undefined ? { member, name, grants: granted, former: [], actors: [actor] } : { ...known, actors: [...known.actors, actor] }),
		actors: core.actors.with(actor, { actor, member, keys, statement: id, admittedBy: by })
	};
}

function post(core: Core, id: Hash, by: Hash, member: Id, grants: readonly Grant[]): Core {
	const known = core.members.get(member);
	if (known === undefined) return core;
	const isNew = (grant: Grant): boolean => !known.grants.some((one) => one.site === grant.site && one.role === grant.role);
	const added = grants.filter(isNew).map(({ site, role }) => ({ site, role, statement: id, by }));
	return { ...core, members: core.members.with(member, { ...known, grants: [...known.grants, ...added] }) };
}

interface Delivering {
	readonly actor: Hash;
	readonly deliveries: readonly KeyDelivery[];
}

function startEpochs(core: Core, id: Hash, statement: Delivering & { readonly epochs: readonly EpochDeclaration[] }, own: Core | null): Core {
	let epochs = core.epochs;
	const recipients = [...new Set([statement.actor, ...statement.deliveries.map((delivery) => delivery.actor)])].sort();
	const mayHold = holding(own ?? core, recipients, statement.epochs.length);
	for (const declaration of statement.epochs) {
		const place = epochPlace(declaration.site, declaration.comp);
		// the author made the key, so holds it, whatever it may
		const holders = recipients.filter((actor) => actor === statement.actor || mayHold(actor, declaration));
		epochs = epochs.with(place, [...(epochs.get(place) ?? []), { ...declaration, statement: id, by: statement.actor, order: core.included.size, holders }]);
	}
	return { ...core, epochs };
}

/** A removal asks of hundreds of places at once: what each recipient may hold is found once then. */
function holding(state: Core, actors: readonly Hash[], places: number): (actor: Hash, place: Pick<EpochDeclaration, 'site' | 'comp'>) => boolean {
	if (places <= COMPARTMENTS.length) return (actor, { site, comp }) => canHold(state, actor, site, comp);
	const reach = new Map(actors.map((actor) => [actor, heldPlaces(state, actor)]));
	return (actor, { site, comp }) => reach.get(actor)?.has(epochPlace(site, comp)) === true;
}

/**
 * A recipient counts as holder of all epochs that it is entitled to and the author holds: a delivery gives all of them. What the author was given once and
 * may not hold any more is erased on its device, and given to nobody.
 */
function deliver(core: Core, statement: Delivering, own: Core | null): Core {
	const known = own ?? core;
	const keeps = (site: Id | null, comp: EpochDeclaration['comp']): boolean => known.kits.has(statement.actor) || canHold(known, statement.actor, site, comp);
	let epochs = core.epochs;
	for (const actor of new Set(statement.deliveries.map((delivery) => delivery.actor))) {
		for (const { site, comp } of placesOf(known, actor)) {
			const place = epochPlace(site, comp);
			const given = new Set((known.epochs.get(place) ?? []).filter((epoch) => epoch.holders.includes(statement.actor)).map((epoch) => epoch.epoch));
			const present = epochs.get(place) ?? [];
			const gains = (epoch: EpochState): boolean => given.has(epoch.epoch) && !epoch.holders.includes(actor);
			if (!present.some(gains) || !keeps(site, comp)) continue;
			epochs = epochs.with(place, present.map((epoch) => (gains(epoch) ? { ...epoch, holders: [...epoch.holders, actor].sort() } : epoch)));
		}
	}
	return { ...core, epochs };
}
