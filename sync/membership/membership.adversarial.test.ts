/** What a hub, a member or an interceptor of a link may try with the membership log, and what comes of it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { toBase64url } from '../change/base64url.ts';
import { COMPARTMENTS, type Hash, type Id } from '../change/change.ts';
import { seededRandom } from '../change/ports.ts';
import { signatureOf } from '../change/ids.ts';
import { newEpoch } from '../seal/epoch.ts';
import { newSigningKey, sign } from '../seal/keys.ts';
import { SIGNATURE_DOMAINS } from '../verify/domains.ts';
import { statementId } from '../verify/ids.ts';
import { codeOf, enrolmentText, openAnswer } from './authoring/answer.ts';
import { declareFirst } from './authoring/epochs.ts';
import { createGenesis } from './authoring/genesis.ts';
import type { Invited } from './authoring/invite.ts';
import { documentOf, newActor, signStatement } from './authoring/pen.ts';
import { membershipFingerprint } from './fingerprint.ts';
import { deviceIdOf, siteIdOf } from './ids.ts';
import { MembershipLog, readStatement } from './log.ts';
import { canRead, may, roleAt } from './selectors.ts';
import { answers, HUB_ORIGIN, must, setup, type Cast } from './testing/cast.ts';
import { admitAt } from './testing/forgery.ts';
import { describeState } from './testing/describe.ts';
import { hlc } from '../change/hlc.ts';
import type { MembershipState } from './types.ts';


const SMALL_ORDER = 'AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

const district = () => setup(
	'olga owner of region', 'clinic north below region', 'clinic south below region', 'lea lead of north', 'sam lead of south', 'carl clinician of north'
);
const reasonFor = (holder: { readonly state: MembershipState | null }, id: Hash): string | undefined => holder.state?.refused.find((one) => one.id === id)?.reason;

let cast: Cast;
beforeAll(async () => {
	cast = await district();
});

describe('attack 05: a signature made for another use', () => {
	it('attack 05: a statement signed under any other domain is refused', async () => {
		const { state } = cast;
		const lea = cast.person('lea');
		const honest = lea.forges({ kind: 'refuse', invitation: [...state.invitations.keys()][0] ?? ('' as Id), reason: null });
		for (const domain of SIGNATURE_DOMAINS) {
			if (domain === 'saddlebag/statement/1') continue;
			const log = new MembershipLog(cast.org);
			log.add(cast.statements.filter((one) => one.text !== honest.text));
			const sig = sign(domain, honest.text, lea.self.sign);
			expect(log.add([{ text: honest.text, sig }]).refused.map((one) => one.reason), domain).toEqual(['The signature is not the author\'s.']);
		}
	});

	it('attack 05: a statement signature does not prove an enrolment', async () => {
		const olga = cast.person('olga');
		const { answered, person } = answers(cast, 'eve', olga.invites('clinician of north').link);
		const opened = must(openAnswer(olga.state, olga.self, answered.document));
		const proof = sign('saddlebag/statement/1', enrolmentText(cast.org, opened.invitation.invitation, opened.keys), person.self.sign);
		const forged = admitAt(olga, answered.document, olga.state.heads, { proof });
		expect(reasonFor(cast, forged.id)).toContain('did not agree');
	});
});

describe('attack 13: other keys in place of the newcomer\'s', () => {
	it('attack 13: an admission with keys that the answering device did not sign is refused', async () => {
		const olga = cast.person('olga');
		const { answered } = answers(cast, 'ann', olga.invites('clinician of north').link);
		const swapped = newActor(newSigningKey(cast.random), cast.random).keys;
		const heads = olga.state.heads;
		expect(reasonFor(cast, admitAt(olga, answered.document, heads, { keys: swapped }).id)).toContain('did not agree');
		const mixed = { ...answered.self.keys, seal: swapped.seal };
		expect(reasonFor(cast, admitAt(olga, answered.document, heads, { keys: mixed }).id)).toContain('did not agree');
	});

	it('attack 13: whoever holds the link and answers in another\'s place shows another code', async () => {
		const olga = cast.person('olga');
		const invited = olga.invites('clinician of north');
		const [meant, thief] = [answers(cast, 'ann', invited.link), answers(cast, 'ann', invited.link)];
		const opened = must(openAnswer(olga.state, olga.self, thief.answered.document));
		expect(await codeOf(opened)).toBe(await codeOf(thief.answered));
		expect(await codeOf(opened)).not.toBe(await codeOf(meant.answered));
	});

	it('attack 09: keys of small order are refused in an answer, an admission and an invitation', async () => {
		const fresh = await district();
		const olga = fresh.person('olga');
		const invited = olga.invites('clinician of north');
		const { answered, person } = answers(fresh, 'ann', invited.link);
		for (const field of ['sign', 'seal', 'transport'] as const) {
			const keys = { ...answered.self.keys, [field]: SMALL_ORDER };
			const bound = { ...keys, device: deviceIdOf(keys.transport) };
			const proof = sign('saddlebag/enrolment/1', enrolmentText(fresh.org, invited.invitation, bound), person.self.sign);
			const forged = admitAt(olga, answered.document, olga.state.heads, { keys: bound, proof });
			expect(reasonFor(fresh, forged.id), field).toBe('A key is not a usable key.');
		}
		const invite = olga.forges({
			kind: 'invite', invitation: invited.invitation, key: SMALL_ORDER, member: invited.link.invitation, grants: fresh.grants('clinician of north'), expires: 1
		});
		expect(reasonFor(fresh, invite.id)).toBeDefined();
	});
});

describe('attack 14: a ghost member or device', () => {
	it('attack 14: an admission signed by somebody outside the log has no effect, and the fingerprint of the members does not move', () => {
		const before = membershipFingerprint(cast.state);
		const ghost = newActor(newSigningKey(cast.random), cast.random);
		const [invitation] = [...cast.state.invitations.values()];
		if (invitation === undefined) throw new Error('the cast has invitations');
		const signed = signStatement({
			v: 1, kind: 'admit', org: cast.org, actor: invitation.by, prev: cast.state.heads, hlc: cast.now(), invitation: invitation.invitation,
			member: invitation.member, name: cast.state.name, keys: ghost.keys, proof: signatureOf(new Uint8Array(64)), grants: invitation.grants,
			answer: '0'.repeat(64), deliveries: []
		}, ghost);
		const log = new MembershipLog(cast.org);
		log.add([...cast.statements, documentOf(signed)]);
		expect(log.state?.actors.has(ghost.actor)).toBe(false);
		expect(log.state === null ? null : membershipFingerprint(log.state)).toBe(before);
	});

	it('attack 14: an admission with everything in order has no effect when another than the inviter signed it in the inviter\'s name', async () => {
		const fresh = await district();
		const olga = fresh.person('olga');
		const invited = olga.invites('clinician of north');
		const { person: ghost, answered } = answers(fresh, 'ghost', invited.link);
		const before = membershipFingerprint(fresh.state);
		const statement = {
			v: 1, kind: 'admit', org: fresh.org, actor: olga.actor, prev: fresh.state.heads, hlc: fresh.now(), invitation: invited.invitation,
			member: fresh.state.invitations.get(invited.invitation)?.member ?? ('' as Id), name: fresh.state.name, keys: ghost.self.keys,
			proof: sign('saddlebag/enrolment/1', enrolmentText(fresh.org, invited.invitation, ghost.self.keys), ghost.self.sign),
			grants: fresh.grants('clinician of north'), answer: answered.document._id, deliveries: []
		} as const;
		const hub = newActor(newSigningKey(fresh.random), fresh.random);
		for (const signer of [hub, ghost.self, fresh.person('lea').self]) {
			const forged = signStatement(statement, signer);
			const log = new MembershipLog(fresh.org);
			log.add([...fresh.statements, documentOf(forged)]);
			expect(reasonFor(log, forged.id)).toBe('The signature is not the author\'s.');
			expect(log.state?.actors.has(ghost.actor)).toBe(false);
			expect(log.state === null ? null : membershipFingerprint(log.state)).toBe(before);
		}
		// a control: signed by whom it names it admits, and everybody's list shows it
		const log = new MembershipLog(fresh.org);
		log.add([...fresh.statements, documentOf(signStatement(statement, olga.self))]);
		expect(log.state?.actors.has(ghost.actor)).toBe(true);
		expect(log.state === null ? null : membershipFingerprint(log.state)).not.toBe(before);
	});

	it('attack 14: a member without the right to admit adds nobody, nor a second device to somebody', async () => {
		const fresh = await district();
		const [olga, lea] = [fresh.person('olga'), fresh.person('lea')];
		const { answered } = answers(fresh, 'eve', lea.invites('clinician of north').link);
		const heads = lea.state.heads;
		const asOwner = admitAt(lea, answered.document, heads, { member: olga.member });
		expect(reasonFor(fresh, asOwner.id)).toContain('admitted already');
		expect(fresh.state.members.get(olga.member)?.actors).toEqual([olga.actor]);
		const device = { ...answered.self.keys, device: olga.self.keys.device };
		expect(reasonFor(fresh, admitAt(lea, answered.document, heads, { keys: device }).id)).toBe('The device\'s id is not its own.');
	});

	it('attack 14: nobody admits on another\'s invitation, though they could have invited themselves: the code was compared with who invited', async () => {
		const fresh = await district();
		const [olga, lea] = [fresh.person('olga'), fresh.person('lea')];
		const invited = olga.invites('clinician of north');
		const { person: eve, answered } = answers(fresh, 'eve', invited.link);
		const statement = (actor: Hash) => ({
			v: 1, kind: 'admit', org: fresh.org, actor, prev: fresh.state.heads, hlc: fresh.now(), invitation: invited.invitation,
			member: fresh.state.invitations.get(invited.invitation)?.member ?? ('' as Id), name: fresh.state.name, keys: eve.self.keys,
			proof: sign('saddlebag/enrolment/1', enrolmentText(fresh.org, invited.invitation, eve.self.keys), eve.self.sign),
			grants: fresh.grants('clinician of north'), answer: answered.document._id, deliveries: []
		} as const);
		const log = new MembershipLog(fresh.org);
		const byLea = signStatement(statement(lea.actor), lea.self);
		log.add([...fresh.statements, documentOf(byLea)]);
		expect(reasonFor(log, byLea.id)).toBe('Only who invited may admit.');
		expect(log.state?.actors.has(eve.actor)).toBe(false);
		// a control: the same by who invited
		log.add([documentOf(signStatement(statement(olga.actor), olga.self))]);
		expect(log.state?.actors.has(eve.actor)).toBe(true);
	});

	it('attack 14: an actor who is enrolled is not enrolled again', async () => {
		const fresh = await district();
		const [olga, carl] = [fresh.person('olga'), fresh.person('carl')];
		const invited = olga.invites('lead of region');
		const { answered } = answers(fresh, 'x', invited.link);
		const proof = sign('saddlebag/enrolment/1', enrolmentText(fresh.org, invited.invitation, carl.self.keys), carl.self.sign);
		const forged = admitAt(olga, answered.document, olga.state.heads, { keys: carl.self.keys, proof });
		expect(reasonFor(fresh, forged.id)).toBe('This actor is a member already.');
		expect(roleAt(fresh.state, carl.actor, fresh.site('region'))).toBeNull();
	});
});

describe('attacks 20 and 21: parts of the log are withheld', () => {
	it('attack 21: what follows a missing statement waits, the missing one is named, and the rest works', async () => {
		const fresh = await district();
		const lea = fresh.person('lea').goesOffline();
		lea.addsSite('river', 'north', 'outreach');
		lea.brings('hana', 'health-worker of river');
		fresh.person('olga').brings('rita', 'receptionist of south');
		lea.comesBack();
		const withheld = fresh.statements.find((one) => one.text.includes('"kind":"site"') && one.text.includes(`"actor":"${lea.actor}"`));
		const log = new MembershipLog(fresh.org);
		log.add(fresh.statements.filter((one) => one !== withheld));
		const missing = withheld === undefined ? '' : statementId(withheld.text, withheld.sig);
		expect(log.state?.missing).toEqual([missing]);
		expect(log.state?.waiting).toHaveLength(2);
		expect(log.state?.actors.has(fresh.person('rita').actor)).toBe(true);
		expect(log.state?.actors.has(fresh.person('hana').actor)).toBe(false);
		log.add(fresh.statements);
		expect(log.state === null ? null : describeState(log.state)).toEqual(describeState(fresh.state));
	});

	it('attack 21: an invented parent holds up only the statement that cites it', async () => {
		const fresh = await district();
		const invented = statementId('invented', signatureOf(new Uint8Array(64)));
		const forged = fresh.person('carl').forges(
			{ kind: 'grant', member: fresh.person('carl').member, grants: fresh.grants('lead of north'), deliveries: [] }, [...fresh.state.heads, invented].sort()
		);
		expect(fresh.state.waiting).toEqual([forged.id]);
		expect(fresh.state.missing).toEqual([invented]);
		expect(fresh.person('olga').brings('rita', 'receptionist of south').opens('south', 'desk')).toBe(true);
	});

	it('attack 20: an old prefix of the log has another fingerprint, and does not know the heads that later work cites', () => {
		const old = new MembershipLog(cast.org);
		old.add(cast.statements.slice(0, 4));
		expect(old.state === null ? null : membershipFingerprint(old.state)).not.toBe(membershipFingerprint(cast.state));
		expect(cast.state.heads.every((head) => old.knows(head))).toBe(false);
		expect(old.at(cast.state.heads)).toBeNull();
	});

	it('attack 41: a statement of a newer version waits, what cites it waits, and nothing else does', async () => {
		const fresh = await district();
		const olga = fresh.person('olga');
		const text = `{"actor":"${olga.actor}","hlc":"${fresh.now()}","kind":"certify","org":"${fresh.org}","prev":["${fresh.state.heads[0]}"],"v":1}`;
		const sig = sign('saddlebag/statement/1', text, olga.self.sign);
		const revoke = statementId(text, sig);
		const log = new MembershipLog(fresh.org);
		expect(log.add([...fresh.statements, { text, sig }]).refused).toEqual([]);
		const after = signStatement({ v: 1, kind: 'hub', org: fresh.org, actor: olga.actor, prev: [revoke], hlc: fresh.now(), hub: { key: fresh.hub.publicKey, origins: [HUB_ORIGIN] } }, olga.self);
		log.add([after]);
		expect(log.state?.waiting).toEqual([revoke, after.id].sort());
		expect(log.state?.missing).toEqual([]);
		expect(log.state?.heads).toEqual(fresh.state.heads);
	});
});

describe('reaching beyond one\'s role', () => {
	it('refuses grants upwards, outside of the own sites, to oneself, and the owner\'s role below the root', async () => {
		const fresh = await district();
		const [lea, carl, olga] = [fresh.person('lea'), fresh.person('carl'), fresh.person('olga')];
		const attempt = (who: typeof lea, words: string): string | undefined =>
			reasonFor(fresh, who.forges({ kind: 'grant', member: who.member, grants: fresh.grants(words), deliveries: [] }).id);
		expect(attempt(lea, 'lead of region')).toContain('above its author');
		expect(attempt(lea, 'lead of south')).toContain('above its author');
		expect(attempt(lea, 'owner of north')).toContain('above its author');
		expect(attempt(olga, 'owner of north')).toContain('above its author');
		expect(attempt(carl, 'lead of north')).toContain('above its author');
		expect(may(fresh.state, lea.actor, 'found', fresh.site('region'))).toBe(false);
		const hub = lea.forges({ kind: 'hub', hub: { key: newSigningKey(fresh.random).publicKey, origins: ['https://evil.example'] } });
		expect(reasonFor(fresh, hub.id)).toBe('Its author may not name hubs.');
		expect(fresh.state.hubs).toHaveLength(1);
	});

	it('lets a lead end no invitation to more than the lead may hand out, save the lead\'s own', async () => {
		const fresh = await district();
		const [olga, lea] = [fresh.person('olga'), fresh.person('lea')];
		const statusOf = ({ invitation }: Invited) => fresh.state.invitations.get(invitation)?.status;
		const [owner, both, peer, own] = [olga.invites('owner of region'), olga.invites('clinician of north and south'), olga.invites('lead of north'), lea.invites('clinician of north')];
		for (const above of [owner, both]) {
			expect(() => lea.refuses(above)).toThrow('may not end');
			const forged = lea.forges({ kind: 'refuse', invitation: above.invitation, reason: null });
			expect(reasonFor(fresh, forged.id)).toBe('Its author may not end this invitation.');
			expect(statusOf(above)).toBe('open');
		}
		for (const within of [peer, own]) {
			lea.refuses(within);
			expect(statusOf(within)).toBe('refused');
		}
		olga.refuses(owner);
		expect(statusOf(owner)).toBe('refused');
	});

	it('does not let a backdated statement take over a site, an invitation or a member that somebody else made', async () => {
		const fresh = await district();
		const early = fresh.state.heads;
		const [lea, sam] = [fresh.person('lea'), fresh.person('sam')];
		const invited = lea.invites('clinician of north');
		const river = lea.addsSite('river', 'north', 'outreach');
		const before = describeState(fresh.state);
		const keys = COMPARTMENTS.map((comp) => newEpoch(river, comp, fresh.random));
		for (let i = 0; i < 8; i++) {
			const site = sam.forges({
				kind: 'site', site: river, rand: toBase64url(fresh.random.bytes(16)), parent: fresh.site('south'), siteKind: 'clinic', name: fresh.state.name,
				epochs: keys.map(declareFirst), deliveries: []
			}, early);
			expect(reasonFor(fresh, site.id)).toBe('The site\'s id is not its own.');
			const squatted = sam.forges({
				kind: 'invite', invitation: invited.invitation, key: newSigningKey(fresh.random).publicKey,
				member: lea.member, grants: fresh.grants('clinician of south'), expires: fresh.clock.now() + i
			}, early);
			expect(reasonFor(fresh, squatted.id)).toBe('The invitation\'s id is not its own.');
		}
		expect(canRead(fresh.state, sam.actor, river, 'desk')).toBe(false);
		expect({ ...describeState(fresh.state), refused: [] }).toEqual({ ...before, refused: [] });
	});

	it('does not let a backdated refusal undo an admission', async () => {
		const fresh = await district();
		const [olga, lea] = [fresh.person('olga'), fresh.person('lea')];
		const invited = olga.invites('clinician of north');
		const early = fresh.state.heads;
		const { answered, person } = answers(fresh, 'ann', invited.link);
		olga.admits(answered.document);
		lea.forges({ kind: 'refuse', invitation: invited.invitation, reason: null }, early);
		expect(fresh.state.actors.has(person.actor)).toBe(true);
		expect(fresh.state.invitations.get(invited.invitation)?.status).toBe('admitted');
	});

	it('does not take a whole site down with somebody to whom it delivers keys and who falls', async () => {
		const fresh = await district();
		const olga = fresh.person('olga');
		const invited = olga.invites('reviewer of region');
		const [one, two] = [answers(fresh, 'one', invited.link), answers(fresh, 'two', invited.link)];
		const heads = olga.state.heads;
		const admissions = [admitAt(olga, one.answered.document, heads), admitAt(olga, two.answered.document, heads)];
		const [, loser] = [...admissions].sort((a, b) => (a.id < b.id ? -1 : 1));
		const fallen = loser?.statement.kind === 'admit' && loser.statement.keys.sign === one.answered.self.keys.sign ? one : two;
		const rand = toBase64url(fresh.random.bytes(16));
		const site = siteIdOf(olga.actor, fresh.site('region'), rand);
		const keys = COMPARTMENTS.map((comp) => newEpoch(site, comp, fresh.random));
		const signed = olga.forges({
			kind: 'site', site, rand, parent: fresh.site('region'), siteKind: 'clinic', name: fresh.state.name, epochs: keys.map(declareFirst),
			deliveries: [{ actor: fallen.person.actor, bundle: '0'.repeat(64) }]
		}, loser === undefined ? [] : [loser.id]);
		expect(fresh.state.included.has(signed.id)).toBe(true);
		expect(fresh.state.sites.has(site)).toBe(true);
		expect(fresh.state.actors.has(fallen.person.actor)).toBe(false);
	});
});

describe('attack 35: another organization\'s log', () => {
	it('attack 35: statements and the genesis of another organization are refused, and its genesis founds nothing here', async () => {
		const other = await setup('eve owner of region', 'clinic north below region');
		const log = new MembershipLog(cast.org);
		const { refused } = log.add(other.statements);
		expect(refused.map((one) => one.reason)).toEqual(other.statements.map(() => 'It belongs to another organization.'));
		expect(log.state).toBeNull();
		log.add(cast.statements);
		expect(log.state?.sites.has(other.site('north'))).toBe(false);
	});

	it('refuses a genesis whose ids, keys or epochs are not its own', () => {
		const random = seededRandom('genesis');
		const self = newActor(newSigningKey(random), random);
		const founded = must(createGenesis({
			name: 'A', site: { name: 'B', kind: 'region' }, ownerName: 'C', self, random,
			hub: { key: newSigningKey(random).publicKey, origins: [HUB_ORIGIN] }, hlc: [hlc(1), hlc(2)]
		}));
		const genesis = founded.genesis.statement;
		if (genesis.kind !== 'genesis') throw new Error('a founding begins with a genesis');
		const other = newActor(newSigningKey(random), random);
		const variants = [
			{ ...genesis, actor: other.actor },
			{ ...genesis, owner: { ...genesis.owner, keys: { ...genesis.owner.keys, seal: SMALL_ORDER } } },
			{ ...genesis, owner: { ...genesis.owner, member: genesis.root.site } },
			{ ...genesis, rand: toBase64url(new Uint8Array(16)) },
			{ ...genesis, hub: { ...genesis.hub, key: SMALL_ORDER } },
			{ ...genesis, epochs: genesis.epochs.slice(1) },
			{ ...genesis, deliveries: [{ actor: self.actor, bundle: '0'.repeat(64) }] }
		];
		for (const [i, variant] of variants.entries()) {
			const signed = signStatement(variant, self);
			const log = new MembershipLog(signed.id);
			expect(log.add([signed]).refused, `variant ${i}`).toHaveLength(1);
			expect(log.state, `variant ${i}`).toBeNull();
		}
	});
});

describe('remote bytes', () => {
	it('attack 01: a statement with any character of its text or signature changed has no effect', () => {
		const [, , target] = cast.statements;
		if (target === undefined) throw new Error('the cast has statements');
		const before = membershipFingerprint(cast.state);
		const log = new MembershipLog(cast.org);
		log.add(cast.statements);
		for (let i = 0; i < target.text.length; i += 7) {
			const text = `${target.text.slice(0, i)}${target.text[i] === 'a' ? 'b' : 'a'}${target.text.slice(i + 1)}`;
			log.add([{ text, sig: target.sig }]);
		}
		expect(log.state === null ? null : membershipFingerprint(log.state)).toBe(before);
	});

	it('attack 08: a text in any other form than the canonical one is no statement', () => {
		const [first] = cast.statements;
		if (first === undefined) throw new Error('the cast has statements');
		const sig = first.sig;
		const code = (text: string): string => {
			const read = readStatement(text, sig);
			return read.ok ? 'read' : read.error.code;
		};
		expect(code(first.text)).toBe('read');
		for (const text of [
			` ${first.text}`, first.text.replace('{"actor"', '{ "actor"'), first.text.replace('"v":1', '"v":1.0'), first.text.replace('"v":1', '"v":1,"v":1'),
			first.text.replace('"v":1', '"v":1,"x":1'), first.text.replace('"v":1', '"__proto__":{},"v":1'), first.text.slice(0, -1), '', 'null', '[]', '7',
			`{"a":${'['.repeat(40)}${']'.repeat(40)}}`, `{"kind":"${'x'.repeat(300_000)}"}`, first.text.replace('"v":1', '"v":0'), '{"kind":"constructor","v":1.5}'
		]) expect(code(text), text.slice(0, 60)).toBe('malformed');
		for (const text of [first.text.replace('"v":1', '"v":2'), first.text.replace('"kind":"genesis"', '"kind":"recovery-kit"'), first.text.replace('"kind":"region"', '"kind":"hospital"')]) {
			expect(code(text)).toBe('unknown');
		}
	});
});
