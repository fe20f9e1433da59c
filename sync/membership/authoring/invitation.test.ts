/** The invitation link, as it is handed over and as it is tampered with. */
import { beforeAll, describe, expect, it } from 'vitest';
import { fromBase64url, toBase64url } from '../../change/base64url.ts';
import { canonicalJson } from '../../change/canonical.ts';
import { fromUtf8, utf8 } from '../../change/utf8.ts';
import { newSealKey } from '../../seal/keys.ts';
import { answers, setup, type Cast } from '../testing/cast.ts';
import { answer, openAnswer } from './answer.ts';
import { encodeInvitation, isExpired, parseInvitation, type Invitation } from './invitation.ts';

let cast: Cast;
let invitation: Invitation;
beforeAll(async () => {
	cast = await setup('olga owner of region', 'clinic north below region');
	invitation = cast.person('olga').invites('clinician of north').link;
});

const code = (link: string): string => {
	const parsed = parseInvitation(link);
	return parsed.ok ? 'parsed' : parsed.error.code;
};
const withPayload = (text: string): string => `${invitation.hub.origin}/join#${toBase64url(utf8(text))}`;

describe('an invitation link', () => {
	it('says who invites whom to what, and keeps all of it behind the #', () => {
		const link = encodeInvitation(invitation);
		expect(parseInvitation(`  ${link}\n`)).toEqual({ ok: true, value: invitation });
		expect(invitation).toMatchObject({ organization: 'Rural Health', inviter: { name: 'olga' }, grants: [{ site: 'north', role: 'clinician' }] });
		expect(new URL(link).pathname).toBe('/join');
		expect(new URL(link).search).toBe('');
		expect(link.length).toBeLessThan(1400);
	});

	it('expires at the millisecond it names', () => {
		expect([isExpired(invitation, invitation.expires - 1), isExpired(invitation, invitation.expires)]).toEqual([false, true]);
	});

	it('is refused with a sentence when it is no link, cut short or from a newer version', () => {
		const link = encodeInvitation(invitation);
		for (const text of ['', 'hello', 'https://hub.example.org/join', '#', 'javascript:alert(1)']) expect(code(text), text).toBe('not-a-link');
		expect(code(link.slice(0, -3))).toBe('damaged');
		expect(code(withPayload(canonicalJson({ ...invitation, v: 2 })))).toBe('newer-version');
		expect(code(`${link}${'A'.repeat(100_000)}`)).toBe('not-a-link');
	});

	it('attack 23: is refused when the seed, the inviter or the address do not belong together', () => {
		const altered = (change: Partial<Invitation>): string => withPayload(canonicalJson({ ...invitation, ...change }));
		expect(code(altered({ seed: toBase64url(cast.random.bytes(32)) }))).toBe('damaged');
		expect(code(altered({ inviter: { ...invitation.inviter, actor: invitation.org } }))).toBe('damaged');
		expect(code(altered({ hub: { ...invitation.hub, origin: 'https://evil.example' } }))).toBe('unsafe');
		expect(code(encodeInvitation(invitation).replace('/join', '/login'))).toBe('unsafe');
		expect(code(altered({ inviter: { ...invitation.inviter, seal: 'A'.repeat(43) } }))).toBe('damaged');
	});

	it('attack 08: has one form only, and no other text parses to it', () => {
		const payload = fromUtf8(fromBase64url(encodeInvitation(invitation).split('#')[1] ?? '') ?? new Uint8Array()) ?? '';
		expect(code(withPayload(payload))).toBe('parsed');
		for (const text of [` ${payload}`, payload.replace('"v":1', '"v":1,"v":1'), payload.replace('"v":1', '"v":1,"x":0'), payload.replace('"v":1', '"v":1.0'), '{}', 'null', '[]']) {
			expect(code(withPayload(text)), text.slice(0, 30)).toBe('damaged');
		}
	});

	it('attack 23: a changed sealing key of the inviter sends the answer astray, and the inviter cannot open it', () => {
		const thief = newSealKey(cast.random);
		const changed = { ...invitation, inviter: { ...invitation.inviter, seal: thief.publicKey } };
		const olga = cast.person('olga');
		const misled = answer(changed, { name: 'ann', transport: cast.hub, random: cast.random });
		expect(openAnswer(olga.state, olga.self, misled.document)).toMatchObject({ ok: false, error: { code: 'bad-answer' } });
	});

	it('is answered with fresh keys each time: two answers are two actors', () => {
		const [one, two] = [answers(cast, 'ann', invitation), answers(cast, 'ann', invitation)];
		expect(one.person.actor).not.toBe(two.person.actor);
		expect(one.answered.document._id).not.toBe(two.answered.document._id);
	});
});
