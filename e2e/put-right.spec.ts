/**
 * The rest of what people decide and put right, on one phone: keep both, combine, enter what nobody said, work that came late, and the restricted part. The
 * colleagues who cause it work on devices without a screen, so that the story is short.
 */
import { expect, test } from '@playwright/test';
import type { Id } from '../sync/change/change.ts';
import type { ChartRef, Entry } from '../sync/device/api.ts';
import type { Device } from '../sync/device/device.ts';
import type { FhirResource } from '../sync/fhir/resource.ts';
import { inspect } from './inspection.ts';
import { must, Office } from './office.ts';
import { openChart } from './pages/patients.ts';
import { PASSPHRASE, Person } from './pages/person.ts';
import { openItem, row } from './pages/review.ts';

const BWERA = 'Bwera Health Post';
const PATIENT: FhirResource = { resourceType: 'Patient', name: [{ family: 'Mbabazi', given: ['Grace'] }], birthDate: '1991-03-04', gender: 'female' };
const order = (text: string): FhirResource => ({ resourceType: 'MedicationRequest', status: 'active', intent: 'order', medicationCodeableConcept: { text } });
const allergy = (reaction: object): FhirResource => ({
	resourceType: 'AllergyIntolerance', code: { text: 'Latex' }, reaction: [{ manifestation: [{ text: 'Rash' }], ...reaction }],
	clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] }
});

