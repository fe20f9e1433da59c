/**
 * A day's list at a clinic without a line: an overdue child's family is called, an appointment made and moved, a task finished, a message left; the
 * colleague has all of it after the next exchange. A lead's schedule changes who is on the list.
 */
import { expect, test, type Locator } from '@playwright/test';
import { inspect } from './inspection.ts';
import { Office } from './office.ts';
import { openChart, register, type NewPatient } from './pages/patients.ts';
import { Person } from './pages/person.ts';
import { picture } from './pages/screens.ts';
import { allIsAtTheHub, pill } from './pages/sync.ts';

const STORY = 'day';
const DAY_MS = 86_400_000;
const daysAgo = (days: number): readonly [string, string, string] => {
	const at = new Date(Date.now() - days * DAY_MS);
	return [String(at.getDate()), String(at.getMonth() + 1), String(at.getFullYear())];
};
const dated = (days: number): string => {
	const at = new Date(Date.now() + days * DAY_MS);
	const month = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][at.getMonth()] ?? '';
	return `${String(at.getDate()).padStart(2, '0')}-${month}-${at.getFullYear()}`;
};
const joseph: NewPatient = { family: 'Okello', given: 'Joseph', born: daysAgo(200), sex: 'Male', village: 'Bwera', phone: '0772 123 456' };
const mary: NewPatient = { family: 'Okello', given: 'Mary', born: daysAgo(240), sex: 'Female', village: 'Bwera', phone: '0772 123 456' };

