import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHeadlessDevice } from '../sync/device/headless.ts';
import { must } from '../sync/device/testing/clinics.ts';
import type { Device } from '../sync/device/device.ts';
import { startDemo, type DemoSettings, type RunningDemo } from './demo.ts';
import { linkOf } from './demo/members.ts';

const NEVER = { aborted: false };
const ROOT = path.dirname(import.meta.dirname);
const folder = mkdtempSync(path.join(tmpdir(), 'saddlebag-demo-'));
const settings: DemoSettings = { port: 0, folder, patients: null, people: 6, fresh: false, logLevel: 'silent' };
const devices: Device[] = [];

async function start(over: Partial<DemoSettings> = {}, signal: { readonly aborted: boolean } = NEVER): Promise<RunningDemo> {
	const started = await startDemo({ ...settings, ...over }, ROOT, signal, () => undefined);
	if (!started.ok) throw new Error(started.error.message);
	return started.value;
}

/** RxDB opens four stores at once in one process. */
async function closeBrowsers(): Promise<void> {
	for (const device of devices.splice(0)) await device.close();
}

async function browser(name: string): Promise<Device> {
	const device = await createHeadlessDevice({ name: `demo-browser-${name}` });
	devices.push(device);
	return device;
}

const memberOf = (demo: RunningDemo, name: string): RunningDemo['members'][number] => {
	const found = demo.members.find(({ member }) => member.name === name);
	if (found === undefined) throw new Error(`${name} is not in the demo`);
	return found;
};

