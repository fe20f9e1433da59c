/** What is cut off in the middle (by locking, by a failing disk, by another tab being quicker) is taken up again, and nothing is passed over. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Id } from '../change/change.ts';
import type { FhirResource } from '../fhir/resource.ts';
import type { Store, StoreEvent } from '../store/index.ts';
import { memoryStore } from '../store/testing.ts';
import type { ChartRef } from './api.ts';
import type { Device } from './device.ts';
import { Clinics, must, PASSPHRASE, view } from './testing/clinics.ts';
import { around, openTab } from './testing/interrupted.ts';

const patient = (family: string): FhirResource => ({ resourceType: 'Patient', name: [{ family }], birthDate: '1990-01-01' });
const problem = (text: string): FhirResource => ({ resourceType: 'Condition', code: { text } });
const problems = async (device: Device, ref: ChartRef): Promise<unknown[]> => (await view(device, ref)).entries.map(({ resource }) => (resource['code'] as { text: string }).text).sort();

const memberOf = async (device: Device): Promise<Id> => {
	const state = await device.lockState();
	if (state.kind === 'locked') return state.users[0]?.member as Id;
	if (state.kind === 'unlocked') return state.user.member;
	throw new Error(`the device is ${state.kind}`);
};

describe('what is cut off', () => {
	let clinics: Clinics;
	let colleague: Device;
	let nurse: Device;
	let store: Store;
	let ref: ChartRef;
	/** what happens before verdicts of a page are noted, and before parts of charts are stored */
	let atVerdicts: () => unknown = () => undefined;
	let atCharts: () => unknown = () => undefined;

	beforeAll(async () => {
		clinics = await Clinics.found();
		colleague = await clinics.join('Chloe Clinician', await clinics.device('colleague'), [{ site: clinics.a, role: 'clinician' }]);
		store = await memoryStore();
		nurse = await openTab({
			...store, verdicts: around(store.verdicts, 'put', { before: () => atVerdicts() }), charts: around(store.charts, 'put', { before: () => atCharts() })
		}, 'test');
		await clinics.join('Amina Nurse', nurse, [{ site: clinics.a, role: 'clinician' }]);
		ref = await must(colleague.registerPatient({ site: clinics.a, patient: patient('Phiri') }));
		await colleague.syncNow();
		await nurse.syncNow();
	}, 120_000);
	afterAll(async () => {
		await nurse.close();
		await clinics.close();
	});

	it('by locking while pages are being taken in: none of them is passed over', async () => {
		const member = await memberOf(nurse);
		await nurse.lock();
		for (const text of ['Malaria', 'Anaemia', 'Asthma']) {
			await must(colleague.save({ ref, comp: 'clinical', resource: problem(text), heads: [] }));
			await colleague.syncNow();
			await nurse.syncNow();
		}
		let locked = (): void => undefined;
		const cutOff = new Promise<void>((resolve) => (locked = resolve));
		atVerdicts = async () => {
			atVerdicts = () => undefined;
			await nurse.lock();
			locked();
		};
		await must(nurse.unlock({ member, passphrase: PASSPHRASE }));
		await cutOff;
		await must(nurse.unlock({ member, passphrase: PASSPHRASE }));
		await nurse.syncNow();
		expect(await problems(nurse, ref)).toEqual(['Anaemia', 'Asthma', 'Malaria']);
	});

	it('by a disk that failed between the envelope and the chart: the next save shows both', async () => {
		atCharts = () => {
			atCharts = () => undefined;
			throw new Error('the disk failed');
		};
		expect((await nurse.save({ ref, comp: 'clinical', resource: problem('Diabetes'), heads: [] })).ok).toBe(false);
		await must(nurse.save({ ref, comp: 'clinical', resource: problem('Epilepsy'), heads: [] }));
		expect(await problems(nurse, ref)).toEqual(['Anaemia', 'Asthma', 'Diabetes', 'Epilepsy', 'Malaria']);
	});

	it('by a damaged row, after which a compartment is made again: its chain positions are known as before', async () => {
		const seal = { seal: () => 'x', open: () => null };
		await store.charts.put([{ key: { site: clinics.a, comp: 'clinical', chart: ref.chart }, part: 'damaged', changes: [] }], () => seal);
		const mended = new Promise<void>((resolve) => void nurse.subscribe((event) => (event.kind === 'charts' && event.charts === 'all' ? resolve() : undefined)));
		await view(nurse, ref);
		await mended;
		await nurse.syncNow();
		expect((await problems(nurse, ref)).length).toBe(5);
		expect((await store.cursors.list(`chains|${clinics.a}|clinical|`)).size).toBeGreaterThan(0);
	});

	it('by another tab that is quicker: a search entry is made of all that is known of the chart, whichever tab took it in', async () => {
		const listeners: ((event: StoreEvent) => void)[] = [];
		// the other tab hears of what this one writes too late
		const second = await openTab({ ...store, subscribe: (listener) => (listeners.push(listener), () => undefined) }, 'other');
		await must(second.unlock({ member: await memberOf(nurse), passphrase: PASSPHRASE }));
		expect(await problems(second, ref)).toContain('Malaria');
		const late = await must(colleague.registerPatient({ site: clinics.a, patient: patient('Zimba') }));
		await colleague.syncNow();
		await nurse.syncNow();
		const shown = (await view(second, late)).patient;
		if (shown === null) throw new Error('the patient was taken in by the first tab');
		await must(second.save({ ref: late, comp: 'desk', resource: { ...shown.resource, gender: 'female' }, heads: shown.heads }));
		const hits = await must(second.search({ query: 'zimba', site: null, limit: 5 }));
		expect(hits.map(({ name, gender }) => [name, gender])).toEqual([['Zimba', 'female']]);
	});
});
