/**
 * Letting a box carry sites, and ending that.
 */
import type { Id } from '../../change/change.ts';
import { sortedSet } from '../../change/shape.ts';
import { err, ok, problem } from '../../result.ts';
import { rosterSeal } from '../../seal/roster.ts';
import type { CarrierRequest } from '../carrier.ts';
import type { RosterSealed } from '../types.ts';
import { rosterKey } from './epochs.ts';
import { present, write, type Outcome, type Pen, type Written } from './pen.ts';

/** The request is one that `readCarrierLink` let through, compared with what the box shows. */
export function letCarry(pen: Pen, request: CarrierRequest, sites: readonly Id[]): Outcome<Written> {
	if (request.org !== pen.log.org) return err(problem('not-allowed', 'This box asks to carry for another organization.'));
	return write(pen, { kind: 'carrier', hub: request.hub, sites: sortedSet(sites), proof: request.proof });
}

/** `reason` empty: none is recorded. */
export function dismiss(pen: Pen, carrier: string, reason: string): Outcome<Written> {
	const sealed = sealedReason(pen, reason);
	return sealed.ok ? write(pen, { kind: 'dismiss', carrier, reason: sealed.value }) : sealed;
}

/** For who leads some of the sites of a box and not all. `reason` empty: none is recorded. */
export function unload(pen: Pen, carrier: string, sites: readonly Id[], reason: string): Outcome<Written> {
	const sealed = sealedReason(pen, reason);
	return sealed.ok ? write(pen, { kind: 'unload', carrier, sites: sortedSet(sites), reason: sealed.value }) : sealed;
}

function sealedReason(pen: Pen, reason: string): Outcome<RosterSealed | null> {
	const state = present(pen);
	if (!state.ok) return state;
	if (reason === '') return ok(null);
	const roster = rosterKey(state.value, pen.held);
	return roster === null ? err(problem('no-key', 'This device does not hold the key of names yet, so a reason cannot be recorded.')) : ok(rosterSeal(roster, reason, pen.random));
}
