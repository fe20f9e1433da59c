/**
 * The lines of a file that carries documents: what one says, and a reader that loses only what is damaged.
 *
 * A file is lines of canonical JSON: a header, a line for each document, a last line that counts and hashes the lines before it (docs/formats.md). A file
 * proves nothing by itself: each document names the hash of its own body, so that a line stands or falls alone, and passes every later check as one from a
 * hub does. Hence a reader that goes on after damage: a line feed, or the words that every line of a document begins with, are where it finds its feet.
 * It is fed piece by piece and holds no more than a line, so that a file may be larger than memory.
 *
 * Version 1 is hashed as a whole and read by `sync/replication/bundle-file.ts`, whole or not at all, where it is short (codes that were scanned); here its
 * lines are counted only. Version 2 hashes line upon line, and is what files are written in.
 */
import { toBase64url } from '../change/base64url.ts';
import { canonicalJson, isObject, parseCanonical } from '../change/canonical.ts';
import type { Hash, Json } from '../change/change.ts';
import { isHash, isKeyText } from '../change/ids.ts';
import { hasOnly } from '../change/shape.ts';
import { fromUtf8, utf8 } from '../change/utf8.ts';
import { err, ok, problem, type Problem, type Result } from '../result.ts';
import { digest } from './digest.ts';
import { checkDocument, DOCUMENT_BYTES_MAX, type SealedDocument, type WireDocument } from './document.ts';

export interface BundleHub { readonly key: string; readonly origin: string; readonly prefix: string }
export interface BundleEntry {
	/** database without the hub's prefix: `control`, `<site>-desk`, `<site>-care`, `<site>-files` */
	readonly db: string;
	readonly document: WireDocument;
}
export interface BundleHeader {
	readonly version: 1 | 2;
	readonly org: Hash;
	/** where the documents would have gone; null when the writer did not know */
	readonly hub: BundleHub | null;
	/** which file of several, from 1 */
	readonly part: number;
}
export interface RefusedEntry { readonly document: string; readonly reason: string }
export type BundleProblem = Problem<'not-a-bundle' | 'newer-version' | 'cut-short' | 'too-large'>;

export const BUNDLE_HEADER_BYTES_MAX = 4 * 1024;
export const BUNDLE_LINE_BYTES_MAX = DOCUMENT_BYTES_MAX + 1024;
/** reasons kept of what was refused; all of it is counted */
export const BUNDLE_REFUSED_MAX = 1_000;
const DATABASE = /^(?:control|[0-9a-f]{32}-(?:desk|care|files))$/;
const PREFIX = /^[a-z][a-z0-9_]{0,31}$/;
const ORIGIN = /^https?:\/\/[^\s/#?]{1,255}$/;
/** Every line of a document begins with this, and no document holds it: inside a text the quotes are escaped. */
const BEGINS = '{"db":"';
const NEWEST = 2;

/** What lies in the databases of sites: sealed, and of a chart or of the access log. */
export const isEnvelope = (document: WireDocument): document is SealedDocument => ['e1', 'd1', 'l1', 'i1'].includes(document.v);

/** The line of a document, without its line feed. */
export const bundleLine = ({ db, document }: BundleEntry): string => canonicalJson({ db, doc: { ...document } });

const linked = (before: string, line: string): string => toBase64url(digest('saddlebag/bundle-line/2', before, line));

/** The lines of one file of version 2, in order: each call gives the next, with its line feed. */
export class BundleWriter {
	readonly #header: Omit<BundleHeader, 'version'>;
	#hash = '';
	#count = 0;

	constructor(header: Omit<BundleHeader, 'version'>) {
		this.#header = header;
	}

	header(): string {
		const { hub, org, part } = this.#header;
		return this.#line(canonicalJson({ bundle: 2, hub: hub === null ? null : { ...hub }, org, part }));
	}
	entry(entry: BundleEntry): string {
		this.#count++;
		return this.#line(bundleLine(entry));
	}
	/** `more`: another part follows this one. */
	end(more: boolean): string {
		return `${canonicalJson({ count: this.#count, hash: this.#hash, more })}\n`;
	}

	#line(line: string): string {
		this.#hash = linked(this.#hash, line);
		return `${line}\n`;
	}
}

/** A header of either version; null when the line is none. */
export function readHeader(line: string): Result<BundleHeader, BundleProblem> | null {
	const raw = readLine(line, BUNDLE_HEADER_BYTES_MAX);
	if (!isObject(raw) || typeof raw['bundle'] !== 'number') return null;
	const { bundle: version, org, hub } = raw;
	if (typeof version === 'number' && version > NEWEST) return err(problem('newer-version', 'This file was made by a newer version of the app. Update this one first.'));
	if ((version !== 1 && version !== 2) || !hasOnly(raw, version === 1 ? ['bundle', 'hub', 'org'] : ['bundle', 'hub', 'org', 'part']) || !isHash(org)) return null;
	const part = version === 1 ? 1 : raw['part'];
	if (typeof part !== 'number' || !Number.isSafeInteger(part) || part < 1) return null;
	if (hub === null) return ok({ version, org, hub, part });
	if (!isObject(hub) || !hasOnly(hub, ['key', 'origin', 'prefix'])) return null;
	const { key, origin, prefix } = hub;
	const known = isKeyText(key) && typeof origin === 'string' && ORIGIN.test(origin) && typeof prefix === 'string' && PREFIX.test(prefix);
	return known ? ok({ version, org, hub: { key, origin, prefix }, part }) : null;
}

