/**
 * Packs: many envelopes in one answer of a hub, so that a first sync does not pay for each of them.
 *
 * A transfer form and never a document: nothing of it is signed or kept, and whoever made it is not believed. A table says which documents there are and how long;
 * it is covered by a digest, so that a damaged body costs that one document and no other. Every document is checked by the hash that names it,
 * as everywhere. No key is needed to make one. Bytes: docs/formats.md, “Pack”.
 */
import { fromHex, toHex } from '../change/base64url.ts';
import { canonicalJson, isObject, parseCanonical } from '../change/canonical.ts';
import { hasOnly, isText } from '../change/shape.ts';
import { fromUtf8, utf8 } from '../change/utf8.ts';
import { err, ok, problem, type Problem, type Result } from '../result.ts';
import { digestHash, frame, unframe } from './digest.ts';
import { decodedFields, NONCE_BYTES, plainDocument, sealedFromBytes, type SealedDocument } from './document.ts';

/** Bytes of a pack at most: what a device holds in memory at once, and begins anew when it was ended in mid-answer. */
export const PACK_BYTES_MAX = 8 * 1024 * 1024;
export const PACK_DOCUMENTS_MAX = 8192;
const HEAD_BYTES_MAX = 40 * 1024;
const SEQUENCE_MAX = 8192;
const DOMAIN = 'saddlebag/pack/1';
const ID_BYTES = 32;
const VERSION_BYTES = 2;
const ROW_BYTES = ID_BYTES + VERSION_BYTES + 4;
const TAG_BYTES = 32;
const VERSIONS: readonly string[] = ['e1', 'd1', 'l1', 'i1'];

/** Where a pack stands in the feed of a database: what came after `from`, up to `to`. Both are the hub's own cursors. */
export interface PackPlace {
	/** name of the database */
	readonly db: string;
	readonly from: string;
	readonly to: string;
}
export interface PackHead extends PackPlace {
	readonly count: number;
	/** names the pack: over its place and table */
	readonly digest: string;
}
/** A row of the table whose body is not what it says. */
export interface DamagedRow {
	readonly id: string;
	/** `unknown-version`: of a newer app, which may well be whole */
	readonly reason: 'bad-document' | 'unknown-version';
}
export interface Pack extends PackHead {
	readonly documents: readonly SealedDocument[];
	readonly damaged: readonly DamagedRow[];
}
export type PackProblem = Problem<'bad-pack' | 'too-large'>;

/** Whether a document that passed the check here is of a kind that packs hold. */
export const isPackable = (document: { readonly _id: string; readonly v: string }): document is SealedDocument => VERSIONS.includes(document.v) && decodedFields(document) !== null;

/** Bytes that a document takes in a pack. */
export const packedSize = (document: SealedDocument): number => ROW_BYTES + TAG_BYTES + NONCE_BYTES + (decodedFields(document)?.body.length ?? 0);

/** The pack of checked documents. Throws on more than a pack may hold: the maker counts. */
export function encodePack({ db, from, to }: PackPlace, documents: readonly SealedDocument[]): Uint8Array {
	const table = new Uint8Array(documents.length * ROW_BYTES);
	const view = new DataView(table.buffer);
	const bodies: Uint8Array[] = [];
	documents.forEach((document, row) => {
		const fields = decodedFields(document);
		const id = fromHex(document._id);
		if (fields === null || id === null) throw new TypeError('a document in a pack was not checked');
		const at = row * ROW_BYTES;
		table.set(id, at);
		table.set(utf8(document.v), at + ID_BYTES);
		view.setUint32(at + ID_BYTES + VERSION_BYTES, TAG_BYTES + NONCE_BYTES + fields.body.length);
		bodies.push(fields.tag, fields.nonce, fields.body);
	});
	const digest = digestHash(DOMAIN, db, from, to, table);
	const head = frame(DOMAIN, canonicalJson({ v: 1, db, from, to, count: documents.length, digest }), table);
	const pack = new Uint8Array(bodies.reduce((size, part) => size + part.length, head.length));
	pack.set(head);
	let offset = head.length;
	for (const part of bodies) {
		pack.set(part, offset);
		offset += part.length;
	}
	if (documents.length > PACK_DOCUMENTS_MAX || pack.length > PACK_BYTES_MAX) throw new RangeError('too much for one pack');
	return pack;
}

