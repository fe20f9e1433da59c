/**
 * Whether a statement may say what it says.
 *
 * Twice, and by different questions. At its own causal past (`judge`): the signature, the author's authority and everything else that the
 * author could know. In the order of the whole log (`clash`): only whether the author still counts there and whether a
 * concurrent statement made the same thing first; never what an honest author could not have known, lest one concurrent
 * statement undo another's site or admission. A refusal of a concurrent invitation does not undo an admission: who was admitted face
 * to face stays, and is removed, if need be, in the open.
 */
import { canonicalJson } from '../change/canonical.ts';
import { COMPARTMENTS, type Hash, type Id } from '../change/change.ts';
import { isAcceptablePublicKey, verifySignature } from '../verify/signature.ts';
import { carrierProofText } from './carrier.ts';
import type { Core } from './core.ts';
import { actorIdOf, epochPlace, invitationIdOf, memberIdOf, siteIdOf } from './ids.ts';
import { isOrigin } from './parse.ts';
import {
	attestAuthority, attestDetails, kitAuthority, kitDetails, restoreDetails, revokeAuthority, revokeDetails, withdrawAuthority, withdrawDetails
} from './judge-removal.ts';
import { deliveriesFault, epochsFault, first, handOutFault, keysFault, nextEpochsFault, rotationFault, unless, type Refusal } from './refusal.ts';
import { isActive, may, mayHandOut, siteDepth, SITE_DEPTH_MAX } from './selectors.ts';
import type {
	AdmitStatement, CarrierStatement, DismissStatement, EpochStatement, Genesis, Grant, GrantStatement, HubStatement, InviteStatement, RefuseStatement, ShareStatement, SignedStatement, SiteStatement, Statement, UnloadStatement, UnshareStatement
} from './types.ts';

export type LaterStatement = Exclude<Statement, Genesis>;

/** The genesis stands for itself: it is named by the organization's id, and must be sound in itself. */
export function judgeGenesis(signed: SignedStatement, genesis: Genesis): Refusal {
	const { owner, root, actor } = genesis;
	return first(
		() => unless(actor === actorIdOf(owner.keys), 'The founding actor is not the owner it names.'),
		() => keysFault(owner.keys),
		() => unless(owner.member === memberIdOf(actor), 'The owner\'s member id is not its own.'),
		() => unless(root.site === siteIdOf(actor, null, genesis.rand), 'The root site\'s id is not its own.'),
		() => unless(isAcceptablePublicKey(genesis.hub.key), 'The hub\'s key is not a usable key.'),
		() => epochsFault(genesis.epochs, [epochPlace(null, 'roster'), ...COMPARTMENTS.map((comp) => epochPlace(root.site, comp))]),
		// a bundle names the organization, whose id is the hash of this statement: it follows in a statement of its own
		() => unless(genesis.deliveries.length === 0, 'The founding statement delivers no keys.'),
		() => unless(genesis.name.epoch === genesis.epochs.find((epoch) => epoch.comp === 'roster')?.epoch, 'Names are not sealed under the founding roster key.'),
		() => unless(verifySignature('saddlebag/statement/1', signed.text, signed.sig, owner.keys.sign), 'The signature is not the author\'s.')
	);
}

/** At the statement's own causal past. */
export function judge(past: Core, signed: SignedStatement, statement: LaterStatement): Refusal {
	const keys = statement.kind === 'restore' ? past.kits.get(statement.actor)?.keys : past.actors.get(statement.actor)?.keys;
	if (keys === undefined) return 'Its author was not a member at that point of the log.';
	return first(
		() => unless(verifySignature('saddlebag/statement/1', signed.text, signed.sig, keys.sign), 'The signature is not the author\'s.'),
		() => clash(past, statement),
		() => details(past, statement)
	);
}

/** In the order of the whole log: authority and novelty, where concurrent statements come before this one. */
export function clash(state: Core, statement: LaterStatement): Refusal {
	if (statement.kind === 'restore') return null;
	if (!state.actors.has(statement.actor)) return 'Its author was not admitted: another statement came first.';
	if (!isActive(state, statement.actor)) return 'Its author had been removed, or was removed at the same time.';
	switch (statement.kind) {
		case 'hub': return hubAuthority(state, statement);
		case 'site': return siteAuthority(state, statement);
		case 'invite': return inviteAuthority(state, statement);
		case 'admit': return admitAuthority(state, statement);
		case 'grant': return grantAuthority(state, statement);
		case 'epoch': return rotationFault(state, statement.actor, statement.epochs);
		case 'refuse': return refuseAuthority(state, statement);
		case 'revoke': return revokeAuthority(state, state, statement);
		case 'withdraw': return withdrawAuthority(state, statement);
		case 'attest': return attestAuthority(state, statement);
		case 'kit': return kitAuthority(state, statement);
		case 'carrier': return carrierAuthority(state, statement);
		case 'dismiss': return unless(state.carriers.has(statement.carrier), 'The box is not known.');
		case 'unload': return unless(state.carriers.has(statement.carrier), 'The box is not known.');
		case 'share': return shareAuthority(state, statement);
		case 'unshare': return unshareAuthority(state, statement);
		case 'minimum': return unless(may(state, statement.actor, 'found', state.root), 'Only an owner requires a version of the app.');
	}
}