/** The document of a line, or why it is refused. Total on any text. */
export function readEntry(line: string): Result<BundleEntry, RefusedEntry> {
	const raw = readLine(line, BUNDLE_LINE_BYTES_MAX);
	const doc = isObject(raw) ? raw['doc'] : null;
	const document = isObject(doc) && typeof doc['_id'] === 'string' ? doc['_id'].slice(0, 64) : '';
	const fail = (reason: string): Result<never, RefusedEntry> => err({ document, reason });
	if (!isObject(raw) || !hasOnly(raw, ['db', 'doc'])) return fail('It is not of the form of a document.');
	const { db } = raw;
	if (typeof db !== 'string' || !DATABASE.test(db)) return fail('It is of no database that there is.');
	const checked = checkDocument(doc);
	if (!checked.ok) return fail(checked.error.message);
	if (isEnvelope(checked.value) === (db === 'control')) return fail('It does not belong in that database.');
	return ok({ db, document: checked.value });
}

export function readLine(line: string, bytesMax: number): Json | null {
	const parsed = parseCanonical(line, { bytesMax });
	return parsed.ok ? parsed.value : null;
}

interface Tail { readonly count: number; readonly hash: string; readonly more: boolean }

function readTail(line: string): Tail | null {
	const raw = readLine(line, BUNDLE_HEADER_BYTES_MAX);
	if (!isObject(raw) || !hasOnly(raw, ['count', 'hash'], ['more'])) return null;
	const { count, hash, more } = raw;
	if (typeof count !== 'number' || typeof hash !== 'string') return null;
	return { count, hash, more: more === true };
}

export interface BundleSummary {
	/** null when the line that says so was damaged */
	readonly header: BundleHeader | null;
	/** every line arrived as it was written */
	readonly whole: boolean;
	readonly documents: number;
	/** lines that are no document: damaged, or of what does not belong in a file. Of some the reason is kept */
	readonly damaged: number;
	readonly refused: readonly RefusedEntry[];
	/** the file says that another follows */
	readonly more: boolean;
}

/**
 * Reads a file piece by piece. After `problem` is set nothing more is read: it is no file of this app, or of a newer version. Files put one after the other
 * read as one.
 */
export class BundleReader {
	problem: BundleProblem | null = null;
	#header: BundleHeader | null = null;
	/** what came after the last line feed */
	#rest: Uint8Array = new Uint8Array();
	#seen = 0;
	/** of the part under way */
	#hash = '';
	#count = 0;
	#ended = false;
	#sound = true;
	#documents = 0;
	#damaged = 0;
	#more = false;
	readonly #refused: RefusedEntry[] = [];

	get header(): BundleHeader | null {
		return this.#header;
	}

	/** The documents that these bytes complete. */
	push(bytes: Uint8Array): readonly BundleEntry[] {
		const found: BundleEntry[] = [];
		let from = 0;
		for (let at = bytes.indexOf(LF); at !== -1 && this.problem === null; at = bytes.indexOf(LF, from)) {
			this.#take(joined(this.#rest, bytes.subarray(from, at)), found);
			this.#rest = new Uint8Array();
			from = at + 1;
		}
		this.#rest = joined(this.#rest, bytes.subarray(from));
		// a line without an end is not kept for ever
		if (this.#rest.length > 2 * BUNDLE_LINE_BYTES_MAX) {
			this.#take(this.#rest, found);
			this.#rest = new Uint8Array();
		}
		return found;
	}

