/** Statements written on old heads, and kits that were replaced, by people who want to stay, or to get above themselves. */
import { describe, expect, it } from 'vitest';
import { isActive, newestEpoch, roleAt } from './selectors.ts';
import { attest, withdraw } from './authoring/removal.ts';
import { invite, type Invited } from './authoring/invite.ts';
import { epochToSealTo, usableEpochs } from './renewal.ts';
import { MembershipLog } from './log.ts';
import { answers, HUB_ORIGIN, must, setup, type Cast, type Person } from './testing/cast.ts';
import { describeState } from './testing/describe.ts';

const region = () => setup(
	'olga owner of region', 'omar owner of region', 'clinic north below region', 'lea lead of north', 'carl clinician of north', 'nora clinician of north'
);

/** The lead invites somebody who is a member already, to a new device. */
function invitesAgain(lead: Person, member: Person, words: string): Invited {
	const { cast } = lead;
	return lead.posts(must(invite(lead.pen, {
		member: member.member, grants: cast.grants(words), expires: cast.clock.now() + 7 * 24 * 3600 * 1000, hub: { key: cast.hub.publicKey, origin: HUB_ORIGIN }
	})));
}

/** Statements that say little, so that what comes after them stands deeper in the log. */
const passesTime = (somebody: Person, times: number): void => {
	for (let i = 0; i < times; i++) somebody.rotates({ site: somebody.cast.site('north'), comp: 'desk' });
};

const isTheSameBackwards = (cast: Cast): boolean => {
	const log = new MembershipLog(cast.org);
	for (const statement of [...cast.statements].reverse()) log.add([statement]);
	return log.state !== null && JSON.stringify(describeState(log.state)) === JSON.stringify(describeState(cast.state));
};

describe('inviting a member again', () => {
	it('attack 23: gives a lead who answers in the member\'s place no post above the lead\'s own that was given since', async () => {
		const cast = await region();
		const [olga, lea, carl] = [cast.person('olga'), cast.person('lea'), cast.person('carl')];
		const { person: tablet, answered } = answers(cast, 'tablet', invitesAgain(lea, carl, 'clinician of north').link);
		olga.postsMember(carl, 'owner of region');
		expect(() => lea.admits(answered.document)).toThrow('may do more');
		expect(roleAt(cast.state, tablet.actor, cast.site('region'))).toBeNull();
		expect(roleAt(cast.state, carl.actor, cast.site('region'))).toBe('owner');
	});

	for (const [order, later] of [['before', 0], ['after', 5]] as const) {
		it(`attack 23: nor by an admission written on old heads, with the post ${order} it in the log`, async () => {
			const cast = await region();
			const [olga, lea, carl] = [cast.person('olga'), cast.person('lea').goesOffline(), cast.person('carl')];
			passesTime(olga, later);
			olga.postsMember(carl, 'owner of region');
			const { person: tablet, answered } = answers(cast, 'tablet', invitesAgain(lea, carl, 'clinician of north').link);
			lea.admits(answered.document);
			lea.comesBack();
			expect(roleAt(cast.state, tablet.actor, cast.site('region'))).toBeNull();
			expect(isTheSameBackwards(cast)).toBe(true);
		});
	}

	it('attack 24: nor by a recovery kit that makes the member an owner at the same time', async () => {
		const cast = await region();
		const [olga, lea, carl] = [cast.person('olga'), cast.person('lea'), cast.person('carl')];
		const kit = olga.makesKit();
		void lea.state;
		lea.goesOffline();
		passesTime(olga, 5);
		carl.restoresWith(kit);
		const { person: tablet, answered } = answers(cast, 'tablet', invitesAgain(lea, carl, 'clinician of north').link);
		lea.admits(answered.document);
		lea.comesBack();
		expect(roleAt(cast.state, carl.actor, cast.site('region'))).toBe('owner');
		expect(roleAt(cast.state, tablet.actor, cast.site('region'))).toBeNull();
		expect(isTheSameBackwards(cast)).toBe(true);
	});

	it('lets the post be given once more by who has seen the new device', async () => {
		const cast = await region();
		const [olga, lea, carl] = [cast.person('olga').goesOffline(), cast.person('lea'), cast.person('carl')];
		const { person: tablet, answered } = answers(cast, 'tablet', invitesAgain(lea, carl, 'clinician of north').link);
		lea.admits(answered.document);
		passesTime(olga, 5);
		olga.postsMember(carl, 'lead of region');
		olga.comesBack();
		expect(roleAt(cast.state, carl.actor, cast.site('region'))).toBeNull();
		expect(cast.state.refused.map(({ reason }) => reason)).toEqual([expect.stringContaining('give the post once more')]);
		olga.postsMember(carl, 'lead of region');
		expect([carl, tablet].map(({ actor }) => roleAt(cast.state, actor, cast.site('region')))).toEqual(['lead', 'lead']);
	});
});

