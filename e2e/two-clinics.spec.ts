/**
 * The main story, on the built app and with the hub as a process of its own: two clinics work offline on charts of the same person, a
 * hub that can read nothing carries them, and both end with one shared record that names what contradicts.
 */
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { HubProcess } from './hub.ts';
import { DESKTOP, PHONE } from './profile.ts';
import type { Chart } from './pages/chart.ts';
import { bringHere, hit, hitsAt, openChart, register, search, type NewPatient } from './pages/patients.ts';
import { Person } from './pages/person.ts';
import { link, showProposal } from './pages/review.ts';
import { picture, ROOT } from './pages/screens.ts';
import { kinds, ofType, readSharedRecord, showSharedRecord, type SharedRecord } from './pages/shared-record.ts';
import { allIsAtTheHub, pill, readSyncPage } from './pages/sync.ts';
import {
	acceptInvitation, addSite, closeInvitation, compareAndAdmit, createOrganization, invitationCode, invite, isAdmitted, join, openInvitation, pendingAnswer
} from './pages/team.ts';

const STORY = 'two-clinics';
const BWERA = 'Bwera Health Post';
const KATWE = 'Katwe Clinic';
const grace: NewPatient = { family: 'Mbabazi', given: 'Grace', born: ['4', '3', '1991'], sex: 'Female', village: 'Bwera', phone: '0772 123 456' };
const BCG = { vaccine: 'BCG', on: ['9', '3', '1991'] } as const;

