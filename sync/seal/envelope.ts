/**
 * Envelopes: a change under an epoch of its own site, the only form in which it leaves a device.
 *
 * Opening proves that a holder of the epoch sealed these bytes for this organization, site and compartment. It says nothing about the
 * author: that is the signature inside, which the gate verifies.
 */
import { ok, type Result } from '../result.ts';
import { bytesOf } from '../change/ids.ts';
import type { DepositDocument, EnvelopeDocument } from '../verify/document.ts';
import { envelopeDocumentId } from '../verify/ids.ts';
import { openDeposit } from './deposit.ts';
import type { EpochKeys } from './epoch.ts';
import { badCiphertext, noKey, type Opened, type OpenProblem, type SignedText } from './opened.ts';
import { bytesOfFields, fieldsOf, isTagOf, openParts, sealParts, signaturePart, textPart } from './siv.ts';

/** The envelope of a change: the same change under the same epoch is the same document, however often and by whomever it is sealed. */
export function sealChange(epoch: EpochKeys, signed: SignedText): EnvelopeDocument {
	const sealed = sealParts(epoch.envelope, epoch.ad, [bytesOf(signed.sig), signed.text]);
	return { _id: envelopeDocumentId('e1', sealed.tag, sealed.nonce, sealed.ciphertext), v: 'e1', ...fieldsOf(sealed) };
}

/** What an envelope holds, if this epoch sealed it. The document is one that `checkDocument` let through. */
export const openEnvelope = (epoch: EpochKeys, document: EnvelopeDocument): Result<Opened, OpenProblem> => openEnvelopeWithAny([epoch], document);

/**
 * What an envelope or deposit holds, under whichever of the candidates its tag commits to. Put the likeliest first: for a deposit each
 * candidate costs a key agreement (tens of microseconds), for an envelope a short hash.
 */
export function openWithAny(candidates: readonly EpochKeys[], document: EnvelopeDocument | DepositDocument): Result<Opened, OpenProblem> {
	if (document.v === 'e1') return openEnvelopeWithAny(candidates, document);
	for (const epoch of candidates) {
		const opened = openDeposit(epoch, document);
		if (opened.ok || opened.error.code !== 'no-key') return opened;
	}
	return noKey();
}

function openEnvelopeWithAny(candidates: readonly EpochKeys[], document: EnvelopeDocument): Result<Opened, OpenProblem> {
	const sealed = bytesOfFields(document);
	if (sealed === null) return badCiphertext();
	const epoch = candidates.find((candidate) => isTagOf(candidate.envelope, sealed.nonce, sealed.tag));
	if (epoch === undefined) return noKey();
	const parts = openParts(epoch.envelope, epoch.ad, sealed.nonce, sealed.ciphertext, 2);
	const sig = signaturePart(parts?.[0]);
	const text = textPart(parts?.[1]);
	if (sig === null || text === null) return badCiphertext();
	return ok({ epoch, text, sig, voucher: null });
}
