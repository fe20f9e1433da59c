/**
 * An actor's secret keys under a secret that a device's own authenticator gives (WebAuthn's PRF extension, `hmac-secret` of CTAP 2.1).
 *
 * The authenticator answers a salt with 32 bytes that nobody can compute without it and its user's presence; they take the place of a
 * passphrase and need no stretching. An additional way in: taking it away means erasing this wrap, and a new passphrase
 * erases all of them (attack 26).
 */
import { err, ok, problem, type Problem, type Result } from '../result.ts';
import { fromBase64url, toBase64url } from '../change/base64url.ts';
import { isObject } from '../change/canonical.ts';
import type { Random } from '../change/ports.ts';
import { hasOnly } from '../change/shape.ts';
import { frame } from '../verify/digest.ts';
import { NONCE_BYTES } from '../verify/document.ts';
import { sodium } from '../verify/sodium.ts';
import { kdf } from './epoch.ts';
import { readSecrets, secretsText, type ActorSecrets, type WrapContext } from './passphrase.ts';

export const PRF_BYTES = 32;

/** As it lies on the device's disk. */
export interface PasskeyWrap {
	readonly v: 1;
	readonly n: string;
	readonly c: string;
}

/** `output`: 32 bytes of the authenticator's PRF. `credential`: base64url of the credential's id, bound to the wrap. */
export function wrapForPasskey(output: Uint8Array, credential: string, secrets: ActorSecrets, context: WrapContext, random: Random): Result<PasskeyWrap, Problem<'bad-output'>> {
	if (output.length !== PRF_BYTES) return err(problem('bad-output', 'This device’s authenticator gave no secret: it cannot unlock the app.'));
	const nonce = random.bytes(NONCE_BYTES);
	const ciphertext = sodium().crypto_aead_xchacha20poly1305_ietf_encrypt(secretsText(secrets), wrapAd(context, credential), null, nonce, wrappingKey(output));
	return ok({ v: 1, n: toBase64url(nonce), c: toBase64url(ciphertext) });
}

/** The secrets in a wrap. Total on any value. */
export function openPasskeyWrap(output: Uint8Array, credential: string, raw: unknown, context: WrapContext): Result<ActorSecrets, Problem<'wrong-passkey'>> {
	const wrong = (): Result<never, Problem<'wrong-passkey'>> => err(problem('wrong-passkey', 'This did not unlock the app. Use the passphrase.'));
	if (output.length !== PRF_BYTES || !isObject(raw) || !hasOnly(raw, ['v', 'n', 'c']) || raw['v'] !== 1) return wrong();
	const [nonce, ciphertext] = [raw['n'], raw['c']].map((text) => (typeof text === 'string' ? fromBase64url(text) : null));
	if (nonce?.length !== NONCE_BYTES || ciphertext === null || ciphertext === undefined) return wrong();
	try {
		const secrets = readSecrets(sodium().crypto_aead_xchacha20poly1305_ietf_decrypt(null, ciphertext, wrapAd(context, credential), nonce, wrappingKey(output)));
		return secrets === null ? wrong() : ok(secrets);
	} catch {
		return wrong();
	}
}

const wrappingKey = (output: Uint8Array): Uint8Array => kdf(output, 'saddlebag/passkey-wrap/1');
const wrapAd = ({ org, member, device }: WrapContext, credential: string): Uint8Array => frame('saddlebag/passkey-wrap/1', org, member, device, credential);
