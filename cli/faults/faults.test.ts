/**
 * A hub that is killed and a line that is bad, with real processes: what was acknowledged is counted before and found after. `SADDLEBAG_LONG=1` kills 200 times.
 */
import { rmSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../sync/change/ports.ts';
import { Device as RawDevice, foundedOver, temporaryFolder } from '../../server/testing/device.ts';
import { Clinics, everybodySyncs, must } from '../../sync/device/testing/clinics.ts';
import type { Device } from '../../sync/device/device.ts';
import { main as backup } from '../backup.ts';
import { main as restore } from '../restore.ts';
import { HubProcess } from './hub-process.ts';
import { BadLine, FAULTS } from './line.ts';
import { allIds, counted, Traffic } from './traffic.ts';

const LONG = process.env['SADDLEBAG_LONG'] === '1';
const KILLS = LONG ? 200 : 3;
const ending: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
	for (const end of ending.splice(0).reverse()) await end();
});
const pause = (ms: number): Promise<void> => new Promise((later) => setTimeout(later, ms));
const patient = (family: string) => ({ resourceType: 'Patient', name: [{ family, given: ['Grace'] }] });

describe('a hub killed in the middle of pushes and pulls', { timeout: LONG ? 3_600_000 : 120_000 }, () => {
	it(`${String(KILLS)} times loses nothing that it acknowledged, and a reader who goes on where it was misses nothing`, async () => {
		const place = temporaryFolder();
		const hub = await new HubProcess(place.folder).start();
		ending.push(() => place.remove(), () => hub.kill());
		const { owner } = await foundedOver({ url: hub.url, key: hub.key, setupToken: hub.setupToken });
		const care = owner.database('north', 'care');
		let [inPush, inPull] = [0, 0];
		const device = (): RawDevice => Object.assign(new RawDevice({ url: hub.url, key: hub.key, setupToken: null }, owner.person), { token: owner.token });
		const traffic = new Traffic(device, care);
		const random = seededRandom('kills');
		for (let kill = 0; kill < KILLS; kill++) {
			await pause(20 + (random.bytes(1)[0] ?? 0));
			if (traffic.pushing) inPush++;
			if (traffic.pulling) inPull++;
			await hub.kill();
			await hub.start();
		}
		await pause(200);
		await traffic.end();
		const { acknowledged, found, lost, missed } = counted(traffic, await allIds(device(), care));
		console.log(`${String(KILLS)} kills, ${String(inPush)} in mid-push, ${String(inPull)} in mid-pull: acknowledged ${String(acknowledged)}, found ${String(found)}. Lost: ${String(lost.length)}`);
		expect(acknowledged).toBeGreaterThan(0);
		expect(lost).toEqual([]);
		expect(missed).toEqual([]);
	});
});

/** A region over two clinics whose hub is a process behind a line of our own. */
async function clinicsBehind(share: number): Promise<{ readonly clinics: Clinics; readonly hub: HubProcess; readonly line: BadLine }> {
	const clinics = await Clinics.found();
	await clinics.stopHub();
	const hub = await new HubProcess(clinics.folder, 0, { origin: clinics.hub.url }).start();
	const line = new BadLine(seededRandom('line'), () => hub.port, share);
	await line.listen(clinics.hub.port);
	ending.push(() => rmSync(clinics.folder, { recursive: true, force: true }), () => hub.kill(), () => line.close(), async () => {
		for (const device of clinics.devices) await device.close();
	});
	return { clinics, hub, line };
}
const held = async (device: Device, site: string): Promise<string> => JSON.stringify((await must(device.stateHashes())).filter((one) => one.site === site));

