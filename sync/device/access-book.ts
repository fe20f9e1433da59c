/**
 * Who can read what, since when and by whom: read off the membership log, so that everyone sees the same.
 */
import { COMPARTMENTS, type Hash, type Id } from '../change/change.ts';
import { hlcMs } from '../change/hlc.ts';
import { reachesDown, readsComp } from '../membership/roles.ts';
import { isWithin } from '../membership/selectors.ts';
import type { MembershipState } from '../membership/types.ts';
import { ok } from '../result.ts';
import type { Outcome } from './api.ts';
import type { AccessGrant, PastAccess } from './members-api.ts';
import { notArrived } from './outcome.ts';
import { FINGERPRINT_CHARACTERS } from './organization.ts';
import type { Session } from './session.ts';

export class AccessBook {
	who(session: Session, site: Id | null): Outcome<{ readonly grants: readonly AccessGrant[]; readonly past: readonly PastAccess[] }> {
		const { state } = session;
		if (state === null) return notArrived();
		const sites = site === null ? [...state.sites.keys()] : [site];
		const grants = [...state.members.values()].flatMap(({ member, grants: held, actors }) => {
			const devices = actors.filter((actor) => isIn(state, actor)).map((actor) => ({
				actor, device: state.actors.get(actor)?.keys.device ?? ('' as Id), fingerprint: actor.slice(0, FINGERPRINT_CHARACTERS), self: actor === session.self.actor
			}));
			return held.flatMap((grant) => sites.filter((one) => covers(state, grant, one)).map((one): AccessGrant => ({
				member, name: session.memberName(member), site: one, siteName: session.siteName(one), role: grant.role, through: grant.site === one ? null : grant.site,
				since: timeOf(session, grant.statement), by: session.authorName(grant.by), devices, reads: COMPARTMENTS.filter((comp) => readsComp(grant.role, comp))
			})));
		});
		return ok({ grants: grants.filter(({ devices }) => devices.length > 0), past: pastOf(session, state) });
	}
}

const isIn = (state: MembershipState, actor: Hash): boolean => state.actors.has(actor) && state.closings.get(actor)?.some(({ grants }) => grants === null) !== true;
const covers = (state: MembershipState, { site, role }: { readonly site: Id; readonly role: AccessGrant['role'] }, at: Id): boolean =>
	reachesDown(role) ? isWithin(state, at, site) : site === at;

/** By the clock of who signed it; 0 for what is not known any more. */
function timeOf(session: Session, statement: Hash): number {
	const signed = session.control.log.statement(statement);
	return signed === null ? 0 : hlcMs(signed.statement.hlc);
}

/** Each closing once, however many devices of one person it closed. */
function pastOf(session: Session, state: MembershipState): readonly PastAccess[] {
	const past = new Map<string, PastAccess>();
	for (const [actor, closings] of state.closings) {
		const member = state.actors.get(actor)?.member;
		if (member === undefined) continue;
		for (const closing of closings) {
			const [grant] = closing.grants ?? [];
			const whole = closing.grants === null && state.members.get(member)?.actors.every((one) => !isIn(state, one)) === true;
			const removed: PastAccess['removed'] = grant !== undefined ? { kind: 'role', member, ...grant } : whole ? { kind: 'member', member } : { kind: 'actor', actor };
			const key = `${closing.statement} ${member} ${removed.kind === 'actor' ? actor : removed.kind}`;
			if (!past.has(key)) past.set(key, { member, name: session.memberName(member), removed, at: timeOf(session, closing.statement), by: session.authorName(closing.by), reason: session.name(closing.reason) });
		}
	}
	return [...past.values()].sort((a, b) => b.at - a.at);
}
