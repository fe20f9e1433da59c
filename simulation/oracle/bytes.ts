/**
 * Frames, digests and keyed digests as docs/formats.md says them: the oracle's own, over libsodium alone.
 */
import libsodium from 'libsodium-wrappers';

type Part = string | Uint8Array;

/** Length (32 bits, big-endian) and bytes of each part in turn. */
export function framed(...parts: readonly Part[]): Buffer {
	return Buffer.concat(parts.flatMap((part) => {
		const bytes = typeof part === 'string' ? Buffer.from(part, 'utf8') : Buffer.from(part);
		const length = Buffer.alloc(4);
		length.writeUInt32BE(bytes.length);
		return [length, bytes];
	}));
}

/** Framed parts of padded bytes, null when the lengths do not fit or the padding is not zero. */
export function unframed(bytes: Uint8Array, count: number): readonly Buffer[] | null {
	const all = Buffer.from(bytes);
	const parts: Buffer[] = [];
	let at = 0;
	for (let left = count; left > 0; left--) {
		if (at + 4 > all.length) return null;
		const size = all.readUInt32BE(at);
		if (at + 4 + size > all.length) return null;
		parts.push(all.subarray(at + 4, at + 4 + size));
		at += 4 + size;
	}
	return all.subarray(at).every((byte) => byte === 0) ? parts : null;
}

export const keyed = (key: Uint8Array | null, bytes: Uint8Array, size = 32): Buffer => Buffer.from(libsodium.crypto_generichash(size, bytes, key));
export const digested = (domain: string, ...parts: readonly Part[]): Buffer => keyed(null, framed(domain, ...parts));
export const kdf = (key: Uint8Array, label: string): Buffer => keyed(key, Buffer.from(label, 'utf8'));
export const b64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
export const unb64 = (text: string): Buffer => Buffer.from(text, 'base64url');
