import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FhirResource } from '../fhir/resource.ts';
import type { ChartRef } from './api.ts';
import type { Device } from './device.ts';
import { createHeadlessDevice } from './headless.ts';
import { Clinics, everybodySyncs, must, PASSPHRASE, view } from './testing/clinics.ts';

const problem = (text: string): FhirResource => ({ resourceType: 'Condition', code: { text } });
const problems = async (device: Device, ref: ChartRef): Promise<unknown[]> => (await view(device, ref)).entries.map(({ resource }) => (resource['code'] as { text: string }).text).sort();
const bundle = (): Uint8Array => new TextEncoder().encode(JSON.stringify({
	resourceType: 'Bundle', type: 'collection',
	entry: [
		{ fullUrl: 'urn:uuid:p', resource: { resourceType: 'Patient', identifier: [{ system: 'urn:elsewhere', value: 'p' }], name: [{ family: 'Lungu' }], birthDate: '1966-06-06' } },
		{ fullUrl: 'urn:uuid:c', resource: { resourceType: 'Condition', subject: { reference: 'urn:uuid:p' }, code: { text: 'Asthma' } } }
	]
}));

describe('a site reached through the tree', () => {
	let clinics: Clinics;
	let owner: Device;
	let nurse: Device;
	let reviewer: Device;
	let imported: ChartRef;
	const name = `reviewer-${String(process.pid)}`;

	beforeAll(async () => {
		clinics = await Clinics.found();
		owner = clinics.owner;
		nurse = await clinics.join('Amina Nurse', await clinics.device('nurse'), [{ site: clinics.a, role: 'clinician' }]);
		reviewer = await clinics.join('Rose Reviewer', await clinics.device('x', { name }), [{ site: clinics.region, role: 'reviewer' }]);
	}, 120_000);
	afterAll(() => clinics.close());

	it('is taken on by who imports there: what was imported is shown, reaches the hub and the clinic', async () => {
		const report = await must(owner.importBundles({ site: clinics.a, files: [{ name: 'one.json', bytes: bundle() }], operation: 'one' }));
		imported = report.charts[0] as ChartRef;
		expect(await problems(owner, imported)).toEqual(['Asthma']);
		await everybodySyncs(owner, nurse);
		expect((await owner.syncStatus()).waitingToSend).toBe(0);
		expect((await owner.syncStatus()).problem).toBeNull();
		expect(await problems(nurse, imported)).toEqual(['Asthma']);
	});

	it('is kept whole from then on: what the clinic records reaches the owner', async () => {
		await must(nurse.save({ ref: imported, comp: 'clinical', resource: problem('Malaria'), heads: [] }));
		await everybodySyncs(nurse, owner);
		expect(await problems(owner, imported)).toEqual(['Asthma', 'Malaria']);
	});

	it('is not taken on by reading its desk, nor by registering a patient', async () => {
		const before = await must(reviewer.stateHashes());
		await reviewer.syncNow();
		expect(await problems(reviewer, imported)).toEqual([]);
		expect(before.some(({ site, comp }) => site === clinics.a && comp === 'clinical')).toBe(false);
		const registered = await must(owner.registerPatient({ site: clinics.b, patient: { resourceType: 'Patient', name: [{ family: 'Sata' }] } }));
		await owner.syncNow();
		expect((await must(owner.stateHashes())).some(({ site, comp }) => site === registered.site && comp === 'clinical')).toBe(false);
	});

	it('is taken on by an entry written there, or on request, and stays so over a restart', async () => {
		// what is not kept must never read as nothing recorded
		expect(await view(reviewer, imported)).toMatchObject({ writable: true, clinicalKept: false });
		await must(reviewer.save({ ref: imported, comp: 'clinical', resource: problem('Anaemia'), heads: [] }));
		await everybodySyncs(reviewer, nurse);
		expect((await reviewer.syncStatus()).waitingToSend).toBe(0);
		expect(await problems(reviewer, imported)).toEqual(['Anaemia', 'Asthma', 'Malaria']);
		expect((await view(reviewer, imported)).clinicalKept).toBe(true);
		expect(await problems(nurse, imported)).toEqual(['Anaemia', 'Asthma', 'Malaria']);
		await must(reviewer.takeOn(clinics.b));
		clinics.devices.splice(clinics.devices.indexOf(reviewer), 1);
		const state = await reviewer.lockState();
		await reviewer.close();
		reviewer = await createHeadlessDevice({ name });
		clinics.devices.push(reviewer);
		if (state.kind !== 'unlocked') throw new Error('the reviewer was unlocked');
		await must(reviewer.unlock({ member: state.user.member, passphrase: PASSPHRASE }));
		const kept = (await must(reviewer.stateHashes())).filter(({ comp }) => comp === 'clinical').map(({ site }) => site);
		expect(kept).toContain(clinics.a);
		expect(kept).toContain(clinics.b);
	});

	it('cannot be taken on by who may not read there', async () => {
		const refused = await nurse.takeOn(clinics.b);
		expect(!refused.ok && refused.error.code).toBe('not-allowed');
		const entry = await nurse.save({ ref: { ...imported, site: clinics.b }, comp: 'clinical', resource: problem('Elsewhere'), heads: [] });
		expect(!entry.ok && entry.error.code).toBe('not-allowed');
	});
});
