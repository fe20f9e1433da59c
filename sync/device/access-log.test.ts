/**
 * Who opened which chart: a stream of its own, readable by leads, and by nobody else.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChartRef } from './api.ts';
import type { Device } from './device.ts';
import { Clinics, everybodySyncs, must, view } from './testing/clinics.ts';

let clinics: Clinics;
let lead: Device;
let nurse: Device;
let ref: ChartRef;

beforeAll(async () => {
	clinics = await Clinics.found();
	lead = await clinics.join('Lea Lead', await clinics.device('lead'), [{ site: clinics.a, role: 'lead' }]);
	nurse = await clinics.join('Nora Nurse', await clinics.device('nurse'), [{ site: clinics.a, role: 'clinician' }]);
	ref = await must(nurse.registerPatient({ site: clinics.a, patient: { resourceType: 'Patient', name: [{ family: 'Mbabazi', given: ['Grace'] }] } }));
	await everybodySyncs(nurse, lead);
});
afterAll(() => clinics.close());

const log = (device: Device) => device.accessLog({ site: clinics.a, chart: null, limit: 50 });

describe('the access log', () => {
	test('says to leads who opened which chart; nobody else can read it, and no chart moves by it', async () => {
		const before = await must(nurse.stateHashes());
		const { patient } = await view(nurse, ref);
		await view(nurse, ref);
		expect(await must(nurse.stateHashes())).toEqual(before);
		expect((await nurse.syncStatus()).waitingToSend).toBe(0);
		await everybodySyncs(nurse, lead);
		expect(await must(log(lead))).toMatchObject({ records: [{ ref, patient: 'Grace Mbabazi', kind: 'opened', reason: null, name: 'Nora Nurse' }], broken: [] });
		expect(await log(nurse)).toMatchObject({ ok: false, error: { code: 'not-allowed' } });
		expect((await view(nurse, ref)).patient?.heads).toEqual(patient?.heads);
		expect((await lead.syncStatus())).toMatchObject({ waiting: 0, quarantined: 0 });
	});

	test('restricted entries of others are behind the glass: a reason is asked for and recorded, and nobody’s keys reach further by it', async () => {
		const owner = clinics.owner;
		await must(owner.takeOn(clinics.a));
		await must(owner.save({ ref, comp: 'restricted', resource: { resourceType: 'Condition', code: { text: 'HIV' }, subject: { reference: `Patient/${ref.chart}` } }, heads: [] }));
		await everybodySyncs(owner, lead, nurse);
		expect(await view(lead, ref)).toMatchObject({ hidden: 1, entries: [] });
		expect(await view(owner, ref)).toMatchObject({ hidden: 0, entries: [{ comp: 'restricted' }] });
		expect(await lead.breakGlass({ ref, reason: '  ' })).toMatchObject({ ok: false, error: { code: 'no-reason' } });
		expect(await must(lead.breakGlass({ ref, reason: 'Unconscious, needs surgery' }))).toMatchObject({ hidden: 0, entries: [{ comp: 'restricted' }] });
		expect(await nurse.breakGlass({ ref, reason: 'Curious' })).toMatchObject({ ok: false, error: { code: 'not-allowed' } });
		expect((await view(nurse, ref)).entries).toEqual([]);
		await everybodySyncs(lead, owner);
		const { records } = await must(log(owner));
		expect(records.filter(({ kind }) => kind === 'glass')).toMatchObject([{ name: 'Lea Lead', reason: 'Unconscious, needs surgery' }]);
	});

	test('goes on in its chain after a restart of the session', async () => {
		await nurse.lock();
		const state = await nurse.lockState();
		const member = state.kind === 'locked' ? state.users[0]?.member : undefined;
		await must(nurse.unlock({ member: member ?? ref.site, passphrase: 'a passphrase for tests' }));
		await view(nurse, ref);
		await everybodySyncs(nurse, lead);
		const { records, broken } = await must(log(lead));
		expect(records.filter(({ name }) => name === 'Nora Nurse').length).toBe(2);
		expect(broken).toEqual([]);
	});
});
