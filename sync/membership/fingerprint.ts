/**
 * One short value for all that the log says: two devices that compare it know whether they see the same members (attacks 14 and 20).
 */
import type { Hash } from '../change/change.ts';
import { digestHash } from '../verify/digest.ts';
import type { MembershipState } from './types.ts';

/** Hash of the ids of all statements that took part, sorted: equal exactly when two devices hold the same valid log. */
export const membershipFingerprint = (state: Pick<MembershipState, 'included'>): Hash =>
	digestHash('saddlebag/membership-state/1', ...[...state.included].sort());
