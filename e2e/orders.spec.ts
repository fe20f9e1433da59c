/**
 * The laboratory of one clinic without a line, from the order to who saw the result; and a referral to the other clinic, accepted there, answered, and
 * closed where it was sent from.
 */
import { expect, test, type Locator } from '@playwright/test';
import { inspect } from './inspection.ts';
import { must, Office } from './office.ts';
import { Chart } from './pages/chart.ts';
import { openChart, register, type NewPatient } from './pages/patients.ts';
import { Person } from './pages/person.ts';
import { picture } from './pages/screens.ts';
import { allIsAtTheHub, pill } from './pages/sync.ts';

const STORY = 'orders';
const BWERA = 'Bwera Health Post';
const KATWE = 'Katwe Clinic';
const grace: NewPatient = { family: 'Mbabazi', given: 'Grace', born: ['4', '3', '1991'], sex: 'Female', village: 'Bwera' };

test.describe.configure({ mode: 'serial' });
test.describe('orders and referrals', () => {
	let office: Office;
	let amina: Person;
	let ben: Person;
	let atBwera: Chart;
	let atKatwe: Chart;
	const found: string[] = [];
	const look = async (person: Person, screen: string): Promise<void> => {
		await picture(person.page, STORY, screen);
		found.push(...(await inspect(person.page, screen)));
	};
	const order = (chart: Chart): Locator => chart.page.getByTestId('lab-order').filter({ hasText: 'Full blood count' });
	const referral = (chart: Chart): Locator => chart.page.getByTestId('referral').filter({ hasText: 'Ultrasound' });

	test.beforeAll(async () => {
		office = await Office.found({ organization: 'Rwenzori Health', region: 'Kasese District', owner: 'Olive Namara' });
		amina = new Person('Amina Kato', office.hub.url);
		ben = new Person('Ben Okello', office.hub.url);
		await office.join(amina, [{ site: await office.addClinic(BWERA), role: 'clinician' }]);
		await office.join(ben, [{ site: await office.addClinic(KATWE), role: 'clinician' }]);
	});
	test.afterAll(async () => {
		for (const person of [amina, ben]) await person.remove();
		await office.close();
	});

	test('the person is known at both clinics, and the region links the charts', async () => {
		atBwera = await register(amina, grace);
		atKatwe = await register(ben, { ...grace, village: 'Katwe' });
		await allIsAtTheHub(amina);
		await allIsAtTheHub(ben);
		await expect(async () => {
			await office.owner.syncNow();
			const [pair] = await must(office.owner.proposals({ limit: 5 }));
			if (pair === undefined) throw new Error('no pair yet');
			await must(office.owner.link({ a: pair.a, b: pair.b }));
			await office.owner.syncNow();
		}).toPass({ timeout: 60_000 });
		for (const chart of [atBwera, atKatwe]) await expect(async () => expect(await chart.hasSharedRecord()).toBe(true)).toPass({ timeout: 60_000 });
	});

	test('without a line a test is ordered, its sample taken and its results entered', async () => {
		for (const person of [amina, ben]) await allIsAtTheHub(person);
		await office.hub.stop();
		await expect(pill(amina)).toHaveAttribute('data-line', 'offline', { timeout: 60_000 });
		const form = await atBwera.start('Laboratory', 'Order test');
		await form.getByRole('button', { name: 'Save', exact: true }).click();
		await expect(form.getByRole('alert')).toContainText('Choose what to test');
		await form.getByLabel('What to test').selectOption({ label: 'Full blood count' });
		await form.getByRole('radio', { name: 'Urgent' }).check();
		await form.getByLabel('Reason').fill('Pale, tired');
		await look(amina, 'order-form');
		await atBwera.save(form);
		await expect(order(atBwera)).toHaveAttribute('data-state', 'ordered');

		await order(atBwera).getByRole('button', { name: 'Record specimen: Full blood count' }).click();
		const specimen = amina.page.getByRole('form', { name: 'Record specimen' });
		await specimen.getByLabel('Label on the tube').fill('B-17');
		await atBwera.save(specimen);
		await expect(order(atBwera)).toHaveAttribute('data-state', 'specimen-taken');
		await expect(order(atBwera)).toContainText('label B-17');

		await order(atBwera).getByRole('button', { name: 'Enter results: Full blood count' }).click();
		const results = amina.page.getByRole('form', { name: 'Enter results' });
		await results.getByLabel('Haemoglobin (g/dL)').fill('71');
		await results.getByRole('button', { name: 'Save', exact: true }).click();
		await expect(results.getByRole('alert')).toContainText('Haemoglobin: enter a number from 1 to 25 g/dL');
		await results.getByLabel('Haemoglobin (g/dL)').fill('7.1');
		await expect(results.getByTestId('flag').filter({ hasText: 'Critically low' })).toBeVisible();
		await results.getByLabel(/^White cells/u).fill('14');
		await results.getByLabel(/^Platelets/u).fill('320');
		await look(amina, 'result-form');
		await atBwera.save(results);
	});

	test('the result stands with flag and range until somebody has seen it', async () => {
		await expect(order(atBwera)).toHaveAttribute('data-state', 'resulted');
		await expect(order(atBwera).getByTestId('critical')).toContainText('Critical result');
		const haemoglobin = order(atBwera).getByTestId('result').filter({ hasText: 'Haemoglobin' });
		await expect(haemoglobin).toContainText('7.1 g/dL');
		await expect(haemoglobin.getByTestId('flag')).toHaveAttribute('data-flag', 'critical-low');
		await expect(haemoglobin).toContainText('Range 12 g/dL or more (women, not pregnant)');
		await expect(order(atBwera).getByTestId('result').filter({ hasText: 'Platelets' }).getByTestId('flag')).toHaveText('Normal');
		// an act on one result is one tap from its row
		await haemoglobin.locator('summary').first().click();
		await expect(haemoglobin.getByRole('button', { name: /Wrong patient/u })).toBeVisible();
		await look(amina, 'result');
		await amina.goTo('Patients');
		await expect(amina.page.getByTestId('orders-link')).toContainText('Critical results: 1');
		await amina.page.getByTestId('orders-link').click();
		await expect(amina.page.getByTestId('open-lab')).toContainText('Full blood count');
		await look(amina, 'open-orders');
		await amina.page.getByTestId('open-lab').getByRole('link').click();
		await order(atBwera).getByRole('button', { name: /^I have seen these results/u }).click();
		await expect(order(atBwera)).toHaveAttribute('data-state', 'acknowledged');
		await expect(order(atBwera)).toContainText('Seen by Amina Kato');
	});

	test('a goal is measured by what was found', async () => {
		await atBwera.show('Care');
		await amina.page.getByRole('button', { name: 'Set goal' }).click();
		const form = amina.page.getByRole('form', { name: 'Set goal' });
		await form.getByLabel('Goal in words').fill('No anaemia');
		await form.getByLabel('Measured by').selectOption({ label: 'Haemoglobin' });
		await form.getByRole('radio', { name: 'At least' }).check();
		await form.getByLabel('Target (g/dL)').fill('12');
		await atBwera.save(form);
		await expect(amina.page.getByTestId('entry').filter({ hasText: 'No anaemia' }).getByTestId('progress')).toContainText('7.1 g/dL');
		await expect(amina.page.getByTestId('entry').filter({ hasText: 'No anaemia' }).getByTestId('state')).toHaveAttribute('data-state', 'not-met');
	});

	test('a referral is written for the other clinic, still without a line', async () => {
		await amina.page.getByRole('button', { name: 'Refer', exact: true }).click();
		const form = amina.page.getByRole('form', { name: 'Refer' });
		await form.getByRole('radio', { name: KATWE }).check();
		await form.getByLabel('Service or question').fill('Ultrasound');
		await form.getByLabel('Reason').fill('Anaemia, large spleen');
		await form.getByRole('radio', { name: 'Urgent' }).check();
		await form.getByRole('checkbox', { name: /Full blood count/u }).check();
		await look(amina, 'referral-form');
		await atBwera.save(form);
		await expect(referral(atBwera)).toHaveAttribute('data-state', 'sent');
		await look(amina, 'care');
	});

	test('the other clinic sees it in its list, accepts it and answers', async () => {
		await office.hub.start();
		await allIsAtTheHub(amina);
		await ben.goTo('Patients');
		await expect(ben.page.getByTestId('orders-link')).toContainText('Waiting for this site: 1', { timeout: 90_000 });
		await ben.page.getByTestId('orders-link').click();
		const line = ben.page.getByTestId('incoming').getByTestId('open-referral');
		await expect(line).toContainText(`From ${BWERA}`);
		await expect(line).toContainText('Anaemia, large spleen');
		await look(ben, 'incoming');
		await line.getByRole('link').click();
		atKatwe = await Chart.opened(ben, 'Mbabazi');
		await expect(referral(atKatwe)).toContainText('Sent with it: Laboratory report: Full blood count');
		await referral(atKatwe).getByRole('button', { name: 'Accept: Ultrasound' }).click();
		await expect(referral(atKatwe)).toHaveAttribute('data-state', 'accepted');
		await referral(atKatwe).getByRole('button', { name: 'The person has arrived: Ultrasound' }).click();
		await expect(referral(atKatwe)).toHaveAttribute('data-state', 'arrived');
		await referral(atKatwe).getByRole('button', { name: 'Answer referral: Ultrasound' }).click();
		const form = ben.page.getByRole('form', { name: 'Answer referral' });
		await form.getByLabel('Answer to who referred').fill('Spleen 16 cm. Treat malaria, repeat in four weeks.');
		await atKatwe.save(form);
		await expect(referral(atKatwe)).toHaveAttribute('data-state', 'answered');
		await look(ben, 'answered');
		// the result of the other clinic is here too, with whose it is
		await atKatwe.show('Laboratory');
		await expect(order(atKatwe).getByTestId('result').filter({ hasText: 'Haemoglobin' })).toContainText(`At ${BWERA}`);
		await allIsAtTheHub(ben);
	});

	test('the answer is read where it was asked for, and the loop is closed', async () => {
		await atBwera.show('Care');
		await expect(referral(atBwera)).toHaveAttribute('data-state', 'answered', { timeout: 90_000 });
		await expect(referral(atBwera).getByTestId('answer')).toContainText('Spleen 16 cm.');
		await expect(referral(atBwera)).toContainText('Ben Okello');
		await referral(atBwera).getByRole('button', { name: /close referral/u }).click();
		await expect(referral(atBwera)).toHaveAttribute('data-state', 'closed');
		await amina.goTo('Patients');
		await expect(amina.page.getByTestId('orders-link')).toHaveCount(0, { timeout: 30_000 });
	});

	test('a note names its diagnosis, and says who amended it', async () => {
		atBwera = await openChart(amina, 'Grace Mbabazi');
		await atBwera.writeNote({ text: 'Tired for a month.' });
		await amina.page.getByTestId('entry').filter({ hasText: 'Tired for a month.' }).getByRole('button', { name: /^Change/u }).click();
		const form = amina.page.getByRole('form');
		await form.getByLabel('Another diagnosis').fill('Anaemia');
		await atBwera.save(form);
		const note = amina.page.getByTestId('entry').filter({ hasText: 'Tired for a month.' });
		await expect(note).toContainText('Anaemia');
		await expect(note.getByTestId('note-trail').getByRole('listitem')).toHaveCount(2);
	});

	test('every screen is accessible', () => expect(found).toEqual([]));
});