test.describe.configure({ mode: 'serial' });
test.describe('two clinics and one hub', () => {
	let hub: HubProcess;
	let olive: Person;
	let amina: Person;
	let ben: Person;
	let rita: Person;
	let atBwera: Chart;
	let atKatwe: Chart;
	let seenAtBwera: SharedRecord;
	let bweraBefore: readonly string[];
	let katweBefore: readonly string[];

	test.beforeAll(async () => {
		hub = await HubProcess.create();
		olive = new Person('Olive Namara', hub.url, { viewport: DESKTOP });
		amina = new Person('Amina Kato', hub.url);
		ben = new Person('Ben Okello', hub.url);
		rita = new Person('Rita Auma', hub.url, { viewport: DESKTOP });
		await hub.start();
	});
	test.afterAll(async () => {
		for (const person of [olive, amina, ben, rita]) await person.remove();
		await hub.remove();
	});

	test('the owner sets up the organization from the link that the hub printed', async () => {
		await olive.open(hub.setupLink);
		await picture(olive.page, STORY, 'set-up');
		await createOrganization(olive, hub.setupLink, { name: 'Rwenzori Health', site: 'Kasese District' });
		await addSite(olive, BWERA);
		await addSite(olive, KATWE);
		await picture(olive.page, STORY, 'organization');
	});

	test('a nurse of each clinic and a reviewer of the region join by link, each after the code was compared', async () => {
		const address = await invite(olive, [{ site: BWERA, role: 'Clinician' }]);
		await expect(invitationCode(olive.page)).toBeVisible();
		await picture(olive.page, STORY, 'invitation');
		await closeInvitation(olive);
		await openInvitation(amina, address);
		await expect(amina.page.getByText(`Clinician at ${BWERA}`)).toBeVisible();
		await picture(amina.page, STORY, 'you-are-invited');
		const code = await acceptInvitation(amina);
		await picture(amina.page, STORY, 'code-of-the-newcomer');
		await olive.goTo('Team');
		await expect(pendingAnswer(olive, amina.name)).toContainText(`Clinician at ${BWERA}`, { timeout: 60_000 });
		await picture(olive.page, STORY, 'code-of-the-inviter');
		await compareAndAdmit(olive, amina, code);
		await isAdmitted(amina);
		await picture(amina.page, STORY, 'admitted');
		await join(olive, ben, [{ site: KATWE, role: 'Clinician' }]);
		await join(olive, rita, [{ site: 'Kasese District', role: 'Reviewer' }]);
	});

	test('with the hub stopped and the browsers opened again, the app starts from the device', async () => {
		for (const nurse of [amina, ben]) await nurse.appIsInstalled();
		await rita.closeBrowser();
		await olive.closeBrowser();
		await hub.stop();
		for (const nurse of [amina, ben]) {
			await nurse.closeBrowser();
			await nurse.reopenWithoutLine();
			await expect(pill(nurse)).toHaveAttribute('data-line', 'offline');
		}
	});

	test('the same person is registered at both clinics, offline, and their charts are written', async () => {
		atBwera = await register(amina, grace);
		await picture(amina.page, STORY, 'chart-empty');
		await atBwera.addAllergy({ substance: 'Penicillin', reactions: 'rash, wheeze' });
		await picture(amina.page, STORY, 'allergy-saved');
		await atBwera.recordVitals({ systolic: '128', diastolic: '84', pulse: '78', weight: '63' });
		await atBwera.addProblem({ name: 'Essential hypertension', since: '2019' });
		await atBwera.writeNote({ text: 'Headache for two days. No fever.' });
		await atBwera.addVaccine(BCG);
		await atBwera.correctBirthDate(['14', '3', '1991']);
		await picture(amina.page, STORY, 'chart-at-bwera');

		atKatwe = await register(ben, { ...grace, village: 'Katwe' });
		await atKatwe.prescribe({ drug: 'amoxicillin', dose: '500', days: '7' });
		await atKatwe.addVaccine(BCG);
		await atKatwe.correctBirthDate(['4', '5', '1991']);
		await picture(ben.page, STORY, 'chart-at-katwe');
		expect((await readSyncPage(amina)).waitingToSend).toBeGreaterThanOrEqual(8);
		await picture(amina.page, STORY, 'waiting-to-send');
		await expect(pill(ben)).toHaveAttribute('data-waiting', /[1-9]/u);
	});

	test('the hub is started again: everything arrives, and the reviewer links the proposed pair', async () => {
		await hub.start();
		await allIsAtTheHub(amina);
		await allIsAtTheHub(ben);
		await rita.open();
		await rita.unlock();
		const pair = await showProposal(rita, 'Mbabazi');
		await expect(pair).toContainText('Date of birth');
		await picture(rita.page, STORY, 'proposed-pair');
		await link(rita, 'Mbabazi');
		await allIsAtTheHub(rita);
	});

	test('both nurses, offline again, see one shared record with its sources and what contradicts', async () => {
		atBwera = await openChart(amina, 'Grace Mbabazi');
		atKatwe = await openChart(ben, 'Grace Mbabazi');
		for (const chart of [atBwera, atKatwe]) {
			await expect(async () => {
				expect(await chart.hasSharedRecord()).toBe(true);
				expect(kinds(await readSharedRecord(chart))).toEqual(expect.arrayContaining(['allergy-against-prescription', 'demographics-differ', 'recorded-twice']));
			}).toPass({ timeout: 90_000 });
		}
		for (const nurse of [amina, ben]) await allIsAtTheHub(nurse);
		await rita.closeBrowser();
		await hub.stop();
		for (const nurse of [amina, ben]) {
			await expect(pill(nurse)).toHaveAttribute('data-line', 'offline', { timeout: 60_000 });
			await nurse.closeBrowser();
			await nurse.reopenWithoutLine();
		}
		atBwera = await openChart(amina, 'Grace Mbabazi');
		atKatwe = await openChart(ben, 'Grace Mbabazi');
		seenAtBwera = await readSharedRecord(atBwera);
		await picture(amina.page, STORY, 'shared-record-with-sources');
		const seenAtKatwe = await readSharedRecord(atKatwe);
		expect(seenAtKatwe).toEqual(seenAtBwera);
		expect(seenAtBwera.differences.find(({ kind }) => kind === 'allergy-against-prescription')?.text).toMatch(/Danger.*penicillin.*amoxicillin/iu);
		expect(seenAtBwera.differences.find(({ kind }) => kind === 'demographics-differ')?.text).toContain('Date of birth');
		const [bcg] = ofType(seenAtBwera, 'Immunization');
		expect(bcg?.sources.map((source) => [BWERA, KATWE].find((site) => source.includes(site)))).toEqual([BWERA, KATWE].toSorted((a, b) => a.localeCompare(b)));
		for (const [type, site, author] of [['AllergyIntolerance', BWERA, 'Amina Kato'], ['MedicationRequest', KATWE, 'Ben Okello'], ['Condition', BWERA, 'Amina Kato']] as const) {
			expect(ofType(seenAtBwera, type).map(({ sources }) => sources.map((source) => source.includes(site) && source.includes(author)))).toEqual([[true]]);
		}
		await atKatwe.show('Summary');
		await picture(ben.page, STORY, 'alert-at-katwe');
	});

	test('a picture of the merged record', async () => {
		await showSharedRecord(atBwera);
		await atBwera.page.reload();
		await amina.unlock();
		await expect(atBwera.page.getByTestId('shared-record')).toBeVisible();
		await picture(atBwera.page, STORY, 'shared-record');
		if (process.env['SADDLEBAG_UPDATE_DOCS'] !== '1') return;
		await atBwera.page.setViewportSize({ width: 1280, height: 1640 });
		await atBwera.page.screenshot({ path: path.join(ROOT, 'docs', 'merged-record.png'), animations: 'disabled' });
		await atBwera.page.setViewportSize(PHONE);
	});

	test('an allergy added at one clinic is seen at the other, with no device of the region running', async () => {
		await hub.start();
		await atBwera.addAllergy({ substance: 'Peanut' });
		await expect(async () => {
			const { items } = await readSharedRecord(atKatwe);
			expect(items.some(({ type, text }) => type === 'AllergyIntolerance' && text.includes('Peanut'))).toBe(true);
		}).toPass({ timeout: 90_000 });
		await picture(ben.page, STORY, 'allergy-from-the-other-clinic');
	});

	test('a prescriber is stopped by the allergy of the other clinic', async () => {
		const form = await atKatwe.fillPrescription({ drug: 'ampicillin', dose: '500' });
		await form.getByRole('button', { name: 'Save', exact: true }).click();
		await expect(atKatwe.alert).toContainText(/penicillin/iu);
		await picture(ben.page, STORY, 'stop-and-check');
		await atKatwe.alert.getByRole('button', { name: 'Do not prescribe' }).click();
		await form.getByRole('button', { name: 'Leave without saving' }).click();
		await expect(form).toBeHidden();
	});

	test('after unlinking the charts are as they were and the copies are gone from every view', async () => {
		await allIsAtTheHub(amina);
		await allIsAtTheHub(ben);
		bweraBefore = await atBwera.read('Allergies');
		katweBefore = await atKatwe.read('Medicines');
		await rita.open();
		await rita.unlock();
		const fromTheRegion = await openChart(rita, 'Grace Mbabazi', BWERA);
		await fromTheRegion.unlink('Two sisters of one name');
		// the region keeps no clinical entries of the clinic, and must not call its allergies unrecorded
		await expect(fromTheRegion.banner).toContainText('Allergies unavailable');
		await picture(rita.page, STORY, 'unlinked');
		for (const chart of [atBwera, atKatwe]) await expect(async () => expect(await chart.hasSharedRecord()).toBe(false)).toPass({ timeout: 90_000 });
		expect(await atBwera.read('Allergies')).toEqual(bweraBefore);
		expect(await atKatwe.read('Medicines')).toEqual(katweBefore);
		await atKatwe.show('Summary');
		await expect(atKatwe.discrepancies).toHaveCount(0);
		await expect(atKatwe.page.getByText(/penicillin|peanut/iu)).toHaveCount(0);
		await picture(ben.page, STORY, 'unlinked-at-katwe');
	});

	test('a member posted to two sites finds people of both and brings one here', async () => {
		const noor = new Person('Noor Hassan', hub.url);
		try {
			await olive.open();
			await olive.unlock();
			await join(olive, noor, [{ site: BWERA, role: 'Clinician' }, { site: KATWE, role: 'Health worker' }]);
			await register(amina, { family: 'Tumusiime', given: 'Peter', born: ['20', '11', '1975'], sex: 'Male', village: 'Mpondwe' });
			await allIsAtTheHub(amina);
			await noor.workAt(KATWE);
			await expect(async () => {
				await search(noor, 'Mbabazi');
				await expect(hitsAt(noor, BWERA)).toHaveCount(1, { timeout: 3_000 });
				await expect(hitsAt(noor, KATWE)).toHaveCount(1, { timeout: 3_000 });
				await search(noor, 'Tumusiime');
				await expect(hitsAt(noor, BWERA)).toHaveCount(1, { timeout: 3_000 });
			}).toPass({ timeout: 60_000 });
			await picture(noor.page, STORY, 'search-over-both-sites');
			const brought = await bringHere(noor, 'Tumusiime', BWERA);
			await expect(brought.page.getByText(`Chart at ${KATWE}`).last()).toBeVisible();
			await expect(brought.page.getByTestId('chart-link')).toContainText(BWERA);
			await picture(noor.page, STORY, 'brought-here');
			await search(noor, 'Tumusiime');
			await expect(hit(noor, /Tumusiime/iu)).toHaveCount(2);
			await expect(noor.page.getByRole('button', { name: 'Bring here' })).toHaveCount(0);
		} finally {
			await noor.remove();
		}
	});

	test('nothing was complained about in any browser', () => {
		for (const person of [olive, amina, ben, rita]) expect(person.profile.complaints.filter(isAComplaint)).toEqual([]);
	});
});

/** A hub that is away is no fault of the app: the browser itself reports each request that found nobody. */
const isAComplaint = (text: string): boolean => !/net::ERR_(?:CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING|NETWORK_CHANGED|ABORTED)/u.test(text);
