/**
 * A child under five at a clinic without a line: the visit by form, its z-scores, the growth chart, what is due, a lead's own form, and all
 * of it at the hub afterwards.
 */
import { expect, test } from '@playwright/test';
import { inspect } from './inspection.ts';
import { Office } from './office.ts';
import type { Chart } from './pages/chart.ts';
import { fillDate, register, type NewPatient } from './pages/patients.ts';
import { Person } from './pages/person.ts';
import { picture } from './pages/screens.ts';
import { allIsAtTheHub, pill } from './pages/sync.ts';

const STORY = 'forms';
const two = (n: number): string => String(n).padStart(2, '0');
/** about 14 months old, whenever the test runs */
const born = new Date(Date.now() - 426 * 86_400_000);
const joseph: NewPatient = { family: 'Okello', given: 'Joseph', born: [String(born.getDate()), String(born.getMonth() + 1), String(born.getFullYear())], sex: 'Male', village: 'Bwera' };

test.describe.configure({ mode: 'serial' });
test.describe('a visit by form', () => {
	let office: Office;
	let amina: Person;
	let chart: Chart;
	const found: string[] = [];
	const look = async (screen: string): Promise<void> => {
		await picture(amina.page, STORY, screen);
		found.push(...(await inspect(amina.page, screen)));
	};

	test.beforeAll(async () => {
		office = await Office.found({ organization: 'Rwenzori Health', region: 'Kasese District', owner: 'Olive Namara' });
		amina = new Person('Amina Kato', office.hub.url);
		await office.join(amina, [{ site: await office.addClinic('Bwera Health Post'), role: 'lead' }]);
	});
	test.afterAll(async () => {
		await amina.remove();
		await office.close();
	});

	test('a child\'s chart shows what is due, offline', async () => {
		chart = await register(amina, joseph);
		await allIsAtTheHub(amina);
		await office.hub.stop();
		await expect(pill(amina)).toHaveAttribute('data-line', 'offline', { timeout: 60_000 });
		await expect(amina.page.getByTestId('due')).toContainText('BCG, dose 1');
		await chart.show('Vaccines');
		await expect(amina.page.getByTestId('immunization-grid').getByText('Overdue').first()).toBeVisible();
		await look('schedule');
	});

	test('the form asks what belongs to the child, and shows z-scores and advice as it is filled', async () => {
		await chart.show('Summary');
		await amina.page.getByTestId('due').getByRole('button', { name: 'Under-5 visit' }).click();
		const form = amina.page.getByRole('form', { name: 'Under-5 visit' });
		await form.getByRole('button', { name: 'Save', exact: true }).click();
		await expect(form.getByRole('alert')).toContainText('Choose an answer: Not able to drink or breastfeed');
		for (const sign of ['Not able to drink', 'Vomits everything', 'Convulsions', 'Lethargic']) await form.getByRole('group', { name: new RegExp(sign, 'u') }).getByRole('radio', { name: 'No' }).check();
		await form.getByLabel(/^Weight/u).fill('7.9');
		await form.getByLabel(/^Length/u).fill('75');
		await form.getByRole('radio', { name: 'Standing' }).check();
		await form.getByLabel(/^Mid-upper/u).fill('121');
		await expect(form.getByTestId('calculated').filter({ hasText: 'Weight-for-length' })).toContainText('below -2, wasted');
		await expect(form).toContainText('Moderate wasting');
		await form.getByRole('button', { name: 'Use this date' }).click();
		await look('form');
		await chart.save(form);
	});

	test('what was found stands in the chart, with the growth chart and its table', async () => {
		await chart.show('Vitals');
		const growth = amina.page.getByTestId('growth-weight-for-age');
		await expect(growth.getByTestId('z-score')).toContainText('z-score −2.');
		await expect(growth).toContainText('below -2, underweight');
		await growth.getByText('The same as a table').click();
		await expect(growth.getByRole('cell', { name: '7.9 kg' })).toBeVisible();
		await amina.page.getByRole('button', { name: 'Length/height-for-age', exact: true }).click();
		await expect(amina.page.getByTestId('growth-length-for-age')).toContainText('0.7 cm were added');
		await look('growth');
		await chart.show('Summary');
		await expect(amina.page.getByText('Encounter: 1')).toBeVisible();
	});

	test('vaccines of one visit settle what was due', async () => {
		await amina.page.getByTestId('due').getByRole('button', { name: 'Immunization visit' }).click();
		const form = amina.page.getByRole('form', { name: 'Immunization visit' });
		for (const question of ['Severe reaction', 'So ill today']) await form.getByRole('group', { name: new RegExp(question, 'u') }).getByRole('radio', { name: 'No' }).check();
		await form.getByLabel('Vaccine', { exact: true }).selectOption({ label: 'BCG' });
		await form.getByRole('button', { name: 'Add another: Vaccine' }).click();
		await form.getByLabel('Vaccine', { exact: true }).nth(1).selectOption({ label: 'OPV' });
		await chart.save(form);
		await expect(amina.page.getByTestId('due')).not.toContainText('BCG, dose 1');
		await chart.show('Vaccines');
		await expect(amina.page.getByTestId('immunization-grid').locator('[data-state=given]')).toHaveCount(2);
	});

	test('a visit of yesterday is recorded as of yesterday', async () => {
		await chart.show('Summary');
		await amina.page.getByTestId('due').getByRole('button', { name: 'Under-5 visit' }).click();
		const form = amina.page.getByRole('form', { name: 'Under-5 visit' });
		for (const sign of ['Not able to drink', 'Vomits everything', 'Convulsions', 'Lethargic']) await form.getByRole('group', { name: new RegExp(sign, 'u') }).getByRole('radio', { name: 'No' }).check();
		const day = new Date(Date.now() - 86_400_000);
		await form.getByRole('button', { name: 'It was earlier' }).click();
		await fillDate(form.getByRole('group', { name: 'Date of the visit' }), [String(day.getDate()), String(day.getMonth() + 1), String(day.getFullYear())]);
		await form.getByLabel(/^Weight/u).fill('7.8');
		await chart.save(form);
		await chart.show('Vitals');
		await amina.page.getByTestId('growth-weight-for-age').getByText('The same as a table').click();
		await expect(amina.page.getByRole('row', { name: new RegExp(`${two(day.getDate())}-.*7\\.8 kg`, 'u') })).toBeVisible();
	});

	test('a lead copies a form and adds a question, which is asked from then on', async () => {
		await chart.show('Summary');
		await amina.page.getByText('Other forms').click();
		await amina.page.getByRole('link', { name: 'Forms of this site' }).click();
		await amina.page.getByTestId('form-row').filter({ hasText: 'Under-5 visit' }).getByRole('button', { name: 'Copy and change' }).click();
		await amina.page.getByRole('textbox', { name: 'Question' }).fill('Sleeps under a net');
		await amina.page.getByLabel('At the end of').selectOption({ label: 'Illness today' });
		await amina.page.getByRole('button', { name: 'Add a question' }).click();
		await look('editor');
		await amina.page.getByRole('button', { name: 'Save form' }).click();
		await expect(amina.page.getByTestId('saved')).toContainText('Saved on this device');
		await expect(amina.page.getByTestId('form-row').filter({ hasText: 'Replaced by a form of this site' })).toHaveCount(1);
		await look('forms');
	});

	test('all of it reaches the hub when the line is back', async () => {
		await office.hub.start();
		await allIsAtTheHub(amina);
		expect(found).toEqual([]);
	});
});
