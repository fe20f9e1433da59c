/**
 * attack 49, in a real browser: whatever locks the app ends the worker that held the keys, in every tab at once; what was not sent yet is kept, and is
 * sent while nobody is unlocked.
 */
import { expect, test, type Page, type Worker } from '@playwright/test';
import { must, Office } from './office.ts';
import { register } from './pages/patients.ts';
import { Person } from './pages/person.ts';
import { pill } from './pages/sync.ts';
import type { Id } from '../sync/change/change.ts';

const isDevice = (worker: Worker): boolean => /device\.worker/u.test(worker.url());

/** The worker that holds this tab's keys, and whether it has been ended. */
function keyHolder(page: Page): { readonly ended: () => boolean } {
	const workers = page.workers().filter(isDevice);
	expect(workers).toHaveLength(1);
	let ended = false;
	workers[0]?.on('close', () => (ended = true));
	return { ended: () => ended };
}

/** The page is hidden, as it is while the camera or a call is in front of it. */
const hide = (page: Page, hidden: boolean): Promise<void> => page.evaluate((isHidden) => {
	Object.defineProperty(document, 'visibilityState', { value: isHidden ? 'hidden' : 'visible', configurable: true });
	document.dispatchEvent(new Event('visibilitychange'));
}, hidden);

test.describe.configure({ mode: 'serial' });
test.describe('attack 49: auto-lock', () => {
	let office: Office;
	let nurse: Person;
	let site: Id;
	test.beforeAll(async () => {
		office = await Office.found({ organization: 'Locks', region: 'Region', owner: 'Olive Namara' });
		site = await office.addClinic('Clinic');
		nurse = new Person('Amina Kato', office.hub.url, { serviceWorkers: 'block' });
		await office.join(nurse, [{ site, role: 'clinician' }]);
	});
	test.afterAll(async () => {
		await nurse.remove();
		await office.close();
	});

	const isLocked = (page: Page) => expect(page.getByRole('heading', { name: 'Unlock' })).toBeVisible();

	test('idle, shown or hidden, locks after a quarter of an hour, and ends the worker with the keys', async () => {
		await nurse.page.clock.install();
		await nurse.open();
		await nurse.unlock();
		await nurse.page.clock.runFor('14:00');
		await expect(nurse.page.getByTestId('user-name')).toBeVisible();
		await nurse.page.keyboard.press('Shift');
		await hide(nurse.page, true);
		const holder = keyHolder(nurse.page);
		await nurse.page.clock.runFor('14:30');
		await expect(nurse.page.getByTestId('user-name')).toBeAttached();
		expect(holder.ended()).toBe(false);
		await nurse.page.clock.runFor('01:00');
		await isLocked(nurse.page);
		await expect.poll(holder.ended).toBe(true);
		await hide(nurse.page, false);
	});

	test('a call or the camera of some minutes does not lock; a sleep does, before anything is shown again', async () => {
		await nurse.unlock();
		await hide(nurse.page, true);
		await nurse.page.clock.fastForward('04:00');
		await hide(nurse.page, false);
		await expect(nurse.page.getByTestId('user-name')).toBeVisible();
		const holder = keyHolder(nurse.page);
		await nurse.page.clock.fastForward('06:00');
		await isLocked(nurse.page);
		await expect.poll(holder.ended).toBe(true);
	});

	test('what was not sent is kept, and sent while locked', async () => {
		await nurse.unlock();
		// with no service worker in this profile, the screens come from the hub when first shown
		await register(nurse, { family: 'Okello', given: 'Ben', born: ['4', '3', '1981'], sex: 'Male' });
		await office.hub.stop();
		await expect(pill(nurse)).toHaveAttribute('data-line', 'offline', { timeout: 60_000 });
		await register(nurse, { family: 'Mbabazi', given: 'Grace', born: ['4', '3', '1991'], sex: 'Female' });
		const holder = keyHolder(nurse.page);
		await nurse.lock();
		await expect.poll(holder.ended).toBe(true);
		await office.hub.start();
		await expect(async () => {
			await office.owner.syncNow();
			expect((await must(office.owner.search({ query: 'Mbabazi', site: null, limit: 5 }))).map(({ name }) => name)).toHaveLength(1);
		}).toPass({ timeout: 120_000 });
		await isLocked(nurse.page);
	});

	test('locking in one tab locks all of them, and no question is answered there any more', async () => {
		await nurse.unlock();
		const other = await nurse.inAnotherTab();
		const holders = [keyHolder(nurse.page), keyHolder(other.page)];
		await other.lock();
		await isLocked(nurse.page);
		for (const holder of holders) await expect.poll(holder.ended).toBe(true);
		await expect(nurse.page.getByText('Mbabazi')).toHaveCount(0);
		await other.closeTab();
		await nurse.turnTo();
		await nurse.unlock();
	});
});
