/**
 * Which cryptography the run at hand uses.
 *
 * One bundle holds both: libsodium, and the stand-in for its costly half. A seed names one of them before anything is signed, and no run mixes
 * the two: what one signs, the other refuses.
 */
import type { CryptoMode } from '../plan.ts';

let mode: CryptoMode = 'real';

/** For all that this thread does from now on. Only a bundle made by `simulation/bundle.ts` heeds it. */
export function useCrypto(chosen: CryptoMode): void {
	mode = chosen;
}

export const cryptoInUse = (): CryptoMode => mode;
