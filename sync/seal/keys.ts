/**
 * Key pairs of actors, devices, hubs and invitations, and signing.
 *
 * All come from the `Random` that is passed in, and secrets are 32 bytes: an Ed25519 seed (RFC 8032) or an X25519 scalar
 * (RFC 7748). A signing key signs under a named domain only, so there is no way to sign bare bytes.
 */
import { fromBase64url, toBase64url } from '../change/base64url.ts';
import type { Signature } from '../change/change.ts';
import { signatureOf } from '../change/ids.ts';
import type { Random } from '../change/ports.ts';
import type { Part } from '../verify/digest.ts';
import type { SignatureDomain } from '../verify/domains.ts';
import { signedBytes } from '../verify/signature.ts';
import { sodium } from '../verify/sodium.ts';

export const SECRET_BYTES = 32;

export interface SigningKey {
	/** base64url of the Ed25519 public key */
	readonly publicKey: string;
	/** 32 bytes: what is kept */
	readonly seed: Uint8Array;
	/** seed and public key, as libsodium signs with it */
	readonly expanded: Uint8Array;
}

export interface SealKey {
	/** base64url of the X25519 public key */
	readonly publicKey: string;
	readonly secret: Uint8Array;
}

/** `seed` of 32 bytes. */
export function signingKeyFrom(seed: Uint8Array): SigningKey {
	const { publicKey, privateKey } = sodium().crypto_sign_seed_keypair(seed);
	return { publicKey: toBase64url(publicKey), seed, expanded: privateKey };
}

/** `secret` of 32 bytes. */
export const sealKeyFrom = (secret: Uint8Array): SealKey => ({ publicKey: toBase64url(sodium().crypto_scalarmult_base(secret)), secret });

export const newSigningKey = (random: Random): SigningKey => signingKeyFrom(random.bytes(SECRET_BYTES));
export const newSealKey = (random: Random): SealKey => sealKeyFrom(random.bytes(SECRET_BYTES));

/** Ed25519 over `frame(domain, text)`. */
export const sign = (domain: SignatureDomain, textOrBytes: Part, key: SigningKey): Signature =>
	signatureOf(sodium().crypto_sign_detached(signedBytes(domain, textOrBytes), key.expanded));

/** 32 bytes of a key text, or null. */
export function keyBytes(text: string): Uint8Array | null {
	const bytes = fromBase64url(text);
	return bytes?.length === SECRET_BYTES ? bytes : null;
}
