/**
 * Posting a member to further sites, with the keys that come with it, to each of the member's devices.
 */
import type { Id } from '../../change/change.ts';
import { err, problem } from '../../result.ts';
import type { Grant, MemberState } from '../types.ts';
import { keysFor, wrapForAll } from './epochs.ts';
import { present, write, type Outcome, type Pen, type Written } from './pen.ts';

export function grant(pen: Pen, request: { readonly member: Id; readonly grants: readonly Grant[] }): Outcome<Written> {
	const state = present(pen);
	if (!state.ok) return state;
	const known = state.value.members.get(request.member);
	if (known === undefined) return err(problem('unknown-member', 'This member is not known on this device.'));
	const posted: MemberState = { ...known, grants: [...known.grants, ...request.grants.map((one) => ({ ...one, statement: state.value.org, by: pen.self.actor }))] };
	const authority = { ...state.value, members: new Map([...state.value.members, [known.member, posted]]) };
	const recipients = known.actors.flatMap((actor) => {
		const seal = state.value.actors.get(actor)?.keys.seal;
		const before = new Set(keysFor(state.value, state.value, actor, pen.held));
		const keys = keysFor(authority, state.value, actor, pen.held).filter((key) => !before.has(key));
		return seal === undefined || keys.length === 0 ? [] : [{ actor, seal, keys }];
	});
	const { deliveries, bundles } = wrapForAll(pen.log.org, recipients, pen.random);
	return write(pen, { kind: 'grant', member: request.member, grants: request.grants, deliveries }, bundles);
}
