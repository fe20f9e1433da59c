/** The verdicts of this project's verifier on the edge cases, by name: computed alike in Node and in a browser, and compared. */
import keys from './edge-keys.json' with { type: 'json' };
import signatures from './edge-signatures.json' with { type: 'json' };
import { isAcceptablePublicKey, isAcceptableSealKey, verifySignature } from '../signature.ts';

export interface EdgeVerdicts {
	readonly signatures: readonly { readonly what: string; readonly verifies: boolean; readonly enrols: boolean }[];
	readonly keys: readonly { readonly what: string; readonly enrols: boolean }[];
}

/** After `ready()`. */
export const edgeVerdicts = (): EdgeVerdicts => ({
	signatures: signatures.map(({ what, text, sig, key }) => ({ what, verifies: verifySignature('saddlebag/change/1', text, sig, key), enrols: isAcceptablePublicKey(key) })),
	keys: keys.map(({ what, key }) => ({ what, enrols: isAcceptableSealKey(key) }))
});
