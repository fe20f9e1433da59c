/**
 * Documents in a file or in a row of scanned codes, for carrying by hand: the same sealed envelopes and signed statements that would go to a hub.
 *
 * A file proves nothing by itself and needs not be trusted: each document passes the same checks as one from a hub. The last line counts and hashes
 * the lines before it, so that a file that was cut short says so instead of passing for whole. Lines of text, so that it can be made and
 * read piece by piece (docs/formats.md).
 */
import { toBase64url } from '../change/base64url.ts';
import { canonicalJson, isObject, parseCanonical } from '../change/canonical.ts';
import type { Hash, Json } from '../change/change.ts';
import { isHash, isKeyText } from '../change/ids.ts';
import { hasOnly } from '../change/shape.ts';
import { fromUtf8 } from '../change/utf8.ts';
import { err, ok, problem, type Problem, type Result } from '../result.ts';
import { digest } from '../verify/digest.ts';
import { checkDocument, DOCUMENT_BYTES_MAX, type AccessDocument, type DepositDocument, type EnvelopeDocument, type WireDocument } from '../verify/document.ts';

export interface BundleHub { readonly key: string; readonly origin: string; readonly prefix: string }
export interface BundleEntry {
	/** database without the hub's prefix: `control`, `<site>-desk`, `<site>-care` */
	readonly db: string;
	readonly document: WireDocument;
}
export interface Bundle {
	readonly org: Hash;
	/** where the documents would have gone; null when the writer did not know */
	readonly hub: BundleHub | null;
	readonly entries: readonly BundleEntry[];
	/** documents that are none: named as far as they can be, with the reason */
	readonly refused: readonly { readonly document: string; readonly reason: string }[];
}
export type BundleProblem = Problem<'not-a-bundle' | 'newer-version' | 'cut-short' | 'too-large'>;

export const BUNDLE_BYTES_MAX = 128 * 1024 * 1024;
export const BUNDLE_DOCUMENTS_MAX = 200_000;
const REFUSED_MAX = 1_000;
const HEADER_BYTES_MAX = 4 * 1024;
const LINE_BYTES_MAX = DOCUMENT_BYTES_MAX + 1024;
const DATABASE = /^(?:control|[0-9a-f]{32}-(?:desk|care))$/;
const PREFIX = /^[a-z][a-z0-9_]{0,31}$/;
const ORIGIN = /^https?:\/\/[^\s/#?]{1,255}$/;

/** What lies in the databases of sites: sealed, and of a chart or of the access log. */
export const isEnvelope = (document: WireDocument): document is EnvelopeDocument | DepositDocument | AccessDocument => ['e1', 'd1', 'l1'].includes(document.v);

/** The text of a file. Ends with a line feed. */
export function encodeBundle({ org, hub, entries }: Pick<Bundle, 'org' | 'hub' | 'entries'>): string {
	const lines = [canonicalJson({ bundle: 1, hub: hub === null ? null : { ...hub }, org }), ...entries.map(({ db, document }) => canonicalJson({ db, doc: { ...document } }))];
	const body = `${lines.join('\n')}\n`;
	return `${body}${canonicalJson({ count: entries.length, hash: hashOf(body) })}\n`;
}

const hashOf = (body: string): string => toBase64url(digest('saddlebag/bundle/1', body));

/** What a file holds. Total on any bytes. */
export function parseBundle(given: Uint8Array | string): Result<Bundle, BundleProblem> {
	if (given.length > BUNDLE_BYTES_MAX) return err(problem('too-large', 'This file is larger than this device reads at once.'));
	const text = typeof given === 'string' ? given : fromUtf8(given);
	if (text === null) return notABundle();
	const lines = text.endsWith('\n') ? text.slice(0, -1).split('\n') : text.trimEnd().split('\n');
	if (lines.length > BUNDLE_DOCUMENTS_MAX + 2) return err(problem('too-large', 'This file holds more documents than this device reads at once.'));
	const header = readHeader(lines[0] ?? '');
	if (!header.ok) return header;
	const tail = readLine(lines.at(-1) ?? '', HEADER_BYTES_MAX);
	const body = lines.slice(0, -1).map((line) => `${line}\n`).join('');
	if (lines.length < 2 || !isObject(tail) || !hasOnly(tail, ['count', 'hash']) || tail['count'] !== lines.length - 2 || tail['hash'] !== hashOf(body)) {
		return err(problem('cut-short', 'This file is not whole, or was altered. Save or copy it again.'));
	}
	return ok({ ...header.value, ...readEntries(lines.slice(1, -1)) });
}

function readHeader(line: string): Result<Pick<Bundle, 'org' | 'hub'>, BundleProblem> {
	const raw = readLine(line, HEADER_BYTES_MAX);
	if (!isObject(raw) || typeof raw['bundle'] !== 'number') return notABundle();
	if (raw['bundle'] > 1) return err(problem('newer-version', 'This file was made by a newer version of the app. Update this one first.'));
	const { org, hub } = raw;
	if (raw['bundle'] !== 1 || !hasOnly(raw, ['bundle', 'hub', 'org']) || !isHash(org)) return notABundle();
	if (hub === null) return ok({ org, hub });
	if (!isObject(hub) || !hasOnly(hub, ['key', 'origin', 'prefix'])) return notABundle();
	const { key, origin, prefix } = hub;
	const known = isKeyText(key) && typeof origin === 'string' && ORIGIN.test(origin) && typeof prefix === 'string' && PREFIX.test(prefix);
	return known ? ok({ org, hub: { key, origin, prefix } }) : notABundle();
}

/** One bad document never stops the rest (A1). */
function readEntries(lines: readonly string[]): Pick<Bundle, 'entries' | 'refused'> {
	const entries: BundleEntry[] = [];
	const refused: { document: string; reason: string }[] = [];
	for (const line of lines) {
		const entry = readEntry(line);
		if (entry.ok) entries.push(entry.value);
		else if (refused.length < REFUSED_MAX) refused.push(entry.error);
	}
	return { entries, refused };
}

function readEntry(line: string): Result<BundleEntry, { document: string; reason: string }> {
	const raw = readLine(line, LINE_BYTES_MAX);
	const doc = isObject(raw) ? raw['doc'] : null;
	const document = isObject(doc) && typeof doc['_id'] === 'string' ? doc['_id'].slice(0, 64) : '';
	const fail = (reason: string): Result<never, { document: string; reason: string }> => err({ document, reason });
	if (!isObject(raw) || !hasOnly(raw, ['db', 'doc'])) return fail('It is not of the form of a document.');
	const { db } = raw;
	if (typeof db !== 'string' || !DATABASE.test(db)) return fail('It is of no database that there is.');
	const checked = checkDocument(doc);
	if (!checked.ok) return fail(checked.error.message);
	if (isEnvelope(checked.value) === (db === 'control')) return fail('It does not belong in that database.');
	return ok({ db, document: checked.value });
}

function readLine(line: string, bytesMax: number): Json | null {
	const parsed = parseCanonical(line, { bytesMax });
	return parsed.ok ? parsed.value : null;
}

const notABundle = (): Result<never, BundleProblem> => err(problem('not-a-bundle', 'This is not a file of this app.'));
