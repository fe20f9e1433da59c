/**
 * What an organization agrees on for all its devices: that a site's patients are found by another, by name, year of birth and village, until that is ended;
 * and which version of the app may write.
 */
import { expect, test } from '@playwright/test';
import { APP_VERSION } from '../sync/change/app-version.ts';
import type { Device } from '../sync/device/device.ts';
import { inspect } from './inspection.ts';
import { must, Office } from './office.ts';
import { hit, openChart, register, search } from './pages/patients.ts';
import { Person } from './pages/person.ts';
import { picture } from './pages/screens.ts';
import { allIsAtTheHub } from './pages/sync.ts';

const STORY = 'organization';
const BWERA = 'Bwera Health Post';
const KATWE = 'Katwe Clinic';

test.describe.configure({ mode: 'serial' });
test.describe('what holds for every device of an organization', () => {
	let office: Office;
	let rose: Person;
	let ben: Person;
	/** runs a version of the app that is not there yet */
	let ahead: Device;
	const found: string[] = [];
	const look = async (person: Person, screen: string): Promise<void> => void found.push(...(await inspect(person.page, screen)));

	test.beforeAll(async () => {
		office = await Office.found({ organization: 'Rwenzori Health', region: 'Kasese District', owner: 'Olive Namara' });
		const [bwera, katwe] = [await office.addClinic(BWERA), await office.addClinic(KATWE)];
		rose = new Person('Rose Kabugho', office.hub.url);
		ben = new Person('Ben Okello', office.hub.url);
		await office.join(rose, [{ site: office.region, role: 'owner' }, { site: bwera, role: 'lead' }]);
		await office.join(ben, [{ site: katwe, role: 'clinician' }]);
		ahead = await office.joinHeadless('Amina Kato', [{ site: office.region, role: 'owner' }], undefined, { appVersion: '99.0.0' });
	});
	test.afterAll(async () => {
		await rose.remove();
		await ben.remove();
		await office.close();
	});

	/** What Ben finds, once his device has heard of what happened elsewhere. */
	const benFinds = async (name: string, times: number): Promise<void> =>
		expect(async () => {
			await search(ben, '');
			await search(ben, name);
			await expect(hit(ben, new RegExp(name, 'u'))).toHaveCount(times, { timeout: 2_000 });
		}).toPass({ timeout: 90_000 });

	test('a lead lets the patients of a site be found at another: the other finds who they are and where they are known, and no chart', async () => {
		await rose.workAt(BWERA);
		await register(rose, { family: 'Mbabazi', given: 'Grace', born: ['4', '3', '1991'], sex: 'Female', village: 'Mpondwe', phone: '0772123456' });
		await allIsAtTheHub(rose);
		await benFinds('Mbabazi', 0);

		await rose.goTo('Team');
		const section = rose.page.getByRole('region', { name: 'Finding patients of other sites' });
		await section.getByLabel('Whose patients').selectOption({ label: BWERA });
		await section.getByRole('button', { name: 'Let them be found' }).click();
		await expect(section.getByRole('alert')).toContainText('at least one other');
		await section.getByRole('checkbox', { name: KATWE }).check();
		await look(rose, 'sharing an index');
		await section.getByRole('button', { name: 'Let them be found' }).click();
		await expect(section.getByTestId('share')).toContainText(`Patients of ${BWERA} are found at: ${KATWE}`);
		await picture(rose.page, STORY, 'shared-index');
		await allIsAtTheHub(rose);

		await benFinds('Mbabazi', 1);
		const told = hit(ben, /Mbabazi/u);
		await expect(told).toContainText(`Known at ${BWERA}`);
		await expect(told).toContainText('1991');
		await expect(told).not.toContainText('0772');
		await expect(told.getByRole('link')).toHaveCount(0);
		await look(ben, 'found at another site');
		await picture(ben.page, STORY, 'known-at-another-site');
		await search(ben, '0772123456');
		await expect(hit(ben, /Mbabazi/u)).toHaveCount(0);
	});

	test('when it is ended they leave the searches there', async () => {
		await rose.goTo('Team');
		rose.page.once('dialog', (dialog) => void dialog.accept());
		await rose.page.getByTestId('share').getByRole('button', { name: 'End this' }).click();
		await expect(rose.page.getByTestId('share')).toHaveCount(0);
		await allIsAtTheHub(rose);
		await benFinds('Mbabazi', 0);
	});

	test('an owner requires a version of the app, but none that they do not run; an older app reads, and saves nothing until it is updated', async () => {
		await rose.goTo('Team');
		const section = rose.page.getByRole('region', { name: 'Version of the app' });
		await section.getByLabel('Require this version or a newer one').fill('100.0.0');
		await section.getByRole('button', { name: 'Require it' }).click();
		await expect(section.getByRole('alert')).toContainText('Update it first');
		await section.getByLabel('Require this version or a newer one').fill(APP_VERSION);
		await section.getByRole('button', { name: 'Require it' }).click();
		await expect(section).toContainText(`Version ${APP_VERSION} is required`);
		await look(rose, 'required version');
		await picture(rose.page, STORY, 'required-version');
		await expect(rose.page.getByTestId('outdated')).toHaveCount(0);

		await must(ahead.requireAppVersion('99.0.0'));
		await ahead.syncNow();
		const banner = rose.page.getByTestId('outdated');
		await expect(banner).toContainText('99.0.0', { timeout: 90_000 });
		await expect(banner).toContainText(APP_VERSION);
		await look(rose, 'too old');
		await picture(rose.page, STORY, 'too-old');
		const chart = await openChart(rose, 'Grace Mbabazi');
		await expect(chart.page.getByTestId('outdated')).toBeVisible();
		const form = await chart.start('Problems', 'Add problem');
		await form.getByLabel('Problem').first().fill('Asthma');
		await form.getByRole('button', { name: 'Save', exact: true }).click();
		await expect(form.getByRole('alert').first()).toContainText('99.0.0');
		await look(rose, 'saving with an app that is too old');
	});

	test('every screen of it is accessible on a small phone', () => expect(found).toEqual([]));
});
