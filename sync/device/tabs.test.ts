import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Id } from '../change/change.ts';
import type { FhirResource } from '../fhir/resource.ts';
import { realScheduler } from '../replication/scheduler.ts';
import type { Store } from '../store/index.ts';
import { memoryStore } from '../store/testing.ts';
import type { ChartRef, DeviceEvent } from './api.ts';
import { Device } from './device.ts';
import { systemClock, systemRandom } from './ports.ts';
import { Clinics, must, PASSPHRASE, view } from './testing/clinics.ts';

const patient = (family: string): FhirResource => ({ resourceType: 'Patient', name: [{ family }] });
const problem = (text: string): FhirResource => ({ resourceType: 'Condition', code: { text } });

/** Two tabs are two devices over one disk: each has its own keys and memory, and hears of the other's writes from the store. */
describe('two tabs of one app', () => {
	let clinics: Clinics;
	let store: Store;
	let first: Device;
	let second: Device;
	let ref: ChartRef;

	const tab = (token: string): Promise<Device> => Device.open({
		clock: systemClock, random: systemRandom, scheduler: realScheduler, token, store, requireStrict: false, fetch: (url, init) => globalThis.fetch(url, init)
	});
	/** Looks again whenever the device says that something happened. */
	const until = async (device: Device, check: () => Promise<boolean>): Promise<void> => {
		let heard = (): void => undefined;
		const id = await device.subscribe(() => heard());
		for (;;) {
			const next = new Promise<void>((resolve) => (heard = resolve));
			if (await check()) break;
			await next;
		}
		await device.unsubscribe(id);
	};

	beforeAll(async () => {
		clinics = await Clinics.found();
		store = await memoryStore();
		first = await tab('test');
		second = await tab('other');
		await clinics.join('Amina Nurse', first, [{ site: clinics.a, role: 'clinician' }]);
	}, 120_000);
	afterAll(async () => {
		await second.close();
		await first.close().catch(() => undefined);
		await clinics.close();
	});

	it('lets the second tab in with the passphrase once the first has joined', async () => {
		await until(second, async () => (await second.lockState()).kind === 'locked');
		const state = await second.lockState();
		const member = state.kind === 'locked' ? (state.users[0]?.member as Id) : ('' as Id);
		await must(second.unlock({ member, passphrase: PASSPHRASE }));
	});

	it('shows in one tab what the other registered and recorded', async () => {
		const heard: DeviceEvent[] = [];
		await second.subscribe((event) => void heard.push(event));
		ref = await must(first.registerPatient({ site: clinics.a, patient: patient('Tembo') }));
		await must(first.save({ ref, comp: 'clinical', resource: problem('Malaria'), heads: [] }));
		await until(second, async () => (await must(second.search({ query: 'tembo', site: null, limit: 5 }))).length === 1);
		expect((await view(second, ref)).entries.length).toBe(1);
		expect(heard.some((event) => event.kind === 'charts')).toBe(true);
	});

	it('attack 44: two tabs that save at the same moment use no position of a chain twice', async () => {
		await Promise.all(Array.from({ length: 12 }, (_, n) => must((n % 2 === 0 ? first : second).save({ ref, comp: 'clinical', resource: problem(`Problem ${String(n)}`), heads: [] }))));
		for (const device of [first, second]) {
			const seqs = (await view(device, ref)).entries.flatMap(({ state }) => state.changes.map(({ change }) => change.seq)).sort((a, b) => a - b);
			expect(seqs).toEqual(Array.from({ length: 13 }, (_, n) => n + 1));
		}
	});

	it('keeps the other tab open when one is locked, and sends what either wrote', async () => {
		await first.lock();
		expect((await first.lockState()).kind).toBe('locked');
		await must(second.save({ ref, comp: 'clinical', resource: problem('Anaemia'), heads: [] }));
		await first.syncNow();
		await until(second, async () => (await view(second, ref)).entries.every(({ custody }) => custody.state === 'at-hub'));
	});
});
