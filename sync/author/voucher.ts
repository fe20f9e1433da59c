/**
 * Vouching: an actor entitled at a chart's own site states, signed, that a change was accepted there, so that another site may
 * count a copy of it. A voucher names the receiving site, so it is of no use anywhere else.
 */
import type { Change, Hash, Id } from '../change/change.ts';
import { encodeVoucher, type SignedVoucher } from '../change/voucher.ts';
import { sign, type SigningKey } from '../seal/keys.ts';

/** Signs the word of `by.actor` that a change was accepted at its origin, for the site it is passed on to. */
export function vouch(
	id: Hash, change: Change, by: { readonly to: Id; readonly actor: Hash; readonly seen: readonly Hash[]; readonly key: SigningKey }
): SignedVoucher {
	const voucher = {
		v: 1, org: change.org, site: change.site, comp: change.comp, change: id, to: by.to, actor: by.actor,
		seen: [...new Set(by.seen)].sort()
	} as const;
	const text = encodeVoucher(voucher);
	return { text, sig: sign('saddlebag/voucher/1', text, by.key), voucher };
}
