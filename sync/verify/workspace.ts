/**
 * A piece of the engine's own memory, for what is hashed or opened in great numbers.
 *
 * libsodium's wrappers allocate, copy in, copy out and free at each call, which costs several times what hashing a name does; a first sync makes a hundred
 * thousand such calls. Here what is hashed is written where the engine reads it. The same primitives with the same arguments, hence the same answers. What is
 * too large for the piece is left to the wrappers (null). Never re-entered: everything here is synchronous, and nothing in it outlives a call.
 */
import { isWellFormed } from '../change/utf8.ts';
import { sodium } from './sodium.ts';

/** Bytes of the piece: more than twice the largest document. */
const SIZE = 512 * 1024;
const OUT = 0;
const KEY = 64;
const NONCE = 128;
const DATA = 192;
const SECRET_BYTES = 32;
const NONCE_BYTES = 24;
const HASH_BYTES_MAX = 64;

/** What the engine is beneath its wrappers; `…High`: the upper half of a 64-bit length. */
interface Engine {
	readonly HEAPU8: Uint8Array;
	_malloc(size: number): number;
	_crypto_generichash(out: number, outSize: number, message: number, size: number, sizeHigh: number, key: number | null, keySize: number): number;
	_crypto_aead_xchacha20poly1305_ietf_decrypt(
		message: number, messageSize: null, secret: null, ciphertext: number, size: number, sizeHigh: number, ad: number, adSize: number, adSizeHigh: number, nonce: number, key: number
	): number;
}

let engine: Engine | null | undefined;
let base = 0;
let piece: Uint8Array = new Uint8Array(0);
const encoder = new TextEncoder();

const isEngine = (value: unknown): value is Engine =>
	typeof value === 'object' && value !== null && 'HEAPU8' in value && value.HEAPU8 instanceof Uint8Array
	&& ['_malloc', '_crypto_generichash', '_crypto_aead_xchacha20poly1305_ietf_decrypt'].every((name) => typeof Reflect.get(value, name) === 'function');

/** The piece as it stands: the engine's memory is another buffer once it has grown. */
function memory(): Uint8Array | null {
	if (engine === undefined) {
		const found: unknown = Reflect.get(sodium(), 'libsodium');
		engine = isEngine(found) ? found : null;
		base = engine?._malloc(SIZE) ?? 0;
	}
	if (engine === null || base === 0) return null;
	if (piece.buffer !== engine.HEAPU8.buffer) piece = new Uint8Array(engine.HEAPU8.buffer, base, SIZE);
	return piece;
}

/**
 * BLAKE2b, `size` bytes long, over the parts each after its length (`frame`), keyed or not. Null when they do not fit. Throws on text that is not
 * well-formed, as `utf8` does.
 */
export function hashFramed(parts: readonly (string | Uint8Array)[], size: number, key: Uint8Array | null = null): Uint8Array | null {
	const view = memory();
	if (view === null || !isUsual(size, key)) return null;
	let end = DATA;
	for (const part of parts) {
		// a character takes three bytes at most
		if (end + 4 + (typeof part === 'string' ? part.length * 3 : part.length) > SIZE) return null;
		const written = typeof part === 'string' ? writeText(view, end + 4, part) : part.length;
		if (typeof part !== 'string') view.set(part, end + 4);
		writeLength(view, end, written);
		end += 4 + written;
	}
	return hashed(view, DATA, end, size, key);
}

/** BLAKE2b over bytes. Null when they do not fit. */
export function hashBytes(bytes: Uint8Array, size: number, key: Uint8Array | null = null): Uint8Array | null {
	const view = memory();
	if (view === null || !isUsual(size, key) || bytes.length > SIZE - DATA) return null;
	view.set(bytes, DATA);
	return hashed(view, DATA, DATA + bytes.length, size, key);
}

/**
 * Decrypts (XChaCha20-Poly1305-IETF) and computes the synthetic nonce of what came out, `frame(ad, plaintext)` keyed with `nonceKey`, without copying
 * it in between. `plaintext` null: the ciphertext is not this key's. Null: it does not fit.
 */
export function decryptAndHash(
	aeadKey: Uint8Array, nonceKey: Uint8Array, ad: Uint8Array, nonce: Uint8Array, ciphertext: Uint8Array, overhead: number
): { readonly plaintext: Uint8Array | null; readonly nonce: Uint8Array } | null {
	const view = memory();
	const size = ciphertext.length - overhead;
	const text = DATA + 8 + ad.length;
	const end = text + size;
	if (view === null || engine === null || engine === undefined || aeadKey.length !== SECRET_BYTES || nonce.length !== NONCE_BYTES || !isUsual(nonce.length, nonceKey) || size < 0 || end + ciphertext.length > SIZE) return null;
	writeLength(view, DATA, ad.length);
	view.set(ad, DATA + 4);
	writeLength(view, text - 4, size);
	view.set(ciphertext, end);
	view.set(nonce, NONCE);
	view.set(aeadKey, KEY);
	const failed = engine._crypto_aead_xchacha20poly1305_ietf_decrypt(base + text, null, null, base + end, ciphertext.length, 0, base + DATA + 4, ad.length, 0, base + NONCE, base + KEY);
	if (failed !== 0) return { plaintext: null, nonce };
	return { nonce: hashed(view, DATA, end, nonce.length, nonceKey), plaintext: view.slice(text, end) };
}

/** What BLAKE2b takes; the wrappers say what is wrong with anything else. */
const isUsual = (size: number, key: Uint8Array | null): boolean => size >= 16 && size <= HASH_BYTES_MAX && (key === null || (key.length >= 16 && key.length <= HASH_BYTES_MAX));

function hashed(view: Uint8Array, from: number, to: number, size: number, key: Uint8Array | null): Uint8Array {
	if (key !== null) view.set(key, KEY);
	const failed = engine?._crypto_generichash(base + OUT, size, base + from, to - from, 0, key === null ? 0 : base + KEY, key?.length ?? 0) ?? -1;
	if (failed !== 0) throw new RangeError(`no hash of ${size} bytes under a key of ${key?.length ?? 0}`);
	return view.slice(OUT, OUT + size);
}

/** @returns bytes written */
function writeText(view: Uint8Array, at: number, text: string): number {
	for (let i = 0; i < text.length; i++) {
		const unit = text.charCodeAt(i);
		// long or not ASCII: the platform's encoder, which would write another character for a lone surrogate
		if (unit >= 0x80 || i === ASCII_MAX) {
			if (!isWellFormed(text)) throw new TypeError('a text with a lone surrogate has no UTF-8 form');
			return encoder.encodeInto(text, view.subarray(at)).written;
		}
		view[at + i] = unit;
	}
	return text.length;
}
/** characters up to which a loop is quicker than the platform's encoder */
const ASCII_MAX = 192;

function writeLength(view: Uint8Array, at: number, length: number): void {
	view[at] = length >>> 24;
	view[at + 1] = length >>> 16;
	view[at + 2] = length >>> 8;
	view[at + 3] = length;
}
