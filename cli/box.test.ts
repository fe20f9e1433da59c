/** A clinic with a box: the same app, the same database and the same keys at the box in the morning and at the regional hub in the afternoon. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { startHub, type TestHub, type TestHubOptions } from '../server/testing.ts';
import type { Device } from '../sync/device/device.ts';
import { createHeadlessDevice } from '../sync/device/headless.ts';
import { must } from './demo/organization.ts';

const PASSPHRASE = 'correct horse battery';
const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
	for (const step of cleanUp.splice(0).reverse()) await step();
});

function folder(): string {
	const made = mkdtempSync(path.join(tmpdir(), 'saddlebag-box-'));
	cleanUp.push(() => rmSync(made, { recursive: true, force: true }));
	return made;
}
async function hub(options: TestHubOptions): Promise<TestHub> {
	const started = await startHub(options);
	cleanUp.push(() => started.stop());
	return started;
}
async function device(name: string): Promise<Device> {
	const made = await createHeadlessDevice({ name: `${name}-${process.pid}` });
	cleanUp.push(() => made.close());
	return made;
}
const until = (check: () => Promise<boolean>) => vi.waitUntil(check, { timeout: 15_000, interval: 100 });
const patient = (family: string) => ({ resourceType: 'Patient', name: [{ family, given: ['Asha'] }], gender: 'female', birthDate: '1990-01-01' });
const finds = async (who: Device, family: string): Promise<boolean> => (await must(who.search({ query: family, site: null, limit: 5 }), 'searching')).length > 0;

it('a nurse works with whichever of the two answers, and what she writes is at both in the end', async () => {
	const above = folder();
	let region = await hub({ dataFolder: above });
	const owner = await device('box-owner');
	await must(owner.createOrganization({ setupLink: region.setupLink, name: 'District', siteName: 'Region', ownerName: 'Olga', passphrase: PASSPHRASE }), 'founding');
	const { root, members } = await must(owner.organization(), 'reading');
	const clinic = await must(owner.addSite({ name: 'Clinic', kind: 'clinic', parent: root }), 'adding the clinic');
	const [olga] = members;
	if (olga !== undefined) await must(owner.post({ member: olga.member, site: clinic, role: 'lead' }), 'posting');
	await owner.syncNow();

	const inTheBox = folder();
	const box = await hub({ dataFolder: inTheBox, upstream: region.url, backoff: { firstMs: 30, mostMs: 200 } });
	await until(async () => (box.carrying()?.link ?? null) !== null);
	const link = box.carrying()?.link ?? '';
	const asked = await must(owner.readBox(link), 'reading the link');
	expect(asked).toMatchObject({ key: box.key, origins: box.carrying() === null ? [] : expect.arrayContaining([box.url]) });
	expect(await owner.readBox('https://nowhere.example/box#AAAA')).toMatchObject({ ok: false });
	await must(owner.letBoxCarry({ link, sites: [clinic] }), 'letting it carry');
	await owner.syncNow();
	expect(await must(owner.boxes(), 'listing')).toMatchObject([{ key: box.key, sites: [{ site: clinic, name: 'Clinic' }], mayDismiss: true, ended: false }]);

	const nurse = await device('box-nurse');
	const { link: invitation, invitation: id } = await must(owner.invite({ grants: [{ site: clinic, role: 'clinician' }], days: 7 }), 'inviting');
	await owner.syncNow();
	const { code } = await must(nurse.answerInvitation({ link: invitation, name: 'Nina', passphrase: PASSPHRASE }), 'answering');
	await owner.syncNow();
	const answer = (await must(owner.pendingAnswers(), 'answers')).find((each) => each.invitation === id);
	await must(owner.admit({ invitation: id, answer: answer?.answer ?? '', code }), 'admitting');
	await owner.syncNow();
	await nurse.syncNow();
	await until(async () => box.carrying()?.state === 'connected');
	const authorization = `Bearer ${readFileSync(path.join(inTheBox, 'metrics.token'), 'utf8').trim()}`;
	const metrics = await (await fetch(`${box.url}/metrics`, { headers: { authorization } })).text();
	for (const line of [/^saddlebag_carrier_connected 1$/m, /^saddlebag_carrier_queue \d+$/m, /^saddlebag_carrier_lag \d+$/m, /^saddlebag_carrier_silence_seconds [\d.]+$/m]) expect(metrics).toMatch(line);
	await until(async () => (await nurse.lockState()).kind === 'unlocked');
	const hubOf = async (): Promise<string | null> => (await nurse.syncStatus()).hub;
	expect(await hubOf()).toBe(region.url);

	// morning: no line to the region
	const port = region.port;
	await region.stop();
	await must(nurse.registerPatient({ site: clinic, patient: patient('Morning') }), 'registering');
	await until(async () => {
		await nurse.syncNow();
		const status = await nurse.syncStatus();
		return status.hub !== region.url && status.waitingToSend === 0 && status.line === 'connected';
	});

	// afternoon: the region, and no box
	await box.stop();
	region = await hub({ dataFolder: above, port });
	await must(nurse.registerPatient({ site: clinic, patient: patient('Afternoon') }), 'registering');
	await until(async () => {
		await nurse.syncNow();
		const status = await nurse.syncStatus();
		return status.hub === region.url && status.waitingToSend === 0;
	});
	await until(async () => {
		await owner.syncNow();
		return (await finds(owner, 'Morning')) && (await finds(owner, 'Afternoon'));
	});
	await must(owner.dismissBox({ key: box.key, reason: 'lost' }), 'dismissing');
	expect(await must(owner.boxes(), 'listing')).toMatchObject([{ ended: true, mayDismiss: false }]);
}, 60_000);
