/**
 * A clinic box, with hubs as processes of their own: the same installed app, database and keys work with the box in the morning, when there is no line to the
 * region, and with the regional hub in the afternoon, when there is no box.
 */
import { expect, test } from '@playwright/test';
import { must } from '../cli/demo/organization.ts';
import type { Id } from '../sync/change/change.ts';
import type { Device } from '../sync/device/device.ts';
import { createHeadlessDevice } from '../sync/device/headless.ts';
import { HubProcess } from './hub.ts';
import { hit, register, search } from './pages/patients.ts';
import { Person, PASSPHRASE } from './pages/person.ts';
import { allIsAtTheHub } from './pages/sync.ts';
import { acceptInvitation, isAdmitted, openInvitation } from './pages/team.ts';

interface BoxStatus { readonly state: string; readonly link: string | null; readonly sites: readonly string[] }

async function boxStatus(box: HubProcess): Promise<BoxStatus | null> {
	const info = (await (await fetch(`${box.url}/_hub/info`)).json()) as { box?: BoxStatus };
	return info.box ?? null;
}

test.describe.configure({ mode: 'serial' });
test.describe('a clinic with a box', () => {
	let region: HubProcess;
	let box: HubProcess;
	let owner: Device;
	let nina: Person;
	let clinic: Id;

	test.beforeAll(async () => {
		region = await HubProcess.create();
		box = await HubProcess.create();
		await region.start();
		owner = await createHeadlessDevice({ name: 'box-owner' });
		nina = new Person('Nina Achieng', region.url);
	});
	test.afterAll(async () => {
		await nina.remove();
		await owner.close();
		await box.remove();
		await region.remove();
	});

	test('a nurse installs the app from the regional hub, when there is no box yet', async () => {
		await must(owner.createOrganization({ setupLink: region.setupLink, name: 'Rwenzori Health', siteName: 'Kasese District', ownerName: 'Olive Namara', passphrase: PASSPHRASE }), 'founding');
		const { root } = await must(owner.organization(), 'reading');
		clinic = await must(owner.addSite({ name: 'Bwera Health Post', kind: 'clinic', parent: root }), 'adding the clinic');
		await owner.takeOn(clinic);
		await owner.syncNow();
		const { link, invitation } = await must(owner.invite({ grants: [{ site: clinic, role: 'clinician' }], days: 7 }), 'inviting');
		await owner.syncNow();
		await openInvitation(nina, link);
		const code = await acceptInvitation(nina);
		await owner.syncNow();
		const answer = (await must(owner.pendingAnswers(), 'answers')).find((each) => each.invitation === invitation);
		await must(owner.admit({ invitation, answer: answer?.answer ?? '', code }), 'admitting');
		await owner.syncNow();
		await isAdmitted(nina);
		await nina.appIsInstalled();
		await allIsAtTheHub(nina);
	});

	test('the box asks on its page, and whoever leads the clinic lets it carry', async () => {
		await box.start('--upstream', region.url);
		await expect.poll(async () => (await boxStatus(box))?.link ?? null).not.toBeNull();
		const page = await nina.profile.page();
		await page.goto(`${box.url}/_hub/box`);
		await expect(page.getByRole('heading', { name: 'Let this box carry' })).toBeVisible();
		const link = (await boxStatus(box))?.link ?? '';
		await expect(page.getByText(link)).toBeVisible();
		const { short } = await must(owner.readBox(link), 'reading what it asks');
		await expect(page.getByText(short)).toBeVisible();
		await must(owner.letBoxCarry({ link, sites: [clinic] }), 'letting it carry');
		await owner.syncNow();
		await expect.poll(async () => (await boxStatus(box))?.state, { timeout: 60_000 }).toBe('connected');
		expect((await boxStatus(box))?.sites).toEqual([clinic]);
		// the kept page was written before the box was there: the app takes up the log, and the page's policy follows it
		await nina.page.goto(region.url);
		await nina.unlock();
		await expect.poll(async () => nina.page.evaluate(async (origin) => {
			const [name = ''] = await caches.keys();
			const cache = await caches.open(name);
			const policies = (await Promise.all((await cache.keys()).map((request) => cache.match(request)))).map((response) => response?.headers.get('content-security-policy') ?? '');
			return policies.length > 10 && policies.every((policy) => policy.includes(origin));
		}, box.url), { timeout: 60_000 }).toBe(true);
		const kept = await nina.page.evaluate(async () => (await (await caches.open((await caches.keys())[0] ?? '')).match('/'))?.headers.get('content-security-policy') ?? '');
		expect(kept).toMatch(/connect-src 'self'(?: https?:\/\/[a-z0-9.:-]+)+(?:;|$)/u);
		expect(kept).toContain("default-src 'none'");
	});

	test('in the morning, without a line to the region, what she registers is at the box', async () => {
		await region.stop();
		await nina.closeBrowser();
		await nina.reopenWithoutLine();
		await register(nina, { family: 'Morning', given: 'Asha', born: ['4', '3', '1991'], sex: 'Female' });
		await allIsAtTheHub(nina);
		await expect.poll(async () => (await boxStatus(box))?.state).toBe('offline');
	});

	test('in the afternoon, without the box, the same app is at the regional hub, and so are both', async () => {
		await box.stop();
		await region.start();
		await register(nina, { family: 'Afternoon', given: 'Asha', born: ['4', '3', '1992'], sex: 'Female' });
		await allIsAtTheHub(nina);
		for (const family of ['Morning', 'Afternoon']) {
			await expect.poll(async () => {
				await owner.syncNow();
				return (await must(owner.search({ query: family, site: null, limit: 5 }), 'searching')).length;
			}, { timeout: 60_000 }).toBe(1);
			await search(nina, family);
			await expect(hit(nina, family)).toBeVisible();
		}
	});
});
