/**
 * The invitation link: what one person hands another, on paper, by message or on a screen.
 *
 * Everything that matters is behind the `#`, which no browser sends to a server. There are two forms. The short one is the seed of the invitation
 * key and nothing else: what the invitation says waits on the hub, sealed (`preview.ts`), so that a browser's history keeps no name. The whole one
 * says everything itself, for a place where the hub cannot be reached. A link proves nothing: names and roles are shown as what the inviter
 * says, and what is granted is what the signed invitation in the log says.
 */
import { fromBase64url, toBase64url } from '../../change/base64url.ts';
import { canonicalJson, isObject, parseCanonical } from '../../change/canonical.ts';
import type { Hash, Id } from '../../change/change.ts';
import { isHash, isId, isKeyText } from '../../change/ids.ts';
import { fromUtf8, utf8 } from '../../change/utf8.ts';
import { err, ok, problem, type Problem, type Result } from '../../result.ts';
import { keyBytes, signingKeyFrom } from '../../seal/keys.ts';
import { digest } from '../../verify/digest.ts';
import { isAcceptablePublicKey, isAcceptableSealKey } from '../../verify/signature.ts';
import { invitationIdOf } from '../ids.ts';
import { GRANTS_MAX, isOrigin } from '../parse.ts';
import { list, literal, object, oneOf, type Guard } from '../shape.ts';
import { ROLES, type Role } from '../types.ts';

export interface Invitation {
	readonly v: 1;
	readonly org: Hash;
	readonly invitation: Id;
	/** secret half of the invitation key: 32 bytes, base64url */
	readonly seed: string;
	/** the invite statement */
	readonly statement: Hash;
	readonly inviter: { readonly actor: Hash; readonly seal: string; readonly name: string };
	readonly organization: string;
	/** for the invited person to read: names of sites, and roles */
	readonly grants: readonly { readonly site: string; readonly role: Role }[];
	/** milliseconds since 1970 */
	readonly expires: number;
	readonly hub: { readonly key: string; readonly origin: string };
}

export type InvitationProblem = Problem<'not-a-link' | 'newer-version' | 'damaged' | 'unsafe'>;

const PATH = '/join';
/** a link is typed into nothing longer than an address bar; 64 grants with long names fit */
const TEXT_BYTES_MAX = 16 * 1024;
const NAME_CHARACTERS_MAX = 200;

const isName: Guard<string> = (value): value is string => typeof value === 'string' && value.length <= NAME_CHARACTERS_MAX;
const isTime: Guard<number> = (value): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
const isInvitation = object<Invitation>({
	v: literal(1 as const), org: isHash, invitation: isId, seed: isKeyText, statement: isHash,
	inviter: object<Invitation['inviter']>({ actor: isHash, seal: isKeyText, name: isName }),
	organization: isName, grants: list(object<{ site: string; role: Role }>({ site: isName, role: oneOf(ROLES) }), 1, GRANTS_MAX),
	expires: isTime, hub: object<Invitation['hub']>({ key: isKeyText, origin: isOrigin })
});

/** The link to hand over. */
export const encodeInvitation = (invitation: Invitation): string => `${invitation.hub.origin}${PATH}#${toBase64url(utf8(canonicalJson(invitation)))}`;

/** What a link holds: everything, or the seed of what waits at the hub of that origin. */
export type Link = { readonly kind: 'whole'; readonly invitation: Invitation } | { readonly kind: 'seed'; readonly seed: string; readonly key: string; readonly origin: string };

/** the first byte of a short link's payload; a whole one begins with the `{` of its JSON */
const SHORT = 2;
const SEED_BYTES = 32;
const CHECK_BYTES = 4;

/** The link to hand over where the hub can be reached. */
export function encodeShort({ seed, hub }: Pick<Invitation, 'seed' | 'hub'>): string {
	const secret = keyBytes(seed);
	if (secret === null) throw new TypeError('a seed that was made here has 32 bytes');
	return `${hub.origin}${PATH}#${toBase64url(Uint8Array.from([SHORT, ...secret, ...checkOf(secret, hub.origin)]))}`;
}

