/**
 * The comparison code: eight characters that inviter and invited read to each other before anybody is admitted.
 *
 * It covers who invited, which answer arrived and all its keys: whoever changed a key on the way shows another code. Forty bits alone could
 * be searched by machine for a second set of keys with the same code; each guess therefore costs an Argon2id, so that
 * 2^40 of them outlast any invitation (attack 23, attack 59).
 */
import { argon2id } from 'hash-wasm';
import type { Hash, Id } from '../change/change.ts';
import { digest, frame } from '../verify/digest.ts';
import { actorKeysText, type ActorPublicKeys } from '../verify/ids.ts';
import { ARGON2_MEMORY_KIB, ARGON2_PASSES } from './passphrase.ts';

/** 32 letters and digits without 0, 1, I, O, which people confuse. */
export const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const CHARACTERS = 8;

export interface CodeInput {
	readonly org: Hash;
	readonly invitation: Id;
	/** actor of the inviter */
	readonly inviter: Hash;
	/** `_id` of the answer document */
	readonly answer: string;
	/** keys that the answer asks to enrol */
	readonly keys: ActorPublicKeys;
}

/** The code, as `XXXX XXXX`. Takes part of a second, on purpose. */
export async function comparisonCode({ org, invitation, inviter, answer, keys }: CodeInput): Promise<string> {
	const hash = await argon2id({
		password: frame('saddlebag/code/1', org, invitation, inviter, answer, actorKeysText(keys)),
		salt: digest('saddlebag/code-salt/1', org, invitation).subarray(0, 16),
		memorySize: ARGON2_MEMORY_KIB,
		iterations: ARGON2_PASSES,
		parallelism: 1,
		hashLength: 32,
		outputType: 'binary'
	});
	let bits = 0n;
	for (const byte of hash.subarray(0, 5)) bits = (bits << 8n) | BigInt(byte);
	let code = '';
	for (let i = CHARACTERS - 1; i >= 0; i--) code += ALPHABET.charAt(Number((bits >> BigInt(5 * i)) & 31n));
	return `${code.slice(0, 4)} ${code.slice(4)}`;
}
