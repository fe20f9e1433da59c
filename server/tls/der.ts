/**
 * ASN.1 in DER (ITU-T X.690), as far as a certificate needs it: writing only.
 */

/** Tag, length, content. */
export function element(tag: number, ...content: readonly Uint8Array[]): Buffer {
	const body = Buffer.concat(content);
	return Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body]);
}

function lengthOf(bytes: number): Buffer {
	if (bytes < 0x80) return Buffer.from([bytes]);
	const digits: number[] = [];
	for (let rest = bytes; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
	return Buffer.from([0x80 | digits.length, ...digits]);
}

export const sequence = (...items: readonly Uint8Array[]): Buffer => element(0x30, ...items);
export const setOf = (...items: readonly Uint8Array[]): Buffer => element(0x31, ...items);
export const octets = (...content: readonly Uint8Array[]): Buffer => element(0x04, ...content);
export const utf8String = (text: string): Buffer => element(0x0c, Buffer.from(text, 'utf8'));
export const TRUE: Buffer = element(0x01, Buffer.from([0xff]));
/** Context-specific: `constructed` when it holds elements. */
export const context = (number: number, constructed: boolean, ...content: readonly Uint8Array[]): Buffer => element((constructed ? 0xa0 : 0x80) | number, ...content);

/** A non-negative integer given as its bytes, most significant first. */
export function integer(bytes: Uint8Array): Buffer {
	let from = 0;
	while (from < bytes.length - 1 && bytes[from] === 0) from++;
	const digits = bytes.subarray(from);
	return (digits[0] ?? 0) & 0x80 ? element(0x02, Buffer.from([0]), digits) : element(0x02, digits);
}

export function objectIdentifier(dotted: string): Buffer {
	const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
	const bytes = [first * 40 + second];
	for (const arc of rest) {
		const digits = [arc & 0x7f];
		for (let left = arc >>> 7; left > 0; left >>>= 7) digits.unshift((left & 0x7f) | 0x80);
		bytes.push(...digits);
	}
	return element(0x06, Buffer.from(bytes));
}

/** `unused`: bits at the end that do not count. */
export const bitString = (content: Uint8Array, unused = 0): Buffer => element(0x03, Buffer.from([unused]), content);

/** UTCTime up to 2049, GeneralizedTime from 2050 on (RFC 5280, 4.1.2.5). */
export function time(ms: number): Buffer {
	const date = new Date(ms);
	const text = date.toISOString().replace(/[-:T]/g, '').slice(0, 14);
	return date.getUTCFullYear() < 2050 ? element(0x17, Buffer.from(`${text.slice(2)}Z`)) : element(0x18, Buffer.from(`${text}Z`));
}
