/**
 * Opening envelopes and deposits by the letter of docs/formats.md, with all keys of the world.
 *
 * Not the code of `sync/seal`: what a device seals in any other way than the format says (without its associated data, say) opens for a device
 * that makes the same mistake, and does not open here.
 */
import libsodium from 'libsodium-wrappers';
import type { Change, Compartment } from '../../sync/change/change.ts';
import { sodium } from '../../sync/verify/sodium.ts';
import { b64, digested, framed, kdf, keyed, unb64, unframed } from './bytes.ts';

/** One key of the world, and what it is of. */
export interface WorldKey {
	readonly org: string;
	readonly site: string;
	readonly comp: Compartment;
	readonly epoch: string;
	readonly key: Uint8Array;
}

export interface Sealed { readonly _id: string; readonly v: string; readonly t: string; readonly n: string; readonly c: string }

export interface OpenedChange {
	readonly id: string;
	readonly text: string;
	readonly sig: string;
	readonly change: Change;
	/** the compartment whose key opened it */
	readonly comp: Compartment;
	readonly epoch: string;
	/** only in a deposit */
	readonly voucher: { readonly text: string; readonly sig: string } | null;
}

interface Candidate { readonly key: WorldKey; readonly base: Uint8Array; readonly domain: string; readonly body: Uint8Array }

/** What a document of the database of `site` holds; null when none of the keys of that site opens it as the format says. */
export function openByFormat(document: Sealed, site: string, keys: readonly WorldKey[]): OpenedChange | null {
	const [tag, nonce, c] = [document.t, document.n, document.c].map(unb64);
	if (tag === undefined || nonce === undefined || c === undefined) return null;
	if (digested('saddlebag/envelope-id/1', document.v, tag, nonce, c).toString('hex') !== document._id) return null;
	for (const key of keys) {
		if (key.site !== site) continue;
		const candidate = candidateOf(document.v, key, c);
		if (candidate === null || !kdfTag(candidate.base, nonce).equals(tag)) continue;
		return opened(candidate, nonce, document.v);
	}
	return null;
}

const kdfTag = (base: Uint8Array, nonce: Uint8Array): Buffer => keyed(kdf(base, 'saddlebag/envelope-tag/1'), nonce);

function candidateOf(v: string, key: WorldKey, c: Uint8Array): Candidate | null {
	if (v === 'e1') return { key, base: key.key, domain: 'saddlebag/envelope/1', body: c };
	if (v !== 'd1' || c.length < 32) return null;
	const secret = kdf(key.key, 'saddlebag/deposit-key/1');
	const ephemeral = c.subarray(0, 32);
	try {
		const shared = sodium().crypto_scalarmult(secret, ephemeral);
		const base = keyed(shared, framed('saddlebag/deposit/1', ephemeral, sodium().crypto_scalarmult_base(secret)));
		return { key, base, domain: 'saddlebag/deposit/1', body: c.subarray(32) };
	} catch {
		return null;
	}
}

function opened({ key, base, domain, body }: Candidate, nonce: Uint8Array, v: string): OpenedChange | null {
	const ad = framed(domain, v, key.org, key.site, key.comp, key.epoch);
	let padded: Uint8Array;
	try {
		padded = libsodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, body, ad, nonce, kdf(base, 'saddlebag/envelope-aead/1'));
	} catch {
		return null;
	}
	if (!keyed(kdf(base, 'saddlebag/envelope-nonce/1'), framed(ad, padded), 24).equals(nonce)) return null;
	const [sig, text, voucherSig, voucherText] = unframed(padded, v === 'e1' ? 2 : 4) ?? [];
	if (sig === undefined || text === undefined) return null;
	const voucher = voucherSig === undefined || voucherText === undefined ? null : { text: voucherText.toString('utf8'), sig: b64(voucherSig) };
	// what a hostile hub cannot make opens only if somebody with the key sealed it: its text was made by this code, and is JSON
	const change = JSON.parse(text.toString('utf8')) as Change;
	return { id: b64(digested('saddlebag/change-id/1', text, sig)), text: text.toString('utf8'), sig: b64(sig), change, comp: key.comp, epoch: key.epoch, voucher };
}
