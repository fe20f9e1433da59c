/**
 * Names and reasons in the membership log, readable by members only.
 *
 * Sealed under the roster key, which every member holds, and padded so that a size says little about a name (attack 45).
 */
import { err, ok, problem, type Problem, type Result } from '../result.ts';
import { fromBase64url, toBase64url } from '../change/base64url.ts';
import type { Hash } from '../change/change.ts';
import type { Random } from '../change/ports.ts';
import { fromUtf8 } from '../change/utf8.ts';
import { frame, unframe } from '../verify/digest.ts';
import { NONCE_BYTES } from '../verify/document.ts';
import { padme } from '../verify/padme.ts';
import { sodium } from '../verify/sodium.ts';
import { kdf, type EpochSecret } from './epoch.ts';

export interface RosterBox {
	readonly epoch: Hash;
	/** nonce and ciphertext, base64url */
	readonly box: string;
}

const FLOOR_BYTES = 32;

/** Seals a name or reason under a roster epoch. */
export function rosterSeal(roster: EpochSecret, text: string, random: Random): RosterBox {
	const framed = frame(text);
	const padded = new Uint8Array(padme(framed.length, FLOOR_BYTES));
	padded.set(framed);
	const nonce = random.bytes(NONCE_BYTES);
	const ciphertext = sodium().crypto_aead_xchacha20poly1305_ietf_encrypt(padded, rosterAd(roster.epoch), null, nonce, rosterKey(roster));
	const box = new Uint8Array(NONCE_BYTES + ciphertext.length);
	box.set(nonce);
	box.set(ciphertext, NONCE_BYTES);
	return { epoch: roster.epoch, box: toBase64url(box) };
}

/** The text in a box of this roster epoch. Total on any box. */
export function rosterOpen(roster: EpochSecret, sealed: RosterBox): Result<string, Problem<'no-key' | 'bad-box'>> {
	if (sealed.epoch !== roster.epoch) return err(problem('no-key', 'This device does not hold the key to this name.'));
	const box = fromBase64url(sealed.box);
	const text = box === null ? null : decrypt(roster, box);
	return text === null ? err(problem('bad-box', 'This name was altered on its way.')) : ok(text);
}

function decrypt(roster: EpochSecret, box: Uint8Array): string | null {
	try {
		const [nonce, ciphertext] = [box.subarray(0, NONCE_BYTES), box.subarray(NONCE_BYTES)];
		const padded = sodium().crypto_aead_xchacha20poly1305_ietf_decrypt(null, ciphertext, rosterAd(roster.epoch), nonce, rosterKey(roster));
		const opened = unframe(padded, 1);
		const [bytes] = opened?.parts ?? [];
		if (opened === null || bytes === undefined || padme(opened.end, FLOOR_BYTES) !== padded.length) return null;
		return padded.subarray(opened.end).every((byte) => byte === 0) ? fromUtf8(bytes) : null;
	} catch {
		return null;
	}
}

const rosterKey = (roster: EpochSecret): Uint8Array => kdf(roster.key, 'saddlebag/roster/1');
const rosterAd = (epoch: Hash): Uint8Array => frame('saddlebag/roster/1', epoch);
