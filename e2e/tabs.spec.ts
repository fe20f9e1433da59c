/**
 * Several tabs of one browser are one device: they share the disk and a chain per site, and each has its own keys in memory. Whatever they
 * write at once, no place of a chain is given twice, both see everything, and a tab that dies in the middle of sending loses nothing.
 */
import { expect, test, type Locator } from '@playwright/test';
import type { Device } from '../sync/device/device.ts';
import type { Id } from '../sync/change/change.ts';
import { must, Office } from './office.ts';
import type { Chart } from './pages/chart.ts';
import { openChart, register } from './pages/patients.ts';
import { Person } from './pages/person.ts';
import { allIsAtTheHub, readSyncPage, tryNow } from './pages/sync.ts';

const ALONE = { waitingToSend: 0, notOpened: 0, quarantined: 0 };

test.describe.configure({ mode: 'serial' });
test.describe('several tabs', () => {
	let office: Office;
	let left: Person;
	let right: Person;
	let third: Device;
	let site: Id;
	test.beforeAll(async () => {
		office = await Office.found({ organization: 'Two Windows', region: 'Region', owner: 'Olive Namara' });
		site = await office.addClinic('Clinic');
		left = new Person('Amina Kato', office.hub.url, { serviceWorkers: 'block' });
		await office.join(left, [{ site, role: 'clinician' }]);
		third = await office.joinHeadless('Ben Okello', [{ site, role: 'clinician' }]);
		right = await left.inAnotherTab();
		await left.turnTo();
	});
	test.afterAll(async () => {
		await left.remove();
		await office.close();
	});

	/** What a third device holds of the person, by type: nothing twice, nothing missing. */
	async function heldElsewhere(): Promise<{ readonly problems: readonly unknown[]; readonly conflicts: number; readonly changes: number }> {
		await third.syncNow();
		const [found] = await must(third.search({ query: 'Mbabazi', site: null, limit: 5 }));
		if (found === undefined) return { problems: [], conflicts: 0, changes: 0 };
		const { entries } = await must(third.openChart({ site: found.site, chart: found.chart }));
		const problems = entries.filter(({ type }) => type === 'Condition').map(({ resource }) => (resource['code'] as { readonly text: string }).text).toSorted();
		const changes = (await must(third.stateHashes())).filter((place) => place.site === site && place.comp === 'clinical').reduce((sum, place) => sum + place.changes, 0);
		return { problems, conflicts: entries.flatMap(({ conflicts }) => conflicts).length, changes };
	}

	/** Forms are filled in one tab after the other, and saved in all at the same moment. */
	async function saveAtOnce(problems: readonly (readonly [Chart, string])[]): Promise<void> {
		const forms: Locator[] = [];
		for (const [chart, name] of problems) {
			await chart.nurse.turnTo();
			forms.push(await chart.fillProblem({ name }));
		}
		await Promise.all(forms.map((form) => form.getByRole('button', { name: 'Save', exact: true }).press('Enter')));
		for (const form of forms) await expect(form).toBeHidden();
	}

	test('attack 44: two tabs write at the same time; both see all, and a third device holds each entry once', async () => {
		const fromLeft = await register(left, { family: 'Mbabazi', given: 'Grace', born: ['4', '3', '1991'], sex: 'Female' });
		await right.turnTo();
		const fromRight = await openChart(right, 'Grace Mbabazi');
		const names = (tab: string) => [1, 2, 3, 4].map((n) => `${tab} problem ${n}`);
		for (const [index, name] of names('left').entries()) await saveAtOnce([[fromLeft, name], [fromRight, names('right')[index] ?? '']]);
		for (const chart of [fromLeft, fromRight]) {
			await chart.nurse.turnTo();
			await chart.show('Problems');
			for (const name of [...names('left'), ...names('right')]) await expect(chart.entries.filter({ hasText: name })).toHaveCount(1);
		}
		for (const tab of [left, right]) await allIsAtTheHub(tab);
		await expect(async () => {
			expect(await heldElsewhere()).toEqual({ problems: [...names('left'), ...names('right')], conflicts: 0, changes: 8 });
		}).toPass({ timeout: 60_000 });
		expect(await third.syncStatus()).toMatchObject({ waiting: 0, quarantined: 0 });
		for (const tab of [left, right]) {
			await tab.turnTo();
			expect(await readSyncPage(tab)).toEqual(ALONE);
		}
	});

	test('a tab that dies while its push is answered loses nothing, and nothing is sent twice', async () => {
		await office.hub.stop();
		const fromRight = await openChart(right, 'Grace Mbabazi');
		await left.turnTo();
		const fromLeft = await openChart(left, 'Grace Mbabazi');
		for (const n of [1, 2, 3]) await saveAtOnce([[fromLeft, `unsent left ${n}`], [fromRight, `unsent right ${n}`]]);
		// the hub has stored the push, and the answer reaches nobody: the tab that sent it is gone
		let died: Person | null = null;
		const context = await left.profile.open();
		const dead = new Promise<void>((resolve) => {
			void context.route(/-care\/_bulk_docs$/u, async (route) => {
				if (died !== null) return route.continue();
				died = route.request().frame().page() === left.page ? left : right;
				await route.fetch();
				await died.closeTab();
				resolve();
			});
		});
		await office.hub.start();
		await right.turnTo();
		await tryNow(right);
		await dead;
		const survivor = died === left ? right : left;
		await tryNow(survivor);
		await allIsAtTheHub(survivor);
		await expect(async () => {
			const { problems, conflicts, changes } = await heldElsewhere();
			expect({ conflicts, changes, sum: problems.length, each: new Set(problems).size }).toEqual({ conflicts: 0, changes: 14, sum: 14, each: 14 });
		}).toPass({ timeout: 60_000 });
		expect(await third.syncStatus()).toMatchObject({ waiting: 0, quarantined: 0 });
		expect(await readSyncPage(survivor)).toEqual(ALONE);
	});
});
