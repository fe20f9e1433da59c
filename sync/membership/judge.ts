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
import { isAcceptablePublicKey, isAcceptableSealKey, verifySignature } from '../verify/signature.ts';
import type { Core } from './core.ts';
import { actorIdOf, deviceMatches, epochPlace, invitationIdOf, memberIdOf, siteIdOf } from './ids.ts';
import { canHold, declaredEpoch, may, mayHandOut, siteDepth, SITE_DEPTH_MAX } from './selectors.ts';
import type {
	ActorKeys, AdmitStatement, EpochDeclaration, EpochStatement, Genesis, Grant, GrantStatement, HubStatement, InviteStatement, KeyDelivery,
	RefuseStatement, SignedStatement, SiteStatement, Statement
} from './types.ts';

/** Why not, as a sentence; null when nothing stands against it. */
export type Refusal = string | null;
export type LaterStatement = Exclude<Statement, Genesis>;

/** First refusal of several questions. */
const first = (...questions: readonly (() => Refusal)[]): Refusal => {
	for (const question of questions) {
		const refusal = question();
		if (refusal !== null) return refusal;
	}
	return null;
};
const unless = (holds: boolean, reason: string): Refusal => (holds ? null : reason);

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
	const author = past.actors.get(statement.actor);
	if (author === undefined) return 'Its author was not a member at that point of the log.';
	return first(
		() => unless(verifySignature('saddlebag/statement/1', signed.text, signed.sig, author.keys.sign), 'The signature is not the author\'s.'),
		() => clash(past, statement),
		() => details(past, statement)
	);
}

/** In the order of the whole log: authority and novelty, where concurrent statements come before this one. */
export function clash(state: Core, statement: LaterStatement): Refusal {
	if (!state.actors.has(statement.actor)) return 'Its author was not admitted: another statement came first.';
	switch (statement.kind) {
		case 'hub': return hubAuthority(state, statement);
		case 'site': return siteAuthority(state, statement);
		case 'invite': return inviteAuthority(state, statement);
		case 'admit': return admitAuthority(state, statement);
		case 'grant': return grantAuthority(state, statement);
		case 'epoch': return epochAuthority(state, statement);
		case 'refuse': return refuseAuthority(state, statement);
	}
}

/** What the author could know and must have got right; asked at the causal past only. */
function details(past: Core, statement: LaterStatement): Refusal {
	switch (statement.kind) {
		case 'hub': return unless(isAcceptablePublicKey(statement.hub.key), 'The hub\'s key is not a usable key.');
		case 'site': return siteDetails(past, statement);
		case 'invite': return inviteDetails(statement);
		case 'admit': return admitDetails(past, statement);
		case 'grant': return grantDetails(past, statement);
		case 'epoch': return epochDetails(past, statement);
		case 'refuse': return unless(past.invitations.get(statement.invitation)?.status === 'open', 'The invitation is not open.');
	}
}

const hubAuthority = (state: Core, { actor }: HubStatement): Refusal =>
	unless(may(state, actor, 'found', state.root), 'Its author may not name hubs.');

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

const inviteDetails = ({ actor, invitation, key, member }: InviteStatement): Refusal =>
	first(
		() => unless(isAcceptablePublicKey(key), 'The invitation\'s key is not a usable key.'),
		() => unless(invitation === invitationIdOf(actor, key), 'The invitation\'s id is not its own.'),
		() => unless(member === memberIdOf(invitation), 'The member\'s id is not the invitation\'s.')
	);

function admitAuthority(state: Core, statement: AdmitStatement): Refusal {
	const invitation = state.invitations.get(statement.invitation);
	if (invitation === undefined) return 'The invitation is not known.';
	return first(
		() => unless(invitation.by === statement.actor, 'Only who invited may admit.'),
		() => unless(invitation.status !== 'admitted', 'The invitation was used already.'),
		() => unless(!state.actors.has(actorIdOf(statement.keys)), 'This actor is a member already.'),
		() => unless(!state.members.has(statement.member), 'This member was admitted already.'),
		() => handOutFault(state, statement.actor, 'admit', statement.grants)
	);
}

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

