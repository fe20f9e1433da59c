/**
 * The invitation link: what one person hands another, on paper, by message or on a screen.
 *
 * Everything that matters is behind the `#`, which no browser sends to a server. The link proves nothing by itself: names and roles in it are
 * shown as what the inviter says, and what is granted is what the signed invitation in the log says.
 */
import { fromBase64url, toBase64url } from '../../change/base64url.ts';
import { canonicalJson, parseCanonical } from '../../change/canonical.ts';
import type { Hash, Id } from '../../change/change.ts';
import { isHash, isId, isKeyText } from '../../change/ids.ts';
import { fromUtf8, utf8 } from '../../change/utf8.ts';
import { err, ok, problem, type Problem, type Result } from '../../result.ts';
import { keyBytes, signingKeyFrom } from '../../seal/keys.ts';
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

/** What a link says. Total on any text; white space around it, as copying leaves it, is taken off. */
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
	if (!isInvitation(value)) {
		return /^\{.*"v":[2-9]/.test(text ?? '') ? err(problem('newer-version', 'This invitation was made by a newer version of the app. Update this one first.')) : damaged();
	}
	return check(value, trimmed.slice(0, at));
}

/** The link and its parts belong together: a changed key or inviter shows here already. */
function check(invitation: Invitation, address: string): Result<Invitation, InvitationProblem> {
	if (address !== invitation.hub.origin + PATH) return err(problem('unsafe', 'The address of this link is not the one its invitation names. Ask the person who sent it for a new one.'));
	const seed = keyBytes(invitation.seed);
	if (seed === null || invitationIdOf(invitation.inviter.actor, signingKeyFrom(seed).publicKey) !== invitation.invitation) return damaged();
	if (!isAcceptableSealKey(invitation.inviter.seal) || !isAcceptablePublicKey(invitation.hub.key)) return damaged();
	return ok(invitation);
}

const damaged = (): Result<never, InvitationProblem> => err(problem('damaged', 'This invitation is incomplete or was altered. Copy the whole link, or ask for a new one.'));

/** `nowMs`: milliseconds since 1970, by this device's clock. The admitting device judges by its own. */
export const isExpired = (invitation: { readonly expires: number }, nowMs: number): boolean => nowMs >= invitation.expires;
