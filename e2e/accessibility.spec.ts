/**
 * Every screen on a small phone: no violation of WCAG 2.2 A and AA that axe can find, nothing to scroll sideways, also with the text at
 * twice its size; and the way from unlocking to a saved allergy with the keyboard alone.
 */
import { expect, test } from '@playwright/test';
import { HubProcess } from './hub.ts';
import { inspect, reach, sideways, violations } from './inspection.ts';
import { Person } from './pages/person.ts';
import { fillRegistration, openChart, register, search, type NewPatient } from './pages/patients.ts';
import type { Chart } from './pages/chart.ts';
import { picture } from './pages/screens.ts';
import { proposal, showProposal } from './pages/review.ts';
import { acceptInvitation, addSite, closeInvitation, compareAndAdmit, createOrganization, invite, isAdmitted, openInvitation } from './pages/team.ts';

const grace: NewPatient = { family: 'Mbabazi', given: 'Grace', born: ['4', '3', '1991'], sex: 'Female', village: 'Bwera', phone: '0772 123 456', identifier: '1297287652' };

test.describe.configure({ mode: 'serial' });
test.describe('accessibility on a small phone', () => {
	let hub: HubProcess;
	let olive: Person;
	let amina: Person;
	let chart: Chart;
	const found: string[] = [];

	/** Looks at the screen as it is now; what is wrong is collected, so that one run names everything. */
	async function look(person: Person, screen: string): Promise<void> {
		found.push(...(await inspect(person.page, screen)));
	}
	const nothingFound = (): void => expect(found.splice(0)).toEqual([]);

	test.beforeAll(async () => {
		hub = await HubProcess.create();
		olive = new Person('Olive Namara', hub.url);
		amina = new Person('Amina Kato', hub.url);
		await hub.start();
	});
	test.afterAll(async () => {
		await olive.remove();
		await amina.remove();
		await hub.remove();
	});

	test('control: what is wrong with a screen is found', async () => {
		await olive.open();
		await expect(olive.page.getByRole('heading', { name: 'Start' })).toBeVisible();
		await olive.page.evaluate(() => {
			const wrong = document.createElement('div');
			wrong.style.width = '500px';
			wrong.append(document.createElement('button'));
			document.querySelector('main')?.append(wrong);
		});
		expect((await violations(olive.page)).map((one) => one.split(':')[0])).toEqual(['button-name']);
		expect(await sideways(olive.page)).not.toEqual([]);
	});

	test('setting up, inviting and joining', async () => {
		await olive.open();
		await expect(olive.page.getByRole('heading', { name: 'Start' })).toBeVisible();
		await look(olive, 'first start');
		await olive.open(hub.setupLink);
		await look(olive, 'set-up');
		await olive.page.getByRole('button', { name: 'Create organization' }).click();
		await expect(olive.page.getByRole('alert')).toBeVisible();
		await look(olive, 'set-up with errors');
		await createOrganization(olive, hub.setupLink, { name: 'Rwenzori Health', site: 'Kasese District' });
		await olive.page.getByRole('button', { name: 'Add site' }).click();
		await look(olive, 'add a site');
		await olive.page.getByRole('button', { name: 'Cancel' }).click();
		for (const site of ['Bwera Health Post', 'Katwe Clinic']) await addSite(olive, site);
		await look(olive, 'organization');
		await olive.page.getByRole('button', { name: 'Invite someone' }).click();
		await look(olive, 'invite');
		await olive.page.getByRole('button', { name: 'Cancel' }).click();
		const link = await invite(olive, [{ site: 'Bwera Health Post', role: 'Lead' }, { site: 'Katwe Clinic', role: 'Lead' }]);
		await look(olive, 'invitation');
		await closeInvitation(olive);
		await openInvitation(amina, link);
		await look(amina, 'you are invited');
		const code = await acceptInvitation(amina);
		await look(amina, 'code to compare');
		await expect(olive.page.getByTestId('pending-answer')).toBeVisible({ timeout: 60_000 });
		await look(olive, 'pending answer');
		await compareAndAdmit(olive, amina, code);
		await isAdmitted(amina);
		await look(amina, 'patients, none yet');
		await olive.closeBrowser();
		nothingFound();
	});

	test('finding, registering and the chart with each of its sections and forms', async () => {
		await amina.workAt('Bwera Health Post');
		await fillRegistration(amina, grace);
		await look(amina, 'register');
		await amina.page.getByRole('link', { name: 'Leave, keep as draft' }).click();
		// the way back is over before a search begins: what is typed into a page on its way out is gone
		await expect(amina.page.getByRole('heading', { name: 'Patients', exact: true })).toBeVisible();
		chart = await register(amina, grace);
		await look(amina, 'empty chart');
		await chart.addAllergy({ substance: 'Penicillin', reactions: 'rash, wheeze' });
		await chart.addProblem({ name: 'Essential hypertension', since: '2019' });
		await chart.recordVitals({ systolic: '128', diastolic: '84', pulse: '78', weight: '63' });
		await chart.addVaccine({ vaccine: 'BCG' });
		await chart.writeNote({ text: 'Headache for two days. No fever.' });
		const order = await chart.fillPrescription({ drug: 'amoxicillin', dose: '500', days: '7' });
		await look(amina, 'prescribe');
		await order.getByRole('button', { name: 'Save', exact: true }).click();
		await expect(chart.alert).toBeVisible();
		await look(amina, 'stop and check');
		await chart.prescribeAnyway('Taken twice without a reaction');
		await chart.stored(order);
		for (const [section, action] of [['Allergies', 'Add allergy'], ['Problems', 'Add problem'], ['Vitals', 'Record vitals'], ['Vaccines', 'Add vaccine'], ['Notes', 'Write note']] as const) {
			await chart.show(section);
			await look(amina, section);
			const form = await chart.start(section, action);
			await look(amina, action);
			await form.getByRole('button', { name: 'Leave without saving' }).click();
			await expect(form).toBeHidden();
		}
		await chart.show('Problems');
		await chart.entries.getByRole('button', { name: 'Recorded in error' }).click();
		await look(amina, 'recorded in error');
		await amina.page.getByRole('form', { name: 'Recorded in error' }).getByRole('button', { name: 'Leave without saving' }).click();
		await chart.show('Summary');
		await look(amina, 'summary');
		const details = await chart.start('Summary', 'Correct personal details');
		await look(amina, 'correct personal details');
		await details.getByRole('button', { name: 'Leave without saving' }).click();
		nothingFound();
	});

	test('duplicates, review, the shared record, sync, import and the lock', async () => {
		await amina.workAt('Katwe Clinic');
		await search(amina, 'Mbabazi');
		await look(amina, 'found at the other site');
		await fillRegistration(amina, { ...grace, born: ['5', '3', '1991'] });
		await amina.page.getByRole('button', { name: 'Register patient' }).click();
		await expect(amina.page.getByTestId('duplicate')).toBeVisible();
		await look(amina, 'possible duplicates');
		await amina.page.getByRole('button', { name: 'Not the same person - continue' }).click();
		await expect(chart.banner).toContainText('MBABAZI');
		const pair = await showProposal(amina, 'Mbabazi');
		await look(amina, 'review');
		await pair.getByRole('button', { name: 'Link records' }).click();
		await expect(proposal(amina, 'Mbabazi')).toBeHidden();
		await look(amina, 'nothing to review');
		chart = await openChart(amina, 'Mbabazi', 'Katwe Clinic');
		await look(amina, 'linked chart');
		await chart.page.getByTestId('chart-link').getByRole('button', { name: 'Unlink' }).click();
		await look(amina, 'unlink');
		await amina.page.getByRole('button', { name: 'Keep the link' }).click();
		await expect(async () => expect(await chart.hasSharedRecord()).toBe(true)).toPass();
		await chart.show('Shared record');
		await look(amina, 'shared record');
		await amina.page.getByTestId('shared-record').locator('details').evaluateAll((all) => all.forEach((one) => one.setAttribute('open', '')));
		await look(amina, 'shared record with sources');
		for (const [place, heading] of [['Sync', 'Where the records are'], ['Import', 'Import FHIR bundles'], ['Team', 'Rwenzori Health']] as const) {
			await amina.goTo(place);
			await expect(amina.page.getByRole('heading', { name: heading })).toBeVisible();
			await look(amina, place);
		}
		await amina.goTo('Sync');
		await picture(amina.page, 'accessibility', 'sync');
		await amina.goTo('Patients');
		await amina.lock();
		await look(amina, 'unlock');
		await amina.page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
		await picture(amina.page, 'accessibility', 'unlock-at-200');
		await amina.unlock();
		await openChart(amina, 'Mbabazi', 'Bwera Health Post');
		await picture(amina.page, 'accessibility', 'chart-at-200');
		await amina.page.evaluate(() => (document.documentElement.style.fontSize = ''));
		nothingFound();
	});

	test('from unlocking to a saved allergy with the keyboard alone', async () => {
		await amina.goTo('Patients');
		await amina.lock();
		const { page } = amina;
		await reach(page, page.getByLabel('Passphrase', { exact: true }));
		await page.keyboard.type(amina.passphrase);
		await page.keyboard.press('Enter');
		await expect(page.getByTestId('user-name')).toHaveText(amina.name, { timeout: 60_000 });
		await reach(page, page.getByRole('searchbox'));
		await page.keyboard.type('Mbabazi');
		const row = page.getByRole('region', { name: 'At Katwe Clinic' }).getByTestId('patient-hit').getByRole('link');
		await expect(row).toBeVisible();
		await reach(page, row);
		await page.keyboard.press('Enter');
		await expect(page.getByTestId('patient-banner')).toContainText('MBABAZI');
		await reach(page, page.getByRole('button', { name: 'Add allergy' }));
		await page.keyboard.press('Enter');
		const form = page.getByRole('form', { name: 'Add allergy' });
		await reach(page, form.getByLabel('Substance'));
		await page.keyboard.type('Latex');
		await reach(page, form.getByRole('group', { name: 'Risk' }).getByRole('radio', { name: /low risk/u }));
		await page.keyboard.press('Space');
		await reach(page, form.getByRole('button', { name: 'Save', exact: true }));
		await page.keyboard.press('Enter');
		await expect(form).toBeHidden();
		await expect(page.getByTestId('saved')).toContainText('Saved on this device');
		await expect(page.getByText('Latex', { exact: true })).toBeVisible();
	});
});
