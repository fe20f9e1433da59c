/**
 * Inviting: a statement that announces the invitation, and a link that carries the secret half of its key to one person.
 *
 * The link holds no data key. What it says goes to the hub beside the statement, sealed under the link's seed (`preview.ts`). Whoever intercepts it can answer in the invited person's place, which the comparison of codes shows before
 * anything is granted (attacks 23 and 59).
 */
import { toBase64url } from '../../change/base64url.ts';
import type { Id } from '../../change/change.ts';
import { err, ok, problem } from '../../result.ts';
import { newSigningKey } from '../../seal/keys.ts';
import { invitationIdOf, memberIdOf } from '../ids.ts';
import type { Grant } from '../types.ts';
import type { Invitation } from './invitation.ts';
import { readName } from './names.ts';
import { sealPreview } from './preview.ts';
import { present, write, type Outcome, type Pen, type Written } from './pen.ts';

export interface InviteRequest {
	readonly grants: readonly Grant[];
	/** milliseconds since 1970 */
	readonly expires: number;
	/** the hub to answer at: one that the log names, under the origin that the invited device can reach */
	readonly hub: { readonly key: string; readonly origin: string };
	/** somebody who is a member already and needs a new device: `grants` are all that the member has */
	readonly member?: Id;
}

export interface Invited extends Written {
	readonly invitation: Id;
	/** for `encodeShort` and, where the hub cannot be reached, `encodeInvitation` */
	readonly link: Invitation;
}

export function invite(pen: Pen, { grants, expires, hub, member }: InviteRequest): Outcome<Invited> {
	const state = present(pen);
	if (!state.ok) return state;
	const { self, held, log } = pen;
	const me = state.value.members.get(state.value.actors.get(self.actor)?.member ?? ('' as Id));
	const name = me === undefined ? null : readName(held, me.name);
	const organization = readName(held, state.value.name);
	const sites = grants.map((grant) => ({ site: readName(held, state.value.sites.get(grant.site)?.name ?? null), role: grant.role }));
	if (name === null || organization === null) return err(problem('no-key', 'This device does not hold the key of names yet. Wait for the next exchange with the hub.'));
	const key = newSigningKey(pen.random);
	const invitation = invitationIdOf(self.actor, key.publicKey);
	const written = write(pen, { kind: 'invite', invitation, key: key.publicKey, member: member ?? memberIdOf(invitation), grants, expires });
	if (!written.ok) return written;
	const link: Invitation = {
		v: 1, org: log.org, invitation, seed: toBase64url(key.seed), statement: written.value.signed.id,
		inviter: { actor: self.actor, seal: self.keys.seal, name }, organization,
		grants: sites.map(({ site, role }) => ({ site: site ?? '', role })), expires, hub
	};
	return ok({ ...written.value, documents: [...written.value.documents, sealPreview(link, pen.random)], invitation, link });
}
