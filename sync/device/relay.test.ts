import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Id } from '../change/change.ts';
import type { FhirResource } from '../fhir/resource.ts';
import { memoryStore } from '../store/testing.ts';
import type { ChartKey } from '../store/sealedCharts.ts';
import type { ChartRef } from './api.ts';
import type { Device } from './device.ts';
import { Clinics, everybodySyncs, must, PASSPHRASE, view } from './testing/clinics.ts';
import { around, openTab } from './testing/interrupted.ts';

const patient = (family: string): FhirResource => ({ resourceType: 'Patient', name: [{ family }], birthDate: '1980-03-01' });
const allergy = (text: string): FhirResource => ({
	resourceType: 'AllergyIntolerance', code: { text },
	clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] }
});
const shared = async (device: Device, ref: ChartRef): Promise<unknown[]> =>
	((await view(device, ref)).ehr?.items ?? []).filter(({ type }) => type === 'AllergyIntolerance').map(({ lead }) => (lead.resource['code'] as { text: string }).text).sort();

describe('relaying', () => {
	let clinics: Clinics;
	let region: Device;
	let nurseA: Device;
	let nurseB: Device;
	let atA: ChartRef;
	let atB: ChartRef;
	/** what happens after a chart was read from the disk */
	let afterRead: (key: ChartKey) => unknown = () => undefined;

	beforeAll(async () => {
		clinics = await Clinics.found();
		region = clinics.owner;
		const store = await memoryStore();
		nurseA = await openTab({ ...store, charts: around(store.charts, 'read', { after: ([key]) => afterRead(key as ChartKey) }) }, 'test');
		clinics.devices.push(nurseA);
		await clinics.join('Amina Nurse', nurseA, [{ site: clinics.a, role: 'clinician' }]);
		nurseB = await clinics.join('Ben Nurse', await clinics.device('nurse-b'), [{ site: clinics.b, role: 'clinician' }]);
		atA = await must(nurseA.registerPatient({ site: clinics.a, patient: patient('Banda') }));
		await must(nurseA.save({ ref: atA, comp: 'clinical', resource: allergy('Penicillin'), heads: [] }));
		atB = await must(nurseB.registerPatient({ site: clinics.b, patient: patient('Bandah') }));
		await everybodySyncs(nurseA, nurseB, region);
	}, 120_000);
	afterAll(() => clinics.close());

	/** Saves an allergy at A at the moment when the relay has just read what there is of the chart. */
	const whileRelaying = (text: string): Promise<void> => new Promise((saved, failed) => {
		afterRead = async ({ comp }) => {
			if (comp !== 'clinical') return;
			afterRead = () => undefined;
			// not awaited here: a save may have to wait for what is being done
			void must(nurseA.save({ ref: atA, comp: 'clinical', resource: allergy(text), heads: [] })).then(() => saved(), failed);
			for (let turn = 0; turn < 50; turn++) await new Promise((resume) => setTimeout(resume, 1));
		};
	});

	it('passes on what is written while the history is being passed on', async () => {
		const saved = whileRelaying('Peanut');
		await must(region.link({ a: atA, b: atB }));
		await everybodySyncs(region);
		await nurseA.syncNow();
		await saved;
		await everybodySyncs(nurseA, nurseB);
		expect(await shared(nurseB, atB)).toEqual(['Peanut', 'Penicillin']);
	});

	it('passes on what is written while it catches up with a link that was made again', async () => {
		await must(region.unlink({ a: atA, b: atB, reason: 'Not sure' }));
		await everybodySyncs(region, nurseA, nurseB);
		await must(nurseA.save({ ref: atA, comp: 'clinical', resource: allergy('Latex'), heads: [] }));
		await everybodySyncs(nurseA);
		const saved = whileRelaying('Aspirin');
		await must(region.link({ a: atA, b: atB }));
		await everybodySyncs(region);
		await nurseA.syncNow();
		await saved;
		await everybodySyncs(nurseA, nurseB);
		expect(await shared(nurseB, atB)).toEqual(['Aspirin', 'Latex', 'Peanut', 'Penicillin']);
	});

	it('passes on what was saved while the other site had no key to seal to', async () => {
		const leaver = await clinics.join('Lea Nurse', await clinics.device('lea'), [{ site: clinics.b, role: 'clinician' }]);
		await everybodySyncs(leaver, nurseA, nurseB);
		const { members } = await must(leaver.organization());
		const self = members.find(({ name }) => name === 'Lea Nurse');
		if (self === undefined) throw new Error('she does not see herself');
		// who goes herself starts no keys: she would hold them. The owner, who would, is away
		const owner = (await must(region.organization())).members.find(({ name }) => name === 'Olive Owner');
		await region.lock();
		await must(leaver.revoke({ removal: { kind: 'member', member: self.member }, reason: 'moving away' }));
		await leaver.syncNow();
		await nurseA.syncNow();
		await must(nurseA.save({ ref: atA, comp: 'clinical', resource: allergy('Iodine'), heads: [] }));
		await must(region.unlock({ member: owner?.member ?? self.member, passphrase: PASSPHRASE }));
		await everybodySyncs(region, nurseB, nurseA, nurseB);
		expect(await shared(nurseB, atB)).toEqual(['Aspirin', 'Iodine', 'Latex', 'Peanut', 'Penicillin']);
	});
});

