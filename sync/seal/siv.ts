/**
 * The authenticated encryption that envelopes and deposits share: deterministic, padded, committed to one key.
 *
 * The nonce is a keyed hash of the associated data and the padded plaintext (a synthetic IV, Rogaway and Shrimpton 2006): the same change
 * sealed twice is the same bytes, and two plaintexts never share a nonce whatever the random source does. The tag is a keyed hash
 * of the nonce: XChaCha20-Poly1305 alone lets one ciphertext open under two keys, the tag does not. When opening, nonce and padding
 * are computed again: what was sealed in any other way than this one is refused, so a change has one envelope per epoch.
 */
import { toBase64url, fromBase64url } from '../change/base64url.ts';
import type { Signature } from '../change/change.ts';
import { signatureOf } from '../change/ids.ts';
import { fromUtf8, utf8 } from '../change/utf8.ts';
import { keyedDigest, unframe, type Part } from '../verify/digest.ts';
import { AEAD_TAG_BYTES, decodedFields, NONCE_BYTES } from '../verify/document.ts';
import { padme } from '../verify/padme.ts';
import { sodium } from '../verify/sodium.ts';
import { decryptAndHash } from '../verify/workspace.ts';
import type { EnvelopeSubkeys } from './epoch.ts';

const SIGNATURE_BYTES = 64;

export interface SealedBytes {
	readonly tag: Uint8Array;
	readonly nonce: Uint8Array;
	readonly ciphertext: Uint8Array;
}

/** Seals the framed parts, padded. */
export function sealParts(keys: EnvelopeSubkeys, ad: Uint8Array, parts: readonly Part[]): SealedBytes {
	const { framed, padded } = nonceInput(ad, parts.map((part) => (typeof part === 'string' ? utf8(part) : part)));
	const nonce = keyedDigest(keys.nonce, framed, NONCE_BYTES);
	const ciphertext = sodium().crypto_aead_xchacha20poly1305_ietf_encrypt(padded, ad, null, nonce, keys.aead);
	return { tag: keyTag(keys, nonce), nonce, ciphertext };
}

/** Commits to the key that sealed under this nonce: only holders can tell which key it is. */
export const keyTag = (keys: EnvelopeSubkeys, nonce: Uint8Array): Uint8Array => keyedDigest(keys.tag, nonce);

/** Whether the tag commits to these keys. */
export function isTagOf(keys: EnvelopeSubkeys, nonce: Uint8Array, tag: Uint8Array): boolean {
	const expected = keyTag(keys, nonce);
	return isSame(tag, expected);
}

/** The `count` parts under a nonce, or null when anything about the bytes is not as `sealParts` makes it. */
export function openParts(keys: EnvelopeSubkeys, ad: Uint8Array, nonce: Uint8Array, ciphertext: Uint8Array, count: number): readonly Uint8Array[] | null {
	const inPlace = decryptAndHash(keys.aead, keys.nonce, ad, nonce, ciphertext, AEAD_TAG_BYTES);
	const padded = inPlace === null ? decrypt(keys.aead, ad, nonce, ciphertext) : inPlace.plaintext;
	if (padded === null) return null;
	const expected = inPlace?.nonce ?? keyedDigest(keys.nonce, frameTwo(ad, padded), NONCE_BYTES);
	if (!isSame(expected, nonce)) return null;
	const opened = unframe(padded, count);
	if (opened === null || padme(opened.end) !== padded.length || !isZero(padded, opened.end)) return null;
	return opened.parts;
}

/** A part that is a signature, as text; null when it has another length. */
export const signaturePart = (part: Uint8Array | undefined): Signature | null => (part?.length === SIGNATURE_BYTES ? signatureOf(part) : null);

/** A part that is text; null when it is not UTF-8. */
export const textPart = (part: Uint8Array | undefined): string | null => (part === undefined ? null : fromUtf8(part));

/** The three fields of an envelope as text. */
export const fieldsOf = ({ tag, nonce, ciphertext }: SealedBytes): { readonly t: string; readonly n: string; readonly c: string } => ({
	t: toBase64url(tag),
	n: toBase64url(nonce),
	c: toBase64url(ciphertext)
});

/** The bytes of the three fields, or null when one does not decode. */
export function bytesOfFields(document: { readonly t: string; readonly n: string; readonly c: string }): SealedBytes | null {
	const known = decodedFields(document);
	if (known !== null) return { tag: known.tag, nonce: known.nonce, ciphertext: known.body };
	const tag = fromBase64url(document.t);
	const nonce = fromBase64url(document.n);
	const ciphertext = fromBase64url(document.c);
	return tag === null || nonce === null || ciphertext === null || nonce.length !== NONCE_BYTES ? null : { tag, nonce, ciphertext };
}

/** Equal, in a time that does not tell where they differ. */
function isSame(a: Uint8Array, b: Uint8Array): boolean {
	let differs = a.length ^ b.length;
	for (let i = 0; i < a.length; i++) differs |= (a[i] ?? 0) ^ (b[i] ?? 0);
	return differs === 0;
}

function decrypt(key: Uint8Array, ad: Uint8Array, nonce: Uint8Array, ciphertext: Uint8Array): Uint8Array | null {
	try {
		return sodium().crypto_aead_xchacha20poly1305_ietf_decrypt(null, ciphertext, ad, nonce, key);
	} catch {
		return null;
	}
}

/** `frame(ad, padded)` in one allocation, with the padded plaintext as a view into it. */
function nonceInput(ad: Uint8Array, parts: readonly Uint8Array[]): { readonly framed: Uint8Array; readonly padded: Uint8Array } {
	const length = parts.reduce((size, part) => size + 4 + part.length, 0);
	const framed = new Uint8Array(8 + ad.length + padme(length));
	const padded = framed.subarray(8 + ad.length);
	writeFrameHead(framed, ad, padded.length);
	let offset = 0;
	for (const part of parts) {
		writeLength(padded, offset, part.length);
		padded.set(part, offset + 4);
		offset += 4 + part.length;
	}
	return { framed, padded };
}

function frameTwo(ad: Uint8Array, padded: Uint8Array): Uint8Array {
	const framed = new Uint8Array(8 + ad.length + padded.length);
	writeFrameHead(framed, ad, padded.length);
	framed.set(padded, 8 + ad.length);
	return framed;
}

function writeFrameHead(framed: Uint8Array, ad: Uint8Array, paddedLength: number): void {
	writeLength(framed, 0, ad.length);
	framed.set(ad, 4);
	writeLength(framed, 4 + ad.length, paddedLength);
}

function writeLength(bytes: Uint8Array, offset: number, length: number): void {
	bytes[offset] = length >>> 24;
	bytes[offset + 1] = length >>> 16;
	bytes[offset + 2] = length >>> 8;
	bytes[offset + 3] = length;
}

function isZero(bytes: Uint8Array, from: number): boolean {
	for (let i = from; i < bytes.length; i++) if (bytes[i] !== 0) return false;
	return true;
}
