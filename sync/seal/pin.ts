/**
 * A PIN: a short way back in, for who gave the passphrase since the app was started.
 *
 * What it opens lies in the memory of one worker and nowhere else: the actor's secrets under a key from Argon2id of the PIN and a random secret that
 * never leaves this object. Six digits could be guessed by whoever had both; so five wrong tries erase it, as does the end of the app.
 */
import { argon2id } from 'hash-wasm';
import { err, ok, problem, type Problem, type Result } from '../result.ts';
import type { Random } from '../change/ports.ts';
import { utf8 } from '../change/utf8.ts';
import { frame } from '../verify/digest.ts';
import { NONCE_BYTES } from '../verify/document.ts';
import { sodium } from '../verify/sodium.ts';
import { kdf } from './epoch.ts';
import { ARGON2_MEMORY_KIB, ARGON2_PASSES } from './passphrase.ts';

export const PIN_TRIES = 5;
const PIN = /^[0-9]{6,12}$/;
const SALT_BYTES = 16;
const SECRET_BYTES = 32;

export type PinProblem = Problem<'bad-pin' | 'wrong-pin' | 'no-pin'>;

interface Kept { readonly secret: Uint8Array; readonly salt: Uint8Array; readonly nonce: Uint8Array; readonly sealed: Uint8Array; left: number }

/** PINs of the users who set one, by a name of the caller's (member and device). */
export class PinKeeper {
	readonly #random: Random;
	readonly #kept = new Map<string, Kept>();
	/** guesses are taken one at a time: many at once must not count as one */
	#turn: Promise<unknown> = Promise.resolve();

	constructor(random: Random) {
		this.#random = random;
	}

	/** Keeps `bytes` under a PIN of 6 to 12 digits, in place of what was kept before. */
	async keep(name: string, pin: string, bytes: Uint8Array): Promise<Result<null, PinProblem>> {
		if (!PIN.test(pin) || /^(.)\1*$/.test(pin)) return err(problem('bad-pin', 'Choose a PIN of 6 to 12 digits that are not all the same.'));
		const [secret, salt, nonce] = [this.#random.bytes(SECRET_BYTES), this.#random.bytes(SALT_BYTES), this.#random.bytes(NONCE_BYTES)];
		const sealed = sodium().crypto_aead_xchacha20poly1305_ietf_encrypt(bytes, pinAd(name), null, nonce, await keyOf(pin, secret, salt));
		this.#kept.set(name, { secret, salt, nonce, sealed, left: PIN_TRIES });
		return ok(null);
	}

	/** What was kept. A wrong PIN costs a try; the fifth erases it. */
	open(name: string, pin: string): Promise<Result<Uint8Array, PinProblem>> {
		const mine = this.#turn.then(() => this.#open(name, pin));
		this.#turn = mine.catch(() => undefined);
		return mine;
	}

	async #open(name: string, pin: string): Promise<Result<Uint8Array, PinProblem>> {
		const kept = this.#kept.get(name);
		if (kept === undefined) return gone();
		// counted before it is tried: ending the try half way is no way to try for nothing
		kept.left--;
		const key = await keyOf(pin, kept.secret, kept.salt);
		try {
			const bytes = sodium().crypto_aead_xchacha20poly1305_ietf_decrypt(null, kept.sealed, pinAd(name), kept.nonce, key);
			if (this.#kept.get(name) !== kept) return gone();
			kept.left = PIN_TRIES;
			return ok(bytes);
		} catch {
			if (kept.left <= 0) this.forget(name);
			return kept.left <= 0
				? err(problem('no-pin', 'That was the fifth wrong PIN: it is erased. Unlock with your passphrase.'))
				: err(problem('wrong-pin', `This is not the PIN. ${String(kept.left)} ${kept.left === 1 ? 'try' : 'tries'} left.`));
		}
	}

	triesLeft(name: string): number | null {
		return this.#kept.get(name)?.left ?? null;
	}

	forget(name: string): void {
		const kept = this.#kept.get(name);
		kept?.secret.fill(0);
		kept?.sealed.fill(0);
		this.#kept.delete(name);
	}
}

const gone = (): Result<never, PinProblem> => err(problem('no-pin', 'There is no PIN any more. Unlock with your passphrase.'));
const pinAd = (name: string): Uint8Array => frame('saddlebag/pin/1', name);

async function keyOf(pin: string, secret: Uint8Array, salt: Uint8Array): Promise<Uint8Array> {
	const stretched = await argon2id({
		password: utf8(pin), salt, secret, memorySize: ARGON2_MEMORY_KIB, iterations: ARGON2_PASSES, parallelism: 1, hashLength: 32, outputType: 'binary'
	});
	return kdf(stretched, 'saddlebag/pin/1');
}
