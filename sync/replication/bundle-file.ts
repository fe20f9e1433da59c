/**
 * Documents in a short file or in a row of scanned codes, for carrying by hand: the same sealed envelopes and signed statements that would go to a hub.
 *
 * A file proves nothing by itself and needs not be trusted: each document passes the same checks as one from a hub. The last line counts and hashes
 * the lines before it, so that a file that was cut short says so instead of passing for whole. What may be long is written and
 * read piece by piece, in version 2 (`sync/verify/bundle.ts`).
 */
import { toBase64url } from '../change/base64url.ts';
import { canonicalJson, isObject } from '../change/canonical.ts';
import type { Hash } from '../change/change.ts';
import { hasOnly } from '../change/shape.ts';
import { fromUtf8 } from '../change/utf8.ts';
import { err, ok, problem, type Result } from '../result.ts';
import { BUNDLE_HEADER_BYTES_MAX, BUNDLE_REFUSED_MAX, readEntry, readHeader, readLine, bundleLine, type BundleEntry, type BundleHub, type BundleProblem, type RefusedEntry } from '../verify/bundle.ts';
import { digest } from '../verify/digest.ts';

export { isEnvelope } from '../verify/bundle.ts';
export type { BundleEntry, BundleHub, BundleProblem } from '../verify/bundle.ts';
export interface Bundle {
	readonly org: Hash;
	/** where the documents would have gone; null when the writer did not know */
	readonly hub: BundleHub | null;
	readonly entries: readonly BundleEntry[];
	/** documents that are none: named as far as they can be, with the reason */
	readonly refused: readonly RefusedEntry[];
}

export const BUNDLE_BYTES_MAX = 128 * 1024 * 1024;
export const BUNDLE_DOCUMENTS_MAX = 200_000;

/** The text of a file. Ends with a line feed. */
export function encodeBundle({ org, hub, entries }: Pick<Bundle, 'org' | 'hub' | 'entries'>): string {
	const lines = [canonicalJson({ bundle: 1, hub: hub === null ? null : { ...hub }, org }), ...entries.map(bundleLine)];
	const body = `${lines.join('\n')}\n`;
	return `${body}${canonicalJson({ count: entries.length, hash: hashOf(body) })}\n`;
}

const hashOf = (body: string): string => toBase64url(digest('saddlebag/bundle/1', body));

/** What a file of version 1 holds, whole or not at all. Total on any bytes. */
export function parseBundle(given: Uint8Array | string): Result<Bundle, BundleProblem> {
	if (given.length > BUNDLE_BYTES_MAX) return err(problem('too-large', 'This file is larger than this device reads at once.'));
	const text = typeof given === 'string' ? given : fromUtf8(given);
	if (text === null) return notABundle();
	const lines = text.endsWith('\n') ? text.slice(0, -1).split('\n') : text.trimEnd().split('\n');
	if (lines.length > BUNDLE_DOCUMENTS_MAX + 2) return err(problem('too-large', 'This file holds more documents than this device reads at once.'));
	const header = readHeader(lines[0] ?? '');
	if (header === null) return notABundle();
	if (!header.ok) return header;
	if (header.value.version !== 1) return notABundle();
	const tail = readLine(lines.at(-1) ?? '', BUNDLE_HEADER_BYTES_MAX);
	const body = lines.slice(0, -1).map((line) => `${line}\n`).join('');
	if (lines.length < 2 || !isObject(tail) || !hasOnly(tail, ['count', 'hash']) || tail['count'] !== lines.length - 2 || tail['hash'] !== hashOf(body)) {
		return err(problem('cut-short', 'This file is not whole, or was altered. Save or copy it again.'));
	}
	const { org, hub } = header.value;
	return ok({ org, hub, ...readEntries(lines.slice(1, -1)) });
}

/** One bad document never stops the rest (A1). */
function readEntries(lines: readonly string[]): Pick<Bundle, 'entries' | 'refused'> {
	const entries: BundleEntry[] = [];
	const refused: RefusedEntry[] = [];
	for (const line of lines) {
		const entry = readEntry(line);
		if (entry.ok) entries.push(entry.value);
		else if (refused.length < BUNDLE_REFUSED_MAX) refused.push(entry.error);
	}
	return { entries, refused };
}

const notABundle = (): Result<never, BundleProblem> => err(problem('not-a-bundle', 'This is not a file of this app.'));
