/**
 * Taking away: a member, a device, one person on one device, or one role; and the keys that follow.
 *
 * A removal says how far this device holds the chains it closes, so that what was accepted here stays accepted everywhere (S7), and starts new keys in
 * the same statement. What it leaves undone, because a key was not held or there was too much, is found from the log at the next unlocking (attack 22).
 */
import type { Compartment, Hash, Id } from '../change/change.ts';
import type { ChainKnowledge } from '../gate/chain.ts';
import { revoke, withdraw, type Removed } from '../membership/authoring/removal.ts';
import { renew } from '../membership/authoring/rotate.ts';
import type { Outcome as Made } from '../membership/authoring/pen.ts';
import { placesToRenew } from '../membership/renewal.ts';
import { allows } from '../membership/roles.ts';
import { actorsOn, canRead, grantsOf, isActive, mayTakeAway } from '../membership/selectors.ts';
import type { ChainPosition, Grant, MembershipState } from '../membership/types.ts';
import { ok } from '../result.ts';
import type { Outcome } from './api.ts';
import type { Removal, RemovalEffect, RemovalReport } from './members-api.ts';
import { FINGERPRINT_CHARACTERS } from './organization.ts';
import { notArrived, refuse } from './outcome.ts';
import type { Session } from './session.ts';

/** parts of a chain that are stated apart where links between them are missing */
const PARTS_MAX = 8;
const REASON_CHARACTERS_MAX = 500;

/** What a removal is about, by the log as it stands. */
interface Target {
	readonly member: Id | null;
	readonly actors: readonly Hash[];
	/** posts of those concerned */
	readonly grants: readonly Grant[];
	/** the role alone */
	readonly role: Grant | null;
}

export class Revoking {
	readonly #session: Session;
	readonly #changed: () => void;

	/** `changed`: the log was written to. */
	constructor(session: Session, changed: () => void) {
		this.#session = session;
		this.#changed = changed;
	}

