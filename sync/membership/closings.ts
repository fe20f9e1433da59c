/**
 * How far an actor's work counts, given what was taken from it since (design S7).
 *
 * A statement that takes something away says nothing of what its victim had known of when it wrote: so every change that does not cite it counts
 * only as far as somebody who held the chain attests it. The author's clock, and the membership heads it chose to cite, are no evidence.
 */
import type { Compartment, Hash, Id } from '../change/change.ts';
import { readsComp, writesComp } from './roles.ts';
import { grantsCovering, isActive, isWithin, type Authority } from './selectors.ts';
import type { Attested, Closing, Grant, HeldGrant, MembershipState } from './types.ts';

export type Standing =
	| { readonly kind: 'stands' }
	| { readonly kind: 'fallen' } // its authority rested on a statement that is void
	| { readonly kind: 'closed'; readonly closings: readonly Hash[]; readonly positions: readonly Attested[] };

const STANDS: Standing = { kind: 'stands' };
const FALLEN: Standing = { kind: 'fallen' };

/**
 * Of something that an actor wrote, or vouched for, at a place, citing the state `at`, which entitled it then. `present` is the state of all
 * that arrived, the cited statements among it.
 */
export function standingOf(present: MembershipState, at: MembershipState, actor: Hash, site: Id, comp: Compartment, act: 'read' | 'write'): Standing {
	if (present === at) return STANDS;
	const does = act === 'read' ? readsComp : writesComp;
	const grants = grantsCovering(at, actor, site).filter(({ role, statement }) => does(role, comp) && present.included.has(statement));
	if (!present.actors.has(actor) || grants.length === 0) return FALLEN;
	const unseen = (present.closings.get(actor) ?? []).filter(({ statement }) => !at.included.has(statement));
	if (unseen.length === 0) return STANDS;
	const cutting = unseen.filter((closing) => closing.grants === null || touches(closing, grants));
	const untouched = grants.some((grant) => !cutting.some((closing) => closing.grants !== null && touches(closing, [grant])));
	const cuts = cutting.filter((closing) => closing.grants === null || !untouched);
	if (cuts.length === 0) return STANDS;
	const ids = new Set(cuts.map(({ statement }) => statement));
	// what a later closing attests does not bring back what an earlier one cut off
	const first = cuts.filter(({ knew }) => !knew.some((statement) => ids.has(statement)));
	return {
		kind: 'closed', closings: first.map(({ statement }) => statement),
		positions: first.flatMap(({ positions }) => positions).filter((position) => position.site === site && position.comp === comp)
	};
}

const touches = ({ grants }: Closing, held: readonly Pick<HeldGrant, 'site' | 'role'>[]): boolean =>
	grants?.some((taken) => held.some(({ site, role }) => site === taken.site && role === taken.role)) === true;

/** Statements that took the reading of a place from an actor: what it vouched for there without citing them counts no more, even if it reads there again. */
export function readingTaken(state: Pick<Authority, 'sites' | 'closings' | 'members' | 'actors'>, actor: Hash, site: Id, comp: Compartment): readonly Hash[] {
	const reads = ({ site: top, role }: Grant): boolean => readsComp(role, comp) && (top === site || isWithin(state, site, top));
	const member = state.members.get(state.actors.get(actor)?.member ?? ('' as Id));
	const had = member !== undefined && [...member.grants, ...member.former].some(reads);
	return (state.closings.get(actor) ?? []).filter(({ grants }) => (grants === null ? had : grants.some(reads))).map(({ statement }) => statement);
}

/** Actors whose chains may be cut off somewhere. A post that is void is so on all devices of its member, those admitted since too. */
export function closedActors(state: MembershipState): ReadonlySet<Hash> {
	const closed = new Set<Hash>(state.fallen.keys());
	for (const { member } of state.fallen.values()) for (const actor of state.members.get(member)?.actors ?? []) closed.add(actor);
	for (const [actor, closings] of state.closings) if (closings.length > 0) closed.add(actor);
	return closed;
}

/** One line of who can see what at a site. */
export interface Access extends HeldGrant {
	readonly member: Id;
	/** active ones: with their keys the member reads */
	readonly actors: readonly Hash[];
	/** the site the role was given at, when it reaches this one through the tree; null when posted here */
	readonly through: Id | null;
}

/** Everyone who has access to a site: by which role, given by whom and by which statement (its clock reading says since when). */
export function accessTo(state: MembershipState, site: Id): readonly Access[] {
	const found: Access[] = [];
	for (const { member, actors } of state.members.values()) {
		const active = actors.filter((actor) => isActive(state, actor));
		const [one] = active;
		if (one === undefined) continue;
		for (const grant of grantsCovering(state, one, site)) found.push({ ...grant, member, actors: active, through: grant.site === site ? null : grant.site });
	}
	return found.sort((a, b) => (a.member !== b.member ? (a.member < b.member ? -1 : 1) : a.statement < b.statement ? -1 : 1));
}
