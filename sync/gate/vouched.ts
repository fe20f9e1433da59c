/**
 * Does a voucher count: is it signed by an actor who, at the log position it cites, could read the change's compartment at its origin?
 * Only such an actor can know that the change was accepted there (attack 56).
 *
 * A voucher has no chain, so nothing shows that one was made before its author was removed: it counts no more then, unless it cites the
 * removal and its author still could read there. Another device of the origin relays again, with a voucher of its own.
 */
import type { SignedVoucher } from '../change/voucher.ts';
import { standingOf } from '../membership/closings.ts';
import { canRead } from '../membership/selectors.ts';
import type { MembershipState } from '../membership/types.ts';
import { verifySignature } from '../verify/signature.ts';
import { quarantined, waiting, type Membership, type Objection } from './context.ts';

export function voucherCounts(signed: SignedVoucher, log: Membership): Objection | null {
	const { voucher } = signed;
	const keys = log.state?.actors.get(voucher.actor)?.keys;
	if (keys === undefined) return waiting('no-authority-yet');
	if (!verifySignature('saddlebag/voucher/1', signed.text, signed.sig, keys.sign)) {
		return quarantined('bad-signature', 'the voucher is not signed by whom it names');
	}
	const state = log.at(voucher.seen);
	if (voucher.seen.length === 0) return quarantined('not-entitled', 'the voucher cites no state of the membership log');
	if (state === null) return waiting('unknown-statement');
	if (canRead(state, voucher.actor, voucher.site, voucher.comp)) return vouchesStill(log.state, state, voucher);
	return quarantined('not-entitled', 'whoever vouches could not read that compartment at the origin');
}

function vouchesStill(present: MembershipState | null, at: MembershipState, { actor, site, comp }: SignedVoucher['voucher']): Objection | null {
	return present !== null && standingOf(present, at, actor, site, comp, 'read').kind === 'stands' ? null : waiting('no-authority-yet');
}
