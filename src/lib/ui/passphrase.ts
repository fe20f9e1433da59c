/**
 * Advice on a new passphrase. Length counts and composition rules do not (NIST SP 800-63B rev. 4); what is repeated, a run of the
 * keyboard or the person's own name is named as easy to guess. The passphrase protects a stolen tablet against offline guessing.
 */
import { m } from '$lib/paraglide/messages.js';
import type { FieldError } from './form.svelte.ts';

export const PASSPHRASE_CHARACTERS_MIN = 12;
const STRONG_CHARACTERS = 18;

export type Advice = 'short' | 'guessable' | 'fair' | 'strong';

const RUNS = ['abcdefghijklmnopqrstuvwxyz', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', '01234567890', 'password', 'passphrase', 'saddlebag', 'letmein'];

/** What is left once runs of four or more, repeats and the own name are counted as one character each. */
function unpredictable(passphrase: string, username: string): number {
	let rest = passphrase.toLowerCase();
	for (const word of username.toLowerCase().split(/\s+/u).filter((w) => w.length > 2)) rest = rest.replaceAll(word, '*');
	rest = rest.replace(/(.{1,4}?)\1{2,}/gu, '*');
	for (const run of RUNS) {
		for (let size = run.length; size >= 4; size--) {
			for (let start = 0; start + size <= run.length; start++) rest = rest.replaceAll(run.slice(start, start + size), '*');
		}
	}
	return [...rest].length;
}

export function adviceFor(passphrase: string, username = ''): Advice {
	const length = [...passphrase].length;
	if (length < PASSPHRASE_CHARACTERS_MIN) return 'short';
	const left = unpredictable(passphrase, username);
	if (left < 8) return 'guessable';
	return length >= STRONG_CHARACTERS && left >= 14 ? 'strong' : 'fair';
}

/** What a form says about a new passphrase before it is taken. */
export function passphraseErrors(field: string, passphrase: string, username: string): FieldError[] {
	const advice = adviceFor(passphrase, username);
	if (advice === 'short') return [{ field, message: m.passphrase_error_short({ count: PASSPHRASE_CHARACTERS_MIN }) }];
	if (advice === 'guessable') return [{ field, message: m.passphrase_error_guessable() }];
	return [];
}
