/** Members, devices and roles are taken away, by one lead or by several at once. */
import { describe, expect, it } from 'vitest';
import { databasesFor } from './databases.ts';
import { MembershipLog } from './log.ts';
import { renew } from './authoring/rotate.ts';
import { revoke, withdraw } from './authoring/removal.ts';
import type { Hash } from '../change/change.ts';
import { openKeys, openOlderKeys } from '../seal/bundle.ts';
import type { EpochSecret } from '../seal/epoch.ts';
import { rosterOpen } from '../seal/roster.ts';
import { placesToRenew, usableEpochs } from './renewal.ts';
import { canRead, canWrite, holdersOf, isActive, isActiveDevice, isRevokedDevice, may, owedKeys, reachedOnce, roleAt, transportKeyOf } from './selectors.ts';
import { answers, must, setup, type Cast, type Person } from './testing/cast.ts';
import { describeState } from './testing/describe.ts';
import { admitAt } from './testing/forgery.ts';

const district = () => setup(
	'olga owner of region', 'clinic north below region', 'clinic south below region', 'lea lead of north', 'lars lead of north', 'carl clinician of north',
	'nora clinician of north', 'hana health-worker of south'
);
const people = (cast: Cast, ...names: readonly string[]): Person[] => names.map((name) => cast.person(name));
const active = (cast: Cast): string[] => [...cast.people.values()].filter(({ actor }) => isActive(cast.state, actor)).map(({ name }) => name).sort();
/** Epochs of all keys that a device could ever open with its secret from what the hub has: the log's verdicts do not hold a thief back. */
function everOpened(cast: Cast, { self }: Person): ReadonlySet<Hash> {
	const keys = new Map<Hash, EpochSecret>();
	for (const document of cast.documents) {
		const opened = document.v === 'k1' ? openKeys({ org: cast.org, actor: self.actor, seal: self.seal }, document) : null;
		if (opened?.ok) for (const key of opened.value.keys) keys.set(key.epoch, key);
	}
	for (const key of keys.values()) {
		for (const document of cast.documents) {
			const opened = document.v === 'o1' ? openOlderKeys(cast.org, key, document) : null;
			if (opened?.ok) for (const older of opened.value.keys) keys.set(older.epoch, older);
		}
	}
	return new Set(keys.keys());
}
/** Places where something could be sealed under a key that somebody holds or held. */
const lapsed = (cast: Cast, person: Person): string[] => {
	const held = everOpened(cast, person);
	return [...cast.state.sites.keys()].flatMap((site) => (['desk', 'clinical', 'restricted'] as const).flatMap((comp) =>
		usableEpochs(cast.state, { site, comp }).filter(({ epoch }) => held.has(epoch)).map(() => `${site}/${comp}`)));
};

