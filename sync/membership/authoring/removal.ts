/**
 * Taking away: actors out of the organization, or posts from a member; and attesting how far closed chains are held.
 *
 * One statement closes the chains, says how far its author holds them, and starts new epochs of everything that was readable to those who lose it:
 * there is no moment in which the removal is known and the keys are not (attacks 17 and 22). What does not fit into one statement, or is not held
 * here, is left to `renew`. The reason is sealed under the new roster key: who was removed does not read it.
 */
import type { Hash, Id } from '../../change/change.ts';
import { err, ok, problem } from '../../result.ts';
import { rosterSeal } from '../../seal/roster.ts';
import { POSITIONS_MAX } from '../parse.ts';
import { placesToRenew } from '../renewal.ts';
import type { ChainPosition, Closing, Grant, MembershipState, RosterSealed } from '../types.ts';
import { rosterKey } from './epochs.ts';
import { present, write, type Outcome, type Pen, type Written } from './pen.ts';
import { EPOCHS_AT_ONCE, nextEpochs, type NextEpochs } from './rotate.ts';

/** Positions beside epochs in one statement; the rest is attested by `attest`. */
const POSITIONS_BESIDE_MAX = 128;

export interface Revocation {
	/** the person as a whole, on all devices; null for single actors or a device */
	readonly member: Id | null;
	readonly actors: readonly Hash[];
	/** how far this device holds their chains, as it accepted them */
	readonly positions: readonly ChainPosition[];
	/** empty: none is recorded */
	readonly reason: string;
}
export interface Withdrawal {
	readonly member: Id;
	readonly grants: readonly Grant[];
	readonly positions: readonly ChainPosition[];
	readonly reason: string;
}
export interface Removed extends Written {
	/** compartments with a new key, the roster not counted */
	readonly renewed: number;
}

export function revoke(pen: Pen, request: Revocation): Outcome<Removed> {
	const state = present(pen);
	if (!state.ok) return state;
	const { member, actors } = request;
	const closings = new Map(state.value.closings);
	for (const actor of actors) closings.set(actor, [...(closings.get(actor) ?? []), imagined(pen, null)]);
	const { next, reason, positions } = beside(pen, state.value, { ...state.value, closings }, request);
	return removed(next, write(pen, {
		kind: 'revoke', member, actors: [...actors].sort(), positions, reason, epochs: next.epochs, deliveries: next.deliveries
	}, next.documents, next.keys));
}

export function withdraw(pen: Pen, request: Withdrawal): Outcome<Removed> {
	const state = present(pen);
	if (!state.ok) return state;
	const { member, grants } = request;
	const known = state.value.members.get(member);
	if (known === undefined) return err(problem('unknown-member', 'This member is not known on this device.'));
	const left = known.grants.filter((grant) => !grants.some(({ site, role }) => site === grant.site && role === grant.role));
	const members = new Map([...state.value.members, [member, { ...known, grants: left }]]);
	const { next, reason, positions } = beside(pen, state.value, { ...state.value, members }, request);
	return removed(next, write(pen, {
		kind: 'withdraw', member, grants: [...grants], positions, reason, epochs: next.epochs, deliveries: next.deliveries
	}, next.documents, next.keys));
}

/** Says how far chains that `closing` closed are held here, as they were accepted before it was known. */
export function attest(pen: Pen, closing: Hash, positions: readonly ChainPosition[]): Outcome<Written> {
	const state = present(pen);
	return state.ok ? write(pen, { kind: 'attest', closing, positions: positions.slice(0, POSITIONS_MAX) }) : state;
}

const imagined = ({ self }: Pen, grants: readonly Grant[] | null): Closing =>
	({ statement: self.actor, by: self.actor, grants, reason: null, knew: [], positions: [] });

/** The new epochs, and the reason sealed under the new roster key where there is one. */
function beside(
	pen: Pen, state: MembershipState, authority: MembershipState, request: Pick<Revocation, 'positions' | 'reason'>
): { readonly next: NextEpochs; readonly reason: RosterSealed | null; readonly positions: readonly ChainPosition[] } {
	const places = placesToRenew(authority, pen.self.actor).slice(0, EPOCHS_AT_ONCE);
	const next = nextEpochs(pen, state, authority, places);
	const roster = next.keys.find(({ comp }) => comp === 'roster') ?? rosterKey(authority, pen.held);
	const reason = request.reason === '' || roster === null ? null : rosterSeal(roster, request.reason, pen.random);
	return { next, reason, positions: request.positions.slice(0, POSITIONS_BESIDE_MAX) };
}

const removed = ({ epochs }: NextEpochs, written: Outcome<Written>): Outcome<Removed> =>
	written.ok ? ok({ ...written.value, renewed: epochs.filter(({ site }) => site !== null).length }) : written;
