/**
 * A cheap, honest stand-in for the costly half of libsodium: signatures, key agreement and boxes.
 *
 * Hashing and authenticated encryption are libsodium's own (they cost a few microseconds), so envelopes are as sealed as ever. Only the curve
 * is replaced, which costs 40 to 100 microseconds a call: a signature is a keyed hash of the message under the public key, and an agreed key a
 * hash of both public keys. Honest means that it refuses what libsodium refuses: altered bytes, another key, a key that is none; what
 * differs differs. It keeps no secret from somebody who knows how it is made, and nobody in the simulator does.
 */
import libsodium from 'libsodium-wrappers';

const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const NONCE_BYTES = 24;
/** of a public key, those that say it was made from a seed */
const CHECK_BYTES = 8;

const label = (use: string): Uint8Array => new TextEncoder().encode(`simulation/${use}`.padEnd(16, '.'));
const [CURVE, EPHEMERAL, AGREED, POINT, SIGNING, CHECK] = [label('curve'), label('ephemeral'), label('agreed'), label('point'), label('signing'), label('check')];

type Symmetric = 'crypto_generichash' | 'memcmp' | 'crypto_aead_xchacha20poly1305_ietf_encrypt' | 'crypto_aead_xchacha20poly1305_ietf_decrypt'
	| 'crypto_aead_xchacha20poly1305_ietf_NPUBBYTES';

/** The primitives that `sync/` calls. */
export interface Primitives extends Pick<typeof libsodium, Symmetric> {
	crypto_sign_seed_keypair(seed: Uint8Array): { readonly publicKey: Uint8Array; readonly privateKey: Uint8Array; readonly keyType: string };
	crypto_sign_detached(message: Uint8Array, privateKey: Uint8Array): Uint8Array;
	crypto_sign_verify_detached(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean;
	/** Throws for what is no signing key. */
	crypto_sign_ed25519_pk_to_curve25519(publicKey: Uint8Array): Uint8Array;
	crypto_scalarmult_base(secret: Uint8Array): Uint8Array;
	/** Throws for a point of small order. */
	crypto_scalarmult(secret: Uint8Array, publicKey: Uint8Array): Uint8Array;
	crypto_box_easy(message: Uint8Array, nonce: Uint8Array, publicKey: Uint8Array, secret: Uint8Array): Uint8Array;
	crypto_box_seal(message: Uint8Array, publicKey: Uint8Array): Uint8Array;
	/** Throws for a box of another recipient, or an altered one. */
	crypto_box_seal_open(box: Uint8Array, publicKey: Uint8Array, secret: Uint8Array): Uint8Array;
}

/** After libsodium is ready. */
export function standIn(): Primitives {
	return {
		crypto_generichash: libsodium.crypto_generichash,
		memcmp: libsodium.memcmp,
		crypto_aead_xchacha20poly1305_ietf_encrypt: libsodium.crypto_aead_xchacha20poly1305_ietf_encrypt,
		crypto_aead_xchacha20poly1305_ietf_decrypt: libsodium.crypto_aead_xchacha20poly1305_ietf_decrypt,
		crypto_aead_xchacha20poly1305_ietf_NPUBBYTES: libsodium.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
		crypto_sign_seed_keypair: (seed) => {
			const publicKey = signingKeyOf(bytes(seed, KEY_BYTES));
			return { publicKey, privateKey: joined(seed, publicKey), keyType: 'ed25519' };
		},
		crypto_sign_detached: (message, privateKey) =>
			hash(SIGNATURE_BYTES, message, signingKeyOf(bytes(privateKey, 2 * KEY_BYTES).subarray(0, KEY_BYTES))),
		crypto_sign_verify_detached: (signature, message, publicKey) => {
			if (!isSigningKey(bytes(publicKey, KEY_BYTES))) return false;
			return libsodium.memcmp(bytes(signature, SIGNATURE_BYTES), hash(SIGNATURE_BYTES, message, publicKey));
		},
		crypto_sign_ed25519_pk_to_curve25519: (publicKey) => {
			if (!isSigningKey(bytes(publicKey, KEY_BYTES))) throw new Error('invalid key');
			return hash(KEY_BYTES, publicKey, CURVE);
		},
		crypto_scalarmult_base: (secret) => pointOf(bytes(secret, KEY_BYTES)),
		crypto_scalarmult: agree,
		crypto_box_easy: boxed,
		crypto_box_seal: (message, publicKey) => {
			// repeatable, unlike libsodium's: nothing in `sync/` seals with a secret that it did not draw itself
			const secret = hash(KEY_BYTES, joined(message, publicKey), EPHEMERAL);
			const ephemeral = pointOf(secret);
			return joined(ephemeral, boxed(message, sealNonce(ephemeral, publicKey), publicKey, secret));
		},
		crypto_box_seal_open: (box, publicKey, secret) => {
			const ephemeral = box.subarray(0, KEY_BYTES);
			const key = agree(secret, bytes(ephemeral, KEY_BYTES));
			if (!libsodium.memcmp(pointOf(secret), bytes(publicKey, KEY_BYTES))) throw new Error('incorrect key pair for the given ciphertext');
			return libsodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, box.subarray(KEY_BYTES), null, sealNonce(ephemeral, publicKey), key);
		}
	};
}

