import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Id } from '../change/change.ts';
import type { FhirResource } from '../fhir/resource.ts';
import { memoryStorage, openStore, processLocks } from '../store/index.ts';
import type { ChartRef } from './api.ts';
import type { Device } from './device.ts';
import { createHeadlessDevice } from './headless.ts';
import { Clinics, everybodySyncs, must, PASSPHRASE, view } from './testing/clinics.ts';

const patient: FhirResource = { resourceType: 'Patient', name: [{ family: 'Mwale', given: ['Peter'] }], birthDate: '1975-05-05' };
const note = (text: string): FhirResource => ({ resourceType: 'Condition', code: { text } });
const problems = async (device: Device, ref: ChartRef): Promise<unknown[]> => (await view(device, ref)).entries.map(({ resource }) => (resource['code'] as { text: string }).text).sort();

describe('a device that is locked, restarted and shared', () => {
	let clinics: Clinics;
	let nurse: Device;
	let colleague: Device;
	let ref: ChartRef;
	const name = `restarted-${String(process.pid)}`;

	const member = async (device: Device): Promise<Id> => {
		const state = await device.lockState();
		if (state.kind === 'locked') return state.users[0]?.member as Id;
		if (state.kind === 'unlocked') return state.user.member;
		throw new Error(`the device is ${state.kind}`);
	};

	/** Closes the app and starts it again over the same storage. */
	const restart = async (): Promise<void> => {
		clinics.devices.splice(clinics.devices.indexOf(nurse), 1);
		await nurse.close();
		nurse = await createHeadlessDevice({ name });
		clinics.devices.push(nurse);
	};

	beforeAll(async () => {
		clinics = await Clinics.found();
		nurse = await clinics.join('Amina Nurse', await clinics.device('x', { name }), [{ site: clinics.a, role: 'clinician' }]);
		colleague = await clinics.join('Chloe Clinician', await clinics.device('colleague'), [{ site: clinics.a, role: 'clinician' }]);
	}, 120_000);
	afterAll(() => clinics.close());

	it('keeps unsent work over a restart without a hub, and sends it before anyone unlocks', async () => {
		await clinics.stopHub();
		ref = await must(nurse.registerPatient({ site: clinics.a, patient }));
		await must(nurse.save({ ref, comp: 'clinical', resource: note('Malaria'), heads: [] }));
		await restart();
		const locked = await nurse.lockState();
		expect(locked).toMatchObject({ kind: 'locked', waitingToSend: 2 });
		expect((await nurse.openChart(ref)).ok).toBe(false);
		await clinics.startHub();
		await everybodySyncs(nurse, colleague);
		expect((await nurse.syncStatus()).waitingToSend).toBe(0);
		expect(await problems(colleague, ref)).toEqual(['Malaria']);
	});

	it('opens with the passphrase and no other', async () => {
		const wrong = await nurse.unlock({ member: await member(nurse), passphrase: 'not the passphrase' });
		expect(!wrong.ok && wrong.error.code).toBe('wrong-passphrase');
		await must(nurse.unlock({ member: await member(nurse), passphrase: PASSPHRASE }));
		expect(await problems(nurse, ref)).toEqual(['Malaria']);
	});

	it('goes on in its chains where it stopped: no position is used twice', async () => {
		await must(nurse.save({ ref, comp: 'clinical', resource: note('Anaemia'), heads: [] }));
		await restart();
		await must(nurse.unlock({ member: await member(nurse), passphrase: PASSPHRASE }));
		await must(nurse.save({ ref, comp: 'clinical', resource: note('Asthma'), heads: [] }));
		await everybodySyncs(nurse, colleague);
		const { entries } = await view(colleague, ref);
		const seqs = entries.flatMap(({ state }) => state.changes.map(({ change }) => change.seq)).sort();
		expect(seqs).toEqual([1, 2, 3]);
		expect((await colleague.syncStatus()).quarantined).toBe(0);
	});

	it('receives envelopes while it is locked, and reads them when it is unlocked without a hub', async () => {
		const who = await member(nurse);
		await nurse.lock();
		await must(colleague.save({ ref, comp: 'clinical', resource: note('Diabetes'), heads: [] }));
		await everybodySyncs(colleague, nurse);
		await clinics.stopHub();
		await must(nurse.unlock({ member: who, passphrase: PASSPHRASE }));
		await nurse.syncNow();
		expect(await problems(nurse, ref)).toContain('Diabetes');
		await clinics.startHub();
	});

	it('makes everything derived again when it is lost: charts, search entries, chain positions', async () => {
		const hashes = await must(nurse.stateHashes());
		clinics.devices.splice(clinics.devices.indexOf(nurse), 1);
		await nurse.close();
		const store = await openStore({ name, storage: memoryStorage(), locks: processLocks(), multiInstance: false, token: 'test' });
		for (const comp of ['desk', 'clinical'] as const) await store.charts.erase(clinics.a, comp);
		await store.index.erase(clinics.a);
		await store.cursors.remove([...(await store.cursors.list('chains|')).keys(), 'ingest']);
		await store.close();
		nurse = await createHeadlessDevice({ name });
		clinics.devices.push(nurse);
		await must(nurse.unlock({ member: await member(nurse), passphrase: PASSPHRASE }));
		await nurse.syncNow();
		expect(await must(nurse.stateHashes())).toEqual(hashes);
		expect((await must(nurse.search({ query: 'mwale', site: null, limit: 5 }))).length).toBe(1);
	});

	it('keeps a second user of the same device to what that user may read', async () => {
		const reception = await clinics.join('Rita Reception', nurse, [{ site: clinics.a, role: 'receptionist' }]);
		const state = await reception.lockState();
		const users = state.kind === 'unlocked' ? [state.user] : state.kind === 'locked' ? state.users : [];
		expect(users.length).toBeGreaterThan(0);
		await reception.lock();
		const locked = await reception.lockState();
		const rita = locked.kind === 'locked' ? locked.users.find(({ label }) => label === 'RR') : undefined;
		expect(rita).toBeDefined();
		if (rita === undefined) return;
		await must(reception.unlock({ member: rita.member, passphrase: PASSPHRASE }));
		await reception.syncNow();
		const chart = await view(reception, ref);
		expect(chart.patient?.resource['birthDate']).toBe('1975-05-05');
		expect(chart.entries).toEqual([]);
		expect(chart.writable).toBe(false);
		const refused = await reception.save({ ref, comp: 'clinical', resource: note('Not hers to say'), heads: [] });
		expect(!refused.ok && refused.error.code).toBe('not-allowed');
	});
});
