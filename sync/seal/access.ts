/**
 * Records of the access log, sealed to who may read it: the holders of the `restricted` key of the site, who are its leads and the owners.
 *
 * The reader, who seals, need not hold that key: the record goes to its epoch's public key, as a deposit does, under a domain of its own. The hub
 * and the colleagues of the site can open none. The ephemeral key follows from all that is sealed, so a repeat is the same bytes.
 */
import type { Hash, Id } from '../change/change.ts';
import { bytesOf } from '../change/ids.ts';
import { err, ok, problem, type Problem, type Result } from '../result.ts';
import { digest, frame, keyedDigest } from '../verify/digest.ts';
import { EPHEMERAL_BYTES, type AccessDocument } from '../verify/document.ts';
import { envelopeDocumentId } from '../verify/ids.ts';
import { isAcceptableSealKey } from '../verify/signature.ts';
import { sodium } from '../verify/sodium.ts';
import { envelopeSubkeys, type EnvelopeSubkeys, type EpochKeys } from './epoch.ts';
import { keyBytes } from './keys.ts';
import type { SignedText } from './opened.ts';
import { bytesOfFields, fieldsOf, isTagOf, openParts, sealParts, signaturePart, textPart } from './siv.ts';

export interface AccessRecipient {
	readonly org: Hash;
	readonly site: Id;
	/** of the site's `restricted` compartment */
	readonly epoch: Hash;
	/** X25519 public key of the epoch, base64url */
	readonly pub: string;
}

export function sealAccess(to: AccessRecipient, signed: SignedText): Result<AccessDocument, Problem<'bad-epoch-key'>> {
	const recipient = keyBytes(to.pub);
	if (recipient === null || !isAcceptableSealKey(to.pub)) return err(problem('bad-epoch-key', 'The site declares a key that is none.'));
	const secret = ephemeralSecret(recipient, signed);
	const ephemeral = sodium().crypto_scalarmult_base(secret);
	const keys = subkeys(sodium().crypto_scalarmult(secret, recipient), ephemeral, recipient);
	const sealed = sealParts(keys, accessAd(to), [bytesOf(signed.sig), signed.text]);
	const body = new Uint8Array(EPHEMERAL_BYTES + sealed.ciphertext.length);
	body.set(ephemeral);
	body.set(sealed.ciphertext, EPHEMERAL_BYTES);
	return ok({ _id: envelopeDocumentId('l1', sealed.tag, sealed.nonce, body), v: 'l1', ...fieldsOf({ ...sealed, ciphertext: body }) });
}

/** The signed text in a record for this epoch, or null: it is for another, or was altered. Total on any checked document. */
export function openAccess(epoch: EpochKeys, document: AccessDocument): SignedText | null {
	const sealed = bytesOfFields(document);
	if (sealed === null) return null;
	const ephemeral = sealed.ciphertext.subarray(0, EPHEMERAL_BYTES);
	const shared = agree(epoch.deposit.secret, ephemeral);
	if (shared === null) return null;
	const keys = subkeys(shared, ephemeral, epoch.deposit.publicKey);
	if (!isTagOf(keys, sealed.nonce, sealed.tag)) return null;
	const parts = openParts(keys, accessAd(epoch), sealed.nonce, sealed.ciphertext.subarray(EPHEMERAL_BYTES), 2);
	const sig = signaturePart(parts?.[0]);
	const text = textPart(parts?.[1]);
	if (sig === null || text === null) return null;
	const derived = sodium().crypto_scalarmult_base(ephemeralSecret(epoch.deposit.publicKey, { text, sig }));
	return sodium().memcmp(derived, ephemeral) ? { text, sig } : null;
}

const accessAd = ({ org, site, epoch }: Pick<AccessRecipient, 'org' | 'site' | 'epoch'>): Uint8Array => frame('saddlebag/access-log/1', 'l1', org, site, epoch);
const ephemeralSecret = (recipient: Uint8Array, { sig, text }: SignedText): Uint8Array => digest('saddlebag/access-ephemeral/1', recipient, bytesOf(sig), text);
const subkeys = (shared: Uint8Array, ephemeral: Uint8Array, recipient: Uint8Array): EnvelopeSubkeys =>
	envelopeSubkeys(keyedDigest(shared, frame('saddlebag/access-log/1', ephemeral, recipient)));

/** Null for a low-order or short ephemeral key. */
function agree(secret: Uint8Array, ephemeral: Uint8Array): Uint8Array | null {
	try {
		return sodium().crypto_scalarmult(secret, ephemeral);
	} catch {
		return null;
	}
}