describe('behind a bad line', { timeout: LONG ? 1_200_000 : 180_000 }, () => {
	it('that cuts, truncates, delays, duplicates, resets and answers 502, with a tablet whose clock fell back a year: everything arrives once', async () => {
		const { clinics, line } = await clinicsBehind(0.35);
		line.bad = false;
		let offset = 0;
		const amina = await clinics.device('amina', { clock: { now: () => Date.now() + offset } });
		await clinics.join('Amina Kato', amina, [{ site: clinics.a, role: 'clinician' }]);
		const ben = await clinics.join('Ben Okello', await clinics.device('ben'), [{ site: clinics.a, role: 'clinician' }]);
		line.bad = true;
		const writes = LONG ? 120 : 6;
		for (let n = 0; n < writes; n++) {
			if (n === Math.floor(writes / 2)) offset = -365 * 24 * 3_600_000;
			await must((n % 3 === 0 ? ben : amina).registerPatient({ site: clinics.a, patient: patient(`Patient${String(n)}`) }));
			await Promise.all([amina.syncNow(), ben.syncNow()]);
		}
		for (let round = 0; LONG && round < 40 && line.struck.size < FAULTS.length; round++) await amina.syncNow();
		const struck = [...line.struck].map(([fault, count]) => `${fault} ${String(count)}`).join(', ');
		line.bad = false;
		await everybodySyncs(amina, ben, clinics.owner);
		const carol = await clinics.join('Carol Nakato', await clinics.device('carol'), [{ site: clinics.a, role: 'clinician' }]);
		await carol.syncNow();
		const found = (await must(carol.search({ query: '', site: clinics.a, limit: 1000 }))).length;
		console.log(`bad line (${struck}): written ${String(writes)}, found ${String(found)}. Lost: ${String(writes - found)}`);
		expect(found).toBe(writes);
		expect(line.struck.size).toBeGreaterThanOrEqual(LONG ? FAULTS.length : 3);
		for (const device of [amina, ben, carol]) {
			expect(await device.syncStatus()).toMatchObject({ waiting: 0, quarantined: 0, waitingToSend: 0 });
			expect(await held(device, clinics.a)).toBe(await held(carol, clinics.a));
		}
	});

	it('a hub restored from yesterday’s backup is noticed, and filled again by the devices: nothing is lost, and nothing is there that never was', async () => {
		const { clinics, hub } = await clinicsBehind(0);
		const amina = await clinics.join('Amina Kato', await clinics.device('amina'), [{ site: clinics.a, role: 'clinician' }]);
		await must(amina.registerPatient({ site: clinics.a, patient: patient('Yesterday') }));
		await amina.syncNow();
		const place = temporaryFolder();
		ending.push(() => place.remove());
		const file = `${place.folder}/hub.backup`;
		expect(await backup(['--to', file, '--data', hub.folder]), 'while it runs').toBe(0);

		for (const family of ['Today', 'Tonight']) await must(amina.registerPatient({ site: clinics.a, patient: patient(family) }));
		const carol = await clinics.join('Carol Nakato', await clinics.device('carol'), [{ site: clinics.a, role: 'clinician' }]);
		await must(carol.registerPatient({ site: clinics.a, patient: patient('Later') }));
		await everybodySyncs(amina, carol, clinics.owner);
		const before = await held(amina, clinics.a);
		expect(await held(carol, clinics.a)).toBe(before);

		await hub.kill();
		expect(await restore([file, '--data', hub.folder]), 'over data').toBe(1);
		rmSync(hub.folder, { recursive: true });
		expect(await restore([file, '--data', hub.folder])).toBe(0);
		await hub.start();
		await everybodySyncs(carol, clinics.owner, amina);
		const dora = await clinics.join('Dora Apio', await clinics.device('dora'), [{ site: clinics.a, role: 'clinician' }]);
		await dora.syncNow();
		expect((await must(dora.search({ query: '', site: clinics.a, limit: 50 }))).map(({ name }) => name.split(',')[0]).sort()).toHaveLength(4);
		for (const device of [amina, carol, dora]) {
			expect(await held(device, clinics.a)).toBe(before);
			expect(await device.syncStatus()).toMatchObject({ waitingToSend: 0, quarantined: 0, waiting: 0 });
		}
		expect((await must(dora.organization())).members.map(({ name }) => name)).toContain('Carol Nakato');
	});
});
