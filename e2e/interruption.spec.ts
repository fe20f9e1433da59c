/** The hub is killed in the middle of a push and of a pull, and started again: nothing is lost, and nothing is there twice. */
import { expect, test } from '@playwright/test';
import type { Id } from '../sync/change/change.ts';
import { must, Office } from './office.ts';
import { importBundle } from './pages/import.ts';
import { openChart, search } from './pages/patients.ts';
import { Person } from './pages/person.ts';
import { allIsAtTheHub, pill, readSyncPage, tryNow } from './pages/sync.ts';

const PEOPLE = 30;
// a chart shows forty entries before it offers more
const READINGS = process.env['SADDLEBAG_LONG'] === '1' ? 40 : 12;
const ALONE = { waitingToSend: 0, notOpened: 0, quarantined: 0 };

/** People with their weights, as another system would export them. */
function records(): object {
	const people = Array.from({ length: PEOPLE }, (_, n) => n);
	const entry = people.flatMap((n) => [
		{ fullUrl: `urn:uuid:00000000-0000-4000-8000-${String(n).padStart(12, '0')}`, resource: { resourceType: 'Patient', id: `p${n}`, name: [{ family: 'Interrupted', given: [`Person${n}`] }], gender: 'female', birthDate: `19${String(n + 20)}-01-01` } },
		...Array.from({ length: READINGS }, (_, m) => ({
			fullUrl: `urn:uuid:11111111-0000-4000-8000-${String(n * 1000 + m).padStart(12, '0')}`,
			resource: {
				resourceType: 'Observation', id: `o${n}-${m}`, status: 'final', subject: { reference: `urn:uuid:00000000-0000-4000-8000-${String(n).padStart(12, '0')}` },
				effectiveDateTime: new Date(Date.UTC(2020, 0, 1 + m)).toISOString(),
				code: { coding: [{ system: 'http://loinc.org', code: '29463-7', display: 'Body weight' }] }, valueQuantity: { value: 50 + m, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' }
			}
		}))
	]);
	return { resourceType: 'Bundle', type: 'collection', identifier: { system: 'urn:test', value: 'interruption' }, entry };
}

test.describe.configure({ mode: 'serial' });
test.describe('a hub that dies', () => {
	let office: Office;
	let site: Id;
	let sender: Person;
	let reader: Person;
	test.beforeAll(async () => {
		office = await Office.found({ organization: 'Unsteady Power', region: 'Region', owner: 'Olive Namara' });
		site = await office.addClinic('Clinic');
		sender = new Person('Amina Kato', office.hub.url);
		reader = new Person('Ben Okello', office.hub.url);
		await office.join(sender, [{ site, role: 'clinician' }]);
		await office.join(reader, [{ site, role: 'clinician' }]);
	});
	test.afterAll(async () => {
		await sender.remove();
		await reader.remove();
		await office.close();
	});

	/** Kills the hub as soon as such a request is on its way, as often as asked, each time starting it again. */
	async function killAt(person: Person, request: RegExp, times: number): Promise<() => number> {
		let killed = 0;
		let turn: Promise<void> = Promise.resolve();
		(await person.profile.open()).on('request', (sent) => {
			if (killed >= times || !request.test(sent.url())) return;
			killed += 1;
			turn = turn.then(async () => {
				await office.hub.stop('SIGKILL');
				await office.hub.start();
			});
		});
		return () => killed;
	}

	/** A person who keeps trying. */
	const killedTwice = (person: Person, killed: () => number): Promise<void> =>
		expect(async () => {
			await tryNow(person);
			expect(killed()).toBe(2);
			await expect(pill(person)).toHaveAttribute('data-line', 'connected', { timeout: 5_000 });
		}).toPass({ timeout: 90_000 });

	test('in the middle of a push', async () => {
		await sender.appIsInstalled();
		await office.hub.stop();
		await importBundle(sender, 'records.json', records());
		expect((await readSyncPage(sender)).waitingToSend).toBe(PEOPLE * (READINGS + 1));
		const killed = await killAt(sender, /_bulk_docs$/u, 2);
		await office.hub.start();
		await killedTwice(sender, killed);
		await allIsAtTheHub(sender);
		expect(await readSyncPage(sender)).toEqual(ALONE);
	});

	test('in the middle of a pull', async () => {
		await reader.closeBrowser();
		const killed = await killAt(reader, /-(?:care|desk)\/_changes/u, 2);
		await reader.open();
		await reader.unlock();
		await killedTwice(reader, killed);
		await expect(async () => {
			await search(reader, 'Interrupted');
			await expect(reader.page.getByTestId('patient-hit')).toHaveCount(PEOPLE, { timeout: 5_000 });
		}).toPass({ timeout: 90_000 });
		const chart = await openChart(reader, 'Person7 Interrupted');
		await chart.show('Vitals');
		await expect(chart.entries).toHaveCount(READINGS);
		await allIsAtTheHub(reader);
		expect(await readSyncPage(reader)).toEqual(ALONE);
	});

	test('every change is there once, on a device that was not there', async () => {
		const later = await office.joinHeadless('Carol Nakato', [{ site, role: 'clinician' }]);
		await expect(async () => {
			await later.syncNow();
			const held = (await must(later.stateHashes())).filter((place) => place.site === site).map(({ comp, changes }) => [comp, changes]);
			expect(Object.fromEntries(held)).toMatchObject({ desk: PEOPLE, clinical: PEOPLE * READINGS });
		}).toPass({ timeout: 60_000 });
		expect(await later.syncStatus()).toMatchObject({ waiting: 0, quarantined: 0, waitingToSend: 0 });
	});
});
