/**
 * Bytes as text, and back, in one form only.
 *
 * base64url without padding (RFC 4648 section 5) and lower-case hex. Most decoders take several texts for the same bytes (padding,
 * the other alphabet, stray bits in the last character, white space); here a text decodes only if encoding the result
 * gives that text back, so that a hash over the text and a hash over the bytes name the same thing.
 */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const CODES = new Uint8Array(64);
const VALUES = new Int8Array(128).fill(-1);
for (let i = 0; i < 64; i++) {
	CODES[i] = ALPHABET.charCodeAt(i);
	VALUES[ALPHABET.charCodeAt(i)] = i;
}
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const ascii = new TextDecoder('latin1');
/** bytes up to which a loop over characters beats the platform's decoder: most texts here are hashes and signatures */
const SHORT_BYTES_MAX = 96;

/** What newer engines have of their own (ECMAScript, "Uint8Array to/from base64"): several times faster where a text is long. */
interface NativeBase64 {
	toBase64?(this: Uint8Array, options: { readonly alphabet: 'base64url'; readonly omitPadding: true }): string;
}
interface NativeBase64Constructor {
	fromBase64?(text: string, options: { readonly alphabet: 'base64url' }): Uint8Array;
}
const nativeTo = (Uint8Array.prototype as NativeBase64).toBase64;
const nativeFrom = (Uint8Array as NativeBase64Constructor).fromBase64?.bind(Uint8Array);
const FORM = { alphabet: 'base64url', omitPadding: true } as const;

/** Unpadded base64url of `bytes`. */
export function toBase64url(bytes: Uint8Array): string {
	const size = bytes.length;
	if (nativeTo !== undefined) return nativeTo.call(bytes, FORM);
	const out = new Uint8Array(Math.ceil((size * 4) / 3));
	let o = 0;
	let i = 0;
	for (; i + 2 < size; i += 3) {
		const word = (at(bytes, i) << 16) | (at(bytes, i + 1) << 8) | at(bytes, i + 2);
		out[o++] = at(CODES, word >> 18);
		out[o++] = at(CODES, (word >> 12) & 63);
		out[o++] = at(CODES, (word >> 6) & 63);
		out[o++] = at(CODES, word & 63);
	}
	if (i < size) {
		const word = (at(bytes, i) << 16) | (i + 1 < size ? at(bytes, i + 1) << 8 : 0);
		out[o++] = at(CODES, word >> 18);
		out[o++] = at(CODES, (word >> 12) & 63);
		if (i + 1 < size) out[o] = at(CODES, (word >> 6) & 63);
	}
	return size > SHORT_BYTES_MAX ? ascii.decode(out) : String.fromCharCode(...out);
}

/** The bytes of an unpadded base64url text, or null when the text is not exactly what `toBase64url` of them gives. */
export function fromBase64url(text: string): Uint8Array | null {
	const size = text.length;
	const tail = size & 3;
	if (tail === 1) return null;
	if (nativeFrom !== undefined && nativeTo !== undefined) return exactly(text, nativeFrom);
	const out = new Uint8Array((size * 3) >> 2);
	let o = 0;
	let i = 0;
	for (const whole = size - tail; i < whole; i += 4) {
		const word = (value(text, i) << 18) | (value(text, i + 1) << 12) | (value(text, i + 2) << 6) | value(text, i + 3);
		if (word < 0) return null;
		out[o++] = word >> 16;
		out[o++] = word >> 8;
		out[o++] = word;
	}
	if (tail === 0) return out;
	const word = (value(text, i) << 12) | (value(text, i + 1) << 6) | (tail === 3 ? value(text, i + 2) : 0);
	// the bits of the last character that no byte takes must be zero, else two texts would decode to the same bytes
	if (word < 0 || (word & (tail === 3 ? 3 : 1023)) !== 0) return null;
	out[o++] = word >> 10;
	if (tail === 3) out[o] = word >> 2;
	return out;
}

/** The engine's decoder is lenient about white space, padding and stray bits: encoding again tells. */
function exactly(text: string, decode: (text: string, options: typeof FORM) => Uint8Array): Uint8Array | null {
	try {
		const bytes = decode(text, FORM);
		return nativeTo?.call(bytes, FORM) === text ? bytes : null;
	} catch {
		return null;
	}
}

/** Lower-case hex of `bytes`. */
export function toHex(bytes: Uint8Array): string {
	let text = '';
	for (let i = 0; i < bytes.length; i++) text += HEX[at(bytes, i)];
	return text;
}

/** The bytes of a lower-case hex text, or null. */
export function fromHex(text: string): Uint8Array | null {
	if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) return null;
	const out = new Uint8Array(text.length / 2);
	for (let i = 0; i < out.length; i++) out[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
	return out;
}

function at(bytes: Uint8Array, index: number): number {
	return bytes[index] ?? 0;
}

/** Six bits, or -1: a negative value stays negative through the shifts and ors above. */
function value(text: string, index: number): number {
	return VALUES[text.charCodeAt(index)] ?? -1;
}
