/** A desk index that sites share: who finds whom, by what, and until when. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Id } from '../change/change.ts';
import type { FhirResource } from '../fhir/resource.ts';
import type { ChartRef, PatientHit } from './api.ts';
import type { IndexEntry } from '../change/index-record.ts';
import type { ChartEntry } from './chart-index.ts';
import { dueOf } from './desk-index.ts';
import type { Device } from './device.ts';
import { Clinics, everybodySyncs, must } from './testing/clinics.ts';

const patient = (family: string): FhirResource => ({
	resourceType: 'Patient', name: [{ family, given: ['Ada'] }], birthDate: '1980-03-01', gender: 'female', address: [{ city: 'Kisoro', line: ['House 12'] }],
	telecom: [{ system: 'phone', value: '0772 123 456' }], identifier: [{ system: 'urn:card', value: 'CARD-77' }]
});
const found = async (device: Device, query: string): Promise<readonly PatientHit[]> => must(device.search({ query, site: null, limit: 20 }));
const told = async (device: Device, query: string) => (await found(device, query)).filter((hit) => hit.told === true);

let clinics: Clinics;
let nurseA: Device;
let nurseB: Device;
/** a site that is told of the patients of A before B is */
let c: Id;
let banda: ChartRef;
let share: string;
/** what each device handed to the deposit route */
const handed: { readonly db: string; readonly document: { readonly v: string; readonly c: string } }[] = [];
const toldTo = (): readonly string[] => [...new Set(handed.filter(({ document }) => document.v === 'i1').map(({ db }) => db.replace(/^.*?([0-9a-f]{32})-desk$/, '$1')))].sort();
const watching = { fetch: (url: string, init?: RequestInit) => {
	const deposit = /\/_hub\/deposit\/(.*)$/.exec(url);
	if (deposit !== null && typeof init?.body === 'string') for (const document of (JSON.parse(init.body) as { docs: (typeof handed)[number]['document'][] }).docs) handed.push({ db: deposit[1] ?? '', document });
	return fetch(url, init);
} };
/** What was written at A reaches B, and what was written at B the owner. */
const everybody = async (): Promise<void> => everybodySyncs(nurseA, clinics.owner, nurseB);

beforeAll(async () => {
	clinics = await Clinics.found();
	c = await must(clinics.owner.addSite({ name: 'Clinic C', kind: 'clinic', parent: clinics.region }));
	nurseA = await clinics.join('Amina Nurse', await clinics.device('nurse-a', watching), [{ site: clinics.a, role: 'clinician' }]);
	nurseB = await clinics.join('Ben Nurse', await clinics.device('nurse-b', watching), [{ site: clinics.b, role: 'clinician' }]);
	banda = await must(nurseA.registerPatient({ site: clinics.a, patient: patient('Banda') }));
	await everybody();
}, 120_000);
afterAll(() => clinics.close());

describe('what is due to be told of a chart', () => {
	const ref = { site: 'a'.repeat(32) as Id, chart: 'b'.repeat(32) as Id };
	const identity = { ...ref, names: ['Ada Banda'], birthDate: '1980-03-01', gender: 'female', village: 'Kisoro', phones: [], identifiers: [] };
	const entry: ChartEntry = { ...ref, name: 'Ada Banda', also: [], birthDate: '1980-03-01', gender: 'female', village: 'Kisoro', phone: null, identifiers: [], deceased: false, changed: '', identity, links: [] };
	const ada: IndexEntry = { chart: ref.chart, n: 1, name: 'Ada Banda', year: 1980, village: 'Kisoro' };

	it('is what differs from what was told last, and of a patient who was taken back nothing', () => {
		expect(dueOf(entry, null)).toEqual(ada);
		expect(dueOf(entry, ada)).toBeNull();
		expect(dueOf({ ...entry, identity: { ...identity, village: 'Kabale' } }, ada)).toEqual({ ...ada, n: 2, village: 'Kabale' });
		expect(dueOf({ ...entry, identity: null }, null)).toBeNull();
		expect(dueOf({ ...entry, identity: null }, ada)).toEqual({ chart: ref.chart, n: 2, name: null, year: null, village: null });
	});

	it('attack 50: is nothing after the last number there is, which a colleague took: the rest of the index is told all the same', () => {
		expect(dueOf({ ...entry, identity: { ...identity, village: 'Kabale' } }, { ...ada, n: Number.MAX_SAFE_INTEGER })).toBeNull();
	});
});