/** What the author could know and must have got right; asked at the causal past only. */
function details(past: Core, statement: LaterStatement): Refusal {
	switch (statement.kind) {
		case 'hub': return hubDetails(statement);
		case 'site': return siteDetails(past, statement);
		case 'invite': return inviteDetails(past, statement);
		case 'admit': return admitDetails(past, statement);
		case 'grant': return grantDetails(past, statement);
		case 'epoch': return epochDetails(past, statement);
		case 'refuse': return unless(past.invitations.get(statement.invitation)?.status === 'open', 'The invitation is not open.');
		case 'revoke': return revokeDetails(past, statement);
		case 'withdraw': return withdrawDetails(past, statement);
		case 'attest': return attestDetails(past, statement);
		case 'kit': return kitDetails(past, statement);
		case 'restore': return restoreDetails(past, statement);
		case 'minimum': return null;
		case 'share': return unless(!statement.with.includes(statement.site), 'A site does not share its desk index with itself.');
		case 'unshare': return null;
		case 'carrier': return carrierDetails(past, statement);
		case 'dismiss': return dismissDetails(past, statement);
		case 'unload': return unloadDetails(past, statement);
	}
}

const hubAuthority = (state: Core, { actor }: HubStatement): Refusal =>
	unless(may(state, actor, 'found', state.root), 'Its author may not name hubs.');

/** Refused here and not unread: what cites a statement that was stored before this was looked at still has it. */
const ORIGIN_REFUSED = 'An address of it is not that of one host.';
const hubDetails = ({ hub }: HubStatement): Refusal =>
	first(
		() => unless(isAcceptablePublicKey(hub.key), 'The hub\'s key is not a usable key.'),
		() => unless(hub.origins.every(isOrigin), ORIGIN_REFUSED)
	);

/** A key is a hub's, or a box's, and not both: a box must not speak for the hub's addresses. */
const carrierAuthority = (state: Core, { actor, hub, sites }: CarrierStatement): Refusal =>
	first(
		() => unless(sites.every((site) => may(state, actor, 'carry', site)), 'Its author may not let a box carry these sites.'),
		() => unless(!state.hubs.some(({ key }) => key === hub.key), 'The key is that of a hub.'),
		() => unless((state.carriers.get(hub.key)?.ended ?? null) === null, 'The box was dismissed. It needs a new key.')
	);

const carrierDetails = (past: Core, { hub, sites, proof }: CarrierStatement): Refusal =>
	first(
		() => unless(!sites.some((site) => past.carriers.get(hub.key)?.unloaded?.includes(site) === true), 'One of these sites was taken from the box. It needs a new key.'),
		() => unless(isAcceptablePublicKey(hub.key), 'The box\'s key is not a usable key.'),
		() => unless(hub.origins.every(isOrigin), ORIGIN_REFUSED),
		() => unless(verifySignature('saddlebag/enrolment/1', carrierProofText(past.org, hub), proof, hub.key), 'The box did not ask for this.')
	);

/** Who could let it carry all that it carries ends it, as far as its author knew; from which everything was taken, whoever leads the root. */
function dismissDetails(past: Core, { actor, carrier }: DismissStatement): Refusal {
	const sites = past.carriers.get(carrier)?.sites;
	const answeredFor = sites?.length === 0 ? [past.root] : sites;
	return unless(answeredFor?.every((site) => may(past, actor, 'carry', site)) === true, 'Its author may not dismiss this box.');
}

/** Who leads these sites takes them from it, whatever else it carries: a box that was stolen is not waited for. */
const unloadDetails = (past: Core, { actor, carrier, sites }: UnloadStatement): Refusal =>
	first(
		() => unless(sites.every((site) => past.carriers.get(carrier)?.sites.includes(site) === true), 'The box does not carry all these sites.'),
		() => unless(sites.every((site) => may(past, actor, 'carry', site)), 'Its author may not take these sites from the box.')
	);

/** Who leads the site and all that are to find its patients: nobody opens a site's desk to a place they do not answer for. */
const shareAuthority = (state: Core, { actor, site, with: sites }: ShareStatement): Refusal =>
	unless([site, ...sites].every((one) => may(state, actor, 'share', one)), 'Its author may not share the desk index between these sites.');

/** Who leads the site ends it, whoever began it. */
function unshareAuthority(state: Core, { actor, share }: UnshareStatement): Refusal {
	const known = state.shares.get(share);
	return known === undefined ? 'The share is not known.' : unless(may(state, actor, 'share', known.site), 'Its author may not end this share.');
}

const siteAuthority = (state: Core, { actor, parent, site }: SiteStatement): Refusal =>
	first(
		() => unless(may(state, actor, 'add-site', parent), 'Its author may not add a site there.'),
		() => unless(!state.sites.has(site), 'The site exists already.')
	);

