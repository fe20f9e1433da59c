/**
 * attack 26, in a real browser with an authenticator that has WebAuthn's PRF: it opens what it was added to, and once it is taken away, or the passphrase
 * changed, the old ways open nothing.
 */
import { expect, test } from '@playwright/test';
import { must, Office } from './office.ts';
import { readStores } from './browser-stores.ts';
import { Person } from './pages/person.ts';

const FRESH = 'a grey heron on the fourth stone';

test.describe.configure({ mode: 'serial' });
test.describe('attack 26: ways in', () => {
	let office: Office;
	let nurse: Person;
	test.beforeAll(async () => {
		office = await Office.found({ organization: 'Ways in', region: 'Region', owner: 'Olive Namara' });
		const site = await office.addClinic('Clinic');
		nurse = new Person('Amina Kato', office.hub.url, { serviceWorkers: 'block' });
		await office.join(nurse, [{ site, role: 'clinician' }]);
		const browser = await nurse.page.context().newCDPSession(nurse.page);
		await browser.send('WebAuthn.enable');
		await browser.send('WebAuthn.addVirtualAuthenticator', {
			options: { protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, hasPrf: true, automaticPresenceSimulation: true }
		});
	});
	test.afterAll(async () => {
		await nurse.remove();
		await office.close();
	});

	const byAuthenticator = () => nurse.page.getByRole('button', { name: 'Use fingerprint, face or screen lock' });
	/** From the page of one's own ways in, where another button has the word in its name. */
	async function locks(): Promise<void> {
		await nurse.page.getByRole('button', { name: 'Lock', exact: true }).click();
		await expect(nurse.page.getByRole('heading', { name: 'Unlock' })).toBeVisible();
	}
	async function addsAuthenticator(): Promise<void> {
		await nurse.page.getByTestId('user-name').click();
		await nurse.page.getByRole('button', { name: 'Add fingerprint, face or screen lock' }).click();
		await expect(nurse.page.getByTestId('saved')).toContainText('Added.');
	}

	test('the authenticator opens what a passphrase opened before', async () => {
		await addsAuthenticator();
		await locks();
		await byAuthenticator().click();
		await expect(nurse.page.getByTestId('user-name')).toHaveText(nurse.name);
	});

	test('taken away, its wrap is gone from the device and it opens nothing', async () => {
		await nurse.page.getByTestId('user-name').click();
		await nurse.page.getByRole('button', { name: 'Take away' }).click();
		await expect(nurse.page.getByTestId('saved')).toContainText('Taken away');
		await locks();
		await expect(nurse.page.getByLabel('Passphrase', { exact: true })).toBeVisible();
		await expect(byAuthenticator()).toHaveCount(0);
		const accounts = (await readStores(nurse.page)).filter(({ text }) => text.includes('identity|account|'));
		expect(accounts.length).toBeGreaterThan(0);
		for (const { text } of accounts) expect(text).not.toContain('credential');
		await nurse.unlock();
	});

	test('a changed passphrase ends the old one, and the authenticator that was added under it', async () => {
		await addsAuthenticator();
		await nurse.page.getByRole('button', { name: 'Change passphrase' }).click();
		await nurse.page.locator('#old-passphrase').fill(nurse.passphrase);
		await nurse.page.locator('#new-passphrase').fill(FRESH);
		await nurse.page.locator('form', { has: nurse.page.locator('#new-passphrase') }).getByRole('button', { name: 'Save', exact: true }).click();
		await expect(nurse.page.getByTestId('saved')).toContainText('passphrase is changed');
		await locks();
		await expect(nurse.page.getByLabel('Passphrase', { exact: true })).toBeVisible();
		await expect(byAuthenticator()).toHaveCount(0);
		await nurse.page.getByLabel('Passphrase', { exact: true }).fill(nurse.passphrase);
		await nurse.page.getByRole('button', { name: 'Unlock', exact: true }).click();
		await expect(nurse.page.getByText('This is not the passphrase.').first()).toBeVisible();
		await nurse.page.getByLabel('Passphrase', { exact: true }).fill(FRESH);
		await nurse.page.getByRole('button', { name: 'Unlock', exact: true }).click();
		await expect(nurse.page.getByTestId('user-name')).toHaveText(nurse.name);
		expect((await must(office.owner.organization())).members).toHaveLength(2);
	});
});
