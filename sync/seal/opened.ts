/**
 * What comes out of an envelope or a deposit, and why nothing did.
 */
import { err, problem, type Problem, type Result } from '../result.ts';
import type { Signature } from '../change/change.ts';
import type { EpochKeys } from './epoch.ts';

/** A signed text as it travels inside: of a change, or of a voucher. */
export interface SignedText {
	readonly text: string;
	readonly sig: Signature;
}

/** What was in an envelope or deposit, and under which epoch: nothing of it is verified yet. */
export interface Opened extends SignedText {
	readonly epoch: EpochKeys;
	/** only in a deposit */
	readonly voucher: SignedText | null;
}

/** `no-key`: the tag commits to another key. `bad-ciphertext`: it commits to this key, and the bytes are not what this key seals here. */
export type OpenProblem = Problem<'no-key' | 'bad-ciphertext'>;

export const noKey = (): Result<never, OpenProblem> => err(problem('no-key', 'This device does not hold the key to this entry yet.'));
export const badCiphertext = (): Result<never, OpenProblem> =>
	err(problem('bad-ciphertext', 'The entry was altered on its way, or belongs to another place.'));
