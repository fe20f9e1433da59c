/** What was typed and not saved is there again: after the browser was killed, after the app locked itself, for its author alone; and saved, it is gone. */
import { expect, test } from '@playwright/test';
import type { Id } from '../sync/change/change.ts';
import { readStores } from './browser-stores.ts';
import { must, Office } from './office.ts';
import { Chart } from './pages/chart.ts';
import { fillRegistration, openChart, register } from './pages/patients.ts';
import { Person } from './pages/person.ts';
import { formsOf } from './scanner/forms.ts';
import { findIn, scanFolder } from './scanner/scan.ts';

test.describe.configure({ mode: 'serial' });
test.describe('forms that are not finished', () => {
	let office: Office;
	let site: Id;
	let nurse: Person;
	let chart: Chart;
	test.beforeAll(async () => {
		office = await Office.found({ organization: 'Unsteady Power', region: 'Region', owner: 'Olive Namara' });
		site = await office.addClinic('Clinic');
		nurse = new Person('Amina Kato', office.hub.url);
		await office.join(nurse, [{ site, role: 'clinician' }]);
		await nurse.appIsInstalled();
		chart = await register(nurse, { family: 'Mbabazi', given: 'Grace', born: ['4', '3', '1991'], sex: 'Female' });
	});
	test.afterAll(async () => {
		await nurse.remove();
		await office.close();
	});

	const drafts = () => nurse.page.getByTestId('draft');
	async function killAndReopen(): Promise<void> {
		await nurse.killBrowser();
		await nurse.reopenWithoutLine();
	}

	test('a note that was being typed when the browser was killed is offered at home, and saved from there', async () => {
		await office.hub.stop();
		const form = await chart.start('Notes', 'Write note');
		await form.getByLabel('Text').pressSequentially('Cough for three days, worse at night');
		await keystrokesAreKept();
		await killAndReopen();
		await expect(drafts()).toHaveCount(1);
		await expect(drafts()).toContainText('MBABAZI, Grace');
		await drafts().getByRole('button', { name: 'Continue' }).click();
		const again = nurse.page.getByRole('form', { name: 'Write note' });
		await expect(again.getByLabel('Text')).toHaveValue('Cough for three days, worse at night');
		await again.getByRole('button', { name: 'Save', exact: true }).click();
		await chart.stored(again);
		await nurse.goTo('Patients');
		await expect(drafts()).toHaveCount(0);
		await killAndReopen();
		await expect(drafts()).toHaveCount(0);
	});

	test('a visit form comes back with every answer; locking alone costs nothing either', async () => {
		chart = await openChart(nurse, 'Mbabazi');
		await startVisit();
		const form = nurse.page.getByRole('form');
		await form.getByLabel('Systolic', { exact: false }).first().pressSequentially('148');
		await keystrokesAreKept();
		await killAndReopen();
		await drafts().getByRole('button', { name: 'Continue' }).click();
		await expect(nurse.page.getByRole('form').getByLabel('Systolic', { exact: false }).first()).toHaveValue('148');
		await nurse.lock();
		await nurse.unlock();
		await expect(nurse.page.getByRole('form').getByLabel('Systolic', { exact: false }).first()).toHaveValue('148');
		await nurse.page.getByRole('form').getByRole('button', { name: 'Leave without saving' }).click();
		await nurse.goTo('Patients');
		await expect(drafts()).toHaveCount(0);
	});

	test('a change of an entry is saved over what was on the screen when the form was opened, also after the battery was empty', async () => {
		await office.hub.start();
		await nurse.goTo('Sync');
		await nurse.goTo('Patients');
		chart = await openChart(nurse, 'Mbabazi');
		await chart.addProblem({ name: 'Asthma', note: 'since childhood' });
		await expect(async () => {
			await office.owner.syncNow();
			await must(office.owner.takeOn(site));
			await office.owner.syncNow();
			expect((await theProblem()).resource['code']).toMatchObject({ text: 'Asthma' });
		}).toPass({ timeout: 60_000 });
		await chart.entries.filter({ hasText: 'Asthma' }).getByRole('button', { name: /^Change/u }).click();
		const form = nurse.page.getByRole('form');
		await form.getByLabel('Problem or diagnosis').fill('Severe asthma');
		await keystrokesAreKept();
		await nurse.killBrowser();
		const there = await theProblem();
		await must(office.owner.save({ ref: await theChart(), comp: 'clinical', resource: { ...there.resource, note: [{ text: 'written elsewhere meanwhile' }] }, heads: there.heads }));
		await office.owner.syncNow();
		await nurse.reopenWithoutLine();
		await drafts().getByRole('button', { name: 'Continue' }).click();
		await expect(nurse.page.getByRole('form').getByLabel('Problem or diagnosis')).toHaveValue('Severe asthma');
		await nurse.page.getByRole('form').getByRole('button', { name: 'Save', exact: true }).click();
		await expect(nurse.page.getByTestId('saved')).toBeVisible();
		await expect(async () => {
			await office.owner.syncNow();
			const now = await theProblem();
			expect([now.resource['code'], now.resource['note']]).toMatchObject([{ text: 'Severe asthma' }, [{ text: 'written elsewhere meanwhile' }]]);
		}).toPass({ timeout: 60_000 });
	});

	test('a registration comes back; another that was begun meanwhile does not take its place; throwing away is asked twice', async () => {
		await nurse.goTo('Patients');
		await fillRegistration(nurse, { family: 'Okello', given: 'Ben', born: ['4', '3', '1981'], sex: 'Male' });
		await nurse.page.getByLabel('Village').pressSequentially('Bwera');
		await keystrokesAreKept();
		await nurse.killBrowser();
		await nurse.reopenWithoutLine();
		await fillRegistration(nurse, { family: 'Auma', given: 'Ruth', born: ['1', '1', '1970'], sex: 'Female' });
		await keystrokesAreKept();
		await nurse.goTo('Patients');
		await expect(drafts()).toHaveCount(2);
		const auma = drafts().filter({ hasText: 'Auma' });
		await auma.getByRole('button', { name: 'Throw away' }).click();
		await auma.getByRole('button', { name: 'Keep it' }).click();
		await auma.getByRole('button', { name: 'Throw away' }).click();
		await auma.getByRole('button', { name: 'Throw away' }).click();
		await expect(drafts()).toHaveCount(1);
		await drafts().getByRole('button', { name: 'Continue' }).click();
		await expect(nurse.page.getByLabel('Village')).toHaveValue('Bwera');
		await expect(nurse.page.getByLabel('Family name')).toHaveValue('Okello');
		await nurse.page.getByRole('button', { name: 'Register patient' }).click();
		await Chart.opened(nurse, 'Okello');
		await nurse.goTo('Patients');
		await expect(drafts()).toHaveCount(0);
	});

	test('attack 25, 46: what was typed and not saved is in no file of a locked browser, nor in any store that a page can read then', async () => {
		const secret = 'Quillfeather tremor at dusk';
		chart = await openChart(nurse, 'Mbabazi');
		const form = await chart.start('Notes', 'Write note');
		await form.getByLabel('Text').pressSequentially(secret);
		await keystrokesAreKept();
		await nurse.lock();
		const forms = formsOf(secret);
		const stores = await readStores(nurse.page);
		expect(stores.length).toBeGreaterThan(20);
		expect(stores.flatMap(({ where, text }) => findIn(where, Buffer.from(text), forms))).toEqual([]);
		await nurse.closeBrowser();
		const profile = await scanFolder(nurse.profile.folder, [secret]);
		expect(profile.bytes).toBeGreaterThan(1_000_000);
		expect(profile.findings.map(({ where }) => where)).toEqual([]);
	});

	async function startVisit(): Promise<void> {
		await chart.show('Summary');
		await nurse.page.getByRole('button', { name: /hypertension/iu }).first().click();
		await expect(nurse.page.getByRole('form')).toBeVisible();
	}

	/** The last key that was pressed is on the disk. */
	async function keystrokesAreKept(): Promise<void> {
		await expect(nurse.page.getByTestId('kept-hint')).toHaveAttribute('data-kept', 'true');
	}

	async function theChart() {
		const [hit] = await must(office.owner.search({ query: 'Mbabazi', site: null, limit: 1 }));
		if (hit === undefined) throw new Error('the chart has not arrived');
		return { site: hit.site, chart: hit.chart };
	}
	async function theProblem() {
		const found = (await must(office.owner.openChart(await theChart()))).entries.find(({ type }) => type === 'Condition');
		if (found === undefined) throw new Error('the problem has not arrived');
		return found;
	}
});
