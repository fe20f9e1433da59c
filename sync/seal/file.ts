/**
 * Photos and documents: too large for an element, so sealed in chunks of their own, apart from the chart's changes, and cited by the entry they belong to.
 *
 * Each file has a random key, which stands in the entry that cites it: whoever may read that entry may open the file, and nobody else, whatever database a
 * hub hands out. So a file needs no epoch: sealed before a removal or after, its key was given to the entry's readers alone. A chunk is an envelope to a
 * hub (`e1`: the same five fields, padding and name by hash); subkeys and associated data of its own make sure that none opens as a change, nor any
 * change as a chunk. The associated data binds organization, site, place in the file and their number.
 */
import { fromBase64url, toBase64url } from '../change/base64url.ts';
import type { Hash, Id } from '../change/change.ts';
import { isHash, isId } from '../change/ids.ts';
import { digestHash, frame } from '../verify/digest.ts';
import type { EnvelopeDocument } from '../verify/document.ts';
import { envelopeDocumentId } from '../verify/ids.ts';
import { kdf, type EnvelopeSubkeys } from './epoch.ts';
import { SECRET_BYTES } from './keys.ts';
import { bytesOfFields, fieldsOf, isTagOf, openParts, sealParts } from './siv.ts';

/** Bytes of a file in one chunk; sealed, padded and as text it stays under the largest document of a hub (256 KiB). */
export const CHUNK_BYTES = 128 * 1024;
/** Bytes of the largest file. */
export const FILE_BYTES_MAX = 8 * 1024 * 1024;

export interface FileKey {
	readonly org: Hash;
	/** whose database the chunks lie in */
	readonly site: Id;
	readonly key: Uint8Array;
}

const subkeys = (key: Uint8Array): EnvelopeSubkeys => ({ aead: kdf(key, 'saddlebag/file-aead/1'), nonce: kdf(key, 'saddlebag/file-nonce/1'), tag: kdf(key, 'saddlebag/file-tag/1') });
const chunkAd = ({ org, site }: FileKey, index: number, count: number): Uint8Array => frame('saddlebag/file/1', 'e1', org, site, String(index), String(count));

/** Of the bytes of a whole file. */
export const fileDigest = (bytes: Uint8Array): Hash => digestHash('saddlebag/file-content/1', bytes);

/** The chunks of a file of 1 to `FILE_BYTES_MAX` bytes, in order. */
export function sealFile(file: FileKey, bytes: Uint8Array): readonly EnvelopeDocument[] {
	if (file.key.length !== SECRET_BYTES || bytes.length === 0 || bytes.length > FILE_BYTES_MAX) throw new RangeError('a file has a key, and a size within bounds');
	const keys = subkeys(file.key);
	const count = Math.ceil(bytes.length / CHUNK_BYTES);
	return Array.from({ length: count }, (_, index) => {
		const sealed = sealParts(keys, chunkAd(file, index, count), [bytes.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES)]);
		return { _id: envelopeDocumentId('e1', sealed.tag, sealed.nonce, sealed.ciphertext), v: 'e1', ...fieldsOf(sealed) };
	});
}

/** The bytes of the chunk at a place, or null: it was sealed for another place, file, site or organization, or is no chunk. */
export function openChunk(file: FileKey, index: number, count: number, document: EnvelopeDocument): Uint8Array | null {
	const keys = subkeys(file.key);
	const sealed = bytesOfFields(document);
	if (sealed === null || !isTagOf(keys, sealed.nonce, sealed.tag)) return null;
	return openParts(keys, chunkAd(file, index, count), sealed.nonce, sealed.ciphertext, 1)?.[0] ?? null;
}

/** How an entry names its file: the site whose database has the chunks, the key, and the digest of the whole. */
export const fileUrl = (site: Id, key: Uint8Array, digest: Hash): string => `urn:saddlebag:file:1:${site}:${toBase64url(key)}:${digest}`;

export interface FileName { readonly site: Id; readonly key: Uint8Array; readonly digest: Hash }

/** Null: not the name of a file of this version. */
export function parseFileUrl(url: string): FileName | null {
	const [urn, app, kind, version, site, key, digest, ...more] = url.split(':');
	if (urn !== 'urn' || app !== 'saddlebag' || kind !== 'file' || version !== '1' || more.length > 0) return null;
	const bytes = key === undefined ? null : fromBase64url(key);
	return isId(site) && bytes?.length === SECRET_BYTES && isHash(digest) ? { site, key: bytes, digest } : null;
}
