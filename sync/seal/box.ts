/**
 * Sealed boxes: bytes for one recipient from a sender who leaves no trace of itself.
 *
 * The bytes of libsodium's `crypto_box_seal` (X25519, XSalsa20-Poly1305, nonce = BLAKE2b-192 of both public keys), made here from its parts
 * so that the ephemeral secret comes from the `Random` passed in. A box says nothing about who made it: whoever opens one must have
 * the word of a signed statement that it is the one to open (attack 12).
 */
import { fromBase64url, toBase64url } from '../change/base64url.ts';
import type { Random } from '../change/ports.ts';
import { sodium } from '../verify/sodium.ts';
import { keyBytes, SECRET_BYTES, type SealKey } from './keys.ts';

/** The box as base64url. Throws when `publicKey` is no X25519 key: keys are examined at enrolment. */
export const sealBox = (publicKey: string, bytes: Uint8Array, random: Random): string => toBase64url(sealBoxBytes(publicKey, bytes, random));

/** The box itself, for who hashes it too. */
export function sealBoxBytes(publicKey: string, bytes: Uint8Array, random: Random): Uint8Array {
	const recipient = keyBytes(publicKey);
	if (recipient === null) throw new TypeError('a public key has 32 bytes');
	const secret = random.bytes(SECRET_BYTES);
	const ephemeral = sodium().crypto_scalarmult_base(secret);
	const nonce = sodium().crypto_generichash(24, concat(ephemeral, recipient), null);
	return concat(ephemeral, sodium().crypto_box_easy(bytes, nonce, recipient, secret));
}

/** The bytes in a box, or null when it is not for this key or was changed. Total on any text. */
export function openBox(key: SealKey, box: string): Uint8Array | null {
	const bytes = fromBase64url(box);
	const publicKey = keyBytes(key.publicKey);
	if (bytes === null || publicKey === null) return null;
	try {
		return sodium().crypto_box_seal_open(bytes, publicKey, key.secret);
	} catch {
		return null;
	}
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
	const out = new Uint8Array(a.length + b.length);
	out.set(a);
	out.set(b, a.length);
	return out;
}
