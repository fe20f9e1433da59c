/**
 * The organization as its members see and change it: sites, members, invitations and admissions.
 *
 * Every act is a signed statement, stored here before it is sent; what the log would refuse is refused here first, in words. An admission
 * takes the code that was compared on both screens, and checks it again against the answer: the screen cannot skip the comparison.
 */
import type { Id } from '../change/change.ts';
import { admit } from '../membership/authoring/admit.ts';
import { codeOf, openAnswer, type OpenedAnswer } from '../membership/authoring/answer.ts';
import { deliver } from '../membership/authoring/deliver.ts';
import { grant } from '../membership/authoring/grant.ts';
import { encodeInvitation, encodeShort, isExpired, type Invitation as InvitationParts } from '../membership/authoring/invitation.ts';
import { actorIdOf } from '../membership/ids.ts';
import { invite } from '../membership/authoring/invite.ts';
import { refuse as refuseInvitation } from '../membership/authoring/refuse.ts';
import { addSite } from '../membership/authoring/site.ts';
import { grantsOf, may, roleAt } from '../membership/selectors.ts';
import type { MembershipState, Role, SiteKind } from '../membership/types.ts';
import { ok } from '../result.ts';
import type { AnswerDocument } from '../verify/document.ts';
import type { Hash } from '../change/change.ts';
import type { Invitation } from './members-api.ts';
import type { MemberInfo, OrganizationInfo, Outcome, PendingAnswer, SiteInfo } from './api.ts';
import { appTooOld, refuse } from './outcome.ts';
import type { Session } from './session.ts';

const DAY_MS = 86_400_000;
const NAME_CHARACTERS_MAX = 200;
/** enough of an actor's hash for two people to compare by eye */
export const FINGERPRINT_CHARACTERS = 12;

/** A name as typed, or null when there is none or it is longer than a name. */
export function cleanName(name: string): string | null {
	const trimmed = name.normalize('NFC').trim().replace(/\s+/g, ' ');
	return trimmed === '' || trimmed.length > NAME_CHARACTERS_MAX ? null : trimmed;
}

export class Organization {
	readonly #session: Session;
	readonly #now: () => number;
	/** codes cost an Argon2id each: computed once per answer */
	readonly #codes = new Map<string, Promise<string>>();
	/** made since unlocking: their links can be shown again. The secret in a link is kept nowhere else */
	readonly #invitations = new Map<Id, InvitationParts>();
	/** to be sent soon */
	readonly #changed: () => void;

	constructor(session: Session, now: () => number, changed: () => void) {
		this.#session = session;
		this.#now = now;
		this.#changed = changed;
	}

	info(): Outcome<OrganizationInfo> {
		const state = this.#session.state;
		if (state === null) return refuse('no-log', 'The organization\'s membership has not arrived on this device yet.');
		const { actor } = this.#session.self;
		const anywhere = (act: 'add-site' | 'invite' | 'link'): boolean => [...state.sites.keys()].some((site) => may(state, actor, act, site));
		return ok({
			org: state.org, name: this.#session.name(state.name) ?? 'Unnamed organization', root: state.root,
			sites: [...state.sites.values()].map((site) => this.#site(state, site.site)),
			members: [...state.members.values()].map((member) => this.#member(state, member.member)),
			waiting: state.waiting.length, refused: state.refused.length,
			can: { addSite: anywhere('add-site'), invite: anywhere('invite'), link: anywhere('link') }
		});
	}

	#site(state: MembershipState, id: Id): SiteInfo {
		const site = state.sites.get(id);
		const { actor } = this.#session.self;
		return {
			site: id, parent: site?.parent ?? null, kind: site?.kind ?? 'clinic', name: this.#session.siteName(id),
			posted: grantsOf(state, actor).some((one) => one.site === id), role: roleAt(state, actor, id)
		};
	}

	#member(state: MembershipState, id: Id): MemberInfo {
		const member = state.members.get(id);
		return {
			member: id, name: this.#session.memberName(id), grants: (member?.grants ?? []).map(({ site, role }) => ({ site, role })),
			actors: (member?.actors ?? []).map((actor) => ({
				actor, device: state.actors.get(actor)?.keys.device ?? ('' as Id), fingerprint: actor.slice(0, FINGERPRINT_CHARACTERS)
			})),
			self: id === this.#session.user.member
		};
	}

