/**
 * The first stages: from whatever a database holds to a change text that was sealed for this place.
 *
 * unknown -> checked document (hash, shape) -> opened (key tag, decryption) -> parsed change -> in context. Nothing is said yet of who
 * wrote it.
 */
import type { Hash, SignedChange, VerifiedChange } from '../change/change.ts';
import { parseVoucher, type SignedVoucher } from '../change/voucher.ts';
import { err, ok, type Result } from '../result.ts';
import { openWithAny } from '../seal/envelope.ts';
import type { SignedText } from '../seal/opened.ts';
import { checkDocument } from '../verify/document.ts';
import { readChange } from '../verify/ids.ts';
import { nativeContext, quarantined, waiting, type DatabaseName, type Objection } from './context.ts';
import type { Keyring } from './keyring.ts';

/** A change that was sealed for the database it was found in, with its voucher when it was relayed there. */
export interface Opened extends Pick<VerifiedChange, 'envelope' | 'via' | 'heldAt'> {
	readonly signed: SignedChange;
	readonly voucher: SignedVoucher | null;
}

export function openDocument(raw: unknown, found: DatabaseName, org: Hash, keyring: Keyring): Result<Opened, Objection> {
	const checked = checkDocument(raw);
	if (!checked.ok) {
		return err(checked.error.code === 'unknown-version' ? waiting('unknown-version') : quarantined('bad-document', checked.error.message));
	}
	const document = checked.value;
	if (document.v !== 'e1' && document.v !== 'd1') return err(quarantined('bad-document', 'a control document in a database of charts'));
	const opened = openWithAny(keyring.candidates(found), document);
	if (!opened.ok) {
		return err(opened.error.code === 'no-key' ? waiting('no-key') : quarantined('bad-ciphertext', opened.error.message));
	}
	const { epoch, text, sig, voucher } = opened.value;
	const parsed = readChange(text, sig);
	if (!parsed.ok) {
		return err(parsed.error.code === 'unknown-version' ? waiting('unknown-version') : quarantined('bad-change', parsed.error.message));
	}
	const signed = parsed.value;
	if (voucher !== null) return relayed(signed, voucher, document._id, { org, site: found.site, comp: epoch.comp });
	const misplaced = nativeContext(signed.change, { org, site: found.site, comp: epoch.comp });
	if (misplaced !== null) return err(misplaced);
	return ok({ signed, voucher: null, envelope: document._id, via: 'native', heldAt: found.site });
}

type Place = { readonly org: Hash; readonly site: Opened['heldAt']; readonly comp: SignedChange['change']['comp'] };

/** A deposit: the voucher must speak of this change and of this place, and nothing restricted is ever relayed. */
function relayed(signed: SignedChange, raw: SignedText, envelope: string, place: Place): Result<Opened, Objection> {
	const { change } = signed;
	const parsed = parseVoucher(raw.text);
	if (!parsed.ok) return err(parsed.error.code === 'unknown-version' ? waiting('unknown-version') : quarantined('bad-change', parsed.error.message));
	const voucher = parsed.value;
	const misplaced = (detail: string): Result<never, Objection> => err(quarantined('wrong-context', detail));
	if (change.org !== place.org || voucher.org !== place.org) return misplaced('made for another organization');
	if (change.comp !== place.comp) return misplaced(`a change of compartment ${change.comp} under a key of ${place.comp}`);
	if (change.comp === 'restricted') return misplaced('restricted entries are not relayed');
	if (change.site === place.site) return misplaced('a change of this site, relayed to it');
	if (voucher.to !== place.site) return misplaced('vouched for another site');
	if (voucher.change !== signed.id || voucher.site !== change.site || voucher.comp !== change.comp) return misplaced('the voucher is for another change');
	return ok({ signed, voucher: { ...raw, voucher }, envelope, via: 'relayed', heldAt: place.site });
}
