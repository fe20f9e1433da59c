/** A person at a device of their own: the app in a browser profile, opened, locked and unlocked as they would. */
import { expect, type Page, type Response } from '@playwright/test';
import { PHONE, Profile } from '../profile.ts';

export type Destination = 'Patients' | 'Review' | 'Team' | 'Import' | 'Sync';

export const PASSPHRASE = 'seven goats cross a dry river';

export interface PersonOptions {
	readonly viewport?: { readonly width: number; readonly height: number };
	readonly passphrase?: string;
	readonly serviceWorkers?: 'allow' | 'block';
}

export class Person {
	readonly name: string;
	readonly passphrase: string;
	readonly profile: Profile;
	readonly #hub: string;
	#page: Page | null = null;

	/** @param hub address that the app is opened from */
	constructor(name: string, hub: string, { viewport = PHONE, passphrase = PASSPHRASE, serviceWorkers = 'allow' }: PersonOptions = {}, profile = new Profile(viewport, serviceWorkers)) {
		this.name = name;
		this.passphrase = passphrase;
		this.profile = profile;
		this.#hub = hub;
	}

	/** The tab they work in. */
	get page(): Page {
		if (this.#page === null) throw new Error(`${this.name} has not opened the app`);
		return this.#page;
	}

	/** Opens the app in the browser; the answer tells where it was loaded from. */
	async open(address = this.#hub): Promise<Response | null> {
		this.#page = await this.profile.page();
		return this.#page.goto(address);
	}

	/** The same person in a second tab of the same browser, unlocked there too. */
	async inAnotherTab(): Promise<Person> {
		const other = new Person(this.name, this.#hub, { passphrase: this.passphrase }, this.profile);
		other.#page = await (await this.profile.open()).newPage();
		await other.#page.goto(this.#hub);
		await other.unlock();
		return other;
	}

	/** Looks at this tab: a browser draws the one in front only. */
	async turnTo(): Promise<void> {
		await this.page.bringToFront();
	}

	async closeTab(): Promise<void> {
		await this.page.close();
		this.#page = null;
	}

	/** The whole app is on the device: it will start without a line. */
	async appIsInstalled(): Promise<void> {
		await expect(async () => {
			expect(await this.page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state)).toBe('activated');
		}).toPass({ timeout: 30_000 });
	}

	async closeBrowser(): Promise<void> {
		await this.profile.close();
		this.#page = null;
	}

	/** The battery is empty. */
	async killBrowser(): Promise<void> {
		await this.profile.kill();
		this.#page = null;
	}

	/** Opens the browser again and unlocks. Fails unless the app came from the service worker. */
	async reopenWithoutLine(): Promise<void> {
		const response = await this.open();
		expect(response?.fromServiceWorker(), 'the app is loaded from the service worker').toBe(true);
		await this.unlock();
	}

	async unlock(page = this.page): Promise<void> {
		await expect(page.getByRole('heading', { name: 'Unlock' })).toBeVisible();
		await page.getByLabel('Passphrase', { exact: true }).fill(this.passphrase);
		await page.getByRole('button', { name: 'Unlock' }).click();
		await expect(page.getByTestId('user-name')).toHaveText(this.name, { timeout: 60_000 });
	}

	async lock(): Promise<void> {
		await this.page.getByRole('button', { name: 'Lock' }).click();
		await expect(this.page.getByRole('heading', { name: 'Unlock' })).toBeVisible();
	}

	async goTo(destination: Destination): Promise<void> {
		const link = this.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: destination });
		const path = await link.getAttribute('href');
		// already there: going again would make the page anew under what is typed next
		if (new URL(this.page.url()).pathname === path) return;
		await link.click();
		await this.page.waitForURL((url) => url.pathname === path);
	}

	/** Where the person works, among the sites they are posted to. */
	async workAt(site: string): Promise<void> {
		await this.goTo('Patients');
		await this.page.getByLabel('Working at').selectOption({ label: site });
	}

	async remove(): Promise<void> {
		await this.profile.remove();
		this.#page = null;
	}
}
