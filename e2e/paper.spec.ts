/** What leaves the screen: sheets for the printer, a card that is scanned again, photos and documents; and what the browser says of its storage. */
import { expect, test } from '@playwright/test';
import type { Id } from '../sync/change/change.ts';
import { inspect } from './inspection.ts';
import { must, Office } from './office.ts';
import { openChart, register } from './pages/patients.ts';
import type { Chart } from './pages/chart.ts';
import { Person } from './pages/person.ts';
import { picture } from './pages/screens.ts';
import { allIsAtTheHub } from './pages/sync.ts';

const STORY = 'paper';
const MILLIMETRE = 72 / 25.4;
/** a red square of 2,000 pixels a side, drawn by the page itself */
const PHOTO_SIDE = 2000;

test.describe.configure({ mode: 'serial' });
test.describe('paper and photos', () => {
	let office: Office;
	let site: Id;
	let nurse: Person;
	let chart: Chart;
	test.beforeAll(async () => {
		office = await Office.found({ organization: 'Rwenzori Health', region: 'Region', owner: 'Olive Namara' });
		site = await office.addClinic('Clinic');
		nurse = new Person('Amina Kato', office.hub.url);
		await office.join(nurse, [{ site, role: 'clinician' }]);
		await nurse.appIsInstalled();
		chart = await register(nurse, { family: 'Mbabazi', given: 'Grace', born: ['4', '3', '1991'], sex: 'Female', identifier: '1297287652' });
		await chart.addAllergy({ substance: 'Penicillin', reactions: 'rash' });
		await chart.prescribe({ drug: 'hydrochlorothiazide', dose: '12.5' });
	});
	test.afterAll(async () => {
		await nurse?.remove();
		await office?.close();
	});

	/** Sizes of the pages of a PDF in millimetres: page objects stand in the clear in what Chromium writes. */
	async function pages(): Promise<readonly (readonly [number, number])[]> {
		const text = (await nurse.page.pdf({ preferCSSPageSize: true })).toString('latin1');
		return [...text.matchAll(/\/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]/gu)].map(([, width, height]) => [Math.round(Number(width) / MILLIMETRE), Math.round(Number(height) / MILLIMETRE)] as const);
	}

	test('each page of a sheet says whose it is and which of how many, allergies first; the roll is one piece', async () => {
		for (let n = 0; n < 14; n++) await chart.addProblem({ name: `Finding ${String(n)} of a long list`, note: 'seen again, no change since the last visit, to be looked at once more in four weeks' });
		await nurse.page.getByRole('link', { name: 'Print', exact: true }).click();
		await expect(nurse.page.getByRole('heading', { name: 'Print', level: 1 })).toBeVisible();
		await expect(nurse.page.getByText('stand beside the printer')).toBeVisible();
		const sheets = nurse.page.getByTestId('sheet');
		await expect(sheets.nth(1)).toBeVisible();
		const count = await sheets.count();
		for (let n = 0; n < count; n++) {
			await expect(sheets.nth(n).getByTestId('sheet-head')).toContainText('MBABAZI, Grace');
			await expect(sheets.nth(n).getByTestId('sheet-head')).toContainText('Born 04-Mar-1991');
			await expect(sheets.nth(n).getByTestId('sheet-head')).toContainText('129 728 7652');
			await expect(sheets.nth(n).getByTestId('sheet-head')).toContainText(`Page ${String(n + 1)} of ${String(count)}`);
			await expect(sheets.nth(n).getByTestId('sheet-head')).toContainText('Printed by Amina Kato');
		}
		const words = (await sheets.first().innerText()).replace(/\s+/gu, ' ');
		expect(words.indexOf('Known allergies')).toBeLessThan(words.indexOf('Finding'));
		expect(words).toContain('Penicillin');
		expect((await sheets.allInnerTexts()).join(' ').replace(/\s+/gu, ' ')).toContain('hydrochlorothiazide DOSE 12.5 mg');
		expect(await pages()).toEqual(Array.from({ length: count }, () => [210, 297]));
		await picture(nurse.page, STORY, 'summary');
		expect(await inspect(nurse.page, 'print')).toEqual([]);
		await nurse.page.getByRole('radio', { name: '80 mm roll' }).check();
		await expect(sheets).toHaveCount(1);
		await expect(async () => {
			const roll = await pages();
			expect(roll.map(([width]) => width)).toEqual([80]);
		}).toPass();
	});

	test('a prescription has what was chosen, and nothing else', async () => {
		await nurse.page.getByRole('radio', { name: 'A4 sheet' }).check();
		await nurse.page.getByRole('radio', { name: 'Prescription' }).check();
		const sheet = nurse.page.getByTestId('sheet').first();
		await expect(sheet).toContainText('hydrochlorothiazide');
		await expect(sheet).toContainText('Penicillin');
		await expect(sheet).not.toContainText('Finding');
		expect(await pages()).toEqual([[210, 297]]);
		await nurse.page.getByRole('checkbox', { name: /hydrochlorothiazide/u }).uncheck();
		await expect(nurse.page.getByTestId('sheet')).toHaveCount(0);
		await nurse.page.getByRole('radio', { name: 'Referral letter' }).check();
		await expect(nurse.page.getByText('There is nothing of this kind')).toBeVisible();
	});

	test('a card says nothing clinical; its code, seen by the camera or in a picture, opens the chart', async () => {
		await nurse.page.getByRole('radio', { name: 'Patient card' }).check();
		const sheet = nurse.page.getByTestId('sheet').first();
		await expect(sheet.getByRole('img', { name: 'Code of this chart' })).toBeVisible();
		await expect(sheet).not.toContainText('Penicillin');
		const code = await sheet.getByRole('img', { name: 'Code of this chart' }).locator('canvas').screenshot({ scale: 'css' });
		await nurse.goTo('Patients');
		await nurse.page.getByRole('button', { name: 'Scan a patient card' }).click();
		await nurse.page.getByLabel('Or a picture of the card').setInputFiles({ name: 'card.png', mimeType: 'image/png', buffer: code });
		await expect(chart.banner).toContainText('MBABAZI, Grace');
	});

	test('a photo is made small, is in the chart at once without a line, and opens at a colleague’s', async () => {
		chart = await openChart(nurse, 'Mbabazi');
		await chart.show('Notes');
		const documents = nurse.page.getByTestId('documents');
		await documents.getByRole('button', { name: 'Add photo or document' }).click();
		const png = await nurse.page.evaluate((side) => {
			const canvas = document.createElement('canvas');
			[canvas.width, canvas.height] = [side, side];
			const context = canvas.getContext('2d');
			for (let n = 0; n < 400 && context !== null; n++) {
				context.fillStyle = `hsl(${String((n * 37) % 360)} 80% 50%)`;
				context.fillRect((n * 97) % side, (n * 61) % side, 120, 90);
			}
			return canvas.toDataURL('image/png').split(',')[1] ?? '';
		}, PHOTO_SIDE);
		await documents.getByLabel('Or choose a picture, PDF or text file').setInputFiles({ name: 'wound.png', mimeType: 'image/png', buffer: Buffer.from(png, 'base64') });
		await expect(documents.getByTestId('taken').getByRole('img')).toBeVisible();
		await documents.getByLabel('What it shows').fill('Wound on the left foot');
		await picture(nurse.page, STORY, 'photo');
		await documents.getByRole('button', { name: 'Save', exact: true }).click();
		await expect(nurse.page.getByTestId('saved')).toContainText('Saved on this device');
		await expect(documents.getByTestId('document')).toBeVisible();
		await documents.getByRole('button', { name: 'Open Wound on the left foot' }).click();
		await expect(nurse.page.getByTestId('opened-picture')).toBeVisible();
		expect(await nurse.page.getByTestId('opened-picture').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1600);
		await nurse.page.getByRole('dialog').getByRole('button', { name: 'Back' }).click();
		// how large a target counts as depends on what the pinned bars cover, and so on where the page is scrolled to
		await nurse.page.evaluate(() => scrollTo(0, 0));
		expect(await inspect(nurse.page, 'documents')).toEqual([]);
		await allIsAtTheHub(nurse);
		const colleague = await office.joinHeadless('Ben Okello', [{ site, role: 'clinician' }]);
		await expect(async () => {
			await colleague.syncNow();
			const [hit] = await must(colleague.search({ query: 'Mbabazi', site, limit: 1 }));
			if (hit === undefined) throw new Error('the chart has not arrived');
			const ref = { site: hit.site, chart: hit.chart };
			const [one] = await must(colleague.files(ref));
			if (one === undefined) throw new Error('the entry has not arrived');
			expect(one.file.thumbnail?.data.length ?? 0).toBeGreaterThan(100);
			const file = await must(colleague.openFile({ ref, entry: one.entry }));
			expect([file.contentType, [...file.bytes.subarray(0, 2)]]).toEqual(['image/jpeg', [0xff, 0xd8]]);
		}).toPass({ timeout: 60_000 });
	});

	test('how the browser keeps the records, and how much room it grants, stand where unsent work is counted', async () => {
		const { origin } = new URL(nurse.page.url());
		await nurse.page.goto(`${origin}/custody`);
		await nurse.unlock();
		await expect(nurse.page.getByTestId('storage')).toHaveAttribute('data-kept', /true|false/u);
		await expect(nurse.page.getByTestId('quota')).toContainText('MB');
	});
});
