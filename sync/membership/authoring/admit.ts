/**
 * Admitting who answered, after the codes were compared: with all keys that the grants entitle to, the older ones and the roster's included.
 */
import { err, problem } from '../../result.ts';
import { rosterSeal } from '../../seal/roster.ts';
import { actorIdOf } from '../ids.ts';
import type { ActorState, Grant, MembershipState, MemberState, RosterSealed } from '../types.ts';
import type { OpenedAnswer } from './answer.ts';
import { keysFor, rosterKey, wrapForAll } from './epochs.ts';
import { isExpired } from './invitation.ts';
import { present, write, type Outcome, type Pen, type Written } from './pen.ts';

export interface Admission {
	readonly answer: OpenedAnswer;
	/** at most those of the invitation; all of them if absent */
	readonly grants?: readonly Grant[];
	/** milliseconds since 1970: expiry is judged by the admitting device */
	readonly nowMs: number;
}

export function admit(pen: Pen, { answer, grants = answer.invitation.grants, nowMs }: Admission): Outcome<Written> {
	const state = present(pen);
	if (!state.ok) return state;
	const { invitation, keys, proof } = answer;
	if (isExpired(invitation, nowMs)) return err(problem('expired', 'This invitation has expired. Send a new one.'));
	const roster = rosterKey(state.value, pen.held);
	if (roster === null) return err(problem('no-key', 'This device does not hold the key of names yet. Wait for the next exchange with the hub.'));
	const name = rosterSeal(roster, answer.name, pen.random);
	const actor = actorIdOf(keys);
	const given = keysFor(withMember(state.value, pen, answer, grants, name), state.value, actor, pen.held);
	const { deliveries, bundles } = wrapForAll(pen.log.org, [{ actor, seal: keys.seal, keys: given }], pen.random);
	return write(pen, {
		kind: 'admit', invitation: invitation.invitation, member: invitation.member, name, keys, proof, grants, answer: answer.answer, deliveries
	}, bundles);
}

/** The state as it will be: what the newcomer is entitled to. */
function withMember(state: MembershipState, pen: Pen, { invitation, keys }: OpenedAnswer, grants: readonly Grant[], name: RosterSealed): MembershipState {
	const actor: ActorState = { actor: actorIdOf(keys), member: invitation.member, keys, statement: state.org, admittedBy: pen.self.actor };
	const known = state.members.get(invitation.member);
	// a member who was invited again gets what it has
	const member: MemberState = known !== undefined ? { ...known, actors: [...known.actors, actor.actor] } : {
		member: invitation.member, name, actors: [actor.actor], grants: grants.map((one) => ({ ...one, statement: state.org, by: pen.self.actor })), former: []
	};
	return { ...state, actors: new Map([...state.actors, [actor.actor, actor]]), members: new Map([...state.members, [member.member, member]]) };
}
