/**
 * Signed texts sealed to the public key of an epoch by somebody who need not hold it: records of the access log, and desk indexes.
 *
 * As a deposit is, under domains of their own. The ephemeral key follows from all that is sealed, so a repeat is the same bytes, and whoever opens one
 * computes it again: what was sealed in any other way is refused.
 */
import type { Hash, Id } from '../change/change.ts';
import { bytesOf } from '../change/ids.ts';
import { err, ok, problem, type Problem, type Result } from '../result.ts';
import { digest, frame, keyedDigest } from '../verify/digest.ts';
import { EPHEMERAL_BYTES } from '../verify/document.ts';
import { envelopeDocumentId } from '../verify/ids.ts';
import { isAcceptableSealKey } from '../verify/signature.ts';
import { sodium } from '../verify/sodium.ts';
import { envelopeSubkeys, type EnvelopeSubkeys, type EpochKeys } from './epoch.ts';
import { keyBytes } from './keys.ts';
import type { SignedText } from './opened.ts';
import { bytesOfFields, fieldsOf, isTagOf, openParts, sealParts, signaturePart, textPart } from './siv.ts';

/** The public half of an epoch. */
export interface RecordRecipient {
	readonly org: Hash;
	readonly site: Id;
	readonly epoch: Hash;
	/** X25519 public key of the epoch, base64url */
	readonly pub: string;
}

/** What keeps the kinds apart. */
export interface RecordKind<V extends 'l1' | 'i1'> {
	readonly v: V;
	/** of the associated data, and of what the subkeys follow from */
	readonly domain: string;
	readonly ephemeral: string;
}
export interface RecordDocument<V> { readonly _id: string; readonly v: V; readonly t: string; readonly n: string; readonly c: string }

export function sealRecord<V extends 'l1' | 'i1'>(kind: RecordKind<V>, to: RecordRecipient, signed: SignedText): Result<RecordDocument<V>, Problem<'bad-epoch-key'>> {
	const recipient = keyBytes(to.pub);
	if (recipient === null || !isAcceptableSealKey(to.pub)) return err(problem('bad-epoch-key', 'The site declares a key that is none.'));
	const secret = ephemeralSecret(kind, recipient, signed);
	const ephemeral = sodium().crypto_scalarmult_base(secret);
	const keys = subkeys(kind, sodium().crypto_scalarmult(secret, recipient), ephemeral, recipient);
	const sealed = sealParts(keys, adOf(kind, to), [bytesOf(signed.sig), signed.text]);
	const body = new Uint8Array(EPHEMERAL_BYTES + sealed.ciphertext.length);
	body.set(ephemeral);
	body.set(sealed.ciphertext, EPHEMERAL_BYTES);
	return ok({ _id: envelopeDocumentId(kind.v, sealed.tag, sealed.nonce, body), v: kind.v, ...fieldsOf({ ...sealed, ciphertext: body }) });
}

/** The signed text in a record for this epoch, or null: it is for another, or was altered. Total on any checked document. */
export function openRecord<V extends 'l1' | 'i1'>(kind: RecordKind<V>, epoch: EpochKeys, document: RecordDocument<V>): SignedText | null {
	const sealed = bytesOfFields(document);
	if (sealed === null) return null;
	const ephemeral = sealed.ciphertext.subarray(0, EPHEMERAL_BYTES);
	const shared = agree(epoch.deposit.secret, ephemeral);
	if (shared === null) return null;
	const keys = subkeys(kind, shared, ephemeral, epoch.deposit.publicKey);
	if (!isTagOf(keys, sealed.nonce, sealed.tag)) return null;
	const parts = openParts(keys, adOf(kind, epoch), sealed.nonce, sealed.ciphertext.subarray(EPHEMERAL_BYTES), 2);
	const sig = signaturePart(parts?.[0]);
	const text = textPart(parts?.[1]);
	if (sig === null || text === null) return null;
	const derived = sodium().crypto_scalarmult_base(ephemeralSecret(kind, epoch.deposit.publicKey, { text, sig }));
	return sodium().memcmp(derived, ephemeral) ? { text, sig } : null;
}

type Kind = RecordKind<'l1' | 'i1'>;
const adOf = ({ domain, v }: Kind, { org, site, epoch }: Pick<RecordRecipient, 'org' | 'site' | 'epoch'>): Uint8Array => frame(domain, v, org, site, epoch);
const ephemeralSecret = ({ ephemeral }: Kind, recipient: Uint8Array, { sig, text }: SignedText): Uint8Array => digest(ephemeral, recipient, bytesOf(sig), text);
const subkeys = ({ domain }: Kind, shared: Uint8Array, ephemeral: Uint8Array, recipient: Uint8Array): EnvelopeSubkeys =>
	envelopeSubkeys(keyedDigest(shared, frame(domain, ephemeral, recipient)));

/** Null for a low-order or short ephemeral key. */
function agree(secret: Uint8Array, ephemeral: Uint8Array): Uint8Array | null {
	try {
		return sodium().crypto_scalarmult(secret, ephemeral);
	} catch {
		return null;
	}
}
