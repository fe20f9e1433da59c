/** The organization as its people live it: joining, posting, sites, keys. */
import { describe, expect, it } from 'vitest';
import { databasesFor } from './databases.ts';
import { membershipFingerprint } from './fingerprint.ts';
import { MembershipLog } from './log.ts';
import { canRead, canWrite, entitledActors, epochsOf, may, newestEpoch, owedKeys, reaches, roleAt, transportKeyOf } from './selectors.ts';
import { answers, setup } from './testing/cast.ts';
import { describeState } from './testing/describe.ts';
import { deliver } from './authoring/deliver.ts';
import { readName } from './authoring/names.ts';

const district = () => setup(
	'olga owner of region', 'clinic north below region', 'clinic south below region', 'outreach river below north',
	'lea lead of north', 'carl clinician of north', 'hana health-worker of river', 'rita receptionist of south', 'rex reviewer of region'
);

describe('an organization', () => {
	it('is founded with its root site, owner and hub, and the owner finds all keys from the log alone', async () => {
		const cast = await setup('olga owner of region');
		const olga = cast.person('olga');
		expect(cast.state.refused).toEqual([]);
		expect([...cast.state.sites.keys()]).toEqual([cast.site('region')]);
		expect(cast.state.hubs).toEqual([{ key: cast.hub.publicKey, origins: ['https://hub.example.org'] }]);
		expect(olga.keyring.lacking).toEqual([]);
		expect(olga.keyring.problems).toEqual([]);
		expect(olga.held.map((secret) => secret.comp).sort()).toEqual(['clinical', 'desk', 'restricted', 'roster']);
		expect(readName(olga.held, cast.state.name)).toBe('Rural Health');
	});

	it('admits people with the roles they were invited to, and refuses nothing on the way', async () => {
		const cast = await district();
		expect(cast.state.refused).toEqual([]);
		expect(cast.state.waiting).toEqual([]);
		expect(cast.state.members.size).toBe(6);
		expect(roleAt(cast.state, cast.person('carl').actor, cast.site('north'))).toBe('clinician');
		expect(roleAt(cast.state, cast.person('carl').actor, cast.site('south'))).toBeNull();
		expect(readName(cast.person('rita').held, cast.state.members.get(cast.person('carl').member)?.name ?? null)).toBe('carl');
	});

	it('lets roles with a tree reach the sites below, and the others only where posted', async () => {
		const cast = await district();
		const { state } = cast;
		const [lea, carl, rex] = [cast.person('lea').actor, cast.person('carl').actor, cast.person('rex').actor];
		expect(canRead(state, lea, cast.site('river'), 'clinical')).toBe(true);
		expect(canRead(state, lea, cast.site('south'), 'desk')).toBe(false);
		expect(canRead(state, lea, cast.site('region'), 'desk')).toBe(false);
		expect(canRead(state, carl, cast.site('river'), 'clinical')).toBe(false);
		expect(canWrite(state, cast.person('rita').actor, cast.site('south'), 'clinical')).toBe(false);
		expect(reaches(state, rex, [cast.site('river'), cast.site('south')])).toBe(true);
		expect(reaches(state, carl, [cast.site('north'), cast.site('south')])).toBe(false);
		expect(reaches(state, rex, [])).toBe(false);
		expect(may(state, lea, 'add-site', cast.site('river'))).toBe(true);
		expect(may(state, lea, 'add-site', cast.site('south'))).toBe(false);
	});

	it('gives each member exactly the keys of what the roles read (S2)', async () => {
		const cast = await district();
		for (const person of cast.people.values()) {
			expect(person.keyring.lacking, person.name).toEqual([]);
			expect(person.keyring.problems, person.name).toEqual([]);
			for (const [name, site] of cast.sites) {
				for (const comp of ['desk', 'clinical', 'restricted'] as const) {
					expect(person.opens(name, comp), `${person.name} ${name} ${comp}`).toBe(canRead(cast.state, person.actor, site, comp));
				}
			}
		}
		expect(cast.person('rita').opens('south', 'clinical')).toBe(false);
		expect(cast.person('rex').opens('river', 'restricted')).toBe(false);
	});

	it('delivers the keys of a new site to everyone whose role reaches it through the tree, and to nobody else', async () => {
		const cast = await district();
		cast.person('lea').addsSite('valley', 'river', 'outreach');
		expect(cast.person('rex').opens('valley', 'clinical')).toBe(true);
		expect(cast.person('olga').opens('valley', 'restricted')).toBe(true);
		expect(cast.person('hana').opens('valley', 'desk')).toBe(false);
		expect(entitledActors(cast.state, cast.site('valley'), 'clinical')).toEqual(
			[cast.person('lea'), cast.person('olga'), cast.person('rex')].map((person) => person.actor).sort()
		);
		expect(owedKeys(cast.state)).toEqual([]);
	});

	it('posts a member to a further site, with its keys', async () => {
		const cast = await district();
		const carl = cast.person('carl');
		cast.person('olga').postsMember(carl, 'clinician of south');
		expect(carl.opens('south', 'clinical')).toBe(true);
		expect(reaches(cast.state, carl.actor, [cast.site('north'), cast.site('south')])).toBe(true);
		expect(cast.state.members.get(carl.member)?.grants.map((grant) => grant.role)).toEqual(['clinician', 'clinician']);
	});

	it('gives who joins after a rotation the new key and, by it, the older ones', async () => {
		const cast = await district();
		const north = { site: cast.site('north'), comp: 'clinical' } as const;
		cast.person('carl').rotates(north);
		cast.person('olga').rotates(north, { site: null, comp: 'roster' });
		const nora = cast.person('lea').brings('nora', 'clinician of north');
		expect(epochsOf(cast.state, north.site, 'clinical')).toHaveLength(3);
		expect(nora.opens('north', 'clinical')).toBe(true);
		for (const person of cast.people.values()) expect(person.keyring.lacking, person.name).toEqual([]);
		expect(readName(nora.held, cast.state.name)).toBe('Rural Health');
	});

	it('opens older epochs under the newer key, with no bundle of their own', async () => {
		const cast = await district();
		const carl = cast.person('carl');
		const before = carl.held.find((secret) => secret.site === cast.site('north') && secret.comp === 'clinical');
		carl.rotates({ site: cast.site('north'), comp: 'clinical' });
		const rotation = carl.log.statements.at(-1);
		const bundles = rotation?.statement.kind === 'epoch' ? rotation.statement.deliveries.filter(({ actor }) => actor === carl.actor).map(({ bundle }) => bundle) : [];
		expect(bundles).toHaveLength(1);
		const { openDeliveries, keyDocuments } = await import('./authoring/deliveries.ts');
		const kept = cast.documents.filter((document) => document.v !== 'k1' || bundles.includes(document._id));
		const ring = openDeliveries(carl.log, carl.self, keyDocuments(kept));
		expect(ring.keys.map((secret) => secret.epoch)).toContain(before?.epoch);
	});

	it('keeps concurrent epochs side by side and seals under the newest in the order of the log', async () => {
		const cast = await district();
		const [carl, lea] = [cast.person('carl').goesOffline(), cast.person('lea').goesOffline()];
		const north = { site: cast.site('north'), comp: 'clinical' } as const;
		carl.rotates(north);
		lea.rotates(north);
		carl.comesBack();
		lea.comesBack();
		const epochs = epochsOf(cast.state, north.site, 'clinical');
		expect(epochs).toHaveLength(3);
		expect(newestEpoch(cast.state, north.site, 'clinical')).toEqual(epochs[2]);
		expect(newestEpoch(cast.state, north.site, 'clinical', (epoch) => epoch.epoch !== epochs[2]?.epoch)).toEqual(epochs[1]);
		expect(carl.opens('north', 'clinical')).toBe(true);
		cast.person('olga').rotates(north);
		expect(epochsOf(cast.state, north.site, 'clinical')[3]?.supersedes).toEqual([epochs[1]?.epoch, epochs[2]?.epoch].sort());
	});

	it('hands on nothing of an epoch that a device knows by a later one alone: the log would not count it, and it would do so for ever', async () => {
		const cast = await setup('olga owner of region', 'clinic north below region', 'nora clinician of north');
		const [olga, nora] = [cast.person('olga'), cast.person('nora')];
		const place = { site: cast.site('north'), comp: 'clinical' } as const;
		for (const person of [olga, nora]) person.goesOffline();
		nora.rotates(place);
		const carl = olga.brings('carl', 'clinician of north');
		for (const person of [olga, nora]) person.comesBack();
		olga.rotates(place);
		expect(owedKeys(cast.state).map((owed) => owed.actor)).toEqual([carl.actor]);
		expect(carl.deliversWhatIsOwed()).toBeNull();
		nora.deliversWhatIsOwed();
		expect(owedKeys(cast.state)).toEqual([]);
	});

	it('counts as given only what the giver may hold: who was posted lower passes on the keys of the desk, and those of care stay owed', async () => {
		const cast = await setup('olga owner of region', 'clinic north below region', 'lea lead of north', 'nora clinician of north');
		const [olga, lea, nora] = [cast.person('olga'), cast.person('lea'), cast.person('nora')];
		const north = cast.site('north');
		nora.goesOffline();
		nora.rotates({ site: north, comp: 'desk' }, { site: north, comp: 'clinical' });
		const carl = olga.brings('carl', 'clinician of north');
		olga.postsMember(lea, 'receptionist of north');
		olga.takesFrom(lea, 'lead of north');
		nora.comesBack();
		lea.deliversWhatIsOwed();
		const ofNora = epochsOf(cast.state, north, 'clinical').find(({ by }) => by === nora.actor)?.epoch;
		const holdsIt = (): boolean => carl.keyring.keys.some(({ epoch }) => epoch === ofNora);
		expect(holdsIt()).toBe(false);
		expect(owedKeys(cast.state).some(({ actor, epochs }) => actor === carl.actor && epochs.some(({ epoch }) => epoch === ofNora))).toBe(true);
		olga.deliversWhatIsOwed();
		expect(holdsIt()).toBe(true);
		expect(owedKeys(cast.state)).toEqual([]);
	});

	it('waits with a delivery until all is there that it would count for', async () => {
		const cast = await setup('olga owner of region', 'clinic north below region', 'lea lead of north', 'nora clinician of north');
		const [olga, lea, nora] = [cast.person('olga'), cast.person('lea'), cast.person('nora')];
		const north = cast.site('north');
		nora.goesOffline();
		nora.rotates({ site: north, comp: 'desk' });
		nora.rotates({ site: north, comp: 'clinical' });
		const carl = olga.brings('carl', 'clinician of north');
		nora.comesBack();
		const late = epochsOf(lea.state, north, 'clinical').find(({ by }) => by === nora.actor)?.epoch;
		// the document with that key has not come yet
		expect(deliver({ ...lea.pen, held: lea.held.filter(({ epoch }) => epoch !== late) })).toEqual({ ok: true, value: null });
		lea.deliversWhatIsOwed();
		expect(carl.keyring.lacking).toEqual([]);
	});

	it('delivers once, and not at every exchange, the key that a lead began who removed somebody and was removed at the same time', async () => {
		const cast = await setup('olga owner of region', 'clinic north below region', 'lea lead of region', 'nora clinician of north');
		const [olga, lea, nora] = [cast.person('olga'), cast.person('lea').goesOffline(), cast.person('nora')];
		lea.removes(nora);
		olga.removes(lea);
		lea.comesBack();
		// the removal of nora is void, its epochs stand, and nobody's statement rests on it
		expect(owedKeys(cast.state).map(({ actor }) => actor)).toEqual([nora.actor]);
		olga.deliversWhatIsOwed();
		expect(owedKeys(cast.state)).toEqual([]);
		expect(nora.keyring.lacking).toEqual([]);
		expect(olga.deliversWhatIsOwed()).toBeNull();
	});

	it('finds who is owed keys after a site and an admission that did not know of each other, and delivers them', async () => {
		const cast = await district();
		const lea = cast.person('lea').goesOffline();
		lea.addsSite('valley', 'north');
		const rosa = cast.person('olga').brings('rosa', 'reviewer of region');
		lea.comesBack();
		expect(rosa.opens('valley', 'desk')).toBe(false);
		expect(owedKeys(cast.state).map((owed) => owed.actor)).toEqual([rosa.actor]);
		expect(cast.person('rita').deliversWhatIsOwed()).toBeNull();
		cast.person('olga').deliversWhatIsOwed();
		expect(rosa.opens('valley', 'clinical')).toBe(true);
		expect(owedKeys(cast.state)).toEqual([]);
		expect(cast.person('olga').deliversWhatIsOwed()).toBeNull();
	});

	it('does not sign what all others would refuse: it says why', async () => {
		const cast = await district();
		expect(() => cast.person('lea').addsSite('delta', 'south')).toThrow('may not add a site there');
		expect(() => cast.person('lea').invites('owner of region')).toThrow('above its author');
		expect(() => cast.person('carl').invites('clinician of north')).toThrow('above its author');
		expect(() => cast.person('rita').rotates({ site: cast.site('south'), comp: 'clinical' })).toThrow('does not hold the present key');
	});
});