describe('removing a member', () => {
	it('ends all that the member could do, reads or opens, and leaves the others as they were', async () => {
		const cast = await district();
		const [lea, carl, nora] = people(cast, 'lea', 'carl', 'nora') as [Person, Person, Person];
		expect(lapsed(cast, carl)).toEqual(['desk', 'clinical'].map((comp) => `${cast.site('north')}/${comp}`));
		lea.removes(carl);
		const { state } = cast;
		expect(state.refused).toEqual([]);
		expect(canRead(state, carl.actor, cast.site('north'), 'desk') || canWrite(state, carl.actor, cast.site('north'), 'clinical')).toBe(false);
		expect([isActiveDevice(state, carl.self.keys.device), isRevokedDevice(state, carl.self.keys.device)]).toEqual([false, true]);
		expect(transportKeyOf(state, carl.self.keys.device)).toBeNull();
		expect(databasesFor(state, carl.self.keys.device)).toEqual({ mayRead: [], mayWrite: [], replicates: [] });
		expect(canWrite(state, nora.actor, cast.site('north'), 'clinical')).toBe(true);
		expect(state.closings.get(carl.actor)?.map(({ by }) => by)).toEqual([lea.actor]);
		expect(reachedOnce(state, carl.actor, [cast.site('north')])).toBe(true);
	});

	it('attack 17: starts new epochs of everything it could read in the same statement, and gives their keys to all others', async () => {
		const cast = await district();
		const [lea, carl, nora, olga] = people(cast, 'lea', 'carl', 'nora', 'olga') as [Person, Person, Person, Person];
		const removed = lea.removes(carl);
		expect(removed.renewed).toBe(2);
		expect(lapsed(cast, carl)).toEqual([]);
		for (const person of [lea, nora, olga]) {
			expect(person.keyring.lacking, person.name).toEqual([]);
			expect(person.keyring.problems, person.name).toEqual([]);
			expect(placesToRenew(cast.state, person.actor), person.name).toEqual([]);
		}
		expect(owedKeys(cast.state)).toEqual([]);
		const said = removed.signed.statement;
		if (said.kind !== 'revoke' || said.reason === null) throw new Error('a removal says why');
		const { reason } = said;
		expect(carl.held.some(({ epoch }) => epoch === reason.epoch)).toBe(false);
		const roster = nora.held.find(({ epoch }) => epoch === reason.epoch);
		expect(roster === undefined ? null : must(rosterOpen(roster, reason))).toBe('left');
	});

	it('refuses what a removed member says afterwards, and lets nobody be removed by somebody below or beside', async () => {
		const cast = await district();
		const [olga, lea, carl, hana] = people(cast, 'olga', 'lea', 'carl', 'hana') as [Person, Person, Person, Person];
		expect(() => carl.removes(cast.person('nora'))).toThrow('above its author');
		expect(() => lea.removes(olga)).toThrow('above its author');
		expect(() => lea.removes(hana)).toThrow('outside its author');
		olga.removes(lea);
		const forged = lea.forges({ kind: 'grant', member: carl.member, grants: cast.grants('lead of north'), deliveries: [] });
		expect(cast.state.refused.map(({ id }) => id)).toEqual([forged.id]);
		expect(() => olga.removes(lea)).toThrow('not a member');
		expect(cast.person('carl').removes(carl).renewed).toBe(0);
		expect(isActive(cast.state, carl.actor)).toBe(false);
	});

	it('takes a post and leaves the rest: a demotion', async () => {
		const cast = await district();
		const [olga, lea] = people(cast, 'olga', 'lea') as [Person, Person];
		olga.postsMember(lea, 'clinician of north');
		olga.takesFrom(lea, 'lead of north');
		expect(roleAt(cast.state, lea.actor, cast.site('north'))).toBe('clinician');
		expect(may(cast.state, lea.actor, 'invite', cast.site('north'))).toBe(false);
		expect(lapsed(cast, lea).sort()).toEqual([`${cast.site('north')}/clinical`, `${cast.site('north')}/desk`]);
		expect(cast.state.closings.get(lea.actor)?.map(({ grants }) => grants)).toEqual([cast.grants('lead of north')]);
		olga.postsMember(lea, 'lead of north');
		expect(roleAt(cast.state, lea.actor, cast.site('north'))).toBe('lead');
		expect(() => olga.takesFrom(lea, 'reviewer of region')).toThrow('does not have');
	});

	it('delivers to nobody who was removed, whatever was owed', async () => {
		const cast = await district();
		const [olga, lea, carl] = people(cast, 'olga', 'lea', 'carl') as [Person, Person, Person];
		lea.goesOffline();
		lea.rotates({ site: cast.site('north'), comp: 'clinical' });
		olga.removes(carl);
		lea.comesBack();
		expect(holdersOf(cast.state)).not.toContain(carl.actor);
		expect(owedKeys(cast.state).some(({ actor }) => actor === carl.actor)).toBe(false);
		const forged = olga.forges({ kind: 'epoch', epochs: [], deliveries: [{ actor: carl.actor, bundle: '0'.repeat(64) }] });
		expect(cast.state.refused.map(({ id }) => id)).toContain(forged.id);
	});

	it('brings a member who lost a device back with the same posts, invited again by somebody who could give all of them', async () => {
		const cast = await district();
		const [olga, lea, carl] = people(cast, 'olga', 'lea', 'carl') as [Person, Person, Person];
		const expires = cast.clock.now() + 1e9;
		const hub = { key: cast.hub.publicKey, origin: 'https://hub.example.org' };
		const { invite } = await import('./authoring/invite.ts');
		const invited = lea.posts(must(invite(lea.pen, { grants: cast.grants('clinician of north'), expires, hub, member: carl.member })));
		const { person: tablet, answered } = answers(cast, 'carl', invited.link);
		lea.admits(answered.document);
		expect(tablet.member).toBe(carl.member);
		expect(tablet.opens('north', 'clinical')).toBe(true);
		lea.posts(must(revoke(lea.pen, { member: null, actors: [carl.actor], positions: [], reason: '' })));
		expect([isActive(cast.state, carl.actor), isActive(cast.state, tablet.actor)]).toEqual([false, true]);
		expect(invite(lea.pen, { grants: cast.grants('owner of region'), expires, hub, member: olga.member }).ok).toBe(false);
		expect(cast.state.refused).toEqual([]);
	});
});