	effect(removal: Removal): Outcome<RemovalEffect> {
		const { state } = this.#session;
		if (state === null) return notArrived();
		const target = targetOf(state, removal);
		if (target === null) return refuse('unknown-member', 'This member or device is not known here, or was removed already.');
		const why = this.#objection(state, target);
		return ok({
			allowed: why === null, why, places: this.#placesOf(state, target), warnings: this.#warnings(state, target),
			actors: target.actors.map((actor) => ({ actor, name: this.#session.authorName(actor), fingerprint: actor.slice(0, FINGERPRINT_CHARACTERS) }))
		});
	}

	/** `settle`: takes in what came, so that the positions stated are those that were accepted. */
	async revoke({ removal, reason }: { readonly removal: Removal; readonly reason: string }, settle: () => Promise<void>): Promise<Outcome<RemovalReport>> {
		if (reason.length > REASON_CHARACTERS_MAX) return refuse('too-long', `Give the reason in at most ${REASON_CHARACTERS_MAX} characters.`);
		await settle();
		const { state } = this.#session;
		if (state === null) return notArrived();
		const target = targetOf(state, removal);
		if (target === null) return refuse('unknown-member', 'This member or device is not known here, or was removed already.');
		const why = this.#objection(state, target);
		if (why !== null) return refuse('not-allowed', why);
		const made = this.#made(target, reason.trim());
		if (!made.ok) return made;
		await this.#publish(made.value);
		const more = await this.resume();
		const left = this.#session.state === null ? 0 : placesToRenew(this.#session.state, this.#session.self.actor).length;
		return ok({ statement: made.value.signed.id, renewed: made.value.renewed + more, left });
	}

	/**
	 * Starts the epochs that removals made necessary and nobody has started. By those who may remove: if every device did, a clinic would start
	 * as many as it has. The others do so for the place they are about to seal in (`Session.ensureSealing`). Answers how many.
	 */
	async resume(): Promise<number> {
		let renewed = 0;
		for (;;) {
			const { state, self } = this.#session;
			if (state === null || this.#session.closed || !grantsOf(state, self.actor).some(({ role }) => allows(role, 'revoke'))) return renewed;
			const made = renew(this.#session.pen());
			if (!made.ok || made.value === null) return renewed;
			await this.#publish(made.value);
			renewed += made.value.keys.filter(({ site }) => site !== null).length;
		}
	}

	#made(target: Target, reason: string): Made<Removed> {
		const pen = this.#session.pen();
		const positions = target.actors.flatMap((actor) => acceptedEnds(this.#session, actor));
		if (target.role === null) return revoke(pen, { member: target.member, actors: target.actors, positions, reason });
		const at = positions.filter(({ site }) => this.#isTouched(target.role, site));
		return withdraw(pen, { member: target.member ?? ('' as Id), grants: [target.role], positions: at, reason });
	}

	/** A role's reach may be a tree: positions of chains that are not closed after all do no harm. */
	#isTouched(role: Grant | null, site: Id): boolean {
		return role !== null && (role.site === site || this.#session.state?.sites.get(site) !== undefined);
	}

	#objection(state: MembershipState, { role, grants, actors }: Target): string | null {
		const { actor } = this.#session.self;
		if (role === null && actors.length === 1 && actors[0] === actor) return null;
		const taken = role === null ? grants : [role];
		if (!grantsOf(state, actor).some((own) => allows(own.role, 'revoke'))) return 'Only leads and owners remove members.';
		return taken.every((grant) => mayTakeAway(state, actor, grant)) ? null : 'This person has a role above yours, or at a site that is not yours. Ask a lead above you, or an owner.';
	}

	#placesOf(state: MembershipState, { actors }: Target): RemovalEffect['places'] {
		return [...state.sites.keys()].flatMap((site) => {
			const comps = (['desk', 'clinical', 'restricted'] as const).filter((comp) => actors.some((actor) => canRead(state, actor, site, comp)));
			return comps.length === 0 ? [] : [{ site, siteName: this.#session.siteName(site), comps }];
		});
	}

	#warnings(state: MembershipState, target: Target): readonly string[] {
		const warnings = ['What was read cannot be called back. New entries are sealed under keys that this person does not get.'];
		const isOwner = (actor: Hash): boolean => isActive(state, actor) && grantsOf(state, actor).some(({ role }) => role === 'owner');
		const owners = [...state.actors.keys()].filter(isOwner);
		const goes = target.role === null || target.role.role === 'owner' ? target.actors : [];
		if (owners.length > 0 && owners.every((actor) => goes.includes(actor))) warnings.push('No owner is left after this. Only the recovery kit can make a new one.');
		if (target.actors.includes(this.#session.self.actor)) warnings.push('This is you: this device will be locked out.');
		if (madeKit(state, target)) warnings.push('This person made the recovery kit and may have kept its shares. Make a new one, which ends it.');
		const unheld = this.#placesOf(state, target).filter(({ site, comps }) => comps.some((comp: Compartment) => !this.#session.holds(site, comp)));
		for (const { siteName } of unheld) warnings.push(`Entries at ${siteName} are not all kept here. They stay in the late lane until a device of that site has confirmed them.`);
		return warnings;
	}

	async #publish(written: Removed | { readonly documents: Removed['documents'] }): Promise<void> {
		await this.#session.control.publish(written);
		await this.#session.refreshKeys();
		this.#changed();
	}
}

/** Somebody who goes had the secret of the present recovery kit in hand: a kit outlives its maker, or the last owner could not leave one behind. */
const madeKit = (state: MembershipState, { actors, role }: Target): boolean =>
	(role === null || role.role === 'owner') && [...state.kits.values()].some(({ status, by }) => status === 'current' && actors.includes(by));

function targetOf(state: MembershipState, removal: Removal): Target | null {
	const postsOf = (actors: readonly Hash[]): readonly Grant[] => actors.flatMap((actor) => grantsOf(state, actor));
	if (removal.kind === 'actor' || removal.kind === 'device') {
		const actors = removal.kind === 'actor' ? [removal.actor].filter((actor) => isActive(state, actor)) : actorsOn(state, removal.device).map(({ actor }) => actor);
		return actors.length === 0 ? null : { member: null, actors, grants: postsOf(actors), role: null };
	}
	const person = state.members.get(removal.member);
	const actors = person?.actors.filter((actor) => isActive(state, actor)) ?? [];
	if (person === undefined || actors.length === 0) return null;
	if (removal.kind === 'member') return { member: person.member, actors, grants: person.grants, role: null };
	const { site, role } = removal;
	return { member: person.member, actors, grants: person.grants, role: { site, role } };
}

/** The furthest accepted changes of an actor's chains that are kept here whole; one for each part, where links between are missing. */
export function acceptedEnds(session: Session, actor: Hash): readonly ChainPosition[] {
	const { chains, late } = session;
	return chains.chainsOf(actor).filter(({ site, comp }) => session.holds(site, comp)).flatMap((chain) => endsOf(chains, chain, late.late));
}

function endsOf(chains: ChainKnowledge, chain: Pick<ChainPosition, 'actor' | 'site' | 'comp'>, late: ReadonlySet<Hash>): readonly ChainPosition[] {
	const { actor, site, comp } = chain;
	const held = chains.entriesOf(chain).filter(({ id }) => !late.has(id)).sort((a, b) => (a.seq !== b.seq ? b.seq - a.seq : a.id < b.id ? -1 : 1));
	const ends: ChainPosition[] = [];
	let lowest = Infinity;
	for (const entry of held) {
		if (entry.seq >= lowest || ends.length >= PARTS_MAX) continue;
		ends.push({ actor, site, comp, seq: entry.seq, change: entry.id });
		for (let here: typeof entry | undefined = entry; here !== undefined; here = here.prev === null ? undefined : chains.entry(here.prev)) lowest = here.seq;
	}
	return ends;
}