describe('an invitation', () => {
	it('may be refused by its inviter, and nobody is admitted by it then', async () => {
		const cast = await district();
		const invited = cast.person('lea').invites('clinician of north');
		const late = answers(cast, 'zed', invited.link);
		cast.person('lea').refuses(invited, 'sent to the wrong number');
		expect(cast.state.invitations.get(invited.invitation)?.status).toBe('refused');
		expect(() => cast.person('lea').admits(late.answered.document)).toThrow('used or withdrawn');
	});

	it('admits with fewer sites than it offered, and with no keys of the others', async () => {
		const cast = await district();
		const invited = cast.person('olga').invites('clinician of north and south');
		const { person, answered } = answers(cast, 'zoe', invited.link);
		cast.person('olga').admits(answered.document, cast.grants('clinician of south'));
		expect(person.opens('south', 'clinical')).toBe(true);
		expect(person.opens('north', 'clinical')).toBe(false);
	});
});

describe('the databases of a device', () => {
	it('are desk and care of the posts, desk of what the tree reaches, and care below only when taken on', async () => {
		const cast = await district();
		const lea = databasesFor(cast.state, cast.person('lea').self.keys.device);
		const [north, river] = [cast.site('north'), cast.site('river')];
		expect(lea.replicates).toEqual(['control', `${north}-desk`, `${north}-care`, `${river}-desk`].sort());
		expect(lea.mayRead).toContain(`${river}-care`);
		expect(lea.mayRead).not.toContain(`${cast.site('south')}-desk`);
		expect(databasesFor(cast.state, cast.person('lea').self.keys.device, new Set([river])).replicates).toContain(`${river}-care`);
		const rita = databasesFor(cast.state, cast.person('rita').self.keys.device, new Set([north]));
		expect(rita.replicates).toEqual(['control', `${cast.site('south')}-desk`].sort());
		expect(rita.mayWrite).toEqual(rita.mayRead);
	});

	it('are none for a device that nobody was admitted on', async () => {
		const cast = await district();
		const stranger = answers(cast, 'zed', cast.person('olga').invites('lead of north').link).person;
		expect(databasesFor(cast.state, stranger.self.keys.device)).toEqual({ mayRead: [], mayWrite: [], replicates: [] });
		expect(transportKeyOf(cast.state, stranger.self.keys.device)).toBeNull();
		expect(transportKeyOf(cast.state, cast.person('rita').self.keys.device)).toBe(cast.person('rita').transport.publicKey);
	});
});

