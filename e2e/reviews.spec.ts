/**
 * What no rule may decide, from the two edits to the decision: two nurses, offline, change the same order and the same birth date; both values
 * are kept; one decides and the other is told and may restore; two who decide differently meet again; and nothing of it leaves the history.
 */
import { expect, test } from '@playwright/test';
import { inspect, reach } from './inspection.ts';
import { Office } from './office.ts';
import type { Chart } from './pages/chart.ts';
import { fillDate, openChart, register, type NewPatient } from './pages/patients.ts';
import { Person } from './pages/person.ts';
import { letterOf, openItem, row, showList, use, version } from './pages/review.ts';
import { picture } from './pages/screens.ts';
import { allIsAtTheHub, pill } from './pages/sync.ts';

const STORY = 'reviews';
const BWERA = 'Bwera Health Post';
const KATWE = 'Katwe Clinic';
const grace: NewPatient = { family: 'Mbabazi', given: 'Grace', born: ['4', '3', '1991'], sex: 'Female', village: 'Bwera' };
const peter: NewPatient = { family: 'Tumusiime', given: 'Peter', born: ['20', '11', '1975'], sex: 'Male', village: 'Mpondwe' };

test.describe.configure({ mode: 'serial' });
test.describe('reviews', () => {
	let office: Office;
	let amina: Person;
	let ben: Person;
	let chart: Chart;
	let bensChart: Chart;
	const found: string[] = [];
	const look = async (person: Person, screen: string): Promise<void> => void found.push(...(await inspect(person.page, screen)));

	const offline = async (): Promise<void> => {
		for (const nurse of [amina, ben]) await allIsAtTheHub(nurse);
		await office.hub.stop();
		for (const nurse of [amina, ben]) await expect(pill(nurse)).toHaveAttribute('data-line', 'offline', { timeout: 60_000 });
	};
	const online = async (): Promise<void> => {
		await office.hub.start();
		for (const nurse of [amina, ben]) await allIsAtTheHub(nurse);
	};

	test.beforeAll(async () => {
		office = await Office.found({ organization: 'Rwenzori Health', region: 'Kasese District', owner: 'Olive Namara' });
		amina = new Person('Amina Kato', office.hub.url);
		ben = new Person('Ben Okello', office.hub.url);
		const [bwera, katwe] = [await office.addClinic(BWERA), await office.addClinic(KATWE)];
		await office.join(amina, [{ site: bwera, role: 'lead' }]);
		await office.join(ben, [{ site: katwe, role: 'clinician' }, { site: bwera, role: 'clinician' }]);
		await ben.workAt(KATWE);
	});
	test.afterAll(async () => {
		await amina.remove();
		await ben.remove();
		await office.close();
	});

	test('two nurses change the same order and the same birth date, each without a line', async () => {
		chart = await register(amina, grace);
		await chart.prescribe({ drug: 'paracetamol', dose: '500' });
		await allIsAtTheHub(amina);
		await expect(async () => {
			bensChart = await openChart(ben, 'Grace Mbabazi', BWERA);
			await bensChart.show('Medicines');
			await expect(bensChart.entries.filter({ hasText: 'paracetamol' })).toBeVisible({ timeout: 3_000 });
		}).toPass({ timeout: 60_000 });
		await offline();
		await chart.changeDose('paracetamol', '250');
		await chart.correctBirthDate(['14', '3', '1991']);
		await bensChart.changeDose('paracetamol', '750');
		await bensChart.correctBirthDate(['4', '5', '1991']);
		await online();
	});

	test('both find both questions, the gravest first, with what was there before', async () => {
		for (const nurse of [amina, ben]) {
			await expect(async () => {
				await showList(nurse);
				await expect(row(nurse, 'paracetamol')).toBeVisible({ timeout: 3_000 });
				await expect(row(nurse, 'Date of birth')).toBeVisible({ timeout: 3_000 });
			}).toPass({ timeout: 90_000 });
			await expect(nurse.page.getByTestId('review-count')).toHaveText('2');
		}
		await look(amina, 'work list');
		await picture(amina.page, STORY, 'work-list');
		await openItem(amina, 'paracetamol');
		await expect(version(amina, 'A')).toContainText('250 mg');
		await expect(version(amina, 'A')).toContainText(`Amina Kato, ${BWERA}`);
		await expect(version(amina, 'B')).toContainText('750 mg');
		await expect(amina.page.getByRole('region', { name: 'Before the two changes' })).toContainText('500 mg');
		await look(amina, 'conflict of an order');
		await picture(amina.page, STORY, 'conflict');
	});

	test('one decides, with a reason; the other is told, and restores in one tap', async () => {
		await use(amina, await letterOf(amina, '250 mg'), 'She weighs 19 kg');
		await allIsAtTheHub(amina);
		await expect(row(amina, 'paracetamol')).toHaveCount(0);
		await ben.goTo('Patients');
		await expect(ben.page.getByTestId('notices-badge')).toBeVisible({ timeout: 60_000 });
		await look(ben, 'patients with a notice');
		await ben.page.getByTestId('notices-badge').click();
		const told = ben.page.getByTestId('notice').filter({ hasText: '750 mg' });
		await expect(told).toContainText('250 mg');
		await expect(told).toContainText('She weighs 19 kg');
		await look(ben, 'notices');
		await picture(ben.page, STORY, 'notice');
		await told.getByRole('button', { name: 'Use mine again' }).click();
		await expect(ben.page.getByTestId('saved')).toContainText('Saved on this device');
		await expect(told).toHaveCount(0);
		await allIsAtTheHub(ben);
		await chart.page.bringToFront();
		await expect(async () => {
			chart = await openChart(amina, 'Grace Mbabazi');
			await chart.show('Medicines');
			await expect(chart.entries.filter({ hasText: 'paracetamol' })).toContainText('750 mg', { timeout: 3_000 });
		}).toPass({ timeout: 60_000 });
	});

	test('the other of two disputed values, left in the ordinary form, is not taken for no change: it says that this must be decided', async () => {
		chart = await openChart(amina, 'Grace Mbabazi');
		const form = await chart.start('Summary', 'Correct personal details');
		const born = form.getByRole('group', { name: 'Date of birth' });
		// the two say 14 March and 4 May: whichever leads, this is the other
		const leads = await born.getByLabel('Month').inputValue();
		await fillDate(born, Number(leads) === 3 ? ['4', '5', '1991'] : ['14', '3', '1991']);
		await form.getByRole('button', { name: 'Save', exact: true }).click();
		await expect(form.getByRole('alert').first()).toContainText('must be decided first');
		await look(amina, 'a form over a disputed value');
		await form.getByRole('button', { name: 'Leave without saving' }).click();
	});

	test('two who decide differently meet again: the question is open, and says so', async () => {
		await openItem(amina, 'Date of birth');
		await openItem(ben, 'Date of birth');
		await offline();
		await use(amina, await letterOf(amina, '14-Mar-1991'));
		await use(ben, await letterOf(ben, '04-May-1991'));
		await online();
		for (const nurse of [amina, ben]) {
			const item = await openItem(nurse, 'Open again');
			await expect(item).toContainText('Decided before, and open again');
			await expect(item).toContainText('14-Mar-1991');
			await expect(item).toContainText('04-May-1991');
		}
		await look(amina, 'open again');
		await picture(amina.page, STORY, 'open-again');
	});

	test('a decision on what has moved meanwhile is asked again', async () => {
		await use(ben, await letterOf(ben, '04-May-1991'));
		await allIsAtTheHub(ben);
		// Amina still has the question on screen as it was
		await amina.page.getByRole('button', { name: /^Use [AB]$/u }).first().click();
		await amina.page.getByTestId('confirm').getByRole('button', { name: /^Use/u }).click();
		await expect(amina.page.getByText(/arrived meanwhile|already resolved/u).first()).toBeVisible();
	});

	test('with the keyboard alone: from the list to a decision', async () => {
		await offline();
		await chart.page.bringToFront();
		chart = await openChart(amina, 'Grace Mbabazi');
		await chart.changeDose('paracetamol', '300');
		bensChart = await openChart(ben, 'Grace Mbabazi', BWERA);
		await bensChart.changeDose('paracetamol', '400');
		await online();
		await expect(async () => {
			await showList(amina);
			await expect(row(amina, 'paracetamol')).toBeVisible({ timeout: 3_000 });
		}).toPass({ timeout: 60_000 });
		const { page } = amina;
		await page.keyboard.press('j');
		await expect(row(amina, 'paracetamol')).toBeFocused();
		await page.keyboard.press('Enter');
		const mine = await letterOf(amina, '300 mg');
		await reach(page, page.getByRole('button', { name: `Use ${mine}`, exact: true }));
		await page.keyboard.press('Enter');
		await reach(page, page.getByTestId('confirm').getByRole('button', { name: `Use ${mine}`, exact: true }));
		await page.keyboard.press('Enter');
		await expect(page.getByTestId('saved')).toContainText('saved on this device');
		await expect(row(amina, 'paracetamol')).toHaveCount(0);
	});

	test('the history has every value, with its author, and says which is shown', async () => {
		chart = await openChart(amina, 'Grace Mbabazi');
		await chart.history('Medicines', 'paracetamol');
		const steps = amina.page.locator('[data-testid="history-group"][data-group="medication"]').getByTestId('history-step');
		for (const dose of ['500 mg', '250 mg', '750 mg', '300 mg', '400 mg']) await expect(steps.filter({ hasText: dose }).first()).toBeVisible();
		await expect(steps.filter({ hasText: 'She weighs 19 kg' })).toHaveCount(1);
		await expect(steps.first()).toContainText('Shown now');
		await expect(steps.first()).toContainText('300 mg');
		await look(amina, 'history');
		await picture(amina.page, STORY, 'history');
	});

	test('entries that do not fit together: an answer closes the item, and a change of an entry opens it again', async () => {
		chart = await openChart(amina, 'Grace Mbabazi');
		await chart.addAllergy({ substance: 'Penicillin' });
		const order = await chart.fillPrescription({ drug: 'amoxicillin', dose: '500' });
		await order.getByRole('button', { name: 'Save', exact: true }).click();
		await chart.prescribeAnyway('Tolerated last year');
		await chart.stored(order);
		const item = await openItem(amina, /penicillin/iu);
		await expect(item.getByRole('heading', { name: 'Rests on' })).toBeVisible();
		await look(amina, 'discrepancy');
		await picture(amina.page, STORY, 'discrepancy');
		await item.getByRole('radio', { name: /Known and accepted/u }).check();
		await item.getByRole('button', { name: 'Save answer' }).click();
		await expect(item.getByRole('alert')).toContainText('Say why it is accepted');
		await item.getByLabel('Note for colleagues').fill('Tolerated twice');
		await item.getByRole('button', { name: 'Save answer' }).click();
		await expect(amina.page.getByTestId('saved')).toContainText('saved on this device');
		await expect(row(amina, /penicillin/iu)).toHaveCount(0);
		chart = await openChart(amina, 'Grace Mbabazi');
		await chart.changeDose('amoxicillin', '250');
		const again = await openItem(amina, /penicillin/iu);
		await expect(again.getByTestId('lapsed')).toContainText('Tolerated twice');
	});

	test('the same conflict is decided from the chart, and what belongs to another patient is moved there', async () => {
		await register(amina, peter);
		chart = await openChart(amina, 'Grace Mbabazi');
		await chart.addProblem({ name: 'Asthma' });
		const dialog = await chart.startMoving('Problems', 'Asthma', 'Tumusiime');
		await look(amina, 'belongs to another patient');
		await picture(amina.page, STORY, 'belongs-to-another-patient');
		await dialog.getByLabel('Reason').fill('Wrong chart was open');
		await dialog.getByRole('button', { name: /^Move to .*Tumusiime/iu }).click();
		await expect(amina.page.getByTestId('saved')).toContainText('Moved 1 entry');
		await expect(chart.page.getByText('Show 1 entry recorded in error')).toBeVisible();
		const right = await openChart(amina, 'Peter Tumusiime');
		await right.show('Problems');
		await expect(right.entries.filter({ hasText: 'Asthma' })).toContainText('Moved here');
		await picture(amina.page, STORY, 'moved');
	});

	test('every new screen is accessible on a small phone', () => expect(found).toEqual([]));
});
