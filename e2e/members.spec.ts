/**
 * Members, devices and keys as people meet them: two nurses on one tablet, a newcomer where there is no internet, a device that is lost, what exists only on a
 * tablet, the kit in the safe, and the log of who looked.
 */
import { readFileSync } from 'node:fs';
import { expect, test, type Locator } from '@playwright/test';
import type { Id } from '../sync/change/change.ts';
import type { Device } from '../sync/device/device.ts';
import { inspect } from './inspection.ts';
import { must, Office } from './office.ts';
import { register } from './pages/patients.ts';
import { PASSPHRASE, Person } from './pages/person.ts';
import { picture } from './pages/screens.ts';
import { allIsAtTheHub, pill } from './pages/sync.ts';
import { comparisonCode, isAdmitted } from './pages/team.ts';

const STORY = 'members';
const BWERA = 'Bwera Health Post';
const PIN = '271828';

test.describe.configure({ mode: 'serial' });
test.describe('members, devices and keys', () => {
	let office: Office;
	let bwera: Id;
	let amina: Person;
	let colleague: Device;
	const found: string[] = [];
	const look = async (person: Person, screen: string): Promise<void> => void found.push(...(await inspect(person.page, screen)));

	test.beforeAll(async () => {
		office = await Office.found({ organization: 'Rwenzori Health', region: 'Kasese District', owner: 'Olive Namara' });
		bwera = await office.addClinic(BWERA);
		amina = new Person('Amina Kato', office.hub.url);
		await office.join(amina, [{ site: bwera, role: 'lead' }]);
		await office.joinHeadless('John Masika', [{ site: bwera, role: 'clinician' }]);
		colleague = await office.joinHeadless('Rita Auma', [{ site: bwera, role: 'clinician' }]);
	});
	test.afterAll(async () => {
		await amina.remove();
		await office.close();
	});

	const type = async (pin: string): Promise<void> => {
		const pad = amina.page.getByTestId('pin-pad');
		for (const digit of pin) await pad.getByRole('button', { name: digit, exact: true }).click();
	};
	const lockScreen = (): Locator => amina.page.getByRole('heading', { name: /^(?:Unlock|Who is working\?)$/u });

	test('a PIN opens again what the passphrase opened, and says how many tries are left', async () => {
		const { page } = amina;
		await page.getByTestId('user-name').click();
		await expect(page.getByRole('heading', { name: 'You on this device' })).toBeVisible();
		await look(amina, 'you on this device');
		await picture(page, STORY, 'you-on-this-device');
		await page.getByRole('button', { name: 'Choose a PIN' }).click();
		await type(PIN);
		await page.getByTestId('pin-pad').getByRole('button', { name: 'Continue' }).click();
		await expect(page.getByTestId('pin-pad')).toContainText('The same PIN again');
		await type(PIN);
		await page.getByTestId('pin-pad').getByRole('button', { name: 'Save' }).click();
		await expect(page.getByTestId('saved')).toContainText('Your PIN is set');
		await page.getByRole('button', { name: 'Lock' }).click();
		await expect(page.getByTestId('pin-pad')).toBeVisible();
		await look(amina, 'PIN pad');
		await picture(page, STORY, 'pin-pad');
		await page.keyboard.type('999999');
		await page.keyboard.press('Enter');
		await expect(page.getByTestId('pin-pad').getByRole('alert')).toContainText('4 tries left');
		await type(PIN);
		await page.getByTestId('pin-pad').getByRole('button', { name: 'Unlock' }).click();
		await expect(page.getByTestId('user-name')).toHaveText(amina.name);
	});

	test('a second nurse joins on the same tablet; each is asked for by a tile', async () => {
		const { page } = amina;
		const { link, invitation } = await must(office.owner.invite({ grants: [{ site: bwera, role: 'clinician' }], days: 7 }));
		await office.owner.syncNow();
		await page.getByRole('button', { name: 'Lock' }).click();
		await page.getByRole('button', { name: 'Someone new works on this device' }).click();
		await look(amina, 'someone new');
		await page.getByLabel('Link', { exact: true }).fill(link);
		await page.getByRole('button', { name: 'Continue' }).first().click();
		await page.getByRole('button', { name: 'Accept and continue' }).click();
		await page.getByLabel('Your name').fill('Ben Okello');
		await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
		await page.getByRole('button', { name: 'Send answer' }).click();
		const code = await comparisonCode(page);
		await expect(async () => {
			await office.owner.syncNow();
			const answer = (await must(office.owner.pendingAnswers())).find((one) => one.invitation === invitation);
			expect(answer?.code.replace(/\W/gu, '')).toBe(code.replace(/\W/gu, ''));
			await must(office.owner.admit({ invitation, answer: answer?.answer ?? '', code: answer?.code ?? '' }));
		}).toPass({ timeout: 60_000 });
		await office.owner.syncNow();
		await expect(page.getByTestId('user-name')).toHaveText('Ben Okello', { timeout: 90_000 });
		await page.getByRole('button', { name: 'Lock' }).click();
		await expect(page.getByTestId('user-tile')).toHaveCount(2);
		await look(amina, 'who is working');
		await picture(page, STORY, 'who-is-working');
		await page.getByTestId('user-tile').filter({ hasText: /^B/u }).click();
		await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
		await page.getByRole('button', { name: 'Unlock' }).click();
		await expect(page.getByTestId('user-name')).toHaveText('Ben Okello', { timeout: 60_000 });
		await page.getByRole('button', { name: 'Lock' }).click();
		await expect(lockScreen()).toBeVisible();
		await page.getByTestId('user-tile').filter({ hasText: /^A/u }).click();
		// her PIN outlives the turn of a colleague
		await expect(page.getByTestId('pin-pad')).toBeVisible();
		await type(PIN);
		await page.getByTestId('pin-pad').getByRole('button', { name: 'Unlock' }).click();
		await expect(page.getByTestId('user-name')).toHaveText(amina.name, { timeout: 60_000 });
	});

	test('a newcomer is admitted where neither side has internet: codes and text go from screen to screen', async () => {
		const joy = new Person('Joy Biira', office.hub.url);
		try {
			const { offline } = await must(office.owner.invite({ grants: [{ site: bwera, role: 'clinician' }], days: 7 }));
			await joy.open();
			await joy.appIsInstalled();
			await allIsAtTheHub(amina);
			await office.hub.stop();
			const { page } = joy;
			await page.getByRole('button', { name: 'Scan an invitation' }).click();
			await look(joy, 'scan an invitation');
			const takeIn = page.getByTestId('take-in');
			await takeIn.getByText('Enter it as text').click();
			await takeIn.getByLabel('Text', { exact: true }).fill(offline);
			await takeIn.getByRole('button', { name: 'Continue' }).click();
			await page.getByRole('button', { name: 'Accept and continue' }).click();
			await page.getByLabel('Your name').fill(joy.name);
			await page.getByLabel('Passphrase', { exact: true }).fill(joy.passphrase);
			await page.getByRole('button', { name: 'Send answer' }).click();
			const code = await comparisonCode(page);
			await page.getByRole('button', { name: 'There is no internet here' }).click();
			const carried = page.getByTestId('carried');
			await expect(carried).toBeVisible();
			await look(joy, 'answer to be carried');
			await picture(page, STORY, 'answer-to-be-carried');
			const answer = await must(office.owner.takeAnswer((await carried.getAttribute('data-text')) ?? ''));
			expect(answer.code.replace(/\W/gu, '')).toBe(code.replace(/\W/gu, ''));
			const admission = await must(office.owner.admitOffline({ invitation: answer.invitation, answer: answer.answer, code: answer.code }));
			await page.getByTestId('take-in').getByLabel('File, or picture of a code').setInputFiles({ name: admission.name, mimeType: 'text/plain', buffer: Buffer.from(admission.text) });
			await isAdmitted(joy);
			await expect(pill(joy)).toHaveAttribute('data-line', 'offline');
			expect(joy.profile.complaints.filter((text) => /Content Security Policy/iu.test(text))).toEqual([]);
		} finally {
			await joy.remove();
			await office.hub.start();
		}
	});

	test('a code is read from a picture by our own files alone, under the policy as it is', async () => {
		const { page } = amina;
		await amina.goTo('Team');
		await page.getByRole('button', { name: 'Invite someone' }).click();
		const form = page.getByRole('form', { name: 'Invite someone' });
		await form.getByLabel('Site', { exact: true }).selectOption({ index: 1 });
		await form.getByLabel('Role', { exact: true }).selectOption({ label: 'Clinician' });
		await form.getByRole('button', { name: 'Make invitation' }).click();
		await expect(page.getByRole('img', { name: /QR code/u })).toBeVisible();
		const link = await page.getByLabel('Invitation link').inputValue();
		const png = await page.getByRole('img', { name: /QR code/u }).screenshot();
		const reader = new Person('Reader', office.hub.url, { serviceWorkers: 'block' });
		try {
			const asked: string[] = [];
			await reader.open();
			reader.page.on('request', (request) => asked.push(request.url()));
			await reader.page.getByRole('button', { name: 'Scan an invitation' }).click();
			await reader.page.getByTestId('take-in').getByLabel('File, or picture of a code').setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer: png });
			await expect(reader.page.getByRole('heading', { name: 'You are invited' })).toBeVisible();
			expect(reader.page.url(), 'the invitation stands in no address').not.toContain(link.split('#')[1] ?? 'nothing');
			expect(asked.some((url) => url.endsWith('.wasm')), 'the compiled reader was fetched').toBe(true);
			expect(asked.filter((url) => !url.startsWith(office.hub.url) && !url.startsWith('blob:') && !url.startsWith('data:'))).toEqual([]);
			expect(reader.profile.complaints.filter((text) => /Content Security Policy/iu.test(text))).toEqual([]);
		} finally {
			await reader.remove();
		}
		await page.getByRole('region', { name: 'Invitation' }).getByRole('button', { name: 'Close' }).click();
	});

	test('who has access is seen by everyone, and a lost device is shut out after it was said what that does', async () => {
		const { page } = amina;
		await amina.goTo('Team');
		await page.getByRole('link', { name: 'Who has access' }).click();
		const john = page.getByTestId('access').filter({ hasText: 'John Masika' });
		await expect(john).toContainText(`Clinician at ${BWERA}`);
		await expect(john).toContainText('Olive Namara');
		await look(amina, 'who has access');
		await picture(page, STORY, 'who-has-access');
		await john.getByRole('button', { name: 'Shut out John Masika' }).click();
		const dialog = page.getByTestId('removal');
		await expect(dialog).toContainText('What cannot be undone');
		await expect(dialog).toContainText('New keys are made for');
		await look(amina, 'shut out');
		await picture(page, STORY, 'shut-out');
		await dialog.getByLabel('Reason').fill('Phone stolen at the market');
		await dialog.getByRole('button', { name: 'Shut out John Masika' }).click();
		await expect(page.getByTestId('saved')).toContainText('keys were renewed', { timeout: 60_000 });
		await expect(page.getByTestId('past-access').filter({ hasText: 'John Masika' })).toContainText('Phone stolen at the market');
		await allIsAtTheHub(amina);
	});

	test('what exists only here is counted, saved as a file that a colleague takes in, and stands before leaving', async () => {
		const { page } = amina;
		await allIsAtTheHub(amina);
		await office.hub.stop();
		await expect(pill(amina)).toHaveAttribute('data-line', 'offline', { timeout: 60_000 });
		const chart = await register(amina, { family: 'Masereka', given: 'Ivan', born: ['2', '2', '1988'], sex: 'Male' });
		await chart.addProblem({ name: 'Asthma' });
		await chart.entries.filter({ hasText: 'Asthma' }).getByText('Who and when').click();
		await expect(chart.page.getByTestId('where-kept')).toContainText('On this device');
		await amina.goTo('Sync');
		await page.getByRole('link', { name: 'What exists only here, and files' }).click();
		await expect(page.getByTestId('nowhere-else')).toHaveText('2');
		await look(amina, 'what exists only here');
		await picture(page, STORY, 'what-exists-only-here');
		const downloading = page.waitForEvent('download');
		await page.getByRole('button', { name: 'Save what is not sent as a file' }).click();
		const file = await (await downloading).path();
		// a browser does not tell whether it wrote the file: it counts once somebody has seen it
		await expect(page.getByTestId('file-question')).toBeVisible();
		await expect(page.getByTestId('nowhere-else')).toHaveText('2');
		await page.getByRole('button', { name: 'The file is there' }).click();
		await expect(page.getByTestId('nowhere-else')).toHaveText('0');
		const taken = await must(colleague.importFile(new Uint8Array(readFileSync(file))));
		expect(taken.refused).toEqual([]);
		expect(taken.envelopes).toBeGreaterThanOrEqual(2);
		await page.getByTestId('user-name').click();
		await page.getByRole('button', { name: 'Erase the app on this device' }).click();
		const dialog = page.getByRole('dialog', { name: 'Erase the app on this device' });
		await expect(dialog.getByTestId('only-copy')).toContainText('2 records');
		await expect(dialog.getByRole('button', { name: /^Erase/u })).toHaveCount(0);
		await look(amina, 'erase');
		await picture(page, STORY, 'erase');
		await dialog.getByRole('button', { name: 'Back' }).click();
		await office.hub.start();
		await allIsAtTheHub(amina);
	});

	test('a lead reads who opened which chart', async () => {
		const { page } = amina;
		await amina.goTo('Team');
		await page.getByRole('link', { name: 'Access log' }).click();
		await expect(page.getByTestId('log-record').filter({ hasText: /Masereka/iu }).first()).toContainText(amina.name);
		await look(amina, 'access log');
		await picture(page, STORY, 'access-log');
	});

	test('an owner prints a recovery kit once', async () => {
		const rose = new Person('Rose Kabugho', office.hub.url);
		try {
			await office.join(rose, [{ site: office.region, role: 'owner' }]);
			const { page } = rose;
			await rose.goTo('Team');
			await page.getByRole('link', { name: 'Recovery kit' }).click();
			await look(rose, 'recovery kit');
			await page.getByRole('button', { name: 'Make a new kit' }).click();
			await expect(page.getByTestId('share')).toHaveCount(3);
			await look(rose, 'shares');
			await picture(page, STORY, 'shares');
			const texts = await page.getByTestId('share').evaluateAll((shares) => shares.map((share) => share.getAttribute('data-text') ?? ''));
			await page.evaluate(() => (window.print = () => undefined));
			await page.getByRole('button', { name: 'Print' }).click();
			await page.getByRole('button', { name: 'They are printed: close' }).click();
			await expect(page.getByTestId('kit').first()).toContainText('2 of 3 shares are needed');
			await allIsAtTheHub(rose);

			await amina.goTo('Team');
			await amina.page.getByRole('link', { name: 'Recovery kit' }).click();
			await expect(amina.page.getByTestId('kit').first()).toBeVisible({ timeout: 60_000 });
			await amina.page.getByRole('button', { name: 'Use the kit' }).click();
			for (const text of texts.slice(0, 2)) {
				const takeIn = amina.page.getByTestId('take-in');
				if (!(await takeIn.getByLabel('Text', { exact: true }).isVisible())) await takeIn.getByText('Enter it as text').click();
				await takeIn.getByLabel('Text', { exact: true }).fill(text);
				await takeIn.getByRole('button', { name: 'Continue' }).click();
				await expect(amina.page.getByTestId('kit-shares')).toBeVisible();
			}
			await expect(amina.page.getByTestId('kit-shares')).toContainText('2 of 2');
			await look(amina, 'use the kit');
			await amina.page.getByLabel('Reason').fill('All owners left');
			await amina.page.getByRole('button', { name: 'Become an owner' }).click();
			await expect(amina.page.getByTestId('saved')).toContainText('You are an owner now', { timeout: 60_000 });
		} finally {
			await rose.remove();
		}
	});

	test('who was removed is told so on the tablet, and shown nothing; a colleague on it works on', async () => {
		const { page } = amina;
		const enters = async (letter: RegExp): Promise<void> => {
			await expect(lockScreen()).toBeVisible({ timeout: 90_000 });
			await page.getByTestId('user-tile').filter({ hasText: letter }).click();
			const passphrase = page.getByLabel('Passphrase', { exact: true });
			await expect(page.getByTestId('pin-pad').or(passphrase)).toBeVisible();
			if (await passphrase.isVisible()) await passphrase.fill(PASSPHRASE);
			else await type(PIN);
			await page.getByRole('button', { name: 'Unlock' }).click();
		};
		await page.getByRole('button', { name: 'Lock' }).click();
		await enters(/^B/u);
		await expect(page.getByTestId('user-name')).toHaveText('Ben Okello', { timeout: 60_000 });
		const ben = (await must(office.owner.organization())).members.find(({ name }) => name === 'Ben Okello');
		await must(office.owner.revoke({ removal: { kind: 'member', member: ben?.member ?? ('' as Id) }, reason: 'moved away' }));
		await office.owner.syncNow();
		// what was open is closed as soon as the tablet hears of it
		await enters(/^B/u);
		await expect(page.getByRole('heading', { name: 'Your access has ended' })).toBeVisible({ timeout: 60_000 });
		await expect(page.getByText('Olive Namara removed you from this organization')).toBeVisible();
		await look(amina, 'access ended');
		await picture(page, STORY, 'access-ended');
		for (const place of ['/', '/organization', '/review']) {
			await page.evaluate((path) => history.pushState({}, '', path), place);
			await expect(page.getByRole('navigation')).toHaveCount(0);
			await expect(page.getByText('Masereka')).toHaveCount(0);
		}
		await page.getByRole('button', { name: 'Lock' }).click();
		await enters(/^A/u);
		await expect(page.getByTestId('user-name')).toHaveText(amina.name, { timeout: 60_000 });
		await amina.goTo('Patients');
	});

	test('every new screen is accessible on a small phone', () => expect(found).toEqual([]));
});
