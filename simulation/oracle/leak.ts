/**
 * Plaintext and secrets in what is handed to the hub: a scan for many patterns at once.
 *
 * A window of four bytes is looked up in a bit table; only where it hits are whole patterns compared, so a body of a megabyte costs about a
 * millisecond however many names and keys there are. Text that looks like base64url or hex is decoded and scanned too, and what was
 * decoded again, since a name inside a box inside a statement is as plain as one beside it.
 */
const WINDOW = 4;
/** shorter ones would be found by chance */
export const PATTERN_BYTES_MIN = 6;
const DEPTH_MAX = 3;

export interface Leak {
	readonly pattern: string;
	/** where in the body, or `decoded` */
	readonly at: string;
}

export class LeakScanner {
	readonly #table = new Uint8Array(1 << 16);
	readonly #byWindow = new Map<number, { readonly name: string; readonly bytes: Buffer }[]>();
	readonly #names = new Set<string>();

	/** Text that no hub may see: names, diagnoses, passphrases. Shorter than six bytes: left out. */
	addText(text: string): void {
		this.#add(`text "${text}"`, Buffer.from(text, 'utf8'));
	}

	/** A key or seed: also as base64url (cut so that no neighbour matters) and hex. */
	addSecret(name: string, bytes: Uint8Array): void {
		const raw = Buffer.from(bytes);
		this.#add(`secret ${name}`, raw);
		this.#add(`secret ${name} as base64url`, Buffer.from(raw.toString('base64url').slice(0, -1)));
		this.#add(`secret ${name} as hex`, Buffer.from(raw.toString('hex')));
	}

	/** The first thing found in a body, or null. */
	scan(body: string | Uint8Array): Leak | null {
		return this.#scan(Buffer.from(body as string), 0);
	}

	#add(name: string, bytes: Buffer): void {
		if (bytes.length < PATTERN_BYTES_MIN || this.#names.has(name)) return;
		this.#names.add(name);
		const window = bytes.readUInt32LE(0);
		this.#table[slot(window)] = 1;
		this.#byWindow.set(window, [...(this.#byWindow.get(window) ?? []), { name, bytes }]);
	}

	#scan(body: Buffer, depth: number): Leak | null {
		const found = this.#plain(body);
		if (found !== null) return { pattern: found, at: depth === 0 ? 'body' : 'decoded' };
		if (depth >= DEPTH_MAX) return null;
		for (const run of encodedRuns(body)) {
			const inner = this.#scan(run, depth + 1);
			if (inner !== null) return inner;
		}
		return null;
	}

	#plain(body: Buffer): string | null {
		if (body.length < WINDOW) return null;
		let window = (body[0] ?? 0) << 8 | (body[1] ?? 0) << 16 | (body[2] ?? 0) << 24;
		for (let at = WINDOW - 1; at < body.length; at++) {
			window = (window >>> 8) | ((body[at] ?? 0) << 24);
			if (this.#table[slot(window >>> 0)] !== 1) continue;
			const start = at - WINDOW + 1;
			for (const { name, bytes } of this.#byWindow.get(window >>> 0) ?? []) {
				if (start + bytes.length <= body.length && body.compare(bytes, 0, bytes.length, start, start + bytes.length) === 0) return name;
			}
		}
		return null;
	}
}

const slot = (window: number): number => (Math.imul(window, 0x9e3779b1) >>> 16) & 0xffff;

/** Runs of the alphabets of base64url and hex, decoded. */
function* encodedRuns(body: Buffer): Generator<Buffer> {
	for (let at = 0; at < body.length; ) {
		if (!isEncoded(body[at] ?? 0)) {
			at++;
			continue;
		}
		const start = at;
		let hex = true;
		for (; at < body.length && isEncoded(body[at] ?? 0); at++) hex &&= isHex(body[at] ?? 0);
		if (at - start < 8) continue;
		const text = body.toString('latin1', start, at);
		yield Buffer.from(text, 'base64url');
		if (hex && text.length % 2 === 0) yield Buffer.from(text, 'hex');
	}
}

const isHex = (byte: number): boolean => (byte >= 48 && byte <= 57) || (byte >= 97 && byte <= 102);
const isEncoded = (byte: number): boolean => (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || byte === 45 || byte === 95;
