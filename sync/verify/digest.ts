/**
 * Framing and digests: every hash in Saddlebag covers a domain and unambiguous parts.
 *
 * `frame` writes each part after its length (32 bits, big-endian), so that no two lists of parts give the same bytes; the
 * first part of what is hashed or signed names its use (`saddlebag/change-id/1`), so that bytes made for one use mean nothing in
 * another. BLAKE2b-256 (RFC 7693).
 */
import type { Hash, Id } from '../change/change.ts';
import { hashOf, idOf } from '../change/ids.ts';
import { utf8 } from '../change/utf8.ts';
import { sodium } from './sodium.ts';
import { hashBytes, hashFramed } from './workspace.ts';

export type Part = string | Uint8Array;

/** Bytes of a BLAKE2b-256 digest. */
export const DIGEST_BYTES = 32;

/** Length and bytes of each part in turn; text as UTF-8. */
export function frame(...parts: readonly Part[]): Uint8Array {
	const encoded: Uint8Array[] = [];
	let size = 0;
	for (const part of parts) {
		const bytes = typeof part === 'string' ? utf8(part) : part;
		encoded.push(bytes);
		size += 4 + bytes.length;
	}
	const out = new Uint8Array(size);
	let offset = 0;
	for (const part of encoded) {
		out[offset] = part.length >>> 24;
		out[offset + 1] = part.length >>> 16;
		out[offset + 2] = part.length >>> 8;
		out[offset + 3] = part.length;
		out.set(part, offset + 4);
		offset += 4 + part.length;
	}
	return out;
}

/**
 * The first `count` parts of framed bytes, and where they end; null when the lengths do not fit the bytes. The parts are views.
 */
export function unframe(bytes: Uint8Array, count: number): { readonly parts: readonly Uint8Array[]; readonly end: number } | null {
	const parts: Uint8Array[] = [];
	let offset = 0;
	for (let i = 0; i < count; i++) {
		const [a, b, c, d] = bytes.subarray(offset, offset + 4);
		if (a === undefined || b === undefined || c === undefined || d === undefined) return null;
		const size = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d;
		offset += 4;
		if (size > bytes.length - offset) return null;
		parts.push(bytes.subarray(offset, offset + size));
		offset += size;
	}
	return { parts, end: offset };
}

/** BLAKE2b-256 over `frame(domain, ...parts)`. */
export function digest(domain: string, ...parts: readonly Part[]): Uint8Array {
	return hashFramed([domain, ...parts], DIGEST_BYTES) ?? sodium().crypto_generichash(DIGEST_BYTES, frame(domain, ...parts), null);
}

/** The same as a `Hash`. */
export const digestHash = (domain: string, ...parts: readonly Part[]): Hash => hashOf(digest(domain, ...parts));

/** Its first 16 bytes as an `Id`. */
export const digestId = (domain: string, ...parts: readonly Part[]): Id => idOf(digest(domain, ...parts));

/** BLAKE2b keyed with `key` over `bytes`, `size` bytes long. */
export const keyedDigest = (key: Uint8Array, bytes: Uint8Array, size: number = DIGEST_BYTES): Uint8Array =>
	hashBytes(bytes, size, key) ?? sodium().crypto_generichash(size, bytes, key);
