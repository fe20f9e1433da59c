/**
 * Unlocking with the device's own authenticator (fingerprint, face, screen lock), where it has WebAuthn's PRF extension.
 *
 * The ceremony has to be on the page; what comes of it, 32 bytes that only this authenticator gives for this salt, goes to the worker at once, which
 * opens a wrap with it. No server is asked and none need exist: the challenge is random and its answer is not verified, because it is
 * not the answer that unlocks but the secret (sync/seal/passkey.ts).
 */
import type { DeviceApi, LocalUser, Outcome } from '$sync/device/api.ts';
import type { Passkey } from '$sync/device/members-api.ts';
import { fromBase64url, toBase64url } from '$sync/change/base64url.ts';
import { err, problem } from '$sync/result.ts';
import { m } from '$lib/paraglide/messages.js';

const TIMEOUT_MS = 60_000;
/** COSE: ES256, EdDSA, RS256 */
const ALGORITHMS = [-7, -8, -257] as const;

/** Has this device an authenticator of its own? Whether it has PRF only an attempt tells. */
export async function passkeysPossible(): Promise<boolean> {
	return 'PublicKeyCredential' in window && PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable();
}

/** Makes a credential for the user who is unlocked and adds it as a way in. */
export async function addPasskey(device: DeviceApi, label: string): Promise<Outcome<null>> {
	const asked = await device.passkeySalt();
	if (!asked.ok) return asked;
	const salt = bytes(asked.value.salt);
	const made = await ceremony(() => navigator.credentials.create({
		publicKey: {
			rp: { name: 'Saddlebag' }, user: { id: bytes(asked.value.user), name: label, displayName: label }, challenge: random(),
			pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })), timeout: TIMEOUT_MS,
			authenticatorSelection: { authenticatorAttachment: 'platform', userVerification: 'required', residentKey: 'discouraged' },
			extensions: { prf: { eval: { first: salt } } }
		}
	}));
	if (made === null) return notDone();
	const credential = toBase64url(new Uint8Array(made.rawId));
	// some authenticators give the secret on making the credential, the others on the first use of it
	const output = secretOf(made) ?? (await secretFor([{ credential, salt: asked.value.salt }]))?.output ?? null;
	return output === null ? notDone() : device.addPasskey({ credential, salt: asked.value.salt, output });
}

export async function unlockWithPasskey(device: DeviceApi, user: Pick<LocalUser, 'member'>, passkeys: readonly Passkey[]): Promise<Outcome<LocalUser>> {
	const given = await secretFor(passkeys);
	return given === null ? notDone() : device.unlockWithPasskey({ member: user.member, ...given });
}

async function secretFor(passkeys: readonly Pick<Passkey, 'credential' | 'salt'>[]): Promise<{ readonly credential: string; readonly output: Uint8Array } | null> {
	const used = await ceremony(() => navigator.credentials.get({
		publicKey: {
			challenge: random(), timeout: TIMEOUT_MS, userVerification: 'required',
			allowCredentials: passkeys.map(({ credential }) => ({ type: 'public-key', id: bytes(credential) })),
			extensions: { prf: { evalByCredential: Object.fromEntries(passkeys.map(({ credential, salt }) => [credential, { first: bytes(salt) }])) } }
		}
	}));
	const output = used === null ? null : secretOf(used);
	return used === null || output === null ? null : { credential: toBase64url(new Uint8Array(used.rawId)), output };
}

/** A user who turns away, and a device that cannot, look alike to a page. */
async function ceremony(begin: () => Promise<Credential | null>): Promise<PublicKeyCredential | null> {
	try {
		const credential = await begin();
		return credential instanceof PublicKeyCredential ? credential : null;
	} catch {
		return null;
	}
}

function secretOf(credential: PublicKeyCredential): Uint8Array | null {
	const first = credential.getClientExtensionResults().prf?.results?.first;
	if (first === undefined) return null;
	return ArrayBuffer.isView(first) ? new Uint8Array(first.buffer, first.byteOffset, first.byteLength) : new Uint8Array(first);
}

const notDone = (): Outcome<never> => err(problem('no-passkey', m.passkey_not_done()));
const random = (): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(32));
const bytes = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(fromBase64url(text) ?? []);