test.describe.configure({ mode: 'serial' });
test.describe('put right', () => {
	let office: Office;
	let amina: Person;
	let ben: Device;
	let chi: Device;
	/** in the villages, without a line */
	let chiIsOut = false;
	let site: Id;
	let ref: ChartRef;
	const found: string[] = [];
	const look = async (screen: string): Promise<void> => void found.push(...(await inspect(amina.page, screen)));

	const all = async (): Promise<void> => {
		for (let round = 0; round < 2; round++) for (const device of [ben, chi]) await device.syncNow();
	};
	const entry = async (device: Device, id: Id): Promise<Entry> => {
		const { patient, entries } = await must(device.openChart(ref));
		const one = [patient, ...entries].find((other) => other?.id === id);
		if (one === undefined || one === null) throw new Error('no such entry');
		return one;
	};
	/** Both colleagues write to an entry without having seen each other. */
	const disagree = async (id: Id, comp: 'desk' | 'clinical', values: readonly [object, object]): Promise<void> => {
		await all();
		const seen = await Promise.all([ben, chi].map(async (device) => ({ device, ...(await entry(device, id)) })));
		for (const [at, { device, resource, heads }] of seen.entries()) await must(device.save({ ref, comp, resource: { ...resource, ...values[at] }, heads }));
		await all();
	};

	test.beforeAll(async () => {
		office = await Office.found({ organization: 'Rwenzori Health', region: 'Kasese District', owner: 'Olive Namara' });
		site = await office.addClinic(BWERA);
		amina = new Person('Amina Kato', office.hub.url);
		ben = await office.joinHeadless('Ben Okello', [{ site, role: 'lead' }]);
		chi = await office.joinHeadless('Chi Mugisha', [{ site, role: 'clinician' }], PASSPHRASE, { fetch: (url, init) => (chiIsOut ? Promise.reject(new TypeError('no line')) : globalThis.fetch(url, init)) });
		await office.join(amina, [{ site, role: 'lead' }]);
		ref = await must(ben.registerPatient({ site, patient: PATIENT }));
		await all();
	});
	test.afterAll(async () => {
		await amina.remove();
		await office.close();
	});

	test('two drugs in one entry are kept both, each as an entry of its own', async () => {
		const { id } = await must(ben.save({ ref, comp: 'clinical', resource: order('Paracetamol'), heads: [] }));
		await disagree(id, 'clinical', [{ medicationCodeableConcept: { text: 'Metformin' } }, { medicationCodeableConcept: { text: 'Salbutamol' } }]);
		const item = await openItem(amina, 'Medicine');
		await item.getByRole('button', { name: 'Keep both as entries of their own' }).click();
		await expect(amina.page.getByTestId('saved')).toContainText('saved on this device');
		const chart = await openChart(amina, 'Grace Mbabazi');
		await chart.show('Medicines');
		for (const drug of ['Metformin', 'Salbutamol']) await expect(chart.entries.filter({ hasText: drug })).toHaveCount(1);
	});

	test('details that each side only added are combined', async () => {
		const { id } = await must(ben.save({ ref, comp: 'clinical', resource: allergy({}), heads: [] }));
		await disagree(id, 'clinical', [allergy({ severity: 'severe' }), allergy({ description: 'after ten minutes' })]);
		const item = await openItem(amina, 'Latex');
		await look('conflict that can be combined');
		await item.getByRole('button', { name: 'Combine what all sides added' }).click();
		await expect(amina.page.getByTestId('saved')).toContainText('saved on this device');
		await expect(row(amina, 'Latex')).toHaveCount(0);
		await expect.poll(async () => {
			await ben.syncNow();
			return (await entry(ben, id)).resource['reaction'];
		}, { timeout: 60_000 }).toEqual([{ manifestation: [{ text: 'Rash' }], severity: 'severe', description: 'after ten minutes' }]);
	});

	test('a date that neither had is entered, in the form of the entry', async () => {
		const id = (await must(ben.openChart(ref))).patient?.id;
		if (id === undefined) throw new Error('no patient');
		await disagree(id, 'desk', [{ birthDate: '1991-04-03' }, { birthDate: '1990-03-04' }]);
		const item = await openItem(amina, 'Date of birth');
		await item.getByRole('button', { name: 'Enter another value' }).click();
		const born = item.getByRole('group', { name: 'Date of birth' });
		await born.getByLabel('Day').fill('7');
		await look('a new value');
		await item.getByRole('button', { name: 'Save', exact: true }).click();
		await expect(amina.page.getByTestId('saved')).toContainText('saved on this device');
		await expect(row(amina, 'Date of birth')).toHaveCount(0);
		await expect.poll(async () => {
			await ben.syncNow();
			return (await entry(ben, id)).resource['birthDate'];
		}, { timeout: 60_000 }).toMatch(/^199[01]-0[34]-07$/u);
	});

	test('what is made restricted leaves the open part, and what others restricted is shown for a reason only', async () => {
		await must(ben.save({ ref, comp: 'clinical', resource: { resourceType: 'Condition', code: { text: 'Shingles' } }, heads: [] }));
		await must(ben.save({ ref, comp: 'restricted', resource: { resourceType: 'Condition', code: { text: 'HIV infection' } }, heads: [] }));
		await all();
		const { page } = amina;
		const chart = await openChart(amina, 'Grace Mbabazi');
		await chart.show('Problems');
		await expect(chart.entries.filter({ hasText: 'Shingles' })).toBeVisible({ timeout: 60_000 });
		await expect(page.getByText('HIV infection')).toHaveCount(0);
		await page.getByRole('button', { name: 'Make restricted: Shingles' }).click();
		const dialog = page.getByRole('dialog', { name: 'Make restricted' });
		await look('make restricted');
		await dialog.getByLabel('Reason').fill('He asked for it');
		await dialog.getByRole('button', { name: 'Make restricted' }).click();
		await expect(page.getByTestId('saved')).toContainText('Relabelled');

		await page.getByTestId('hidden').getByRole('button', { name: 'Show restricted entries' }).click();
		const glass = page.getByRole('dialog', { name: 'Show restricted entries' });
		await glass.getByRole('button', { name: 'Show them' }).click();
		await expect(glass.getByRole('alert')).toBeVisible();
		await glass.getByLabel('Reason').fill('She came with a fever');
		await glass.getByRole('button', { name: 'Show them' }).click();
		await expect(chart.entries.filter({ hasText: 'HIV infection' })).toBeVisible();
		await expect.poll(async () => {
			await ben.syncNow();
			return (await must(ben.accessLog({ site, chart: ref.chart, limit: 99 }))).records.filter(({ kind }) => kind === 'glass').map(({ name, reason }) => `${name}: ${reason ?? ''}`);
		}, { timeout: 60_000 }).toEqual(['Amina Kato: She came with a fever']);
	});

	test('what a removed colleague had not sent comes late, and is adopted with its author', async () => {
		await all();
		chiIsOut = true;
		await must(chi.save({ ref, comp: 'clinical', resource: { resourceType: 'Condition', code: { text: 'Goitre' } }, heads: [] }));
		const member = (await must(office.owner.organization())).members.find(({ name }) => name === 'Chi Mugisha')?.member;
		if (member === undefined) throw new Error('nobody of that name');
		await must(office.owner.revoke({ removal: { kind: 'member', member }, reason: 'left' }));
		await office.owner.syncNow();
		await ben.syncNow();
		await must(ben.importFile((await must(chi.exportUnsent())).bytes));
		await ben.syncNow();
		const { page } = amina;
		await amina.goTo('Team');
		await page.getByRole('link', { name: 'Work that came late' }).click();
		const late = page.getByTestId('late').filter({ hasText: 'Chi Mugisha' });
		await expect(late).toContainText('Mbabazi', { timeout: 60_000 });
		await look('work that came late');
		await late.getByRole('button', { name: 'Adopt into the chart' }).click();
		const dialog = page.getByRole('dialog', { name: 'Adopt into the chart' });
		await dialog.getByLabel('Reason').fill('I saw it too');
		await dialog.getByRole('button', { name: 'Adopt into the chart' }).click();
		await expect(page.getByTestId('saved')).toBeVisible();
		const chart = await openChart(amina, 'Grace Mbabazi');
		await chart.show('Problems');
		await expect(chart.entries.filter({ hasText: 'Goitre' })).toContainText('Arrived late');
	});

	test('every screen of it is accessible on a small phone', () => expect(found).toEqual([]));
});
