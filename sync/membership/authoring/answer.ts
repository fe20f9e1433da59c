/**
 * Answering an invitation on the new device, and opening the answer on the inviter's.
 *
 * The answer holds the new device's public keys and the person's name, sealed to the inviter and signed with the invitation's key; the new
 * actor signs that it agrees to this organization, invitation and keys. Only the comparison of codes shows that the keys are those
 * of the person meant: everything else shows only that somebody had the link.
 */
import { fromBase64url } from '../../change/base64url.ts';
import { canonicalJson, parseCanonical } from '../../change/canonical.ts';
import type { Hash, Id, Signature } from '../../change/change.ts';
import { isHash, isId, isSignature } from '../../change/ids.ts';
import type { Random } from '../../change/ports.ts';
import { fromUtf8, utf8 } from '../../change/utf8.ts';
import { err, ok, problem, type Result } from '../../result.ts';
import { openBox, sealBox } from '../../seal/box.ts';
import { comparisonCode, type CodeInput } from '../../seal/code.ts';
import { keyBytes, sign, signingKeyFrom, type SigningKey } from '../../seal/keys.ts';
import { DOCUMENT_BYTES_MAX, type AnswerDocument } from '../../verify/document.ts';
import { answerDocumentId } from '../../verify/ids.ts';
import { isAcceptablePublicKey, isAcceptableSealKey, verifySignature } from '../../verify/signature.ts';
import { answerBytes, answeredInvitation, type AnswerProblem } from '../answer.ts';
import { deviceMatches, actorIdOf } from '../ids.ts';
import { isActorKeys } from '../parse.ts';
import { literal, object, type Guard } from '../shape.ts';
import type { ActorKeys, InvitationState, MembershipState } from '../types.ts';
import type { Invitation } from './invitation.ts';
import { newActor, type ActorSecrets } from './pen.ts';

interface AnswerBody {
	readonly v: 1;
	readonly org: Hash;
	readonly invitation: Id;
	readonly keys: ActorKeys;
	readonly name: string;
	readonly proof: Signature;
}

export interface Answered {
	readonly document: AnswerDocument;
	/** the new actor: keep its secrets under the passphrase */
	readonly self: ActorSecrets;
	/** what the code to compare is computed from */
	readonly code: CodeInput;
}

export interface OpenedAnswer {
	readonly invitation: InvitationState;
	readonly answer: string;
	readonly keys: ActorKeys;
	readonly name: string;
	readonly proof: Signature;
	readonly code: CodeInput;
}

const NAME_CHARACTERS_MAX = 200;
const isName: Guard<string> = (value): value is string => typeof value === 'string' && value.trim() !== '' && value.length <= NAME_CHARACTERS_MAX;
const isBody = object<AnswerBody>({ v: literal(1 as const), org: isHash, invitation: isId, keys: isActorKeys, name: isName, proof: isSignature });

/** What the new actor signs. */
export const enrolmentText = (org: Hash, invitation: Id, keys: ActorKeys): string => canonicalJson({ org, invitation, keys });

/** On the new device: its keys, and the answer to post. `transport`: the device's own. `name`: 1 to 200 characters. */
export function answer(invitation: Invitation, request: { readonly name: string; readonly transport: SigningKey; readonly random: Random }): Answered {
	const { org, invitation: id, inviter } = invitation;
	const self = newActor(request.transport, request.random);
	const proof = sign('saddlebag/enrolment/1', enrolmentText(org, id, self.keys), self.sign);
	const body: AnswerBody = { v: 1, org, invitation: id, keys: self.keys, name: request.name, proof };
	const c = sealBox(inviter.seal, utf8(canonicalJson(body)), request.random);
	const sig = sign('saddlebag/answer/1', answerBytes(org, id, c), signingKeyFrom(decoded(invitation.seed, keyBytes)));
	const _id = answerDocumentId(id, decoded(c, fromBase64url), sig);
	return { document: { _id, v: 'a1', invitation: id, c, sig }, self, code: { org, invitation: id, inviter: inviter.actor, answer: _id, keys: self.keys } };
}

/** On the inviter's device: who asks, with which keys. Total on any checked document. */
export function openAnswer(state: MembershipState, self: ActorSecrets, document: AnswerDocument): Result<OpenedAnswer, AnswerProblem> {
	const invitation = answeredInvitation(state, document);
	if (!invitation.ok) return invitation;
	if (invitation.value.by !== self.actor) return err(problem('not-for-us', 'Only the device that sent the invitation can open the answer to it.'));
	const body = readBody(self, document.c);
	if (body === null || body.org !== state.org || body.invitation !== document.invitation) {
		return err(problem('bad-answer', 'The answer cannot be read: it was altered, or made for another invitation.'));
	}
	const { keys, name, proof } = body;
	if (!isAcceptablePublicKey(keys.sign) || !isAcceptablePublicKey(keys.transport) || !isAcceptableSealKey(keys.seal) || !deviceMatches(keys)) {
		return err(problem('bad-keys', 'The answer asks to enrol keys that are not safe to use.'));
	}
	if (state.actors.has(actorIdOf(keys))) return err(problem('bad-keys', 'The answer asks to enrol a device that is a member already.'));
	if (!verifySignature('saddlebag/enrolment/1', enrolmentText(state.org, document.invitation, keys), proof, keys.sign)) {
		return err(problem('bad-proof', 'The answer does not prove that the new device holds its keys.'));
	}
	const code: CodeInput = { org: state.org, invitation: document.invitation, inviter: self.actor, answer: document._id, keys };
	return ok({ invitation: invitation.value, answer: document._id, keys, name, proof, code });
}

/** The code to show and compare on both sides: takes part of a second. */
export const codeOf = ({ code }: Pick<Answered | OpenedAnswer, 'code'>): Promise<string> => comparisonCode(code);

function readBody(self: ActorSecrets, c: string): AnswerBody | null {
	const bytes = openBox(self.seal, c);
	const text = bytes === null ? null : fromUtf8(bytes);
	const parsed = text === null ? null : parseCanonical(text, { bytesMax: DOCUMENT_BYTES_MAX });
	return parsed?.ok && isBody(parsed.value) ? parsed.value : null;
}

function decoded(text: string, decode: (text: string) => Uint8Array | null): Uint8Array {
	const bytes = decode(text);
	if (bytes === null) throw new TypeError('a text that was made or parsed here always decodes');
	return bytes;
}
