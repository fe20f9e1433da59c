/**
 * Files that people carry, as somebody sees them who wrote down every line: which documents are in one, what damage does to its bytes, and which documents are
 * whole afterwards. A reader must take in all of those: a damaged file loses only what is damaged.
 */
import type { Dice } from '../dice.ts';
import type { Finding } from './expect.ts';

/** `db` without the prefix of a hub */
export interface Listed { readonly db: string; readonly id: string }
/** `documents`: sealed ones, which have a place in a database of a site */
export interface CarriedFile { readonly bytes: Uint8Array; readonly documents: readonly Listed[] }

const LF = 10;
const KINDS: readonly unknown[] = ['e1', 'd1', 'l1', 'i1'];

interface Line { readonly from: number; readonly to: number; readonly document: Listed | null; readonly header: boolean }

/** A file, read by the letter of `formats.md`: JSON, a document a line. */
export function carriedFile(bytes: Uint8Array): CarriedFile {
	return { bytes, documents: linesOf(bytes).flatMap(({ document }) => (document === null ? [] : [document])) };
}

function linesOf(bytes: Uint8Array): readonly Line[] {
	const lines: Line[] = [];
	for (let from = 0; from < bytes.length; ) {
		const end = bytes.indexOf(LF, from);
		const to = end === -1 ? bytes.length : end;
		const raw = JSON.parse(new TextDecoder().decode(bytes.subarray(from, to))) as { readonly db?: string; readonly doc?: { readonly _id?: string; readonly v?: unknown }; readonly bundle?: unknown };
		const sealed = raw.db !== undefined && raw.doc?._id !== undefined && KINDS.includes(raw.doc.v);
		lines.push({ from, to, document: sealed ? { db: raw.db, id: raw.doc._id } : null, header: raw.bundle !== undefined });
		from = to + 1;
	}
	return lines;
}

/** The file as it comes out of a wet pocket: bytes turned into others, line feeds among them, a piece missing, or the end. Never the header, which says whose it is. */
export function damaged(file: CarriedFile, dice: Dice): CarriedFile {
	const lines = linesOf(file.bytes);
	const start = (lines.find(({ header }) => header)?.to ?? -1) + 1;
	const hit = new Set<Line>();
	const touched = (from: number, to: number): void => lines.forEach((line) => (line.from < to && line.to > from ? hit.add(line) : undefined));
	let bytes: Uint8Array = file.bytes.slice();
	if (bytes.length - start < 2) return file;
	const place = (): number => start + dice.below(bytes.length - start);
	const kind = dice.fraction();
	if (kind < 0.6) {
		for (let n = dice.between(1, 6); n > 0; n--) {
			const at = place();
			bytes[at] = ((bytes[at] ?? 0) + dice.between(1, 255)) % 256;
			touched(at, at + 1);
		}
	} else if (kind < 0.75) {
		// only the end of a line: both documents beside it are whole
		const ends = lines.filter(({ to, header }) => !header && to < bytes.length);
		if (ends.length > 0) bytes[dice.of(ends).to] = 32;
	} else if (kind < 0.9) {
		const at = place();
		touched(at, bytes.length);
		bytes = bytes.slice(0, at);
	} else {
		const [from, to] = [place(), place()].sort((a, b) => a - b) as [number, number];
		// what stands on either side of the gap runs together
		touched(from - 1, to + 1);
		bytes = joined(bytes.subarray(0, from), bytes.subarray(to));
	}
	return { bytes, documents: lines.flatMap((line) => (line.document === null || hit.has(line) ? [] : [line.document])) };
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
	const both = new Uint8Array(a.length + b.length);
	both.set(a);
	both.set(b, a.length);
	return both;
}

/** Of what is whole in a file, what was neither taken in nor said to be of elsewhere. `elsewhere`: how many the reader says that it does not keep. */
export function notTakenIn(whole: readonly Listed[], here: ReadonlySet<string>, elsewhere: number): readonly Finding[] {
	const missing = whole.filter(({ id }) => !here.has(id));
	if (missing.length <= elsewhere) return [];
	return [{ kind: 'hidden', detail: `${String(missing.length - elsewhere)} documents that are whole in a file were not taken in, as ${missing[0]?.id.slice(0, 8) ?? ''} of ${missing[0]?.db.slice(0, 6) ?? ''}` }];
}
