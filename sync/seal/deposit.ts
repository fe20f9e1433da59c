/**
 * Deposits: a relayed change and its voucher, sealed to the public key of an epoch of a site that the sender may not be able to read.
 *
 * The ephemeral key follows from the recipient key and all that is sealed, so a repeat is the same bytes and a hub stores it once. The
 * shared secret takes the place of the epoch key; everything else is as in an envelope, under a domain of its own.
 */
import { err, ok, problem, type Problem, type Result } from '../result.ts';
import type { Compartment, Hash, Id } from '../change/change.ts';
import { bytesOf } from '../change/ids.ts';
import { digest, frame, keyedDigest } from '../verify/digest.ts';
import { EPHEMERAL_BYTES, type DepositDocument } from '../verify/document.ts';
import { envelopeDocumentId } from '../verify/ids.ts';
import { isAcceptableSealKey } from '../verify/signature.ts';
import { sodium } from '../verify/sodium.ts';
import { depositAd, envelopeSubkeys, type EnvelopeSubkeys, type EpochKeys } from './epoch.ts';
import { keyBytes } from './keys.ts';
import { badCiphertext, noKey, type Opened, type OpenProblem, type SignedText } from './opened.ts';
import { bytesOfFields, fieldsOf, isTagOf, openParts, sealParts, signaturePart, textPart } from './siv.ts';

/** The epoch to seal to, as the membership log declares it. */
export interface DepositRecipient {
	readonly org: Hash;
	/** receiving site */
	readonly site: Id;
	readonly comp: Compartment;
	readonly epoch: Hash;
	/** X25519 public key of the epoch, base64url */
	readonly pub: string;
}

/** The deposit of a change; an epoch whose public key is no key takes none. */
export function sealDeposit(to: DepositRecipient, signed: SignedText, voucher: SignedText): Result<DepositDocument, Problem<'bad-epoch-key'>> {
	const recipient = keyBytes(to.pub);
	if (recipient === null || !isAcceptableSealKey(to.pub)) return err(problem('bad-epoch-key', 'The receiving site declares a key that is none.'));
	const secret = ephemeralSecret(recipient, signed, voucher);
	const ephemeral = sodium().crypto_scalarmult_base(secret);
	const keys = depositSubkeys(sodium().crypto_scalarmult(secret, recipient), ephemeral, recipient);
	const ad = depositAd(to.org, to.site, to.comp, to.epoch);
	const sealed = sealParts(keys, ad, [bytesOf(signed.sig), signed.text, bytesOf(voucher.sig), voucher.text]);
	const body = new Uint8Array(EPHEMERAL_BYTES + sealed.ciphertext.length);
	body.set(ephemeral);
	body.set(sealed.ciphertext, EPHEMERAL_BYTES);
	const _id = envelopeDocumentId('d1', sealed.tag, sealed.nonce, body);
	return ok({ _id, v: 'd1', ...fieldsOf({ ...sealed, ciphertext: body }) });
}

/** What a deposit holds, if it is for this epoch. The document is one that `checkDocument` let through. */
export function openDeposit(epoch: EpochKeys, document: DepositDocument): Result<Opened, OpenProblem> {
	const sealed = bytesOfFields(document);
	if (sealed === null) return badCiphertext();
	const ephemeral = sealed.ciphertext.subarray(0, EPHEMERAL_BYTES);
	const shared = agree(epoch.deposit.secret, ephemeral);
	if (shared === null) return badCiphertext();
	const keys = depositSubkeys(shared, ephemeral, epoch.deposit.publicKey);
	if (!isTagOf(keys, sealed.nonce, sealed.tag)) return noKey();
	const parts = openParts(keys, epoch.depositAd, sealed.nonce, sealed.ciphertext.subarray(EPHEMERAL_BYTES), 4);
	const sig = signaturePart(parts?.[0]);
	const text = textPart(parts?.[1]);
	const voucherSig = signaturePart(parts?.[2]);
	const voucherText = textPart(parts?.[3]);
	if (sig === null || text === null || voucherSig === null || voucherText === null) return badCiphertext();
	const voucher: SignedText = { text: voucherText, sig: voucherSig };
	// Another ephemeral key than the derived one would be a second document for the same deposit.
	const derived = sodium().crypto_scalarmult_base(ephemeralSecret(epoch.deposit.publicKey, { text, sig }, voucher));
	return sodium().memcmp(derived, ephemeral) ? ok({ epoch, text, sig, voucher }) : badCiphertext();
}

const ephemeralSecret = (recipient: Uint8Array, signed: SignedText, voucher: SignedText): Uint8Array =>
	digest('saddlebag/deposit-ephemeral/1', recipient, bytesOf(signed.sig), signed.text, bytesOf(voucher.sig), voucher.text);

const depositSubkeys = (shared: Uint8Array, ephemeral: Uint8Array, recipient: Uint8Array): EnvelopeSubkeys =>
	envelopeSubkeys(keyedDigest(shared, frame('saddlebag/deposit/1', ephemeral, recipient)));

/** Null for a low-order or short ephemeral key: its shared secret would be known to everybody. */
function agree(secret: Uint8Array, ephemeral: Uint8Array): Uint8Array | null {
	try {
		return sodium().crypto_scalarmult(secret, ephemeral);
	} catch {
		return null;
	}
}