describe('relaying at a clinic with two nurses', () => {
	let clinics: Clinics;
	let region: Device;
	let amina: Device;
	let nadia: Device;
	let ben: Device;
	/** of Amina's tablet the hub takes no copies for other sites */
	let breaks = false;

	beforeAll(async () => {
		clinics = await Clinics.found();
		region = clinics.owner;
		const nurses = { a: [{ site: clinics.a, role: 'clinician' }], b: [{ site: clinics.b, role: 'clinician' }] } as const;
		const refused = () => Promise.resolve(new Response(JSON.stringify({ error: 'forbidden', reason: 'not now' }), { status: 403 }));
		const breaking = await clinics.device('amina', { fetch: (url, init) => (breaks && url.includes('/_hub/deposit/') ? refused() : fetch(url, init)) });
		amina = await clinics.join('Amina Nurse', breaking, nurses.a);
		nadia = await clinics.join('Nadia Nurse', await clinics.device('nadia'), nurses.a);
		ben = await clinics.join('Ben Nurse', await clinics.device('ben'), nurses.b);
	}, 120_000);
	afterAll(() => clinics.close());

	it('is done again by a colleague when her post is taken from who did it, and from then on by herself once she is back', async () => {
		const atA = await must(amina.registerPatient({ site: clinics.a, patient: patient('Moyo') }));
		await must(amina.save({ ref: atA, comp: 'clinical', resource: allergy('Penicillin'), heads: [] }));
		const atB = await must(ben.registerPatient({ site: clinics.b, patient: patient('Mojo') }));
		await everybodySyncs(amina, ben, region);
		await must(region.link({ a: atA, b: atB }));
		await everybodySyncs(region, amina, nadia, ben);
		await must(amina.save({ ref: atA, comp: 'clinical', resource: allergy('Latex'), heads: [] }));
		await everybodySyncs(amina, nadia, ben);
		expect(await shared(ben, atB)).toEqual(['Latex', 'Penicillin']);

		const { member } = (await must(region.organization())).members.find(({ name }) => name === 'Amina Nurse') ?? {};
		const post = { member: member ?? ('' as Id), site: clinics.a, role: 'clinician' } as const;
		await must(region.revoke({ removal: { kind: 'role', ...post }, reason: 'elsewhere this month' }));
		await everybodySyncs(region, nadia, ben, amina, ben);
		expect(await shared(ben, atB)).toEqual(['Latex', 'Penicillin']);

		await must(region.post(post));
		await everybodySyncs(region, amina, nadia, ben);
		await must(amina.save({ ref: atA, comp: 'clinical', resource: allergy('Wasps'), heads: [] }));
		await everybodySyncs(amina, nadia, ben);
		expect(await shared(ben, atB)).toEqual(['Latex', 'Penicillin', 'Wasps']);
	}, 120_000);

	it('is done by a colleague when a tablet breaks before the hub has its copies: nothing says that it was done', async () => {
		const atA = await must(amina.registerPatient({ site: clinics.a, patient: patient('Zulu') }));
		await must(amina.save({ ref: atA, comp: 'clinical', resource: allergy('Iodine'), heads: [] }));
		const atB = await must(ben.registerPatient({ site: clinics.b, patient: patient('Zoulou') }));
		await everybodySyncs(amina, ben, region, nadia);
		const { member } = (await must(nadia.organization())).members.find(({ name }) => name === 'Nadia Nurse') ?? {};
		await nadia.lock();
		breaks = true;
		await must(region.link({ a: atA, b: atB }));
		await everybodySyncs(region, amina, ben);
		expect(await shared(ben, atB)).toEqual([]);
		await amina.lock();
		await must(nadia.unlock({ member: member ?? ('' as Id), passphrase: PASSPHRASE }));
		await everybodySyncs(nadia, ben);
		expect(await shared(ben, atB)).toEqual(['Iodine']);
	}, 120_000);
});