test.describe.configure({ mode: 'serial' });
test.describe('a day\'s list', () => {
	let office: Office;
	let amina: Person;
	let ben: Person;
	const found: string[] = [];
	const look = async (person: Person, screen: string): Promise<void> => {
		await picture(person.page, STORY, screen);
		found.push(...(await inspect(person.page, screen)));
	};
	const part = (person: Person, id: 'tasks' | 'expected' | 'overdue'): Locator => person.page.getByTestId('today').getByTestId(id);
	const home = async (person: Person): Promise<void> => {
		await person.goTo('Patients');
		await expect(person.page.getByTestId('today')).toHaveAttribute('data-unread', '0');
	};
	/** the whole label is what a finger meets */
	const list = (person: Person, name: string): Locator => person.page.locator('label').filter({ hasText: name });
	const form = (person: Person, name: string): Locator => person.page.getByRole('form', { name });

	test.beforeAll(async () => {
		office = await Office.found({ organization: 'Rwenzori Health', region: 'Kasese District', owner: 'Olive Namara' });
		const clinic = await office.addClinic('Bwera Health Post');
		amina = new Person('Amina Kato', office.hub.url);
		ben = new Person('Ben Mugisha', office.hub.url);
		await office.join(amina, [{ site: clinic, role: 'lead' }]);
		await office.join(ben, [{ site: clinic, role: 'clinician' }]);
		await register(amina, joseph);
		await register(amina, mary);
		await allIsAtTheHub(amina);
		await expect(async () => {
			await home(ben);
			await expect(part(ben, 'overdue')).toContainText('Joseph', { timeout: 2_000 });
		}).toPass({ timeout: 60_000 });
		await office.hub.stop();
		for (const person of [amina, ben]) await expect(pill(person)).toHaveAttribute('data-line', 'offline', { timeout: 60_000 });
	});
	test.afterAll(async () => {
		await amina.remove();
		await ben.remove();
		await office.close();
	});

	test('the first screen says who is overdue, with telephone and village', async () => {
		await home(amina);
		const row = part(amina, 'overdue').getByTestId('follow-row').filter({ hasText: 'Joseph' });
		await expect(row).toContainText('days overdue');
		await expect(row).toContainText('Bwera');
		await expect(row.getByRole('link', { name: /^Call/u })).toHaveAttribute('href', 'tel:0772123456');
		await look(amina, 'home');
	});

	test('a call is recorded, and the child leaves the list of those to be called', async () => {
		await part(amina, 'overdue').getByRole('link', { name: /To be called/u }).click();
		await look(amina, 'follow-up');
		await amina.page.getByRole('button', { name: /^Record call: .*Joseph/u }).click();
		const call = form(amina, 'What came of the call');
		await call.getByRole('button', { name: 'Save call' }).click();
		await expect(call.getByRole('alert')).toContainText('Choose what came of the call');
		await call.getByRole('radio', { name: 'Agreed to visit' }).check();
		await call.getByRole('radio', { name: /^Tomorrow/u }).check();
		await picture(amina.page, STORY, 'call');
		found.push(...(await inspect(amina.page, 'call')));
		await call.getByRole('button', { name: 'Save call' }).click();
		await expect(amina.page.getByTestId('saved')).toContainText('Saved on this device');
		await expect(amina.page.getByTestId('follow-row').filter({ hasText: 'Joseph' })).toHaveCount(0);
		await list(amina, 'Agreed to come').click();
		await expect(amina.page.getByTestId('follow-row').filter({ hasText: 'Joseph' })).toContainText('Agreed to visit');
	});

	test('the appointment that was agreed stands in the calendar and is moved in one tap', async () => {
		await home(amina);
		await amina.page.getByRole('link', { name: 'Calendar' }).click();
		await amina.page.getByTestId('calendar-day').filter({ hasText: dated(1) }).click();
		const row = amina.page.getByTestId('appointment-row').filter({ hasText: 'Joseph' });
		await expect(row).toContainText('Agreed');
		await look(amina, 'calendar');
		await row.getByRole('button', { name: /^Move to In 1 week/u }).click();
		await expect(amina.page.getByTestId('saved')).toContainText(`Moved to ${dated(7)}`);
		await expect(row).toHaveCount(0);
		await amina.page.getByRole('button', { name: 'Later' }).click();
		await expect(amina.page.getByTestId('appointment-row').filter({ hasText: 'Joseph' })).toBeVisible();
	});

	test('an appointment is made in a chart, with a time', async () => {
		await openChart(amina, 'Mary Okello');
		await amina.page.getByTestId('work-card').getByRole('button', { name: 'Make an appointment' }).click();
		const made = form(amina, 'Make an appointment');
		await made.getByRole('radio', { name: /^In 1 week/u }).check();
		await made.getByLabel('Time').fill('9:3');
		await made.getByLabel('What for').fill('Weighing');
		await made.getByRole('button', { name: 'Save', exact: true }).click();
		await expect(made.getByRole('alert')).toContainText('Enter a time');
		await made.getByLabel('Time').fill('9:30');
		await look(amina, 'appointment');
		await made.getByRole('button', { name: 'Save', exact: true }).click();
		await expect(amina.page.getByTestId('appointment-row')).toContainText('09:30');
	});

	test('a task is added, stands on the first screen, and finished it is gone; the household is shown', async () => {
		await amina.page.getByTestId('work-card').getByRole('button', { name: 'Add task' }).click();
		const added = form(amina, 'Add task');
		await added.getByLabel('What is to be done').fill('Bring the child health card');
		await added.getByRole('radio', { name: /^Today/u }).check();
		await added.getByRole('button', { name: 'Save', exact: true }).click();
		await expect(amina.page.getByTestId('task-row')).toContainText('Due today');
		await (await openChart(amina, 'Joseph Okello')).page.getByTestId('work-card').getByRole('button', { name: 'Add task' }).click();
		await added.getByLabel('What is to be done').fill('Ask for the old card');
		await added.getByRole('button', { name: 'Save', exact: true }).click();
		await expect(amina.page.getByTestId('task-row')).toContainText('No day');
		await home(amina);
		await expect(part(amina, 'tasks').getByTestId('task-row')).toHaveCount(2);
		await part(amina, 'tasks').getByRole('link', { name: /Tasks/u }).click();
		await amina.page.getByRole('button', { name: /^Done: Bring the child health card/u }).click();
		await expect(amina.page.getByTestId('saved')).toContainText('Done: Bring the child health card');
		await expect(amina.page.getByTestId('household')).toContainText('Ask for the old card');
		await expect(amina.page.getByTestId('virtual-list').getByTestId('task-row')).toHaveCount(1);
		await look(amina, 'tasks');
	});

	test('a message is left for the colleague in the chart', async () => {
		await openChart(amina, 'Joseph Okello');
		await amina.page.getByTestId('work-card').getByRole('button', { name: 'Write a message' }).click();
		const message = form(amina, 'Write a message');
		await message.getByLabel('To', { exact: true }).selectOption({ label: 'Ben Mugisha' });
		await message.getByLabel('Message', { exact: true }).fill('Look at the scar on his left arm: was BCG given?');
		await message.getByRole('button', { name: 'Save message' }).click();
		await expect(amina.page.getByTestId('message-row')).toContainText('Amina Kato to Ben Mugisha');
		await look(amina, 'chart');
	});

	test('the colleague has it after the exchange: the message unread, the call, the appointments', async () => {
		await office.hub.start();
		await allIsAtTheHub(amina);
		await expect(async () => {
			await ben.page.reload();
			await ben.unlock();
			await expect(ben.page.getByTestId('new-messages')).toBeVisible({ timeout: 5_000 });
		}).toPass({ timeout: 90_000 });
		await ben.page.getByTestId('new-messages').click();
		const row = ben.page.getByTestId('message-row');
		await expect(row).toContainText('was BCG given?');
		await expect(row).toContainText('Unread');
		await look(ben, 'inbox');
		await row.getByRole('button', { name: /^Reply to Amina Kato/u }).click();
		const reply = form(ben, 'Write a message');
		await expect(reply.getByLabel('To', { exact: true })).toHaveValue(/./u);
		await reply.getByLabel('Message', { exact: true }).fill('There is a scar.');
		await reply.getByRole('button', { name: 'Save message' }).click();
		await expect(row.filter({ hasText: 'was BCG given?' })).not.toContainText('Unread');
		await home(ben);
		await expect(ben.page.getByTestId('new-messages')).toHaveCount(0);
		await expect(part(ben, 'overdue')).not.toContainText('Joseph');
		await expect(part(ben, 'overdue')).not.toContainText('Mary');
	});

	test('a lead changes the schedule, and the list follows', async () => {
		await home(amina);
		await amina.page.getByRole('link', { name: 'Follow-up lists' }).click();
		await list(amina, 'Agreed to come').click();
		await expect(amina.page.getByTestId('follow-row')).toHaveCount(2);
		await home(amina);
		await amina.page.getByRole('link', { name: 'Schedules' }).click();
		await look(amina, 'schedules');
		await amina.page.getByRole('button', { name: 'Change: Immunization' }).click();
		const editor = form(amina, 'Immunization');
		const vaccines = editor.getByTestId('series');
		while ((await vaccines.count()) > 1) {
			await vaccines.first().getByRole('button', { name: /^Change/u }).click();
			await vaccines.first().getByRole('button', { name: /^Remove [A-Z]\w*/u }).last().click();
		}
		await expect(vaccines).toHaveCount(1);
		await look(amina, 'schedule-editor');
		await editor.getByRole('button', { name: 'Save schedule' }).click();
		await expect(amina.page.getByTestId('saved')).toContainText('Saved on this device');
		await expect(amina.page.getByTestId('schedule-row').filter({ hasText: 'Of this site' })).toContainText('In use');
		// of all vaccines only that for girls of nine is left
		await home(amina);
		await amina.page.getByRole('link', { name: 'Follow-up lists' }).click();
		await list(amina, 'Agreed to come').click();
		await expect(amina.page.getByTestId('follow-row')).toHaveCount(0);
		expect(found).toEqual([]);
	});
});
