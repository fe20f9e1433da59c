/**
 * Letting a box carry sites, and ending that.
 */
import type { Id } from '../../change/change.ts';
import { sortedSet } from '../../change/shape.ts';
import { err, problem } from '../../result.ts';
import { rosterSeal } from '../../seal/roster.ts';
import type { CarrierRequest } from '../carrier.ts';
import { rosterKey } from './epochs.ts';
import { present, write, type Outcome, type Pen, type Written } from './pen.ts';

/** The request is one that `readCarrierLink` let through, compared with what the box shows. */
export function letCarry(pen: Pen, request: CarrierRequest, sites: readonly Id[]): Outcome<Written> {
	if (request.org !== pen.log.org) return err(problem('not-allowed', 'This box asks to carry for another organization.'));
	return write(pen, { kind: 'carrier', hub: request.hub, sites: sortedSet(sites), proof: request.proof });
}

/** `reason` empty: none is recorded. */
export function dismiss(pen: Pen, carrier: string, reason: string): Outcome<Written> {
	const state = present(pen);
	if (!state.ok) return state;
	const roster = rosterKey(state.value, pen.held);
	if (reason !== '' && roster === null) return err(problem('no-key', 'This device does not hold the key of names yet, so a reason cannot be recorded.'));
	return write(pen, { kind: 'dismiss', carrier, reason: reason === '' || roster === null ? null : rosterSeal(roster, reason, pen.random) });
}