	async addSite(request: { readonly name: string; readonly kind: SiteKind; readonly parent: Id }): Promise<Outcome<Id>> {
		if (this.#session.outdated !== null) return appTooOld(this.#session.outdated);
		const name = cleanName(request.name);
		if (name === null) return refuse('no-name', 'Give the site a name of at most 200 characters.');
		await this.#session.ensureRoster();
		const made = addSite(this.#session.pen(), { ...request, name });
		if (!made.ok) return made;
		await this.#publish(made.value);
		return ok(made.value.site);
	}

	async invite(request: { readonly grants: readonly { readonly site: Id; readonly role: Role }[]; readonly days: number }, hub: { readonly key: string; readonly origin: string }): Promise<Outcome<Invitation>> {
		if (request.grants.length === 0) return refuse('no-grant', 'Choose at least one site and role.');
		return this.#invite(request, hub);
	}

	/** Somebody who is a member already, on a new device or with a forgotten passphrase: what they may do stays as it is. */
	async reinvite(request: { readonly member: Id; readonly days: number }, hub: { readonly key: string; readonly origin: string }): Promise<Outcome<Invitation>> {
		const known = this.#session.state?.members.get(request.member);
		if (known === undefined || known.grants.length === 0) return refuse('unknown-member', 'This member is not known here, or has no post any more.');
		return this.#invite({ grants: known.grants.map(({ site, role }) => ({ site, role })), days: request.days, member: request.member }, hub);
	}

	async #invite(request: { readonly grants: readonly { readonly site: Id; readonly role: Role }[]; readonly days: number; readonly member?: Id }, hub: { readonly key: string; readonly origin: string }): Promise<Outcome<Invitation>> {
		if (this.#session.outdated !== null) return appTooOld(this.#session.outdated);
		if (!(request.days > 0 && request.days <= 90)) return refuse('bad-days', 'An invitation lasts 1 to 90 days.');
		const expires = this.#now() + Math.round(request.days * DAY_MS);
		await this.#session.ensureRoster();
		const made = invite(this.#session.pen(), { grants: request.grants, expires, hub, ...(request.member === undefined ? {} : { member: request.member }) });
		if (!made.ok) return made;
		await this.#publish(made.value);
		this.#invitations.set(made.value.invitation, made.value.link);
		return ok(linksOf(made.value.link));
	}

	/** The links of an open invitation that was made since unlocking. */
	invitation(id: Id): Outcome<Invitation> {
		const parts = this.#invitations.get(id);
		if (parts === undefined || this.#session.state?.invitations.get(id)?.status !== 'open') return refuse('unknown-invitation', 'The link of this invitation is not kept, or it was used. Refuse it and invite again.');
		return ok(linksOf(parts));
	}

	/** An answer that was carried here by hand: kept, and pending as if a hub had brought it. */
	async takeAnswer(document: AnswerDocument): Promise<Outcome<PendingAnswer>> {
		const { state, self, control } = this.#session;
		if (state === null) return refuse('no-log', 'The organization\'s membership has not arrived on this device yet.');
		const opened = openAnswer(state, self, document);
		if (!opened.ok) return opened;
		await control.publish({ documents: [document] });
		return ok(await this.#pending(opened.value));
	}

	async pendingAnswers(): Promise<Outcome<readonly PendingAnswer[]>> {
		const pending: PendingAnswer[] = [];
		for (const opened of this.#opened()) {
			pending.push(await this.#pending(opened));
		}
		return ok(pending);
	}

	async #pending(opened: OpenedAnswer): Promise<PendingAnswer> {
		const { invitation, answer, name } = opened;
		return {
			invitation: invitation.invitation, answer, name, code: await this.#code(opened), expired: isExpired(invitation, this.#now()),
			grants: invitation.grants.map(({ site, role }) => ({ site, siteName: this.#session.siteName(site), role }))
		};
	}

	/** The actor that an answer asks to enrol. */
	actorOf(request: { readonly invitation: Id; readonly answer: string }): Hash | null {
		const opened = this.#opened().find((one) => one.invitation.invitation === request.invitation && one.answer === request.answer);
		return opened === undefined ? null : actorIdOf(opened.keys);
	}

	async admit(request: { readonly invitation: Id; readonly answer: string; readonly code: string }): Promise<Outcome<null>> {
		if (this.#session.outdated !== null) return appTooOld(this.#session.outdated);
		const opened = this.#opened().find((one) => one.invitation.invitation === request.invitation && one.answer === request.answer);
		if (opened === undefined) return refuse('no-answer', 'There is no such answer to an open invitation of yours.');
		if ((await this.#code(opened)).replace(/\s/g, '') !== request.code.replace(/\s/g, '').toUpperCase()) {
			return refuse('wrong-code', 'The codes differ. Do not admit: somebody else may have answered. Refuse it and invite again.');
		}
		await this.#session.ensureRoster();
		const made = admit(this.#session.pen(), { answer: opened, nowMs: this.#now() });
		if (!made.ok) return made;
		await this.#publish(made.value);
		return ok(null);
	}

	async refuse(request: { readonly invitation: Id; readonly reason: string }): Promise<Outcome<null>> {
		await this.#session.ensureRoster();
		const made = refuseInvitation(this.#session.pen(), { invitation: request.invitation, reason: request.reason.trim() });
		if (!made.ok) return made;
		await this.#publish(made.value);
		return ok(null);
	}

	async post(request: { readonly member: Id; readonly site: Id; readonly role: Role }): Promise<Outcome<null>> {
		if (this.#session.outdated !== null) return appTooOld(this.#session.outdated);
		const made = grant(this.#session.pen(), { member: request.member, grants: [{ site: request.site, role: request.role }] });
		if (!made.ok) return made;
		await this.#publish(made.value);
		return ok(null);
	}

	/** Hands on keys that others are owed and this device holds: an admission and a new site made at once do not know of each other. */
	async deliverOwed(): Promise<void> {
		const made = deliver(this.#session.pen());
		if (made.ok && made.value !== null) await this.#publish(made.value);
	}

	#opened(): readonly OpenedAnswer[] {
		const state = this.#session.state;
		if (state === null) return [];
		return this.#session.control.answers().flatMap((document) => {
			const opened = openAnswer(state, this.#session.self, document);
			return opened.ok && opened.value.invitation.status === 'open' ? [opened.value] : [];
		});
	}

	#code(opened: OpenedAnswer): Promise<string> {
		const known = this.#codes.get(opened.answer);
		if (known !== undefined) return known;
		const code = codeOf(opened);
		this.#codes.set(opened.answer, code);
		return code;
	}

	async #publish(written: Parameters<Session['control']['publish']>[0]): Promise<void> {
		await this.#session.control.publish(written);
		await this.#session.refreshKeys();
		this.#changed();
	}
}

const linksOf = (parts: InvitationParts): Invitation => ({ link: encodeShort(parts), offline: encodeInvitation(parts), invitation: parts.invitation, expires: parts.expires });
