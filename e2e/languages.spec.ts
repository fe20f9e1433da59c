/**
 * The way from the lock screen to an allergy alert in each language, on a small phone: every word of it in that language, no violation
 * that axe finds, nothing to scroll sideways; Arabic from the right, with doses, phones and numbers from the left. The short run takes
 * English and Arabic, the long one all five.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { readCatalogue } from '../cli/languages/catalogue.ts';
import { HubProcess } from './hub.ts';
import { inspect } from './inspection.ts';
import { Person } from './pages/person.ts';
import { picture, ROOT } from './pages/screens.ts';
import { acceptInvitation, addSite, closeInvitation, compareAndAdmit, createOrganization, invite, isAdmitted, openInvitation } from './pages/team.ts';

const OWN_NAME = { en: 'English', fr: 'Français', es: 'Español', sw: 'Kiswahili', ar: 'العربية' } as const;
type Locale = keyof typeof OWN_NAME;
const LOCALES: readonly Locale[] = ['en', 'ar', 'fr', 'es', 'sw'];
const TRIED: readonly Locale[] = process.env['SADDLEBAG_LONG'] === '1' ? LOCALES : ['en', 'ar'];

/** The words of a language, as its file has them; a part of a text up to its first value. */
class Speech {
	readonly #words;
	constructor(readonly locale: Locale) {
		this.#words = readCatalogue(readFileSync(path.join(ROOT, 'messages', `${locale}.json`), 'utf8')).messages;
	}
	say(key: string): string {
		const text = this.#words.get(key)?.variants[0]?.text;
		if (text === undefined) throw new Error(`${this.locale} has no words for ${key}`);
		return text;
	}
}

interface Stranger { readonly family: string; readonly given: string; readonly born: readonly [string, string, string]; readonly phone: string; readonly identifier: string; /** the identifier as it is shown */ readonly shown: string }
/** Nobody is like another: a possible duplicate would be asked about. */
const STRANGERS: Readonly<Record<Locale, Stranger>> = {
	en: { family: 'Mbabazi', given: 'Grace', born: ['4', '3', '1991'], phone: '0772 123 456', identifier: '1297287652', shown: '129 728 7652' },
	fr: { family: 'Diallo', given: 'Fatou', born: ['17', '9', '1978'], phone: '0655 908 311', identifier: '5544018823', shown: '554 401 8823' },
	es: { family: 'Quispe', given: 'Rosario', born: ['30', '1', '1966'], phone: '0918 447 020', identifier: '8830275519', shown: '883 027 5519' },
	sw: { family: 'Odhiambo', given: 'Juma', born: ['9', '12', '2003'], phone: '0733 660 194', identifier: '6701943328', shown: '670 194 3328' },
	ar: { family: 'الطيب', given: 'هيفاء', born: ['22', '6', '1985'], phone: '0911 385 267', identifier: '3072216640', shown: '307 221 6640' }
};

class Visit {
	readonly #say: (key: string) => string;
	constructor(readonly page: Page, readonly speech: Speech) {
		this.#say = (key) => speech.say(key);
	}

