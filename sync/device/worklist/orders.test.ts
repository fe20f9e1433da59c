/** A referral from one clinic to the other and back, and a laboratory order, as the lists of both sites show them; the hub is away in between. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FhirResource } from '../../fhir/resource.ts';
import { writeOrder, writeReport, writeResult } from '../../laboratory/record.ts';
import { labPanel, labTest } from '../../laboratory/tests.ts';
import { writeReferral, writeStep } from '../../referrals/referral.ts';
import type { ChartRef } from '../api.ts';
import type { Device } from '../device.ts';
import type { OpenOrders } from '../orders-api.ts';
import { Clinics, everybodySyncs, must, view } from '../testing/clinics.ts';

const NOW = '2026-11-20T09:00:00Z';
const grace: FhirResource = { resourceType: 'Patient', name: [{ family: 'Banda', given: ['Grace'] }], gender: 'female', birthDate: '1980-03-01' };

describe('orders and referrals of two clinics', () => {
	let clinics: Clinics;
	let amina: Device;
	let ben: Device;
	let atA: ChartRef;
	let atB: ChartRef;
	let referral: string;

	const open = async (device: Device, site: ChartRef['site']): Promise<OpenOrders> => {
		// the first answer after unlocking is what the disk has
		for (let answer = await must(device.openOrders({ site, limit: 10 })); ; answer = await must(device.openOrders({ site, limit: 10 }))) if (answer.unread === 0) return answer;
	};
	const save = async (device: Device, ref: ChartRef, resource: FhirResource, heads: readonly string[] = []) => must(device.save({ ref, comp: 'clinical', resource, heads: heads as never }));
	const entry = async (device: Device, ref: ChartRef, id: string) => (await view(device, ref)).entries.find((one) => one.id === id);

	beforeAll(async () => {
		clinics = await Clinics.found();
		amina = await clinics.join('Amina Nurse', await clinics.device('nurse-a'), [{ site: clinics.a, role: 'clinician' }]);
		ben = await clinics.join('Ben Nurse', await clinics.device('nurse-b'), [{ site: clinics.b, role: 'clinician' }]);
		atA = await must(amina.registerPatient({ site: clinics.a, patient: grace }));
		atB = await must(ben.registerPatient({ site: clinics.b, patient: grace }));
		await everybodySyncs(amina, ben, clinics.owner);
		await must(clinics.owner.link({ a: atA, b: atB }));
		await everybodySyncs(clinics.owner, amina, ben);
		await clinics.stopHub();
	}, 120_000);
	afterAll(() => clinics.close());

	it('a referral written offline waits in the list of who sent it', async () => {
		const to = { site: clinics.b as string, name: 'Clinic B' };
		referral = (await save(amina, atA, writeReferral({ to, service: 'Ultrasound', reason: 'Pain since a week', urgency: 'urgent', note: '', sent: [] }, NOW))).id;
		expect((await open(amina, clinics.a)).outgoing.rows.map(({ state, referral: { what }, to: name, person }) => [what, name, state, person.name])).toEqual([['Ultrasound', 'Clinic B', 'sent', 'Grace Banda']]);
		expect((await open(ben, clinics.b)).incoming.total).toBe(0);
	});

	it('after sync it stands in the list of the site that is asked, at its own chart of the person', async () => {
		await clinics.startHub();
		await everybodySyncs(amina, ben, amina);
		const { incoming, outgoing } = await open(ben, clinics.b);
		expect(incoming.rows.map(({ from, state, person, referral: { reason } }) => [from, state, person.chart, reason])).toEqual([['Clinic A', 'sent', atB.chart, 'Pain since a week']]);
		expect(outgoing.total).toBe(0);
	});

	it('accepted and answered there, the answer waits here until it is read, and the loop is closed', async () => {
		const task = await save(ben, atB, writeStep(null, referral, 'accepted', '', NOW));
		expect((await open(ben, clinics.b)).incoming.rows.map(({ state }) => state)).toEqual(['accepted']);
		const accepted = await entry(ben, atB, task.id);
		if (accepted === undefined) throw new Error('no task');
		await save(ben, atB, writeStep(accepted.resource, referral, 'answered', 'No stones seen.', NOW), accepted.heads);
		expect((await open(ben, clinics.b)).incoming.total).toBe(0);
		await everybodySyncs(ben, amina, ben);
		expect((await open(amina, clinics.a)).outgoing.rows.map(({ state }) => state)).toEqual(['answered']);
		const request = await entry(amina, atA, referral);
		if (request === undefined) throw new Error('no request');
		await save(amina, atA, { ...request.resource, status: 'completed' }, request.heads);
		expect((await open(amina, clinics.a)).outgoing.total).toBe(0);
	});

	it('a critical result waits until somebody has seen it, and another site\'s orders are not in this list', async () => {
		const [panel, test] = [labPanel('haemoglobin'), labTest('haemoglobin')];
		if (panel === null || test?.kind !== 'quantity') throw new Error('no panel');
		const order = await save(amina, atA, writeOrder({ panel }, { priority: 'routine', reason: '', note: '' }, NOW));
		expect((await open(amina, clinics.a)).laboratory.rows.map(({ order: { state, critical } }) => [state, critical])).toEqual([['ordered', false]]);
		const belongs = { order: order.id as string, specimen: null, when: NOW, person: { sex: 'female' as const, birthDate: '1980-03-01', pregnancyWeeks: null } };
		const result = writeResult({ test, value: 6.1, unit: test.units[0], printed: null }, belongs);
		const report = writeReport({ text: 'Haemoglobin' }, ['urn:uuid:r'], belongs, { conclusion: '', final: true, issued: NOW });
		await must(amina.saveAll([{ ref: atA, comp: 'clinical', resource: result, heads: [], fullUrl: 'urn:uuid:r' }, { ref: atA, comp: 'clinical', resource: report, heads: [] }]));
		expect((await open(amina, clinics.a)).laboratory.rows.map(({ order: { state, critical } }) => [state, critical])).toEqual([['resulted', true]]);
		await everybodySyncs(amina, ben);
		expect((await open(ben, clinics.b)).laboratory.total).toBe(0);
	});

	it('who may not read a site is told so', async () => expect(await ben.openOrders({ site: clinics.a, limit: 10 })).toMatchObject({ ok: false }));
});