describe('removals at the same time', () => {
	it('attack 19: two leads who remove each other both fall', async () => {
		const cast = await district();
		const [lea, lars] = people(cast, 'lea', 'lars') as [Person, Person];
		for (const person of [lea, lars]) person.goesOffline();
		lea.removes(lars);
		lars.removes(lea);
		for (const person of [lea, lars]) person.comesBack();
		expect(active(cast)).toEqual(['carl', 'hana', 'nora', 'olga']);
	});

	it('attack 19: a cycle of three takes down all three, and the last owner may remove herself', async () => {
		const cast = await setup('olga owner of region', 'omar owner of region', 'oda owner of region', 'clinic north below region');
		const [olga, omar, oda] = people(cast, 'olga', 'omar', 'oda') as [Person, Person, Person];
		for (const person of [olga, omar, oda]) person.goesOffline();
		olga.removes(omar);
		omar.removes(oda);
		oda.removes(olga);
		for (const person of [olga, omar, oda]) person.comesBack();
		expect(active(cast)).toEqual([]);
		expect(cast.state.refused).toEqual([]);
		const alone = await setup('olga owner of region');
		alone.person('olga').removes(alone.person('olga'));
		expect(active(alone)).toEqual([]);
	});

	it('attack 16: a removed lead\'s statements that cite what stood before are void: admissions, posts, removals', async () => {
		const cast = await district();
		const [olga, lea, carl, nora] = people(cast, 'olga', 'lea', 'carl', 'nora') as [Person, Person, Person, Person];
		const invited = lea.invites('clinician of north');
		const { person: zed, answered } = answers(cast, 'zed', invited.link);
		lea.goesOffline();
		const before = lea.state.heads;
		olga.removes(lea);
		const admitted = admitAt(lea, answered.document, before);
		const posted = lea.forges({ kind: 'grant', member: carl.member, grants: cast.grants('lead of north'), deliveries: [] }, before);
		const removed = lea.forges({ kind: 'revoke', member: null, actors: [nora.actor], positions: [], reason: null, epochs: [], deliveries: [] }, before);
		lea.comesBack();
		expect(cast.state.refused.map(({ id }) => id).sort()).toEqual([admitted.id, posted.id, removed.id].sort());
		expect(isActive(cast.state, nora.actor)).toBe(true);
		expect(isActive(cast.state, zed.actor)).toBe(false);
		expect(cast.state.fallen.get(zed.actor)?.statement).toBe(admitted.id);
		expect(may(cast.state, carl.actor, 'invite', cast.site('north'))).toBe(false);
	});

	it('attack 19: what an accomplice does with a post that a falling lead gave falls too', async () => {
		const cast = await district();
		const [olga, lea, carl, nora] = people(cast, 'olga', 'lea', 'carl', 'nora') as [Person, Person, Person, Person];
		for (const person of [olga, lea]) person.goesOffline();
		olga.removes(lea);
		lea.postsMember(carl, 'lead of north');
		lea.comesBack();
		carl.goesOffline();
		carl.removes(nora);
		carl.comesBack();
		olga.comesBack();
		expect(active(cast)).toEqual(['carl', 'hana', 'lars', 'nora', 'olga']);
	});

	it('attack 19: a lead who is demoted at the same time admits nobody, and a demotion beats the same post given again', async () => {
		const cast = await district();
		const [olga, lea, lars] = people(cast, 'olga', 'lea', 'lars') as [Person, Person, Person];
		const invited = lea.invites('clinician of north');
		const { person: zed, answered } = answers(cast, 'zed', invited.link);
		for (const person of [olga, lea, lars]) person.goesOffline();
		olga.takesFrom(lea, 'lead of north');
		lea.admits(answered.document);
		lars.postsMember(lea, 'lead of north');
		for (const person of [olga, lea, lars]) person.comesBack();
		expect(isActive(cast.state, zed.actor)).toBe(false);
		expect(roleAt(cast.state, lea.actor, cast.site('north'))).toBeNull();
		expect(() => lea.invites('clinician of north')).toThrow('above its author');
	});

	it('attack 19: a member who is removed and invited again at once stays out, on every device', async () => {
		const cast = await district();
		const [olga, lea, carl] = people(cast, 'olga', 'lea', 'carl') as [Person, Person, Person];
		const { invite } = await import('./authoring/invite.ts');
		const hub = { key: cast.hub.publicKey, origin: 'https://hub.example.org' };
		const invited = lea.posts(must(invite(lea.pen, { grants: cast.grants('clinician of north'), expires: cast.clock.now() + 1e9, hub, member: carl.member })));
		const { person: tablet, answered } = answers(cast, 'carl', invited.link);
		for (const person of [olga, lea]) person.goesOffline();
		lea.admits(answered.document);
		olga.removes(carl);
		for (const person of [olga, lea]) person.comesBack();
		expect(isActive(cast.state, tablet.actor)).toBe(false);
		expect(lapsed(cast, tablet)).toEqual([]);
	});

	it('attack 17: two leads who remove different people and renew at once leave no thief with a usable key', async () => {
		const cast = await district();
		const [lea, lars, carl, nora, olga] = people(cast, 'lea', 'lars', 'carl', 'nora', 'olga') as [Person, Person, Person, Person, Person];
		for (const person of [lea, lars]) person.goesOffline();
		lea.removes(carl);
		lars.removes(nora);
		for (const person of [lea, lars]) person.comesBack();
		expect([...lapsed(cast, carl), ...lapsed(cast, nora)]).toEqual([]);
		expect(placesToRenew(cast.state, olga.actor).map(({ comp }) => comp).sort()).toEqual(['clinical', 'desk', 'roster']);
		lars.renews();
		for (const person of [lea, lars, olga]) {
			expect(placesToRenew(cast.state, person.actor), person.name).toEqual([]);
			expect(person.keyring.lacking, person.name).toEqual([]);
		}
		expect([...lapsed(cast, carl), ...lapsed(cast, nora)]).toEqual([]);
	});

	it('attack 17: seals no name under a key that somebody removed holds: it waits for a new one, which any member may start', async () => {
		const cast = await district();
		const [olga, lea] = [cast.person('olga'), cast.person('lea')];
		const carl = cast.person('carl');
		// carl goes at one place, and the roster is renewed at another by somebody who has not heard of it
		lea.goesOffline();
		olga.forges({ kind: 'revoke', member: null, actors: [carl.actor], positions: [], reason: null, epochs: [], deliveries: [] });
		lea.rotates({ site: null, comp: 'roster' });
		lea.comesBack();
		expect(usableEpochs(cast.state, { site: null, comp: 'roster' })).toEqual([]);
		expect(() => olga.addsSite('delta', 'north')).toThrow('key of names');
		const before = olga.rotates({ site: null, comp: 'roster' });
		expect(before.keys).toHaveLength(1);
		const site = olga.addsSite('delta', 'north');
		expect(cast.state.sites.get(site)?.name.epoch).toBe(before.keys[0]?.epoch);
		expect(carl.keyring.keys.map(({ epoch }) => epoch)).not.toContain(before.keys[0]?.epoch);
	});

	it('keeps a site and an epoch that a removed lead made meanwhile, so that nothing written there is lost, and seals nothing under its keys', async () => {
		const cast = await district();
		const [olga, lea, nora] = people(cast, 'olga', 'lea', 'nora') as [Person, Person, Person];
		for (const person of [olga, lea]) person.goesOffline();
		olga.removes(lea);
		lea.addsSite('river', 'north', 'outreach');
		lea.rotates({ site: cast.site('north'), comp: 'clinical' });
		for (const person of [olga, lea]) person.comesBack();
		expect(cast.state.sites.has(cast.site('river'))).toBe(true);
		expect(usableEpochs(cast.state, { site: cast.site('river'), comp: 'desk' })).toEqual([]);
		expect(olga.opens('river', 'desk')).toBe(true);
		expect(nora.keyring.lacking).toEqual([]);
		olga.renews();
		expect(lapsed(cast, lea)).toEqual([]);
		expect(usableEpochs(cast.state, { site: cast.site('river'), comp: 'desk' })).toHaveLength(1);
	});
});

