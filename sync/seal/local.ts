/**
 * Rows at rest: verdicts, charts and search rows on the device's own disk.
 *
 * Each (site, compartment) has a random local key, wrapped for each actor on the device that may read it, replaced when one of them may
 * no longer. Unlike envelopes, rows are rewritten, so each sealing takes a fresh random nonce; the associated data binds collection
 * and row id, so that rows cannot be swapped on the disk.
 */
import { fromBase64url, toBase64url } from '../change/base64url.ts';
import { canonicalJson, isObject, parseCanonical } from '../change/canonical.ts';
import { isCompartment, isId } from '../change/ids.ts';
import type { Compartment, Id } from '../change/change.ts';
import type { Random } from '../change/ports.ts';
import { hasOnly } from '../change/shape.ts';
import { fromUtf8, utf8 } from '../change/utf8.ts';
import { frame } from '../verify/digest.ts';
import { AEAD_TAG_BYTES, NONCE_BYTES } from '../verify/document.ts';
import { sodium } from '../verify/sodium.ts';
import { openBox, sealBox } from './box.ts';
import { keyBytes, SECRET_BYTES, type SealKey } from './keys.ts';

export interface LocalKey {
	readonly site: Id;
	readonly comp: Compartment;
	readonly key: Uint8Array;
}

export const newLocalKey = (site: Id, comp: Compartment, random: Random): LocalKey => ({ site, comp, key: random.bytes(SECRET_BYTES) });

/** The key in a sealed box for one actor's seal key, base64url. */
export const wrapLocalKey = (local: LocalKey, seal: string, random: Random): string =>
	sealBox(seal, utf8(canonicalJson({ v: 1, site: local.site, comp: local.comp, key: toBase64url(local.key) })), random);

/** The local key in a box, or null when it is not for this actor or was changed. */
export function openLocalKey(own: SealKey, box: string): LocalKey | null {
	const bytes = openBox(own, box);
	const text = bytes === null ? null : fromUtf8(bytes);
	const parsed = text === null ? null : parseCanonical(text, { bytesMax: 1024 });
	if (!parsed?.ok || !isObject(parsed.value) || !hasOnly(parsed.value, ['v', 'site', 'comp', 'key'])) return null;
	const { site, comp, key } = parsed.value;
	const secret = typeof key === 'string' ? keyBytes(key) : null;
	return isId(site) && isCompartment(comp) && secret !== null ? { site, comp, key: secret } : null;
}

/** Nonce and ciphertext of a row. */
export function sealRow(local: Pick<LocalKey, 'key'>, collection: string, rowId: string, plaintext: Uint8Array, random: Random): Uint8Array {
	const nonce = random.bytes(NONCE_BYTES);
	const ciphertext = sodium().crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, rowAd(collection, rowId), null, nonce, local.key);
	const row = new Uint8Array(NONCE_BYTES + ciphertext.length);
	row.set(nonce);
	row.set(ciphertext, NONCE_BYTES);
	return row;
}

/** The row's plaintext, or null when it was not sealed under this key for this place: such a row is rebuilt from its envelopes. */
export function openRow(local: Pick<LocalKey, 'key'>, collection: string, rowId: string, row: Uint8Array): Uint8Array | null {
	if (row.length < NONCE_BYTES + AEAD_TAG_BYTES) return null;
	try {
		const [nonce, ciphertext] = [row.subarray(0, NONCE_BYTES), row.subarray(NONCE_BYTES)];
		return sodium().crypto_aead_xchacha20poly1305_ietf_decrypt(null, ciphertext, rowAd(collection, rowId), nonce, local.key);
	} catch {
		return null;
	}
}

/** A row of text, as base64url: what a JSON store keeps. */
export const sealTextRow = (local: Pick<LocalKey, 'key'>, collection: string, rowId: string, text: string, random: Random): string =>
	toBase64url(sealRow(local, collection, rowId, utf8(text), random));

/** The text of such a row, or null. */
export function openTextRow(local: Pick<LocalKey, 'key'>, collection: string, rowId: string, row: string): string | null {
	const bytes = fromBase64url(row);
	const plaintext = bytes === null ? null : openRow(local, collection, rowId, bytes);
	return plaintext === null ? null : fromUtf8(plaintext);
}

const rowAd = (collection: string, rowId: string): Uint8Array => frame('saddlebag/local/1', collection, rowId);