/** Covers the address too: a link that was copied with another one is no link. */
const checkOf = (secret: Uint8Array, origin: string): Uint8Array => digest('saddlebag/invitation-link/2', secret, origin).subarray(0, CHECK_BYTES);

/** What a link of either form holds. Total on any text. */
export function parseLink(link: string): Result<Link, InvitationProblem> {
	const trimmed = link.trim();
	const at = trimmed.indexOf('#');
	const bytes = at < 0 || trimmed.length > 2 * TEXT_BYTES_MAX ? null : fromBase64url(trimmed.slice(at + 1));
	if (bytes === null || bytes[0] !== SHORT) {
		const whole = parseInvitation(link);
		return whole.ok ? ok({ kind: 'whole', invitation: whole.value }) : whole;
	}
	const origin = trimmed.slice(0, Math.max(0, at - PATH.length));
	const secret = bytes.subarray(1, 1 + SEED_BYTES);
	if (bytes.length !== 1 + SEED_BYTES + CHECK_BYTES || trimmed.slice(0, at) !== origin + PATH || !isOrigin(origin)) return damaged();
	if (toBase64url(checkOf(secret, origin)) !== toBase64url(bytes.subarray(1 + SEED_BYTES))) return damaged();
	return ok({ kind: 'seed', seed: toBase64url(secret), key: signingKeyFrom(secret).publicKey, origin });
}

/** What a whole link says. Total on any text; white space around it, as copying leaves it, is taken off. */
export function parseInvitation(link: string): Result<Invitation, InvitationProblem> {
	const trimmed = link.trim();
	const at = trimmed.indexOf('#');
	if (at < 0 || trimmed.length > 2 * TEXT_BYTES_MAX || !URL.canParse(trimmed)) {
		return err(problem('not-a-link', 'This is not an invitation link. Copy the whole of it, or scan the code again.'));
	}
	const bytes = fromBase64url(trimmed.slice(at + 1));
	const text = bytes === null ? null : fromUtf8(bytes);
	const parsed = text === null ? null : parseCanonical(text, { bytesMax: TEXT_BYTES_MAX });
	if (!parsed?.ok) return damaged();
	const value = parsed.value;
	const invitation = invitationOf(value);
	return invitation.ok ? check(invitation.value, trimmed.slice(0, at)) : invitation;
}

/** An invitation whose parts belong together. Total on any value. */
export function invitationOf(value: unknown): Result<Invitation, Problem<'damaged' | 'newer-version'>> {
	if (!isInvitation(value)) {
		return isObject(value) && typeof value['v'] === 'number' && value['v'] > 1 ? err(problem('newer-version', 'This invitation was made by a newer version of the app. Update this one first.')) : damaged();
	}
	const seed = keyBytes(value.seed);
	if (seed === null || invitationIdOf(value.inviter.actor, signingKeyFrom(seed).publicKey) !== value.invitation) return damaged();
	if (!isAcceptableSealKey(value.inviter.seal) || !isAcceptablePublicKey(value.hub.key)) return damaged();
	return ok(value);
}

/** The link is at the address that its invitation names. */
function check(invitation: Invitation, address: string): Result<Invitation, InvitationProblem> {
	if (address !== invitation.hub.origin + PATH) return err(problem('unsafe', 'The address of this link is not the one its invitation names. Ask the person who sent it for a new one.'));
	return ok(invitation);
}

const damaged = (): Result<never, Problem<'damaged'>> => err(problem('damaged', 'This invitation is incomplete or was altered. Copy the whole link, or ask for a new one.'));

/** `nowMs`: milliseconds since 1970, by this device's clock. The admitting device judges by its own. */
export const isExpired = (invitation: { readonly expires: number }, nowMs: number): boolean => nowMs >= invitation.expires;