describe('the demo', () => {
	let demo!: RunningDemo;
	let peter: Device;

	beforeAll(async () => {
		demo = await start();
	}, 120_000);
	afterAll(async () => {
		await closeBrowsers();
		await demo?.hub.stop();
		rmSync(folder, { recursive: true, force: true });
	});

	it('records the drawn charts, links the told stories and leaves the others to the reviewer', () => {
		expect(demo.built?.linked).toBe(3);
		expect(demo.built?.tally.charts).toBeGreaterThanOrEqual(12);
		expect([...(demo.built?.tally.notRecorded ?? [])]).toEqual([]);
		expect([...(demo.built?.tally.leftOut ?? [])]).toEqual([]);
	});

	it('makes a second device the member\'s, which the printed passphrase unlocks', async () => {
		peter = await browser('peter');
		const entry = memberOf(demo, 'Nurse Peter Wekesa');
		const taken = await must(peter.takeOver(linkOf(entry, demo.hub.url)));
		expect((await peter.lockState()).kind).toBe('locked');
		expect(await peter.unlock({ member: taken.member, passphrase: 'not the passphrase' })).toMatchObject({ ok: false, error: { code: 'wrong-passphrase' } });
		await must(peter.unlock({ member: taken.member, passphrase: entry.member.passphrase }));
		await peter.syncNow();
	}, 60_000);

	it('shows the linked story with its alert there: an allergy at one clinic against the prescription of the other', async () => {
		const [amina] = await must(peter.search({ query: 'amina achieng', site: null, limit: 5 }));
		if (amina === undefined) throw new Error('Amina is not found');
		const chart = await must(peter.openChart(amina));
		expect(chart.siteName).toBe('Lwanda Clinic');
		const alert = chart.ehr?.discrepancies.find(({ kind }) => kind === 'allergy-against-prescription');
		expect(alert?.facts).toMatchObject({ drug: expect.stringMatching(/amoxicillin/i), substance: expect.stringMatching(/penicillin/i) });
		expect(chart.ehr?.discrepancies.map(({ kind }) => kind)).toContain('demographics-differ');
		expect(Object.values(chart.authors)).toContain('Register clerk, Kibarani');
	});

	it('lets the member record, and the others see it: the chain begins where the hub knows it to be', async () => {
		const [amina] = await must(peter.search({ query: 'amina achieng', site: null, limit: 5 }));
		if (amina === undefined) throw new Error('Amina is not found');
		await must(peter.save({ ref: amina, comp: 'clinical', heads: [], resource: { resourceType: 'Condition', code: { text: 'Otitis media' } } }));
		await peter.syncNow();
		expect((await peter.syncStatus()).waitingToSend).toBe(0);
		const neema = await browser('neema');
		const entry = memberOf(demo, 'Nurse Neema Massawe');
		const taken = await must(neema.takeOver(linkOf(entry, demo.hub.url)));
		await must(neema.unlock({ member: taken.member, passphrase: entry.member.passphrase }));
		await neema.syncNow();
		const [hers] = await must(neema.search({ query: 'amina achieng', site: null, limit: 5 }));
		const shared = (await must(neema.openChart(hers ?? amina))).ehr?.items.map(({ lead }) => (lead.resource['code'] as { text?: string } | undefined)?.text);
		expect(shared).toContain('Otitis media');
	}, 60_000);

	it('refuses a link in a browser that is somebody\'s already, and takes the same link again', async () => {
		const other = memberOf(demo, 'Agnes Shayo');
		expect(await peter.takeOver(linkOf(other, demo.hub.url))).toMatchObject({ ok: false, error: { code: 'already-joined' } });
		expect((await peter.takeOver(linkOf(memberOf(demo, 'Nurse Peter Wekesa'), demo.hub.url))).ok).toBe(true);
	});

	it('attack 44: a link used in a second browser does not fork the chain that the first has begun', async () => {
		const twin = await browser('twin');
		const entry = memberOf(demo, 'Nurse Peter Wekesa');
		const taken = await must(twin.takeOver(linkOf(entry, demo.hub.url)));
		await must(twin.unlock({ member: taken.member, passphrase: entry.member.passphrase }));
		await twin.syncNow();
		const [amina] = await must(twin.search({ query: 'amina achieng', site: null, limit: 5 }));
		if (amina === undefined) throw new Error('Amina is not found');
		const saved = await twin.save({ ref: amina, comp: 'clinical', heads: [], resource: { resourceType: 'Condition', code: { text: 'Written twice' } } });
		expect(saved).toMatchObject({ ok: false, error: { code: 'used-elsewhere' } });
		await twin.close();
		devices.splice(devices.indexOf(twin), 1);
	}, 60_000);

	it('refuses a link of which a part is missing or does not fit', async () => {
		const stranger = await browser('stranger');
		const link = linkOf(memberOf(demo, 'Agnes Shayo'), demo.hub.url);
		expect(await stranger.takeOver(link.slice(0, -5))).toMatchObject({ ok: false, error: { code: 'not-a-hand-over' } });
		expect(await stranger.takeOver('')).toMatchObject({ ok: false, error: { code: 'not-a-hand-over' } });
		expect((await stranger.lockState()).kind).toBe('empty');
	});

	it('lists the members on a page of the hub', async () => {
		const answer = await fetch(`${demo.hub.url}/_hub/demo`);
		const page = await answer.text();
		expect(answer.headers.get('content-type')).toContain('text/html');
		for (const { member } of demo.members) expect(page).toContain(member.passphrase);
	});

	it('continues at a second start without building anew', async () => {
		const { port } = demo.hub;
		await demo.hub.stop();
		demo = await start({ port });
		expect(demo.built).toBeNull();
		await peter.syncNow();
		expect((await peter.syncStatus()).line).toBe('connected');
	}, 60_000);

	it('keeps nothing of a building that was cancelled', async () => {
		await closeBrowsers();
		const other = path.join(folder, 'cancelled');
		const signal = { aborted: false };
		const cancelled = await startDemo({ ...settings, folder: other }, ROOT, signal, (doing) => {
			signal.aborted ||= doing === 'admitting members';
		});
		expect(cancelled).toMatchObject({ ok: false, error: { code: 'cancelled' } });
		expect(existsSync(path.join(other, 'members.json'))).toBe(false);
		expect(readdirSync(other)).toEqual([]);
	}, 60_000);
});
