/**
 * What an invitation says (names, sites, roles, expiry), sealed under its seed and left on the hub: so that the link itself says nothing.
 *
 * The hub holds the box and not the seed; who holds the link can open it, and nobody else can make one that opens. It is signed with the
 * invitation key, so that a hub takes it from the inviter alone.
 */
import { fromBase64url, toBase64url } from '../../change/base64url.ts';
import { canonicalJson, isObject, parseCanonical } from '../../change/canonical.ts';
import type { Id } from '../../change/change.ts';
import type { Random } from '../../change/ports.ts';
import { fromUtf8 } from '../../change/utf8.ts';
import { err, problem, type Problem, type Result } from '../../result.ts';
import { kdf } from '../../seal/epoch.ts';
import { keyBytes, sign, signingKeyFrom } from '../../seal/keys.ts';
import { frame, unframe } from '../../verify/digest.ts';
import { NONCE_BYTES, type PreviewDocument } from '../../verify/document.ts';
import { previewDocumentId } from '../../verify/ids.ts';
import { padme } from '../../verify/padme.ts';
import { sodium } from '../../verify/sodium.ts';
import { previewBytes } from '../answer.ts';
import { invitationOf, type Invitation } from './invitation.ts';

/** One site and role with long names and a short one are the same size on the hub. */
const FLOOR_BYTES = 1024;
const TEXT_BYTES_MAX = 16 * 1024;

/** The preview of an invitation. Fresh nonce: made once, posted as often as needed. */
export function sealPreview(invitation: Invitation, random: Random): PreviewDocument {
	const { seed, ...said } = invitation;
	const secret = seedOf(seed);
	const framed = frame(canonicalJson(said));
	const padded = new Uint8Array(padme(framed.length, FLOOR_BYTES));
	padded.set(framed);
	const nonce = random.bytes(NONCE_BYTES);
	const body = sodium().crypto_aead_xchacha20poly1305_ietf_encrypt(padded, previewAd(invitation.invitation), null, nonce, previewKey(secret));
	const [n, c] = [toBase64url(nonce), toBase64url(body)];
	const sig = sign('saddlebag/preview/1', previewBytes(invitation.org, { invitation: invitation.invitation, n, c }), signingKeyFrom(secret));
	return { _id: previewDocumentId(invitation.invitation, nonce, body, sig), v: 'p1', invitation: invitation.invitation, n, c, sig };
}

/** The invitation that a preview is of, for who has its seed and came to it by `origin`. Total on any checked document. */
export function openPreview(seed: string, origin: string, document: PreviewDocument): Result<Invitation, Problem<'damaged' | 'unsafe' | 'newer-version'>> {
	const text = textIn(seedOf(seed), document);
	const parsed = text === null ? null : parseCanonical(text, { bytesMax: TEXT_BYTES_MAX });
	if (!parsed?.ok || !isObject(parsed.value)) return altered();
	const invitation = invitationOf({ ...parsed.value, seed });
	if (!invitation.ok) return invitation;
	if (invitation.value.invitation !== document.invitation) return altered();
	if (invitation.value.hub.origin !== origin) return err(problem('unsafe', 'The address of this link is not the one its invitation names. Ask the person who sent it for a new one.'));
	return invitation;
}

function textIn(seed: Uint8Array, { invitation, n, c }: PreviewDocument): string | null {
	const [nonce, body] = [fromBase64url(n), fromBase64url(c)];
	if (nonce === null || body === null) return null;
	try {
		const padded = sodium().crypto_aead_xchacha20poly1305_ietf_decrypt(null, body, previewAd(invitation), nonce, previewKey(seed));
		const opened = unframe(padded, 1);
		const [bytes] = opened?.parts ?? [];
		return bytes === undefined ? null : fromUtf8(bytes);
	} catch {
		return null;
	}
}

const altered = (): Result<never, Problem<'damaged'>> => err(problem('damaged', 'What the hub holds of this invitation was altered. Do not go on; ask the person who invited you for another.'));
const previewKey = (seed: Uint8Array): Uint8Array => kdf(seed, 'saddlebag/preview/1');
const previewAd = (invitation: Id): Uint8Array => frame('saddlebag/preview/1', 'p1', invitation);

function seedOf(seed: string): Uint8Array {
	const secret = keyBytes(seed);
	if (secret === null) throw new TypeError('a seed that was parsed has 32 bytes');
	return secret;
}