	/** The last documents; to be called once, after all bytes. */
	end(): { readonly entries: readonly BundleEntry[]; readonly summary: BundleSummary } {
		const entries: BundleEntry[] = [];
		if (this.#rest.length > 0 && this.problem === null) this.#take(this.#rest, entries);
		this.#rest = new Uint8Array();
		if (this.problem === null && this.#header === null && this.#documents === 0) this.problem = notABundle();
		const whole = this.problem === null && this.#header !== null && this.#ended && this.#sound && this.#damaged === 0;
		return { entries, summary: { header: this.#header, whole, documents: this.#documents, damaged: this.#damaged, refused: this.#refused, more: this.#more } };
	}

	#take(bytes: Uint8Array, found: BundleEntry[]): void {
		this.#seen += bytes.length + 1;
		const line = bytes.length > 2 * BUNDLE_LINE_BYTES_MAX + 1 ? null : fromUtf8(bytes);
		if (line !== null && (this.#document(line, found) || this.#tail(line) || this.#begin(line))) return;
		if (this.problem !== null) return;
		this.#salvage(bytes, found);
		if (this.#header === null && this.#documents === 0 && this.#seen > STRANGE_BYTES_MAX) this.problem = notABundle();
	}

	#document(line: string, found: BundleEntry[]): boolean {
		if (!line.startsWith(BEGINS)) return false;
		const entry = readEntry(line);
		if (!entry.ok) return false;
		this.#keep(entry.value, found);
		this.#hash = this.#header?.version === 1 ? '' : linked(this.#hash, line);
		return true;
	}

	#keep(entry: BundleEntry, found: BundleEntry[]): void {
		found.push(entry);
		this.#documents++;
		this.#count++;
	}

	#begin(line: string): boolean {
		const header = readHeader(line);
		if (header === null) return false;
		if (!header.ok) {
			this.problem = header.error;
			return false;
		}
		if (this.#header !== null) {
			// one file after another: of one organization, or the rest is not read
			if (header.value.org !== this.#header.org) {
				this.problem = problem('not-a-bundle', 'This file is put together from files of different organizations.');
				return false;
			}
			if (!this.#ended) this.#sound = false;
		}
		this.#header = header.value;
		[this.#hash, this.#count, this.#ended] = [linked('', line), 0, false];
		return true;
	}

	#tail(line: string): boolean {
		const tail = readTail(line);
		if (tail === null) return false;
		if (tail.count !== this.#count || (this.#header?.version !== 1 && tail.hash !== this.#hash)) this.#sound = false;
		this.#ended = true;
		this.#more = tail.more;
		return true;
	}

	/** Documents within a line that is none: where a line feed was damaged, two of them stand in one. */
	#salvage(bytes: Uint8Array, found: BundleEntry[]): void {
		const text = latin1(bytes);
		let saved = 0;
		let reason: RefusedEntry | null = null;
		for (let at = text.indexOf(BEGINS); at !== -1; ) {
			const next = text.indexOf(BEGINS, at + 1);
			const piece = bytes.subarray(at, next === -1 ? bytes.length : next);
			const end = text.slice(at, next === -1 ? undefined : next).lastIndexOf('}}');
			const line = end === -1 ? null : fromUtf8(piece.subarray(0, end + 2));
			const entry = line === null ? err({ document: '', reason: 'It is cut short.' }) : readEntry(line);
			if (entry.ok) {
				this.#keep(entry.value, found);
				saved++;
			} else {
				this.#note(entry.error);
				reason = entry.error;
			}
			at = next;
		}
		this.#sound = false;
		if (saved === 0 && reason === null) this.#note({ document: '', reason: 'It is not of the form of a document.' });
	}

	#note(refused: RefusedEntry): void {
		this.#damaged++;
		if (this.#refused.length < BUNDLE_REFUSED_MAX) this.#refused.push(refused);
	}
}

const LF = 10;
/** without a header or a document within so many bytes, it is another kind of file */
const STRANGE_BYTES_MAX = 1024 * 1024;
const LATIN_PIECE = 8192;

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
	// a copy: what was handed in may be used again by whoever reads a file
	if (a.length === 0) return b.slice();
	const both = new Uint8Array(a.length + b.length);
	both.set(a);
	both.set(b, a.length);
	return both;
}

/** A character for each byte, so that places in the text are places in the bytes. */
function latin1(bytes: Uint8Array): string {
	let text = '';
	for (let at = 0; at < bytes.length; at += LATIN_PIECE) text += String.fromCharCode(...bytes.subarray(at, at + LATIN_PIECE));
	return text;
}

const notABundle = (): BundleProblem => problem('not-a-bundle', 'This is not a file of this app.');

/** A file to be handed out: `chunks` end with it. Pieces of about this many bytes are handed over at once. */
const CHUNK_CHARACTERS = 256 * 1024;

export interface BundleChunk {
	/** of which file, from 1 */
	readonly part: number;
	readonly bytes: Uint8Array;
	/** the file ends with this piece */
	readonly last: boolean;
}

/**
 * One file, or several of about `bytesMax` bytes at most, of what `entries` gives, piece by piece. Each file stands alone: any of them may be taken in
 * first, twice, or without the others.
 */
export async function* writeBundle(header: Pick<BundleHeader, 'org' | 'hub'>, entries: AsyncIterable<BundleEntry> | Iterable<BundleEntry>, bytesMax: number): AsyncGenerator<BundleChunk> {
	let part = 1;
	let writer = new BundleWriter({ ...header, part });
	let text = writer.header();
	let written = 0;
	for await (const entry of entries) {
		const size = bundleLine(entry).length;
		if (written + text.length + size + BUNDLE_HEADER_BYTES_MAX > bytesMax && written + text.length > BUNDLE_HEADER_BYTES_MAX) {
			yield { part, bytes: utf8(text + writer.end(true)), last: true };
			part++;
			writer = new BundleWriter({ ...header, part });
			[text, written] = [writer.header(), 0];
		}
		text += writer.entry(entry);
		if (text.length >= CHUNK_CHARACTERS) {
			yield { part, bytes: utf8(text), last: false };
			written += text.length;
			text = '';
		}
	}
	yield { part, bytes: utf8(text + writer.end(false)), last: true };
}
