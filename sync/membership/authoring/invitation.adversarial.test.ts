/** Invitations used twice, late, by somebody else, or for more than they offer. */
import { describe, expect, it } from 'vitest';
import { toBase64url } from '../../change/base64url.ts';
import { type Hash, type Id } from '../../change/change.ts';
import { sign, signingKeyFrom } from '../../seal/keys.ts';
import { answerDocumentId } from '../../verify/ids.ts';
import { fromBase64url } from '../../change/base64url.ts';
import { admit } from './admit.ts';
import { enrolmentText, openAnswer } from './answer.ts';
import { keyDocuments, openDeliveries } from './deliveries.ts';
import { documentOf, signStatement } from './pen.ts';
import { answerBytes, answeredInvitation } from '../answer.ts';
import { MembershipLog } from '../log.ts';
import { answers, must, setup } from '../testing/cast.ts';
import { admitAt } from '../testing/forgery.ts';
import { describeState } from '../testing/describe.ts';
import type { AnswerDocument } from '../../verify/document.ts';
import type { MembershipState } from '../types.ts';


const district = () => setup(
	'olga owner of region', 'clinic north below region', 'clinic south below region', 'lea lead of north', 'sam lead of south', 'carl clinician of north'
);
const reasonFor = (holder: { readonly state: MembershipState | null }, id: Hash): string | undefined => holder.state?.refused.find((one) => one.id === id)?.reason;

describe('attack 23: invitations', () => {
	it('attack 23: of two admissions by one invitation exactly one counts, the same on every device', async () => {
		const fresh = await district();
		const olga = fresh.person('olga');
		const invited = olga.invites('lead of north');
		const [one, two] = [answers(fresh, 'one', invited.link), answers(fresh, 'two', invited.link)];
		const heads = olga.state.heads;
		const admissions = [admitAt(olga, one.answered.document, heads), admitAt(olga, two.answered.document, heads)];
		const counted = admissions.filter((admission) => fresh.state.included.has(admission.id));
		expect(counted).toHaveLength(1);
		expect(counted[0]?.id).toBe([...admissions.map((admission) => admission.id)].sort()[0]);
		expect([one, two].filter(({ person }) => fresh.state.actors.has(person.actor))).toHaveLength(1);
		const log = new MembershipLog(fresh.org);
		log.add([...fresh.statements].reverse());
		expect(log.state === null ? null : describeState(log.state)).toEqual(describeState(fresh.state));
	});

	it('attack 23: a second use that knows of the first is refused at once', async () => {
		const fresh = await district();
		const olga = fresh.person('olga');
		const invited = olga.invites('lead of north');
		const [one, two] = [answers(fresh, 'one', invited.link), answers(fresh, 'two', invited.link)];
		olga.admits(one.answered.document);
		expect(() => olga.admits(two.answered.document)).toThrow('used or withdrawn');
		expect(answeredInvitation(fresh.state, two.answered.document)).toMatchObject({ ok: false, error: { code: 'invitation-closed' } });
	});

	it('attack 23: an expired invitation is not admitted by the clock of the admitting device', async () => {
		const fresh = await district();
		const olga = fresh.person('olga');
		const invited = olga.invites('clinician of north', 7);
		const { answered } = answers(fresh, 'late', invited.link);
		const opened = must(openAnswer(olga.state, olga.self, answered.document));
		expect(admit(olga.pen, { answer: opened, nowMs: invited.link.expires })).toMatchObject({ ok: false, error: { code: 'expired' } });
		expect(admit(olga.pen, { answer: opened, nowMs: invited.link.expires - 1 }).ok).toBe(true);
	});

	it('attack 23: an admission that grants more than the invitation is refused', async () => {
		const fresh = await district();
		const olga = fresh.person('olga');
		const { answered } = answers(fresh, 'mole', olga.invites('receptionist of north').link);
		for (const words of ['clinician of north', 'receptionist of north and south', 'owner of region']) {
			const forged = admitAt(olga, answered.document, olga.state.heads, { grants: fresh.grants(words) });
			expect(reasonFor(fresh, forged.id), words).toBe('It grants more than the invitation.');
		}
	});

	it('attack 23: an answer without the link\'s key, altered, or replayed to another invitation is not opened', async () => {
		const fresh = await district();
		const olga = fresh.person('olga');
		const [first, second] = [olga.invites('clinician of north'), olga.invites('lead of north')];
		const { document } = answers(fresh, 'ann', first.link).answered;
		const renamed = (change: Partial<AnswerDocument>): AnswerDocument => ({ ...document, ...change });
		const code = (answer: AnswerDocument): string => {
			const opened = openAnswer(olga.state, olga.self, answer);
			return opened.ok ? 'opened' : opened.error.code;
		};
		expect(code(document)).toBe('opened');
		expect(code(renamed({ invitation: second.invitation }))).toBe('bad-signature');
		expect(code(renamed({ c: `A${document.c.slice(1)}` }))).toBe('bad-signature');
		const stolen = signingKeyFrom(fromBase64url(second.link.seed) ?? new Uint8Array(32));
		const sig = sign('saddlebag/answer/1', answerBytes(fresh.org, second.invitation, document.c), stolen);
		const moved = { ...document, invitation: second.invitation, sig, _id: answerDocumentId(second.invitation, fromBase64url(document.c) ?? new Uint8Array(0), sig) };
		expect(code(moved)).toBe('bad-answer');
		expect(openAnswer(fresh.person('lea').state, fresh.person('lea').self, document)).toMatchObject({ ok: false, error: { code: 'not-for-us' } });
	});

	it('attack 59: a link and all that the hub holds open nothing and admit nobody', async () => {
		const fresh = await district();
		const invited = fresh.person('olga').invites('lead of north');
		const thief = answers(fresh, 'thief', invited.link);
		thief.person.log.add(fresh.statements);
		expect(openDeliveries(thief.person.log, thief.person.self, keyDocuments(fresh.documents)).keys).toEqual([]);
		const keyTexts = fresh.person('olga').held.map((secret) => toBase64url(secret.key));
		const text = JSON.stringify(invited.link);
		expect(keyTexts.some((key) => text.includes(key))).toBe(false);
		const self = signStatement({
			v: 1, kind: 'admit', org: fresh.org, actor: fresh.person('olga').actor, prev: fresh.state.heads, hlc: fresh.now(), invitation: invited.invitation,
			member: fresh.state.invitations.get(invited.invitation)?.member ?? ('' as Id), name: fresh.state.name, keys: thief.answered.self.keys,
			proof: sign('saddlebag/enrolment/1', enrolmentText(fresh.org, invited.invitation, thief.answered.self.keys), thief.answered.self.sign),
			grants: fresh.grants('lead of north'), answer: thief.answered.document._id, deliveries: []
		}, thief.answered.self);
		const log = new MembershipLog(fresh.org);
		log.add([...fresh.statements, documentOf(self)]);
		expect(reasonFor(log, self.id)).toBe('The signature is not the author\'s.');
	});
});