function siteDetails(past: Core, statement: SiteStatement): Refusal {
	const { actor, parent, rand, site, epochs, deliveries } = statement;
	return first(
		() => unless(site === siteIdOf(actor, parent, rand), 'The site\'s id is not its own.'),
		() => unless(siteDepth(past, parent) < SITE_DEPTH_MAX, `The tree of sites has ${SITE_DEPTH_MAX} levels at most.`),
		() => epochsFault(epochs, COMPARTMENTS.map((comp) => epochPlace(site, comp))),
		() => deliveriesFault(withSite(past, statement), deliveries, epochs, null)
	);
}

/** The state with the site in its place: who may read there through the tree. */
const withSite = (past: Core, { site, parent, siteKind: kind, name }: SiteStatement): Core =>
	({ ...past, sites: past.sites.with(site, { site, parent, kind, name, statement: past.org }) });

const inviteAuthority = (state: Core, { actor, grants, invitation }: InviteStatement): Refusal =>
	first(
		() => handOutFault(state, actor, 'invite', grants),
		() => unless(!state.invitations.has(invitation), 'The invitation exists already.')
	);

/** A member who is known may be invited again, on a new device: by somebody who could hand out all that the member may do. */
const inviteDetails = (past: Core, { actor, invitation, key, member, grants }: InviteStatement): Refusal =>
	first(
		() => unless(isAcceptablePublicKey(key), 'The invitation\'s key is not a usable key.'),
		() => unless(invitation === invitationIdOf(actor, key), 'The invitation\'s id is not its own.'),
		() => member === memberIdOf(invitation) ? null : rejoinFault(past, actor, member, grants)
	);

function rejoinFault(past: Core, actor: Hash, member: Id, grants: readonly Grant[]): Refusal {
	const known = past.members.get(member);
	if (known === undefined) return 'The member\'s id is not the invitation\'s.';
	const held = (grant: Grant): boolean => known.grants.some((one) => one.site === grant.site && one.role === grant.role);
	return first(
		() => inheritedFault(past, actor, 'invite', member),
		() => unless(grants.length === known.grants.length && grants.every(held), 'A member who is invited again comes back with the same posts.')
	);
}

function admitAuthority(state: Core, statement: AdmitStatement): Refusal {
	const invitation = state.invitations.get(statement.invitation);
	if (invitation === undefined) return 'The invitation is not known.';
	return first(
		() => unless(invitation.by === statement.actor, 'Only who invited may admit.'),
		() => unless(invitation.status !== 'admitted', 'The invitation was used already.'),
		() => unless(!state.actors.has(actorIdOf(statement.keys)), 'This actor is a member already.'),
		() => unless(!state.members.has(statement.member) || statement.member === invitation.member, 'This member was admitted already.'),
		() => handOutFault(state, statement.actor, 'admit', statement.grants),
		() => inheritedFault(state, statement.actor, 'admit', statement.member)
	);
}

/** On a new device a member has all its posts, those given since the invitation too. */
const inheritedFault = (state: Core, actor: Hash, act: 'invite' | 'admit', member: Id): Refusal =>
	unless((state.members.get(member)?.grants ?? []).every((grant) => mayHandOut(state, actor, act, grant)), 'The member may do more than its author may hand out.');

function admitDetails(past: Core, statement: AdmitStatement): Refusal {
	const invitation = past.invitations.get(statement.invitation);
	if (invitation === undefined) return 'The invitation is not known.';
	const { keys, grants, deliveries } = statement;
	const offered = (grant: Grant): boolean => invitation.grants.some((one) => one.site === grant.site && one.role === grant.role);
	const proven = canonicalJson({ org: past.org, invitation: statement.invitation, keys });
	return first(
		() => unless(invitation.status === 'open', 'The invitation was refused.'),
		() => unless(grants.every(offered), 'It grants more than the invitation.'),
		() => unless(statement.member === invitation.member, 'The member is not the one who was invited.'),
		() => keysFault(keys),
		() => unless(verifySignature('saddlebag/enrolment/1', proven, statement.proof, keys.sign), 'The new actor did not agree to this invitation.'),
		() => deliveriesFault(past, deliveries, [], actorIdOf(keys))
	);
}

const grantAuthority = (state: Core, { actor, grants, member }: GrantStatement): Refusal =>
	first(
		() => unless(state.members.has(member), 'The member is not known.'),
		() => handOutFault(state, actor, 'grant', grants)
	);

const grantDetails = (past: Core, { member, deliveries }: GrantStatement): Refusal =>
	unless(deliveries.every(({ actor }) => past.actors.get(actor)?.member === member), 'Delivers keys to somebody other than the member.');

const epochDetails = (past: Core, { epochs, deliveries }: EpochStatement): Refusal =>
	first(() => nextEpochsFault(past, epochs), () => deliveriesFault(past, deliveries, epochs, null));

/** Nobody takes back what they could not have offered, save their own invitation. */
function refuseAuthority(state: Core, { actor, invitation: id }: RefuseStatement): Refusal {
	const invitation = state.invitations.get(id);
	if (invitation === undefined) return 'The invitation is not known.';
	const entitled = invitation.by === actor || invitation.grants.every((grant) => mayHandOut(state, actor, 'refuse', grant));
	return unless(entitled, 'Its author may not end this invitation.');
}
