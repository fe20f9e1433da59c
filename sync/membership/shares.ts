/**
 * Which desk indexes are shared, and whose word counts in one.
 */
import type { Hash, Id } from '../change/change.ts';
import { canWrite, type Authority } from './selectors.ts';
import type { MembershipState, ShareState } from './types.ts';

type Shares = Pick<MembershipState, 'shares'>;

/** In force now, in the order of their statements' ids. */
export const sharesInForce = (state: Shares): readonly ShareState[] => [...state.shares.values()].filter(({ ended }) => ended === null).sort((a, b) => (a.statement < b.statement ? -1 : 1));

/** Those that let the members of `site` find patients of other sites. */
export const sharedWith = (state: Shares, site: Id): readonly ShareState[] => sharesInForce(state).filter((share) => share.with.includes(site));

/**
 * May this be told at `reader` of the patients of `site`, by this actor, under this share? Asked of the log as it is now: what somebody who was removed had
 * told counts no more, and is told again by a colleague (S7: the author's clock is no evidence of when it was told).
 */
export function mayTell(state: Authority & Shares, told: { readonly share: Hash; readonly site: Id; readonly actor: Hash }, reader: Id): boolean {
	const share = state.shares.get(told.share);
	if (share === undefined || share.ended !== null || share.site !== told.site) return false;
	return (reader === share.site || share.with.includes(reader)) && canWrite(state, told.actor, share.site, 'desk');
}
