/**
 * Ending an open invitation: the answer to it, if one came, is not from whom it should be, or it is not wanted any more.
 */
import type { Id } from '../../change/change.ts';
import { err, problem } from '../../result.ts';
import { rosterSeal } from '../../seal/roster.ts';
import { rosterKey } from './epochs.ts';
import { present, write, type Outcome, type Pen, type Written } from './pen.ts';

/** `reason` empty: none is recorded. */
export function refuse(pen: Pen, request: { readonly invitation: Id; readonly reason: string }): Outcome<Written> {
	const state = present(pen);
	if (!state.ok) return state;
	const roster = rosterKey(state.value, pen.held);
	if (request.reason !== '' && roster === null) return err(problem('no-key', 'This device does not hold the key of names yet, so a reason cannot be recorded.'));
	const reason = request.reason === '' || roster === null ? null : rosterSeal(roster, request.reason, pen.random);
	return write(pen, { kind: 'refuse', invitation: request.invitation, reason });
}
