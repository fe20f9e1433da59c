import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FhirResource } from '../fhir/resource.ts';
import type { ChartRef, ChartView } from './api.ts';
import type { Device } from './device.ts';
import { Clinics, everybodySyncs, must, view } from './testing/clinics.ts';

const patient = (birthDate: string): FhirResource => ({
	resourceType: 'Patient', name: [{ family: 'Banda', given: ['Grace'] }], gender: 'female', birthDate, address: [{ city: 'Kibarani' }],
	telecom: [{ system: 'phone', value: '+254 700 123456' }]
});
const penicillin: FhirResource = {
	resourceType: 'AllergyIntolerance', criticality: 'high',
	clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] },
	code: { text: 'Penicillin' }
};
const amoxicillin: FhirResource = { resourceType: 'MedicationRequest', status: 'active', intent: 'order', medicationCodeableConcept: { text: 'Amoxicillin 500 mg' } };
const peanuts: FhirResource = { ...penicillin, code: { text: 'Peanut' } };

const kinds = (chart: ChartView): string[] => [...new Set(chart.ehr?.discrepancies.map(({ kind }) => kind) ?? [])].sort();
const substances = (chart: ChartView): unknown[] => (chart.ehr?.items ?? []).filter(({ type }) => type === 'AllergyIntolerance').map(({ lead }) => (lead.resource['code'] as { text: string }).text).sort();

