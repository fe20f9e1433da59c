/**
 * UTF-8, strictly: text that is not well-formed Unicode has no bytes, bytes that are not UTF-8 have no text.
 *
 * The platform's encoder would write U+FFFD for a lone surrogate and its decoder would drop a byte order mark: either gives two
 * texts the same bytes, and a signature over bytes would then cover both.
 */
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const LONE_SURROGATE = /\p{Surrogate}/u;

/** No lone surrogates. */
export const isWellFormed = (text: string): boolean => !LONE_SURROGATE.test(text);

/** characters up to which a loop is quicker than the platform's encoder, which costs some microseconds a call: names, ids and domains in digests */
const SHORT_MAX = 192;

/** UTF-8 bytes. Throws on a lone surrogate: own text must be checked where it enters. */
export function utf8(text: string): Uint8Array {
	if (text.length <= SHORT_MAX) {
		const bytes = ascii(text);
		if (bytes !== null) return bytes;
	}
	if (!isWellFormed(text)) throw new TypeError('a text with a lone surrogate has no UTF-8 form');
	return encoder.encode(text);
}

/** The bytes of a text of ASCII characters alone, which are their own UTF-8; null for any other. */
function ascii(text: string): Uint8Array | null {
	const bytes = new Uint8Array(text.length);
	for (let i = 0; i < text.length; i++) {
		const unit = text.charCodeAt(i);
		if (unit >= 0x80) return null;
		bytes[i] = unit;
	}
	return bytes;
}

/** The text of UTF-8 bytes, or null when they are not UTF-8. */
export function fromUtf8(bytes: Uint8Array): string | null {
	try {
		return decoder.decode(bytes);
	} catch {
		return null;
	}
}

/** Length in UTF-8 bytes. */
export function utf8Length(text: string): number {
	let bytes = text.length;
	for (let i = 0; i < text.length; i++) {
		const unit = text.charCodeAt(i);
		if (unit < 0x80) continue;
		// each half of a surrogate pair counts two of the pair's four bytes
		bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
	}
	return bytes;
}