const hash = (size: number, message: Uint8Array, key: Uint8Array): Uint8Array => libsodium.crypto_generichash(size, message, key);
const sealNonce = (ephemeral: Uint8Array, recipient: Uint8Array): Uint8Array => libsodium.crypto_generichash(NONCE_BYTES, joined(ephemeral, recipient), null);

function boxed(message: Uint8Array, nonce: Uint8Array, publicKey: Uint8Array, secret: Uint8Array): Uint8Array {
	return libsodium.crypto_aead_xchacha20poly1305_ietf_encrypt(message, null, null, bytes(nonce, NONCE_BYTES), agree(secret, publicKey));
}

/** The same from both sides. */
function agree(secret: Uint8Array, publicKey: Uint8Array): Uint8Array {
	if (SMALL_ORDER.has(libsodium.to_hex(bytes(publicKey, KEY_BYTES)))) throw new Error('weak public key');
	const own = pointOf(bytes(secret, KEY_BYTES));
	const ownFirst = Buffer.compare(own, publicKey) < 0;
	return hash(KEY_BYTES, ownFirst ? joined(own, publicKey) : joined(publicKey, own), AGREED);
}

/** An agreement key of 255 bits: below the prime, but for one in 2^250. */
function pointOf(secret: Uint8Array): Uint8Array {
	const point = hash(KEY_BYTES, secret, POINT);
	point[31] = (point[31] ?? 0) & 127;
	return point;
}

/** 24 bytes that follow from the seed, and eight that follow from those: what was not made from a seed is no key, as off the curve. */
function signingKeyOf(seed: Uint8Array): Uint8Array {
	const front = hash(KEY_BYTES, seed, SIGNING).subarray(0, KEY_BYTES - CHECK_BYTES);
	return joined(front, checkOf(front));
}

function checkOf(front: Uint8Array): Uint8Array {
	const check = hash(KEY_BYTES, front, CHECK).slice(0, CHECK_BYTES);
	check[CHECK_BYTES - 1] = (check[CHECK_BYTES - 1] ?? 0) & 127;
	return check;
}

const isSigningKey = (key: Uint8Array): boolean =>
	libsodium.memcmp(key.subarray(KEY_BYTES - CHECK_BYTES), checkOf(key.subarray(0, KEY_BYTES - CHECK_BYTES)));

/** The points of Curve25519 whose order divides 8, in their one encoding (RFC 7748 section 6.1 says to look out for them). */
const SMALL_ORDER: ReadonlySet<string> = new Set([
	'00'.repeat(32),
	`01${'00'.repeat(31)}`,
	'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
	'5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
	`ec${'ff'.repeat(30)}7f`
]);

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
	const out = new Uint8Array(a.length + b.length);
	out.set(a);
	out.set(b, a.length);
	return out;
}

function bytes(given: Uint8Array, length: number): Uint8Array {
	if (!(given instanceof Uint8Array) || given.length !== length) throw new TypeError(`${String(length)} bytes are needed`);
	return given;
}