function epochAuthority(state: Core, { actor, epochs }: EpochStatement): Refusal {
	const entitled = ({ site, comp }: EpochDeclaration): boolean =>
		canHold(state, actor, site, comp) && (site === null || may(state, actor, 'rotate', site));
	return unless(epochs.every(entitled), 'Its author may not start an epoch of a compartment that it may not read.');
}

function epochDetails(past: Core, { epochs, deliveries }: EpochStatement): Refusal {
	const isNew = ({ site, comp, epoch }: EpochDeclaration): boolean => declaredEpoch(past, site, comp, epoch) === null;
	const succeeds = ({ site, comp, supersedes }: EpochDeclaration): boolean =>
		supersedes.length > 0 && supersedes.every((older) => declaredEpoch(past, site, comp, older) !== null);
	return first(
		() => unless(new Set(epochs.map((epoch) => epoch.epoch)).size === epochs.length && epochs.every(isNew), 'An epoch is declared twice.'),
		() => unless(epochs.every(succeeds), 'An epoch succeeds one that is not known there.'),
		() => unless(epochs.every((epoch) => epoch.older !== null && isAcceptableSealKey(epoch.pub)), 'An epoch lacks the older keys or a usable key.'),
		() => deliveriesFault(past, deliveries, epochs, null)
	);
}

function refuseAuthority(state: Core, { actor, invitation: id }: RefuseStatement): Refusal {
	const invitation = state.invitations.get(id);
	if (invitation === undefined) return 'The invitation is not known.';
	const entitled = invitation.by === actor || invitation.grants.every((grant) => may(state, actor, 'refuse', grant.site));
	return unless(entitled, 'Its author may not end this invitation.');
}

const handOutFault = (state: Core, actor: Hash, act: 'invite' | 'admit' | 'grant', grants: readonly Grant[]): Refusal =>
	first(
		() => unless(grants.every((grant) => state.sites.has(grant.site)), 'A site is not known.'),
		() => unless(grants.every((grant) => mayHandOut(state, actor, act, grant)), 'It grants above its author\'s own role or outside its author\'s sites.')
	);

const keysFault = (keys: ActorKeys): Refusal =>
	first(
		() => unless(isAcceptablePublicKey(keys.sign) && isAcceptablePublicKey(keys.transport) && isAcceptableSealKey(keys.seal), 'A key is not a usable key.'),
		() => unless(deviceMatches(keys), 'The device\'s id is not its own.')
	);

/** First epochs: exactly these places, each once, succeeding nothing. */
function epochsFault(epochs: readonly EpochDeclaration[], places: readonly string[]): Refusal {
	const declared = epochs.map((epoch): string => epochPlace(epoch.site, epoch.comp)).sort();
	const expected = [...places].sort();
	return first(
		() => unless(declared.length === expected.length && declared.every((place, i) => place === expected[i]), 'It does not start one epoch for each compartment.'),
		() => unless(epochs.every((epoch) => epoch.supersedes.length === 0 && epoch.older === null), 'A first epoch succeeds none.'),
		() => unless(epochs.every((epoch) => isAcceptableSealKey(epoch.pub)), 'An epoch\'s key is not a usable key.')
	);
}

/**
 * Keys go to members only, and to nobody who may read none of the epochs started (S2). `newcomer`: the actor this statement admits.
 * `places` empty: a delivery of what each recipient is entitled to.
 */
function deliveriesFault(
	past: Core, deliveries: readonly KeyDelivery[],
	places: readonly { readonly site: Id | null; readonly comp: EpochDeclaration['comp'] }[], newcomer: Hash | null
): Refusal {
	if (newcomer !== null) return unless(deliveries.every(({ actor }) => actor === newcomer), 'Delivers keys to somebody other than the new member.');
	return first(
		() => unless(deliveries.every(({ actor }) => past.actors.has(actor)), 'Delivers keys to somebody who is not a member.'),
		() => unless(
			places.length === 0 || deliveries.every(({ actor }) => places.some(({ site, comp }) => canHold(past, actor, site, comp))),
			'Delivers keys to somebody who may not read there.'
		)
	);
}
