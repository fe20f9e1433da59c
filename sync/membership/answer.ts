/**
 * What anyone can check of an answer to an invitation, without any secret: that the holder of the link wrote it. The hub takes no other.
 */
import { frame } from '../verify/digest.ts';
import type { AnswerDocument, PreviewDocument } from '../verify/document.ts';
import { verifySignature } from '../verify/signature.ts';
import { err, ok, problem, type Problem, type Result } from '../result.ts';
import type { Hash, Id } from '../change/change.ts';
import type { InvitationState, MembershipState } from './types.ts';

export type AnswerProblem = Problem<'unknown-invitation' | 'invitation-closed' | 'bad-signature' | 'not-for-us' | 'bad-answer' | 'bad-keys' | 'bad-proof'>;

/** The bytes that the invitation key signs. `c`: the box, base64url. */
export const answerBytes = (org: Hash, invitation: Id, c: string): Uint8Array => frame(org, invitation, c);

/** The open invitation that this document answers. Whether it has expired is for the admitting device to say. */
export function answeredInvitation(state: Pick<MembershipState, 'org' | 'invitations'>, document: AnswerDocument): Result<InvitationState, AnswerProblem> {
	const invitation = state.invitations.get(document.invitation);
	if (invitation === undefined) return err(problem('unknown-invitation', 'This invitation is not known here.'));
	if (invitation.status !== 'open') return err(problem('invitation-closed', 'This invitation was used or withdrawn. Ask for a new one.'));
	const signed = verifySignature('saddlebag/answer/1', answerBytes(state.org, document.invitation, document.c), document.sig, invitation.key);
	return signed ? ok(invitation) : err(problem('bad-signature', 'The answer was not made with the invitation\'s link.'));
}

/** The bytes that the invitation key signs of a preview. */
export const previewBytes = (org: Hash, { invitation, n, c }: Pick<PreviewDocument, 'invitation' | 'n' | 'c'>): Uint8Array => frame(org, invitation, n, c);

/** The invitation that this preview is of: made by who holds its seed. Of one that was used meanwhile it is of no use, and no harm. */
export function previewedInvitation(state: Pick<MembershipState, 'org' | 'invitations'>, document: PreviewDocument): Result<InvitationState, AnswerProblem> {
	const invitation = state.invitations.get(document.invitation);
	if (invitation === undefined) return err(problem('unknown-invitation', 'This invitation is not known here.'));
	const signed = verifySignature('saddlebag/preview/1', previewBytes(state.org, document), document.sig, invitation.key);
	return signed ? ok(invitation) : err(problem('bad-signature', 'The preview was not made with the invitation\'s link.'));
}
