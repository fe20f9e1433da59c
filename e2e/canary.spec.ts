/**
 * Nothing that a person typed is found where it does not belong: not in the hub's data, not in its log, not in a browser profile that is
 * locked and closed, and not in any store that a page of the app's origin can read while it is locked.
 *
 * The control comes first: the same scanner must find every canary in a hub and a profile that store them in the clear.
 */
import { rmSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { readStores, type StoredText } from './browser-stores.ts';
import { ALL_CANARIES, CANARIES as c } from './canaries.ts';
import { must, newDevice, Office } from './office.ts';
import type { Id } from '../sync/change/change.ts';
import type { ChartRef } from '../sync/device/api.ts';
import type { Device } from '../sync/device/device.ts';
import { bringHere, openChart, register } from './pages/patients.ts';
import { letterOf, openItem, use } from './pages/review.ts';
import { Person } from './pages/person.ts';
import { readSyncPage, allIsAtTheHub } from './pages/sync.ts';
import { plaintextHub, plaintextProfile } from './plaintext.ts';
import { formsOf } from './scanner/forms.ts';
import { findIn, missed, scanFolder, type Finding, type Scan } from './scanner/scan.ts';

const FORMS = ALL_CANARIES.flatMap(formsOf);
const findInTexts = (texts: readonly StoredText[]): Finding[] => texts.flatMap(({ where, text }) => findIn(where, Buffer.from(text), FORMS));
const within = (scan: Scan, place: RegExp): Scan => ({ ...scan, findings: scan.findings.filter(({ where }) => place.test(where)) });
const inWords = (findings: readonly Finding[]): string[] => [...new Set(findings.map(({ canary, form, where }) => `${canary} (${form}) in ${where}`))];

test.describe.configure({ mode: 'serial' });
test.describe('canaries', () => {
	test('attack 46: control: the scanner finds every canary in a hub that stores plaintext, and in its log', async () => {
		const { folder, log } = await plaintextHub(ALL_CANARIES);
		const scan = await scanFolder(folder, ALL_CANARIES);
		expect(missed(ALL_CANARIES, within(scan, /as a database/u)), 'in the database, read as a database').toEqual([]);
		expect(missed(ALL_CANARIES, within(scan, /^(?!.*as a database)/u)), 'in the files of the database').toEqual([]);
		expect(missed(ALL_CANARIES, { ...scan, findings: findIn('log', Buffer.from(log), FORMS) }), 'in the log').toEqual([]);
		rmSync(folder, { recursive: true });
	});

	test('attack 46: control: the scanner finds every canary in each store of a profile that keeps plaintext', async () => {
		const { profile, page, close } = await plaintextProfile(ALL_CANARIES);
		const read = await readStores(page);
		for (const store of ['indexedDB plain', 'localStorage', 'sessionStorage', 'caches plain']) {
			const findings = findInTexts(read.filter(({ where }) => where.startsWith(store)));
			expect(missed(ALL_CANARIES, { findings, files: 0, bytes: 0, databases: 0 }), `${store}, read by a page`).toEqual([]);
		}
		await profile.close();
		const scan = await scanFolder(profile.folder, ALL_CANARIES);
		for (const place of [/IndexedDB/u, /Local Storage/u, /CacheStorage/u]) expect(missed(ALL_CANARIES, within(scan, place)), `in the files below ${place.source}`).toEqual([]);
		await profile.remove();
		await close();
	});

	test('attack 25, 46: no canary in the hub, its log, or a locked browser', async () => {
		const office = await Office.found({ organization: c.organization, region: c.region, owner: c.owner }, c.passphrase);
		const nurse = new Person(c.nurse, office.hub.url, { passphrase: c.passphrase });
		try {
			const [a, b] = [await office.addClinic(c.clinicA), await office.addClinic(c.clinicB)];
			await refuseSomebody(office);
			await office.join(nurse, [{ site: a, role: 'lead' }, { site: b, role: 'lead' }]);
			await fillEveryField(nurse);
			const colleague = await decideAndPutRight(office, nurse, a);
			// what is told at the other site is in the hub with the rest
			await must(office.owner.shareIndex({ site: a, among: [b] }));
			await removeAndAdopt(office, nurse, colleague);
			await allIsAtTheHub(nurse);
			expect(await readSyncPage(nurse)).toEqual({ waitingToSend: 0, notOpened: 0, quarantined: 0 });
			await nurse.goTo('Patients');
			await nurse.lock();
			const stores = await readStores(nurse.page);
			expect(stores.length).toBeGreaterThan(100);
			expect(inWords(findInTexts(stores)), 'in what a page can read while locked').toEqual([]);
			await nurse.closeBrowser();
			await office.hub.stop();

			const hub = await scanFolder(office.hub.folder, ALL_CANARIES);
			expect(hub.databases).toBeGreaterThanOrEqual(5);
			expect(inWords(hub.findings), 'in the data of the hub').toEqual([]);
			expect(office.hub.output.length).toBeGreaterThan(1_000);
			expect(inWords(findIn('log', Buffer.from(office.hub.output), FORMS)), 'in the log of the hub').toEqual([]);
			const profile = await scanFolder(nurse.profile.folder, ALL_CANARIES);
			expect(profile.bytes).toBeGreaterThan(1_000_000);
			expect(inWords(profile.findings), 'in the files of the browser').toEqual([]);
		} finally {
			await nurse.remove();
			await office.close();
		}
	});
});

async function refuseSomebody(office: Office): Promise<void> {
	const caller = await newDevice('caller');
	const { link, invitation } = await must(office.owner.invite({ grants: [{ site: office.region, role: 'reviewer' }], days: 1 }));
	await office.owner.syncNow();
	await must(caller.answerInvitation({ link, name: c.refused, passphrase: c.passphrase }));
	await office.owner.syncNow();
	expect((await must(office.owner.pendingAnswers())).map(({ name }) => name)).toEqual([c.refused]);
	await must(office.owner.refuse({ invitation, reason: c.refuseReason }));
	await office.owner.syncNow();
	await caller.close();
}

/** A chart in which every field is written, a second one at the other site, and the reasons that are asked for on the way. */
async function fillEveryField(nurse: Person): Promise<void> {
	const [year, month, day] = c.birthDate.split('-').map((part) => String(Number(part)));
	await nurse.workAt(c.clinicA);
	const chart = await register(nurse, {
		family: c.family, given: c.given, born: [day ?? '', month ?? '', year ?? ''], sex: 'Female', village: c.village, phone: c.phone, identifier: c.identifier
	});
	await chart.addAllergy({ substance: c.allergy, reactions: c.reaction, note: c.allergyNote });
	await chart.addProblem({ name: c.problem, note: c.problemNote });
	const prescription = await chart.fillPrescription({ drug: c.drug, dose: '250', note: c.drugNote });
	await prescription.getByRole('button', { name: 'Save', exact: true }).click();
	await chart.prescribeAnyway(c.override);
	await chart.stored(prescription);
	await chart.recordVitals({ systolic: '119', diastolic: '77', pulse: '71', weight: '58' });
	await chart.addOtherVaccine({ vaccine: c.vaccine, lot: c.lot });
	await chart.writeNote({ title: c.noteTitle, text: c.noteText });
	await chart.show('Problems');
	await chart.retract(c.problem, c.retractReason);
	await nurse.workAt(c.clinicB);
	const brought = await bringHere(nurse, c.family, c.clinicA);
	await brought.unlink(c.unlinkReason);
}

/** Reasons and notes of decisions, and what is moved and restricted: with a colleague who disagrees, on a device without a screen. */
async function decideAndPutRight(office: Office, nurse: Person, site: Id): Promise<Colleague> {
	await allIsAtTheHub(nurse);
	const line = { up: true };
	const colleague = await office.joinHeadless(c.colleague, [{ site, role: 'lead' }], c.passphrase, {
		fetch: (url, init) => (line.up ? fetch(url, init as RequestInit) : Promise.reject(new TypeError('no line')))
	});
	await colleague.syncNow();
	const [hit] = await must(colleague.search({ query: c.family, site, limit: 1 }));
	if (hit === undefined) throw new Error('the colleague has no such chart');
	const ref = { site: hit.site, chart: hit.chart };
	const order = (await must(colleague.openChart(ref))).entries.find(({ type }) => type === 'MedicationRequest');
	if (order === undefined) throw new Error('the colleague has no such order');
	await nurse.workAt(c.clinicA);
	let chart = await openChart(nurse, c.family, c.clinicA);
	await chart.changeDose(c.drug, '125');
	await must(colleague.save({ ref, comp: 'clinical', resource: { ...order.resource, medicationCodeableConcept: { text: `${c.drug} forte` } }, heads: order.heads }));
	await must(colleague.save({ ref, comp: 'restricted', resource: { resourceType: 'Condition', code: { text: c.hidden } }, heads: [] }));
	await colleague.syncNow();

	await openItem(nurse, /Medicine and dose/u);
	await use(nurse, await letterOf(nurse, '125'), c.decisionReason);
	const item = await openItem(nurse, /penicillin/iu);
	await item.getByRole('radio', { name: /Known and accepted/u }).check();
	await item.getByLabel('Note for colleagues').fill(c.answerNote);
	await item.getByRole('button', { name: 'Save answer' }).click();
	await expect(nurse.page.getByTestId('saved')).toContainText('saved on this device');

	await register(nurse, { family: c.neighbour, given: c.given, born: ['2', '2', '1960'], sex: 'Male' });
	chart = await openChart(nurse, c.family, c.clinicA);
	for (const name of [c.moved, c.restricted]) await chart.addProblem({ name });
	const dialog = await chart.startMoving('Problems', c.moved, c.neighbour);
	await dialog.getByLabel('Reason').fill(c.moveReason);
	await dialog.getByRole('button', { name: /^Move to /u }).click();
	await expect(nurse.page.getByTestId('saved')).toContainText('Moved 1 entry');
	await nurse.page.getByRole('button', { name: `Make restricted: ${c.restricted}` }).click();
	const restrict = nurse.page.getByRole('dialog', { name: 'Make restricted' });
	await restrict.getByLabel('Reason').fill(c.restrictReason);
	await restrict.getByRole('button', { name: 'Make restricted' }).click();
	await expect(nurse.page.getByTestId('saved')).toContainText('Relabelled');
	await nurse.page.getByTestId('hidden').getByRole('button', { name: 'Show restricted entries' }).click();
	const glass = nurse.page.getByRole('dialog', { name: 'Show restricted entries' });
	await glass.getByLabel('Reason').fill(c.glassReason);
	await glass.getByRole('button', { name: 'Show them' }).click();
	await expect(chart.entries.filter({ hasText: c.hidden })).toBeVisible();
	return { device: colleague, ref, line };
}

interface Colleague { readonly device: Device; readonly ref: ChartRef; readonly line: { up: boolean } }

/** The colleague is removed; what they had not sent comes in a file, and is adopted. */
async function removeAndAdopt(office: Office, nurse: Person, { device, ref, line }: Colleague): Promise<void> {
	// or it would be at the hub before anybody is removed, and not late
	line.up = false;
	await must(device.save({ ref, comp: 'clinical', resource: { resourceType: 'Condition', code: { text: c.late } }, heads: [] }));
	const { bytes } = await must(device.exportUnsent());
	const member = (await must(office.owner.organization())).members.find(({ name }) => name === c.colleague)?.member;
	if (member === undefined) throw new Error('nobody of that name');
	await must(office.owner.revoke({ removal: { kind: 'member', member }, reason: c.revokeReason }));
	await office.owner.syncNow();
	const { page } = nurse;
	// a device that takes work in before it hears of a removal vouches for what it took: here it hears first
	await nurse.goTo('Team');
	await page.getByRole('link', { name: 'Who has access' }).click();
	await expect(page.getByTestId('past-access').filter({ hasText: c.colleague })).toBeVisible({ timeout: 60_000 });
	await nurse.goTo('Sync');
	await page.getByRole('link', { name: 'What exists only here, and files' }).click();
	await page.locator('#custody-file').setInputFiles({ name: 'unsent.sbb', mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) });
	await expect(page.getByTestId('file-taken')).toBeVisible();
	await nurse.goTo('Team');
	await page.getByRole('link', { name: 'Work that came late' }).click();
	const late = page.getByTestId('late').filter({ hasText: c.colleague });
	await expect(late).toBeVisible({ timeout: 60_000 });
	await late.getByRole('button', { name: 'Adopt into the chart' }).click();
	const dialog = page.getByRole('dialog', { name: 'Adopt into the chart' });
	await dialog.getByLabel('Reason').fill(c.adoptReason);
	await dialog.getByRole('button', { name: 'Adopt into the chart' }).click();
	await expect(page.getByTestId('saved')).toBeVisible();
	const chart = await openChart(nurse, c.family, c.clinicA);
	await chart.show('Problems');
	await expect(chart.entries.filter({ hasText: c.late })).toContainText('Arrived late');
}