describe('the log', () => {
	it('answers at any place that a change may cite, as it stood there', async () => {
		const cast = await district();
		const before = cast.state.heads;
		cast.person('olga').postsMember(cast.person('carl'), 'clinician of south');
		const log = new MembershipLog(cast.org);
		log.add(cast.statements);
		const then = log.at(before);
		expect(then === null ? null : canWrite(then, cast.person('carl').actor, cast.site('south'), 'clinical')).toBe(false);
		expect(log.at(before)).toBe(then);
		expect(log.at(cast.state.heads)?.included).toEqual(cast.state.included);
		expect(log.at([])).toBeNull();
		const [first] = before;
		const [last] = cast.state.heads;
		if (first === undefined || last === undefined) throw new Error('a log has heads');
		expect([log.isBefore(first, last), log.isBefore(last, first), log.isBefore(first, first)]).toEqual([true, false, true]);
	});

	it('is the same state when it grows one statement at a time as when it comes at once', async () => {
		const cast = await district();
		const log = new MembershipLog(cast.org);
		expect(log.state).toBeNull();
		for (const statement of cast.statements) {
			log.add([statement]);
			expect(log.state?.waiting).toEqual([]);
		}
		expect(log.state === null ? null : describeState(log.state)).toEqual(describeState(cast.state));
		expect(log.state).toBe(log.state);
		expect(log.state === null ? null : membershipFingerprint(log.state)).toBe(membershipFingerprint(cast.state));
	});
});
