/**
 * Statements as a modified app would make them, for tests: right in form and signature, wrong in what they say or where they stand.
 */
import type { Hash } from '../../change/change.ts';
import { rosterSeal } from '../../seal/roster.ts';
import type { AnswerDocument } from '../../verify/document.ts';
import { openAnswer } from '../authoring/answer.ts';
import { rosterKey } from '../authoring/epochs.ts';
import type { AdmitStatement, SignedStatement } from '../types.ts';
import { must, type Person } from './cast.ts';
import { MembershipLog } from '../log.ts';

type AdmitBody = Omit<AdmitStatement, 'v' | 'org' | 'actor' | 'prev' | 'hlc'>;

/** The admission that an answer asks for, with whatever `change` puts in place of its parts, on any heads: no check of one's own. */
export function admitAt(inviter: Person, document: AnswerDocument, prev: readonly Hash[], change: Partial<AdmitBody> = {}): SignedStatement {
	const log = new MembershipLog(inviter.cast.org);
	log.add(inviter.cast.statements);
	const then = log.at(prev);
	const roster = then === null ? null : rosterKey(then, inviter.held);
	if (then === null || roster === null) throw new Error('a forger needs a log and a roster key');
	const { invitation, keys, proof, name, answer } = must(openAnswer(then, inviter.self, document));
	return inviter.forges({
		kind: 'admit', invitation: invitation.invitation, member: invitation.member, name: rosterSeal(roster, name, inviter.cast.random),
		keys, proof, grants: invitation.grants, answer, deliveries: [], ...change
	}, prev);
}