describe('a recovery kit that was replaced', () => {
	it('attack 24: shields nobody from a removal made at the same time', async () => {
		const cast = await region();
		const [olga, carl] = [cast.person('olga'), cast.person('carl')];
		const old = olga.makesKit();
		carl.goesOffline();
		olga.makesKit();
		olga.removes(carl);
		carl.restoresWith(old);
		carl.comesBack();
		expect(isActive(cast.state, carl.actor)).toBe(false);
		expect(isTheSameBackwards(cast)).toBe(true);
	});
});

describe('a post that was taken away', () => {
	it('attack 16: is attested by others, not by who lost it', async () => {
		const cast = await region();
		const [olga, carl, nora] = [cast.person('olga'), cast.person('carl'), cast.person('nora')];
		olga.postsMember(carl, 'laboratory of north');
		const { signed: { id: closing } } = olga.posts(must(withdraw(olga.pen, { member: carl.member, grants: cast.grants('clinician of north'), positions: [], reason: '' })));
		const position = { actor: carl.actor, site: cast.site('north'), comp: 'desk' as const, seq: 9, change: cast.org };
		void carl.state;
		void nora.state;
		expect(() => must(attest(carl.pen, closing, [position]))).toThrow('took something from its author');
		expect(attest(nora.pen, closing, [position]).ok).toBe(true);
	});
});

describe('keys of a removal that is void', () => {
	it('still open what colleagues sealed under them before they knew', async () => {
		const cast = await region();
		const [olga, lea, carl, nora] = [cast.person('olga').goesOffline(), cast.person('lea'), cast.person('carl'), cast.person('nora')];
		lea.removes(carl);
		const sealedUnder = nora.keyring.keys.map(({ epoch }) => epoch);
		olga.removes(lea);
		olga.comesBack();
		expect(isActive(cast.state, carl.actor)).toBe(true);
		const held = new Set(nora.keyring.keys.map(({ epoch }) => epoch));
		expect(sealedUnder.filter((epoch) => !held.has(epoch))).toEqual([]);
		olga.deliversWhatIsOwed();
		for (const person of [carl, nora, cast.person('omar')]) expect(person.keyring.lacking, person.name).toEqual([]);
	});
});

describe('an epoch that a removed lead starts on old heads, deeper in the log than any other', () => {
	it('attack 17: is the newest, and is not what records of the access log are sealed to', async () => {
		const cast = await region();
		const [olga, lea] = [cast.person('olga'), cast.person('lea').goesOffline()];
		const place = { site: cast.site('north'), comp: 'restricted' } as const;
		olga.removes(lea);
		passesTime(lea, 6);
		lea.rotates(place);
		lea.comesBack();
		expect(newestEpoch(cast.state, place.site, place.comp)?.by).toBe(lea.actor);
		const epoch = epochToSealTo(cast.state, place);
		expect(epoch?.by).toBe(olga.actor);
		expect(usableEpochs(cast.state, place).map((usable) => usable.epoch)).toContain(epoch?.epoch);
	});
});
