/**
 * What the tests of bundling put into a bundle: one change sealed, opened and verified.
 */
import { hashOf, idOf } from '../../sync/change/ids.ts';
import { seededRandom } from '../../sync/change/ports.ts';
import { openEnvelope, sealChange } from '../../sync/seal/envelope.ts';
import { epochKeys, newEpoch } from '../../sync/seal/epoch.ts';
import { newSigningKey, sign } from '../../sync/seal/keys.ts';
import { verifySignature } from '../../sync/verify/signature.ts';
import { ready } from '../../sync/verify/sodium.ts';
import { useCrypto } from '../crypto/mode.ts';
import type { CryptoMode } from '../plan.ts';

export async function sealAndOpen(mode: CryptoMode, openedWith: 'own' | 'other'): Promise<{ readonly text: string | null; readonly authentic: boolean; readonly publicKey: string }> {
	useCrypto(mode);
	await ready();
	const random = seededRandom('bundled');
	const [org, site] = [hashOf(random.bytes(32)), idOf(random.bytes(16))];
	const [own, other] = [newEpoch(site, 'clinical', random), newEpoch(site, 'clinical', random)].map(({ key }) => epochKeys(org, site, 'clinical', key));
	const signer = newSigningKey(random);
	if (own === undefined || other === undefined) throw new TypeError('two epochs were made');
	const sig = sign('saddlebag/change/1', 'Penicillin', signer);
	const opened = openEnvelope(openedWith === 'own' ? own : other, sealChange(own, { text: 'Penicillin', sig }));
	return {
		text: opened.ok ? opened.value.text : null,
		authentic: opened.ok && verifySignature('saddlebag/change/1', opened.value.text, opened.value.sig, signer.publicKey), publicKey: signer.publicKey
	};
}
