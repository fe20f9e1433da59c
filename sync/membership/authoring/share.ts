/**
 * One share of a recovery kit as text: printed, kept in a drawer, typed in by hand years later.
 *
 * 32 letters and digits that are not mistaken for each other, in groups of four; in it the kit, the share's number, how many there are and how many are
 * needed, and a checksum: a typing error shows before anything is combined. Fewer shares than needed say nothing about the secret (Shamir, 1979).
 */
import { fromBase64url, toBase64url } from '../../change/base64url.ts';
import type { Hash } from '../../change/change.ts';
import { bytesOf } from '../../change/ids.ts';
import { err, ok, problem, type Problem, type Result } from '../../result.ts';
import { ALPHABET } from '../../seal/code.ts';
import { digest } from '../../verify/digest.ts';

export interface Share {
	/** first 8 bytes of the kit's name, base64url */
	readonly kit: string;
	/** from 1 */
	readonly number: number;
	readonly of: number;
	readonly needed: number;
	/** as `shamir-secret-sharing` splits 32 bytes: 33 bytes, the last of them the abscissa */
	readonly bytes: Uint8Array;
}
export type ShareProblem = Problem<'not-a-share' | 'damaged' | 'newer-version'>;

const VERSION = 1;
const KIT_BYTES = 8;
const SECRET_BYTES = 33;
const CHECK_BYTES = 4;
const LENGTH = 4 + KIT_BYTES + SECRET_BYTES + CHECK_BYTES;
const CHARACTERS = Math.ceil((LENGTH * 8) / 5);

/** The short name of a kit, as its shares carry it. */
export const kitMark = (kit: Hash): string => toBase64url(bytesOf(kit).subarray(0, KIT_BYTES));

export function encodeShare({ kit, number, of, needed, bytes }: Share): string {
	const mark = fromBase64url(kit);
	if (mark?.length !== KIT_BYTES || bytes.length !== SECRET_BYTES) throw new TypeError('a share made here has its size');
	const body = Uint8Array.from([VERSION, number, of, needed, ...mark, ...bytes]);
	return grouped(toBase32(Uint8Array.from([...body, ...checkOf(body)])));
}

/** What a text says; white space, hyphens and small letters are as good. Total on any text. */
export function parseShare(text: string): Result<Share, ShareProblem> {
	const letters = text.toUpperCase().replace(/[\s-]/g, '');
	if (letters.length !== CHARACTERS || [...letters].some((letter) => !ALPHABET.includes(letter))) {
		return err(problem('not-a-share', `This is not a share of a recovery kit: it has ${CHARACTERS} letters and digits, without 0, 1, I and O.`));
	}
	const all = fromBase32(letters);
	const body = all.subarray(0, LENGTH - CHECK_BYTES);
	if (toBase32(all) !== letters || toBase64url(checkOf(body)) !== toBase64url(all.subarray(LENGTH - CHECK_BYTES))) {
		return err(problem('damaged', 'One of the letters is not right. Compare it with the paper, group by group.'));
	}
	const [version = 0, number = 0, of = 0, needed = 0] = body;
	if (version !== VERSION) return err(problem('newer-version', 'This share was made by a newer version of the app. Update this one first.'));
	return ok({ kit: toBase64url(body.subarray(4, 4 + KIT_BYTES)), number, of, needed, bytes: body.slice(4 + KIT_BYTES) });
}

const checkOf = (body: Uint8Array): Uint8Array => digest('saddlebag/recovery-share/1', body).subarray(0, CHECK_BYTES);

const grouped = (letters: string): string => letters.replace(/(.{4})(?=.)/g, '$1-');

function toBase32(bytes: Uint8Array): string {
	let text = '';
	let [bits, held] = [0, 0];
	for (const byte of bytes) {
		bits = (bits << 8) | byte;
		for (held += 8; held >= 5; held -= 5) text += ALPHABET.charAt((bits >> (held - 5)) & 31);
		bits &= (1 << held) - 1;
	}
	return held === 0 ? text : text + ALPHABET.charAt((bits << (5 - held)) & 31);
}

function fromBase32(text: string): Uint8Array {
	const bytes = new Uint8Array(LENGTH);
	let [bits, held, at] = [0, 0, 0];
	for (const letter of text) {
		bits = (bits << 5) | ALPHABET.indexOf(letter);
		held += 5;
		if (held < 8) continue;
		held -= 8;
		bytes[at++] = (bits >> held) & 255;
		bits &= (1 << held) - 1;
	}
	return bytes;
}
