/**
 * "Saved on this device" is said after the browser confirmed a write that it itself calls strict (D1), and not said by a browser that
 * does not. The device's worker is watched from inside: its script is served with a few lines in front that look at each transaction.
 */
import { expect, test, type BrowserContext } from '@playwright/test';
import { Office } from './office.ts';
import type { Chart } from './pages/chart.ts';
import { openChart, register } from './pages/patients.ts';
import { Person } from './pages/person.ts';

interface Written { readonly durability: string; /** of the collection */ readonly database: string; readonly completed: number }

declare global {
	/** in the worker: what it wrote */
	var written: Written[];
	/** in the page: when it said that something was saved */
	var said: number[];
}

/** Runs in the worker, before its own script. `lax` makes the browser one that ignores the option, as older ones do. */
function watch(lax: boolean): void {
	globalThis.written = [];
	const original = IDBDatabase.prototype.transaction;
	IDBDatabase.prototype.transaction = function (stores, mode, options) {
		const transaction = original.call(this, stores, mode, lax ? undefined : options);
		if (mode === 'readwrite') {
			transaction.addEventListener('complete', () => written.push({ durability: transaction.durability, database: transaction.db.name, completed: performance.timeOrigin + performance.now() }));
		}
		return transaction;
	};
}

async function watchWorker(context: BrowserContext, lax: boolean): Promise<void> {
	await context.route(/\/workers\/device\.worker.*\.js$/u, async (route) => {
		const response = await route.fetch();
		await route.fulfill({ response, body: `(${watch.toString()})(${String(lax)});\n${await response.text()}` });
	});
	// when the screen first said so, by the same clock
	await context.addInitScript(() => {
		globalThis.said = [];
		new MutationObserver(() => {
			if (document.querySelector('[data-testid="saved"]') !== null) said.push(performance.timeOrigin + performance.now());
		}).observe(document, { childList: true, subtree: true });
	});
}

const writtenBy = async (chart: Chart): Promise<readonly Written[]> => {
	const worker = chart.page.workers().find((one) => one.url().includes('device.worker'));
	if (worker === undefined) throw new Error('the page has no worker');
	return worker.evaluate(() => written.splice(0));
};

test.describe.configure({ mode: 'serial' });
test.describe('durability', () => {
	let office: Office;
	let nurse: Person;
	test.beforeAll(async () => {
		office = await Office.found({ organization: 'Durable Health', region: 'Region', owner: 'Olive Namara' });
		nurse = new Person('Amina Kato', office.hub.url, { serviceWorkers: 'block' });
		const site = await office.addClinic('Clinic');
		await watchWorker(await nurse.profile.open(), false);
		await office.join(nurse, [{ site, role: 'clinician' }]);
	});
	test.afterAll(async () => {
		await nurse.remove();
		await office.close();
	});

	test('every write behind "Saved on this device" is strict, and complete before the words appear', async () => {
		const chart = await register(nurse, { family: 'Mbabazi', given: 'Grace', born: ['4', '3', '1991'], sex: 'Female' });
		const registered = await writtenBy(chart);
		expect(registered.length).toBeGreaterThan(0);
		await chart.addAllergy({ substance: 'Penicillin' });
		const saved = await writtenBy(chart);
		expect([...registered, ...saved].map(({ durability }) => durability).filter((durability) => durability !== 'strict')).toEqual([]);
		const [sayingSo] = await chart.page.evaluate(() => said);
		const before = saved.filter(({ completed }) => completed <= (sayingSo ?? 0));
		expect(before.length, 'writes that were complete before the words appeared').toBeGreaterThan(0);
		expect(before.some(({ database }) => database.includes('own')), 'the entry itself among them').toBe(true);
	});

	test('attack: a browser that does not confirm the write is not believed', async () => {
		await nurse.closeBrowser();
		await watchWorker(await nurse.profile.open(), true);
		await nurse.open();
		await nurse.unlock();
		const chart = await openChart(nurse, 'Grace Mbabazi');
		const form = await chart.start('Problems', 'Add problem');
		await form.getByLabel('Problem or diagnosis').fill('Malaria');
		await form.getByRole('button', { name: 'Save', exact: true }).click();
		await expect(form.getByRole('alert')).toContainText('does not confirm that entries reach the disk');
		await expect(chart.page.getByTestId('saved')).toHaveCount(0);
		expect((await writtenBy(chart)).every(({ durability }) => durability !== 'strict')).toBe(true);
	});
});
