/**
 * Ed25519 over framed bytes, and which public keys are keys at all.
 *
 * libsodium's verifier refuses S not below the group order, small-order keys and small-order R, and takes exactly the bytes received.
 * Keys are examined once more at enrolment: a point of small or mixed order can make one signature valid for several texts, and an X25519
 * point of small order gives a shared secret that everybody knows (RFC 7748 section 6.1).
 */
import { fromBase64url } from '../change/base64url.ts';
import { isKeyText, isSignature } from '../change/ids.ts';
import { isWellFormed } from '../change/utf8.ts';
import { frame, type Part } from './digest.ts';
import type { SignatureDomain } from './domains.ts';
import { sodium } from './sodium.ts';

/** The bytes that a signature covers: `frame(domain, text)`. */
export const signedBytes = (domain: SignatureDomain, textOrBytes: Part): Uint8Array => frame(domain, textOrBytes);

/** Total: a malformed signature or key is a signature that does not verify. */
export function verifySignature(domain: SignatureDomain, textOrBytes: Part, sig: string, publicKey: string): boolean {
	if (!isSignature(sig) || !isKeyText(publicKey)) return false;
	if (typeof textOrBytes === 'string' && !isWellFormed(textOrBytes)) return false;
	const sigBytes = fromBase64url(sig);
	const keyBytes = fromBase64url(publicKey);
	if (sigBytes === null || keyBytes === null) return false;
	try {
		return sodium().crypto_sign_verify_detached(sigBytes, signedBytes(domain, textOrBytes), keyBytes);
	} catch {
		return false;
	}
}

/** An Ed25519 key in its one encoding, on the curve, in the prime-order subgroup, not the neutral element. */
export function isAcceptablePublicKey(publicKey: unknown): publicKey is string {
	const bytes = keyBytes(publicKey);
	if (bytes === null || !isBelowPrime(bytes)) return false;
	try {
		// The conversion is defined on the prime-order subgroup only, and libsodium checks that before it converts.
		sodium().crypto_sign_ed25519_pk_to_curve25519(bytes);
		return true;
	} catch {
		return false;
	}
}

/** An X25519 key in its one encoding that does not send every secret to zero. */
export function isAcceptableSealKey(publicKey: unknown): publicKey is string {
	const bytes = keyBytes(publicKey);
	if (bytes === null || (bytes[31] ?? 0) > 127 || !isBelowPrime(bytes)) return false;
	try {
		sodium().crypto_scalarmult(new Uint8Array(32).fill(64), bytes);
		return true;
	} catch {
		return false;
	}
}

const keyBytes = (text: unknown): Uint8Array | null => (isKeyText(text) ? fromBase64url(text) : null);

/** The coordinate (255 bits, little-endian; the top bit is a sign) is below 2^255 - 19: larger ones are second encodings. */
function isBelowPrime(bytes: Uint8Array): boolean {
	if (((bytes[31] ?? 0) & 127) !== 127) return true;
	for (let i = 30; i > 0; i--) if (bytes[i] !== 255) return true;
	return (bytes[0] ?? 0) < 0xed;
}