	async unlock(nurse: Person): Promise<void> {
		await this.page.getByLabel(this.#say('passphrase_label'), { exact: true }).fill(nurse.passphrase);
		await this.page.getByRole('button', { name: this.#say('unlock_do'), exact: true }).click();
		await expect(this.page.getByTestId('user-name')).toHaveText(nurse.name, { timeout: 60_000 });
	}

	async fillRegistration({ family, given, born, phone, identifier }: Stranger): Promise<void> {
		const { page } = this;
		await page.getByRole('searchbox').fill(`${given} ${family}`);
		await page.getByRole('button', { name: this.#say('register_new') }).click();
		await expect(page.getByLabel(this.#say('name_family'))).toHaveValue(family);
		await page.getByLabel(this.#say('name_given')).fill(given);
		await page.getByRole('group', { name: this.#say('birth_mode'), exact: true }).getByRole('radio', { name: this.#say('birth_mode_date'), exact: true }).check();
		const boxes = page.getByRole('group', { name: this.#say('birth_date'), exact: true });
		await boxes.getByLabel(this.#say('date_day')).fill(born[0]);
		await boxes.getByLabel(this.#say('date_month')).fill(born[1]);
		await boxes.getByLabel(this.#say('date_year')).fill(born[2]);
		await page.getByRole('group', { name: this.#say('sex'), exact: true }).getByRole('radio', { name: this.#say('sex_female'), exact: true }).check();
		await page.getByLabel(this.#say('phone')).fill(phone);
		await page.getByLabel(this.#say('identifier')).fill(identifier);
	}

	async register(): Promise<void> {
		await this.page.getByRole('button', { name: this.#say('register_save'), exact: true }).click();
		await expect(this.page.getByTestId('patient-banner')).toBeVisible();
	}

	/** Opens a section of the chart and the form in it. */
	async start(section: string, act: string): Promise<Locator> {
		await this.page.getByRole('navigation', { name: this.#say('sections_label') }).getByRole('link', { name: this.#say(section), exact: true }).click();
		await this.page.getByRole('button', { name: this.#say(act), exact: true }).click();
		const form = this.page.getByRole('form', { name: this.#say(act) });
		await expect(form).toBeVisible();
		return form;
	}

	async save(form: Locator): Promise<void> {
		await form.getByRole('button', { name: this.#say('form_save'), exact: true }).click();
	}

	async addAllergy(): Promise<void> {
		const form = await this.start('section_allergies', 'add_allergy');
		await form.getByLabel(this.#say('allergy_substance')).fill('Penicillin');
		await this.save(form);
		await expect(this.page.getByTestId('entry').filter({ hasText: 'Penicillin' })).toBeVisible();
	}

	async prescribe(): Promise<Locator> {
		const form = await this.start('section_medicines', 'add_medicine');
		await form.getByLabel(this.#say('medicine_drug'), { exact: true }).fill('amoxicillin');
		await form.getByLabel(this.#say('medicine_dose')).fill('500');
		await form.getByLabel(this.#say('medicine_frequency')).selectOption({ label: this.#say('frequency_three_daily') });
		return form;
	}
}

/** Languages whose words are in a script that the page has run. */
async function languagesLoaded(page: Page): Promise<readonly string[]> {
	const scripts = await page.evaluate(async () => {
		const names = performance.getEntriesByType('resource').map((entry) => entry.name).filter((name) => name.endsWith('.js'));
		return (await Promise.all(names.map(async (name) => (await fetch(name)).text()))).join('\n');
	});
	return LOCALES.filter((locale) => scripts.includes(new Speech(locale).say('first_body')));
}

/** Words that stand out of their button, link or label, and words of the main navigation that take two lines. */
const crowded = (page: Page): Promise<readonly string[]> =>
	page.evaluate(() => {
		const out = [...document.querySelectorAll('a, button, label, legend, h1, h2, h3')].filter((element) => element.clientWidth > 2 && element.scrollWidth > element.clientWidth + 1);
		const broken = [...document.querySelectorAll('nav.fixed a')].filter((link) => {
			const words = [...link.childNodes].find((node) => node.nodeType === Node.TEXT_NODE);
			if (words === undefined || (words.textContent ?? '').trim().includes(' ')) return false;
			const range = document.createRange();
			range.selectNodeContents(words);
			return range.getClientRects().length > 1;
		});
		return [...out, ...broken].map((element) => `no room for "${(element.textContent ?? '').trim()}"`);
	});

const direction = (page: Page): Promise<readonly string[]> => page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]);

test.describe.configure({ mode: 'serial' });
test.describe('the languages of the app', () => {
	let hub: HubProcess;
	let olive: Person;
	let amina: Person;

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

	test('language comes first at the first start; only the words of the chosen one are loaded, and it is kept', async () => {
		await amina.open();
		const { page } = amina;
		await expect(page.getByRole('heading', { name: 'Start' })).toBeVisible();
		expect(await languagesLoaded(page)).toEqual(['en']);
		await page.getByRole('button', { name: 'العربية' }).click();
		await expect(page.getByRole('heading', { name: new Speech('ar').say('first_title') })).toBeVisible();
		expect(await direction(page)).toEqual(['ar', 'rtl']);
		expect(await inspect(page, 'first start')).toEqual([]);
		await picture(page, 'languages', 'first-start-ar');
		await page.reload();
		await expect(page.getByRole('heading', { name: new Speech('ar').say('first_title') })).toBeVisible();
		await page.getByRole('button', { name: 'English' }).click();
		await expect(page.getByRole('heading', { name: 'Start' })).toBeVisible();
		expect(await direction(page)).toEqual(['en', 'ltr']);
	});

	test('a clinic is there', async () => {
		await createOrganization(olive, hub.setupLink, { name: 'Rwenzori Health', site: 'Kasese District' });
		await addSite(olive, 'Bwera Health Post');
		const link = await invite(olive, [{ site: 'Bwera Health Post', role: 'Lead' }]);
		await closeInvitation(olive);
		await expect(olive.page.getByText('All at the hub')).toBeVisible();
		await openInvitation(amina, link);
		await compareAndAdmit(olive, amina, await acceptInvitation(amina));
		await isAdmitted(amina);
		await olive.closeBrowser();
	});

	for (const locale of TRIED) {
		test(`${locale}: lock screen, registration, chart and an allergy alert`, async () => {
			const speech = new Speech(locale);
			const { page } = amina;
			const found: string[] = [];
			const look = async (screen: string): Promise<void> => {
				found.push(...(await inspect(page, `${locale} ${screen}`)), ...(await crowded(page)).map((wrong) => `${locale} ${screen}: ${wrong}`));
				await picture(page, 'languages', `${screen.replaceAll(' ', '-')}-${locale}`);
			};
			await page.reload();
			await page.getByRole('button', { name: OWN_NAME[locale], exact: true }).click();
			await expect(page.getByRole('heading', { name: speech.say('unlock_title'), exact: true })).toBeVisible();
			expect(await direction(page)).toEqual([locale, locale === 'ar' ? 'rtl' : 'ltr']);
			await expect(page.getByTestId('not-reviewed')).toBeVisible();
			await look('lock screen');
			const visit = new Visit(page, speech);
			await visit.unlock(amina);
			await page.getByRole('navigation', { name: speech.say('nav_label') }).getByRole('link', { name: speech.say('nav_patients'), exact: true }).click();
			await look('patients');
			const stranger = STRANGERS[locale];
			await visit.fillRegistration(stranger);
			await look('register');
			await visit.register();
			await look('empty chart');
			await visit.addAllergy();
			await look('allergies');
			const order = await visit.prescribe();
			await look('prescribe');
			await visit.save(order);
			await expect(page.getByRole('dialog', { name: speech.say('alert_title') })).toBeVisible();
			await look('alert');
			// the id and the dose run from the left, whatever the page does
			const text = await page.locator('body').innerText();
			expect(text).toContain(locale === 'ar' ? `\u2066${stranger.shown}\u2069` : stranger.shown);
			expect(text).toContain(locale === 'ar' ? '\u2066500 mg\u2069' : '500 mg');
			expect(found).toEqual([]);
		});
	}

	test('what was chosen is the person’s: the lock screen has it without anybody choosing', async () => {
		const last = new Speech(TRIED.at(-1) ?? 'en');
		await amina.page.reload();
		await expect(amina.page.getByRole('heading', { name: last.say('unlock_title'), exact: true })).toBeVisible();
	});
});
