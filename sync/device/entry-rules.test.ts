/** After an upgrade of the rules, a search finds what the chart shows. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RULES_VERSION } from '../merge/rules/table.ts';
import { memoryStore } from '../store/testing.ts';
import type { Store } from '../store/index.ts';
import { Clinics, must, PASSPHRASE } from './testing/clinics.ts';
import { around, openTab } from './testing/interrupted.ts';

let clinics: Clinics;
beforeAll(async () => void (clinics = await Clinics.found()));
afterAll(() => clinics.close());

test('search entries made under other rules are made again when the device is unlocked, and only then', async () => {
	const store: Store = await memoryStore();
	let written = 0;
	const tablet = await openTab({ ...store, index: around(store.index, 'put', { before: () => void written++ }) }, 'test');
	clinics.devices.push(tablet);
	await clinics.join('Amina', tablet, [{ site: clinics.a, role: 'clinician' }]);
	for (const family of ['Banda', 'Phiri']) await must(tablet.registerPatient({ site: clinics.a, patient: { resourceType: 'Patient', name: [{ family }] } }));
	const mark = `entry-rules|${clinics.a}`;
	const reopen = async (): Promise<number> => {
		const state = await tablet.lockState();
		if (state.kind !== 'unlocked') throw new Error(state.kind);
		await tablet.lock();
		written = 0;
		await must(tablet.unlock({ member: state.user.member, passphrase: PASSPHRASE }));
		await expect.poll(() => store.cursors.get(mark)).toBe(String(RULES_VERSION));
		return written;
	};
	await reopen();
	expect(await reopen()).toBe(0);
	await store.cursors.put(mark, String(RULES_VERSION - 1));
	expect(await reopen()).toBe(1);
	expect((await must(tablet.search({ query: 'Phiri', site: null, limit: 9 }))).map(({ name }) => name)).toEqual(['Phiri']);
});