describe('two clinics offline, one hub that can read nothing, one shared record', () => {
	let clinics: Clinics;
	let nurseA: Device;
	let nurseB: Device;
	let region: Device;
	let atA: ChartRef;
	let atB: ChartRef;

	beforeAll(async () => {
		clinics = await Clinics.found();
		region = clinics.owner;
		nurseA = await clinics.join('Amina Nurse', await clinics.device('nurse-a'), [{ site: clinics.a, role: 'clinician' }]);
		nurseB = await clinics.join('Ben Nurse', await clinics.device('nurse-b'), [{ site: clinics.b, role: 'clinician' }]);
	}, 120_000);
	afterAll(() => clinics.close());

	it('lets in who was invited, compared and admitted, with what the roles allow', async () => {
		expect((await nurseA.lockState()).kind).toBe('unlocked');
		const organization = await must(nurseA.organization());
		expect(organization.name).toBe('Rural health');
		expect(organization.members.map(({ name }) => name).sort()).toEqual(['Amina Nurse', 'Ben Nurse', 'Olive Owner']);
		expect(organization.sites.filter(({ posted }) => posted).map(({ name }) => name)).toEqual(['Clinic A']);
	});

	it('registers and records at both clinics while the hub is away', async () => {
		await clinics.stopHub();
		atA = await must(nurseA.registerPatient({ site: clinics.a, patient: patient('1980-03-01') }));
		await must(nurseA.save({ ref: atA, comp: 'clinical', resource: penicillin, heads: [] }));
		atB = await must(nurseB.registerPatient({ site: clinics.b, patient: patient('1980-03-11') }));
		await must(nurseB.save({ ref: atB, comp: 'clinical', resource: amoxicillin, heads: [] }));
		const chart = await view(nurseA, atA);
		expect(chart.patient?.resource['birthDate']).toBe('1980-03-01');
		expect(chart.entries.map(({ type, custody }) => [type, custody.state])).toEqual([['AllergyIntolerance', 'this-device']]);
		expect((await must(nurseA.search({ query: 'grace ban', site: null, limit: 5 }))).map(({ name, unsent }) => [name, unsent])).toEqual([['Grace Banda', true]]);
		expect((await nurseA.syncStatus()).waitingToSend).toBe(2);
	});

	it('brings both charts to the region when the hub is back', async () => {
		await clinics.startHub();
		await everybodySyncs(nurseA, nurseB, region);
		expect((await nurseA.syncStatus()).waitingToSend).toBe(0);
		expect((await view(nurseA, atA)).entries[0]?.custody.state).toBe('at-hub');
		const hits = await must(region.search({ query: 'banda', site: null, limit: 5 }));
		expect(hits.map(({ siteName }) => siteName).sort()).toEqual(['Clinic A', 'Clinic B']);
	});

	it('shows the same shared record and the alert at both clinics and the region once the region links the charts', async () => {
		const [proposal] = await must(region.proposals({ limit: 10 }));
		expect(proposal?.probability).toBeGreaterThan(0.5);
		expect((await must(region.link({ a: atA, b: atB }))).state).toBe('in-force');
		await everybodySyncs(region, nurseA, nurseB, region);
		await clinics.stopHub();
		const [fromA, fromB, fromRegion] = [await view(nurseA, atA), await view(nurseB, atB), await view(region, atA)];
		for (const chart of [fromA, fromB, fromRegion]) {
			expect(kinds(chart)).toContain('allergy-against-prescription');
			expect(kinds(chart)).toContain('demographics-differ');
		}
		const shape = (chart: ChartView): unknown => [chart.ehr?.items.map(({ key }) => key), chart.ehr?.discrepancies.map(({ id, facts }) => [id, facts]), chart.ehr?.demographics.map(({ element, values }) => [element, values.map(({ value }) => value)])];
		expect(shape(fromB)).toEqual(shape(fromA));
		expect(shape(fromRegion)).toEqual(shape(fromA));
		await clinics.startHub();
	});

	it('brings an allergy recorded at A after the link to B without any device of the region', async () => {
		await must(nurseA.save({ ref: atA, comp: 'clinical', resource: peanuts, heads: [] }));
		await everybodySyncs(nurseA, nurseB);
		expect(substances(await view(nurseB, atB))).toEqual(['Peanut', 'Penicillin']);
	});

	it('gives every device that holds a site and compartment the same state hash', async () => {
		await everybodySyncs(nurseA, nurseB, region);
		const all = [...(await must(nurseA.stateHashes())), ...(await must(nurseB.stateHashes())), ...(await must(region.stateHashes()))];
		const byPlace = new Map<string, Set<string>>();
		for (const { site, comp, hash, changes } of all) byPlace.set(`${site}/${comp}`, (byPlace.get(`${site}/${comp}`) ?? new Set()).add(`${hash} ${String(changes)}`));
		expect(byPlace.size).toBeGreaterThan(4);
		for (const hashes of byPlace.values()) expect(hashes.size).toBe(1);
	});

	it('warns before a prescription is saved, and writes nothing by it', async () => {
		const before = await view(nurseB, atB);
		const alerts = await must(nurseB.alertsBefore({ ref: atB, comp: 'clinical', resource: { ...amoxicillin, medicationCodeableConcept: { text: 'Ampicillin' } }, heads: [] }));
		expect(alerts.map(({ kind }) => kind)).toContain('allergy-against-prescription');
		expect((await view(nurseB, atB)).entries.length).toBe(before.entries.length);
	});

	it('takes the copies out of every view when the link is taken back, and leaves the charts as they were', async () => {
		const entries = (await view(nurseB, atB)).entries.map(({ id }) => id);
		expect((await must(region.unlink({ a: atA, b: atB, reason: 'Two sisters' }))).state).toBe('undone');
		await everybodySyncs(region, nurseA, nurseB);
		for (const [device, ref] of [[nurseA, atA], [nurseB, atB], [region, atA]] as const) expect((await view(device, ref)).ehr).toBeNull();
		const after = await view(nurseB, atB);
		expect(after.entries.map(({ id }) => id)).toEqual(entries);
		expect(after.alerts).toEqual([]);
		// not as a chart of the other site either: neither where only copies are held, nor where the desk is
		expect((await nurseB.openChart(atA)).ok).toBe(false);
		expect((await view(region, atA)).entries).toEqual([]);
	});

	it('relays nothing any more after the link ended', async () => {
		await must(nurseA.save({ ref: atA, comp: 'clinical', resource: { ...penicillin, code: { text: 'Latex' } }, heads: [] }));
		const before = await must(nurseB.stateHashes());
		await everybodySyncs(nurseA, nurseB);
		expect(await must(nurseB.stateHashes())).toEqual(before);
	});
});
