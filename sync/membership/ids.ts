/**
 * Ids in the membership log commit to who made them.
 *
 * Statements may be concurrent, and of two that make one thing the one that stands earlier in the log's order counts. If ids were free,
 * a lead could write, citing old heads, a site, invitation or device under somebody else's id and so take it over
 * or void it. As they are, only one author can make two statements of one id, and hurts nobody else by it.
 */
import { fromBase64url } from '../change/base64url.ts';
import type { Hash, Id } from '../change/change.ts';
import { digestId } from '../verify/digest.ts';
import { actorId } from '../verify/ids.ts';
import type { ActorKeys, EpochDeclaration, EpochPlace } from './types.ts';

/** `parent` null: the root. `rand`: 16 random bytes as base64url, as in the statement. */
export const siteIdOf = (actor: Hash, parent: Id | null, rand: string): Id => digestId('saddlebag/site-id/1', actor, parent ?? '', decoded(rand));
/** `transport`: the device's Ed25519 public key, base64url. */
export const deviceIdOf = (transport: string): Id => digestId('saddlebag/device-id/1', decoded(transport));
/** `key`: the invitation's Ed25519 public key, base64url. */
export const invitationIdOf = (inviter: Hash, key: string): Id => digestId('saddlebag/invitation-id/1', inviter, decoded(key));
/** `of`: the invitation; for the founding owner the actor. */
export const memberIdOf = (of: Id | Hash): Id => digestId('saddlebag/member-id/1', of);

/** Whether the device id is the one of these keys, so that `actorId` names one actor on one device. */
export const deviceMatches = (keys: ActorKeys): boolean => keys.device === deviceIdOf(keys.transport);

/** The same keys object is asked for several times while its statement is judged. */
const actors = new WeakMap<ActorKeys, Hash>();
export function actorIdOf(keys: ActorKeys): Hash {
	const known = actors.get(keys);
	if (known !== undefined) return known;
	const actor = actorId(keys);
	actors.set(keys, actor);
	return actor;
}

/** `site` null and comp `roster`: the names of members and sites. */
export const epochPlace = (site: Id | null, comp: EpochDeclaration['comp']): EpochPlace => `${site ?? ''}/${comp}` as EpochPlace;

function decoded(text: string): Uint8Array {
	const bytes = fromBase64url(text);
	if (bytes === null) throw new TypeError('a key or random value that does not decode was never parsed');
	return bytes;
}