describe('an epoch', () => {
	it('attack 22: a removal whose rotation was cut off is renewed by whoever looks next, and nobody is left without a key', async () => {
		const cast = await district();
		const [olga, nora, carl] = people(cast, 'olga', 'nora', 'carl') as [Person, Person, Person];
		olga.forges({ kind: 'revoke', member: null, actors: [carl.actor], positions: [], reason: null, epochs: [], deliveries: [] });
		expect(placesToRenew(cast.state, nora.actor).map(({ comp }) => comp).sort()).toEqual(['clinical', 'desk', 'roster']);
		nora.renews();
		expect(placesToRenew(cast.state, nora.actor)).toEqual([]);
		expect(nora.renews()).toBeNull();
		expect(olga.keyring.lacking).toEqual([]);
		expect(lapsed(cast, carl)).toEqual([]);
	});

	it('is not usable when somebody removed holds an epoch that wraps its key', async () => {
		const cast = await district();
		const [olga, nora, carl] = people(cast, 'olga', 'nora', 'carl') as [Person, Person, Person];
		const north = { site: cast.site('north'), comp: 'clinical' } as const;
		nora.goesOffline();
		nora.rotates(north);
		olga.forges({ kind: 'revoke', member: null, actors: [carl.actor], positions: [], reason: null, epochs: [], deliveries: [] });
		nora.comesBack();
		expect(usableEpochs(cast.state, north)).toEqual([]);
		expect(must(renew(olga.pen, [north]))?.keys).toHaveLength(1);
	});
});

describe('the log with removals', () => {
	it('says the same backwards and one by one', async () => {
		const cast = await district();
		const [lea, lars, carl, olga] = people(cast, 'lea', 'lars', 'carl', 'olga') as [Person, Person, Person, Person];
		for (const person of [lea, lars, olga]) person.goesOffline();
		lea.removes(lars);
		lars.removes(lea);
		olga.takesFrom(carl, 'clinician of north');
		for (const person of [lea, lars, olga]) person.comesBack();
		olga.renews();
		const backwards = new MembershipLog(cast.org);
		for (const statement of [...cast.statements].reverse()) {
			backwards.add([statement]);
			void backwards.state;
		}
		expect(backwards.state === null ? null : describeState(backwards.state)).toEqual(describeState(cast.state));
		expect(withdraw(olga.pen, { member: carl.member, grants: cast.grants('clinician of north'), positions: [], reason: '' }).ok).toBe(false);
	});
});
