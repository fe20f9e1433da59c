/**
 * Parsers and makers of the branded texts: the only places where a plain string becomes a `Hash`, `Id` or `Signature`.
 *
 * The patterns admit only texts that decode and encode back to themselves (the last character carries no stray bits); what is encoded here does so by itself.
 */
import { fromBase64url, fromHex, toBase64url, toHex } from './base64url.ts';
import { COMPARTMENTS, type Compartment, type Hash, type Id, type Signature } from './change.ts';

const HASH = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;
const ID = /^[0-9a-f]{32}$/;
const SIGNATURE = /^[A-Za-z0-9_-]{85}[AQgw]$/;
const RAND = /^[A-Za-z0-9_-]{21}[AQgw]$/;
const DOCUMENT_ID = /^[0-9a-f]{64}$/;

export const isHash = (value: unknown): value is Hash => typeof value === 'string' && HASH.test(value);
export const isId = (value: unknown): value is Id => typeof value === 'string' && ID.test(value);
export const isSignature = (value: unknown): value is Signature => typeof value === 'string' && SIGNATURE.test(value);
/** 32 bytes of a public key as base64url: the form only; `sync/verify` says whether it is a good point. */
export const isKeyText = (value: unknown): value is string => typeof value === 'string' && HASH.test(value);
/** 16 random bytes as base64url, as a `random` creation carries them. */
export const isRand = (value: unknown): value is string => typeof value === 'string' && RAND.test(value);
/** `_id` of a hub document: 64 hex digits. */
export const isDocumentId = (value: unknown): value is string => typeof value === 'string' && DOCUMENT_ID.test(value);
export const isCompartment = (value: unknown): value is Compartment => COMPARTMENTS.some((comp) => comp === value);

/** 32 bytes as a hash text. Any other length is a defect. */
export function hashOf(bytes: Uint8Array): Hash {
	if (bytes.length !== 32) throw new TypeError(`a hash has 32 bytes, not ${bytes.length}`);
	return toBase64url(bytes) as Hash;
}

/** The first 16 bytes as an id. Fewer are a defect. */
export function idOf(bytes: Uint8Array): Id {
	if (bytes.length < 16) throw new TypeError(`an id has 16 bytes, not ${bytes.length}`);
	return toHex(bytes.subarray(0, 16)) as Id;
}

/** 64 bytes as a signature text. Any other length is a defect. */
export function signatureOf(bytes: Uint8Array): Signature {
	if (bytes.length !== 64) throw new TypeError(`a signature has 64 bytes, not ${bytes.length}`);
	return toBase64url(bytes) as Signature;
}

/** The bytes of a text whose type says that it decodes. */
export function bytesOf(text: Hash | Signature): Uint8Array {
	const bytes = fromBase64url(text);
	if (bytes === null) throw new TypeError('a hash or signature that does not decode was never parsed');
	return bytes;
}

/** The bytes of an id. */
export function idBytes(id: Id): Uint8Array {
	const bytes = fromHex(id);
	if (bytes === null) throw new TypeError('an id that does not decode was never parsed');
	return bytes;
}