describe('a shared desk index', () => {
	it('is begun by who leads both sites, and by nobody else', async () => {
		expect(await nurseA.shareIndex({ site: clinics.a, among: [clinics.b] })).toMatchObject({ ok: false });
		expect(await found(nurseB, 'banda')).toEqual([]);
	});

	it('attack 53: gives a site that was not named nothing', async () => {
		await must(clinics.owner.shareIndex({ site: clinics.a, among: [c] }));
		await everybody();
		expect(toldTo()).toEqual([clinics.a, c].sort());
		expect(await found(nurseB, 'banda')).toEqual([]);
		const [one, ...more] = await must(nurseB.sharedIndexes());
		expect(more).toEqual([]);
		expect(one).toMatchObject({ site: { name: 'Clinic A' }, with: [{ name: 'Clinic C' }], by: 'Olive Owner', mayEnd: false });
		await must(clinics.owner.shareIndex({ site: clinics.a, among: [clinics.b] }));
		await everybody();
		expect(toldTo()).toEqual([clinics.a, clinics.b, c].sort());
		share = (await must(nurseB.sharedIndexes())).find((other) => other.with[0]?.site === clinics.b)?.share ?? '';
	}, 60_000);

	it('shows at the named site who was registered before and who is registered since: name, year of birth, village, and nothing else', async () => {
		const mutua = await must(nurseA.registerPatient({ site: clinics.a, patient: patient('Mutua') }));
		await everybody();
		for (const [query, ref] of [['banda', banda], ['mutua', mutua]] as const) {
			const [hit, ...more] = await told(nurseB, query);
			expect(more).toEqual([]);
			expect(hit).toEqual({
				...ref, siteName: 'Clinic A', name: query === 'banda' ? 'Ada Banda' : 'Ada Mutua', birthDate: '1980', gender: null, village: 'Kisoro', phone: null, identifiers: [],
				deceased: false, linked: [], unsent: false, told: true
			});
		}
		for (const query of ['', 'CARD-77', '0772']) expect(await told(nurseB, query)).toEqual([]);
		expect(await nurseB.openChart(banda)).toMatchObject({ ok: false });
	}, 60_000);

	it('warns of it before the same person is registered again', async () => {
		const candidates = await must(nurseB.possibleDuplicates({ resourceType: 'Patient', name: [{ family: 'Banda', given: ['Ada'] }], birthDate: '1980', address: [{ city: 'Kisoro' }] }));
		expect(candidates.flatMap(({ a, b }) => [a, b]).some((hit) => hit.chart === banda.chart && hit.told === true)).toBe(true);
	});

	it('gives the site that is told no key of the other', async () => {
		// what its readers hold opens their own desk alone
		expect(await must(nurseB.stateHashes())).not.toContainEqual(expect.objectContaining({ site: clinics.a }));
	});

	it('works one way: the site that is found finds nobody there', async () => {
		await must(nurseB.registerPatient({ site: clinics.b, patient: patient('Zulu') }));
		await everybody();
		expect(await found(nurseA, 'zulu')).toEqual([]);
	}, 60_000);

	it('follows a correction, whoever of the site makes it, and is told once', async () => {
		const view = await must(clinics.owner.openChart(banda));
		const entry = view.patient;
		if (entry === null) throw new Error('no patient');
		await must(clinics.owner.save({ ref: banda, comp: 'desk', heads: entry.heads, resource: { ...entry.resource, address: [{ city: 'Kabale' }] } }));
		await everybody();
		await everybody();
		expect(await told(nurseB, 'banda')).toMatchObject([{ village: 'Kabale' }]);
		const before = handed.length;
		await everybody();
		expect(handed.slice(before).filter(({ document }) => document.v === 'i1')).toEqual([]);
	}, 60_000);

	it('lets the patient be brought here with what is known, and the link is a proposal', async () => {
		const [hit] = await told(nurseB, 'mutua');
		if (hit === undefined) throw new Error('not found');
		const ref = await must(nurseB.bringHere({ found: hit, site: clinics.b }));
		const view = await must(nurseB.openChart(ref));
		expect(view.patient?.resource).toMatchObject({ name: [{ text: 'Ada Mutua' }], birthDate: '1980' });
		expect(view.links).toMatchObject([{ state: 'proposed' }]);
		await everybody();
		expect((await must(clinics.owner.proposals({ limit: 10 }))).some(({ origin, a, b }) => origin === 'link-proposal' && [a.chart, b.chart].includes(hit.chart))).toBe(true);
	}, 60_000);

	it('survives locking: what was told is read again from the disk', async () => {
		await nurseB.lock();
		const state = await nurseB.lockState();
		const member = state.kind === 'locked' ? state.users[0]?.member : undefined;
		if (member === undefined) throw new Error('nobody to unlock');
		await must(nurseB.unlock({ member, passphrase: 'a passphrase for tests' }));
		expect(await told(nurseB, 'banda')).toHaveLength(1);
	}, 60_000);

	it('is told again by a colleague when its teller was removed; until then it counts no more', async () => {
		const { members } = await must(clinics.owner.organization());
		const gone = members.find(({ name }) => name === 'Amina Nurse');
		if (gone === undefined) throw new Error('no such member');
		await must(clinics.owner.revoke({ removal: { kind: 'member', member: gone.member }, reason: 'left' }));
		await clinics.owner.syncNow();
		await everybodySyncs(clinics.owner, nurseB, clinics.owner, nurseB);
		expect(await told(nurseB, 'banda')).toHaveLength(1);
	}, 60_000);

	it('ends: its rows leave every view, and what is registered afterwards is told to nobody', async () => {
		expect(await nurseB.endSharedIndex({ share: share as never })).toMatchObject({ ok: false });
		await must(clinics.owner.endSharedIndex({ share: share as never }));
		await everybodySyncs(clinics.owner, nurseB);
		expect(await told(nurseB, 'banda')).toEqual([]);
		expect(await must(nurseB.sharedIndexes())).toMatchObject([{ with: [{ name: 'Clinic C' }] }]);
		await must(clinics.owner.registerPatient({ site: clinics.a, patient: patient('Later') }));
		await everybodySyncs(clinics.owner, nurseB);
		expect(await found(nurseB, 'later')).toEqual([]);
	}, 60_000);
});
