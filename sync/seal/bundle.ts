/**
 * Keys on their way to who is entitled to them.
 *
 * A key bundle holds all new keys for one recipient in one sealed box. Anyone can make one, so a bundle is opened only when a statement
 * by an entitled actor names it (attack 12), and each key in it must hash to the epoch that the log declares: a key that does not is
 * set apart as evidence against whoever delivered it (attack 15). Older keys travel under the key of the epoch that succeeded
 * theirs, so that a new member gets the history with one key.
 */
import { err, ok, problem, type Problem, type Result } from '../result.ts';
import { fromBase64url, toBase64url } from '../change/base64url.ts';
import { canonicalJson, isObject, parseCanonical } from '../change/canonical.ts';
import type { Hash, Json } from '../change/change.ts';
import { isCompartment, isHash, isId } from '../change/ids.ts';
import type { Random } from '../change/ports.ts';
import { hasOnly } from '../change/shape.ts';
import { fromUtf8, utf8 } from '../change/utf8.ts';
import { frame } from '../verify/digest.ts';
import { DOCUMENT_BYTES_MAX, NONCE_BYTES, type KeyBundleDocument, type OlderKeysDocument } from '../verify/document.ts';
import { epochId, keyBundleDocumentId, olderKeysDocumentId } from '../verify/ids.ts';
import { sodium } from '../verify/sodium.ts';
import { openBox, sealBoxBytes } from './box.ts';
import { kdf, type EpochSecret } from './epoch.ts';
import { keyBytes, type SealKey } from './keys.ts';

export interface OpenedKeys {
	readonly keys: readonly EpochSecret[];
	/** epochs for which another key was handed over than the log declares */
	readonly mismatched: readonly Hash[];
}

export type KeysProblem = Problem<'bad-box' | 'wrong-recipient'>;

/** One bundle of keys for one actor. `lines`: what was written of keys before, so that of hundreds of keys for hundreds of people each is written once. */
export function wrapKeys(
	to: { readonly org: Hash; readonly actor: Hash; readonly seal: string }, keys: readonly EpochSecret[], random: Random, lines: Map<EpochSecret, string> = new Map()
): KeyBundleDocument {
	const written = keys.map((key) => {
		const line = lines.get(key) ?? canonicalJson(writeKey(key));
		lines.set(key, line);
		return line;
	});
	// canonical: the members in the order of their names
	const text = `{"actor":${canonicalJson(to.actor)},"keys":[${written.join(',')}],"org":${canonicalJson(to.org)},"v":1}`;
	const box = sealBoxBytes(to.seal, utf8(text), random);
	return { _id: keyBundleDocumentId(box), v: 'k1', c: toBase64url(box) };
}

/** The keys in a bundle for this actor. The caller has checked that an entitled actor's statement names the document. */
export function openKeys(own: { readonly org: Hash; readonly actor: Hash; readonly seal: SealKey }, document: KeyBundleDocument): Result<OpenedKeys, KeysProblem> {
	const bytes = openBox(own.seal, document.c);
	const raw = bytes === null ? null : readJson(bytes);
	if (!isObject(raw) || !hasOnly(raw, ['v', 'org', 'actor', 'keys']) || raw['v'] !== 1) return badBox();
	if (raw['org'] !== own.org || raw['actor'] !== own.actor) return err(problem('wrong-recipient', 'The keys were made out to somebody else.'));
	return readKeys(raw['keys'] ?? null);
}

/** The keys of epochs before, under the key of this one. */
export function sealOlderKeys(org: Hash, newer: EpochSecret, older: readonly EpochSecret[], random: Random): OlderKeysDocument {
	const nonce = random.bytes(NONCE_BYTES);
	const plaintext = utf8(canonicalJson(older.map(writeKey)));
	const c = sodium().crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, olderAd(org, newer.epoch), null, nonce, olderKey(newer));
	return { _id: olderKeysDocumentId(nonce, c), v: 'o1', n: toBase64url(nonce), c: toBase64url(c) };
}

/** The keys that an epoch's own key opens. */
export function openOlderKeys(org: Hash, newer: EpochSecret, document: OlderKeysDocument): Result<OpenedKeys, KeysProblem> {
	const nonce = fromBase64url(document.n);
	const c = fromBase64url(document.c);
	if (nonce === null || c === null) return badBox();
	try {
		const plaintext = sodium().crypto_aead_xchacha20poly1305_ietf_decrypt(null, c, olderAd(org, newer.epoch), nonce, olderKey(newer));
		return readKeys(readJson(plaintext));
	} catch {
		return badBox();
	}
}

const olderKey = (newer: EpochSecret): Uint8Array => kdf(newer.key, 'saddlebag/older-keys/1');
const olderAd = (org: Hash, epoch: Hash): Uint8Array => frame('saddlebag/older-keys/1', org, epoch);
const badBox = (): Result<never, KeysProblem> => err(problem('bad-box', 'The keys could not be opened: they were altered, or are for somebody else.'));

const writeKey = ({ site, comp, epoch, key }: EpochSecret): Json => ({ site, comp, epoch, key: toBase64url(key) });

function readKeys(raw: Json): Result<OpenedKeys, KeysProblem> {
	if (!Array.isArray(raw)) return badBox();
	const keys: EpochSecret[] = [];
	const mismatched: Hash[] = [];
	for (const item of raw as readonly Json[]) {
		const secret = readKey(item);
		if (secret === null) return badBox();
		if (epochId(secret.site, secret.comp, secret.key) === secret.epoch) keys.push(secret);
		else mismatched.push(secret.epoch);
	}
	return ok({ keys, mismatched });
}

function readKey(raw: Json): EpochSecret | null {
	if (!isObject(raw) || !hasOnly(raw, ['site', 'comp', 'epoch', 'key'])) return null;
	const { site, comp, epoch } = raw;
	const key = typeof raw['key'] === 'string' ? keyBytes(raw['key']) : null;
	if (!isHash(epoch) || key === null) return null;
	if (site === null) return comp === 'roster' ? { site, comp, epoch, key } : null;
	return isId(site) && isCompartment(comp) ? { site, comp, epoch, key } : null;
}

function readJson(bytes: Uint8Array): Json {
	const text = fromUtf8(bytes);
	const parsed = text === null ? null : parseCanonical(text, { bytesMax: DOCUMENT_BYTES_MAX });
	return parsed?.ok ? parsed.value : null;
}