/** What stands at the head of a pack: as much as begins the bytes, however few came. Null while that is not all there, or when it is no pack. */
export function packHead(bytes: Uint8Array): PackHead | null {
	const begun = unframe(bytes, 2);
	return begun === null ? null : readHead(begun.parts);
}

/**
 * A pack that was received: its place, the documents that are what the table says, and those that are not. Total on any bytes; a table that is not
 * what its digest says makes the whole unusable, since nothing then tells where a document ends.
 */
export function parsePack(bytes: Uint8Array): Result<Pack, PackProblem> {
	const read = readPack(bytes);
	return read.ok ? ok({ ...read.value, documents: read.value.documents.map(plainDocument) }) : read;
}

/** The same for who keeps the bytes, and opens documents rather than sends them: their text is not written until it is read (`plainDocument`). */
export function readPack(bytes: Uint8Array): Result<Pack, PackProblem> {
	if (bytes.length > PACK_BYTES_MAX) return err(problem('too-large', `A pack is larger than ${PACK_BYTES_MAX} bytes.`));
	const begun = unframe(bytes, 3);
	const head = begun === null ? null : readHead(begun.parts);
	const table = begun?.parts[2];
	if (begun === null || head === null || table === undefined) return bad('it has no head');
	const { db, from, to, count, digest } = head;
	if (table.length !== count * ROW_BYTES) return bad('its table is not as long as it says');
	if (digestHash(DOMAIN, db, from, to, table) !== digest) return bad('its table is not the one it names');
	const view = new DataView(table.buffer, table.byteOffset, table.length);
	const documents: SealedDocument[] = [];
	const damaged: DamagedRow[] = [];
	let offset = begun.end;
	for (let at = 0; at < table.length; at += ROW_BYTES) {
		const size = view.getUint32(at + ID_BYTES + VERSION_BYTES);
		const id = table.subarray(at, at + ID_BYTES);
		const v = fromUtf8(table.subarray(at + ID_BYTES, at + ID_BYTES + VERSION_BYTES)) ?? '';
		const read = size > bytes.length - offset ? null : readDocument(v, id, bytes.subarray(offset, offset + size));
		if (read !== null) documents.push(read);
		else damaged.push({ id: toHex(id), reason: VERSIONS.includes(v) || !/^[a-z][1-9]$/.test(v) ? 'bad-document' : 'unknown-version' });
		offset += size;
	}
	return offset < bytes.length ? bad('it has bytes that no row speaks of') : ok({ ...head, documents, damaged });
}

const bad = (why: string): Result<never, PackProblem> => err(problem('bad-pack', `The pack is damaged: ${why}.`));

function readHead([domain, text]: readonly Uint8Array[]): PackHead | null {
	if (domain === undefined || text === undefined || text.length > HEAD_BYTES_MAX || fromUtf8(domain) !== DOMAIN) return null;
	const parsed = parseCanonical(fromUtf8(text) ?? '', { bytesMax: HEAD_BYTES_MAX });
	if (!parsed.ok || !isObject(parsed.value) || !hasOnly(parsed.value, ['v', 'db', 'from', 'to', 'count', 'digest'])) return null;
	const { v, db, from, to, count, digest } = parsed.value;
	if (v !== 1 || !isText(db, 240) || !isText(from, SEQUENCE_MAX) || !isText(to, SEQUENCE_MAX) || !isText(digest, 43)) return null;
	return typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= PACK_DOCUMENTS_MAX ? { db, from, to, count, digest } : null;
}

function readDocument(v: string, id: Uint8Array, body: Uint8Array): SealedDocument | null {
	if (body.length < TAG_BYTES + NONCE_BYTES || (v !== 'e1' && v !== 'd1' && v !== 'l1' && v !== 'i1')) return null;
	const checked = sealedFromBytes(toHex(id), v, {
		tag: body.subarray(0, TAG_BYTES), nonce: body.subarray(TAG_BYTES, TAG_BYTES + NONCE_BYTES), body: body.subarray(TAG_BYTES + NONCE_BYTES)
	});
	return checked.ok ? checked.value : null;
}
