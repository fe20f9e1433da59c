/**
 * Boxes that are killed, clocks that are wrong, and changes that come on several ways, with real processes: what was acknowledged is counted before and found after.
 */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { seededRandom } from '../../sync/change/ports.ts';
import { letCarry } from '../../sync/membership/authoring/carrier.ts';
import { readCarrierLink } from '../../sync/membership/carrier.ts';
import { Device, envelopes, foundedOver, must, temporaryFolder } from '../../server/testing/device.ts';
import { HubProcess, type HubSettings } from './hub-process.ts';
import { BadLine } from './line.ts';
import { allIds, counted, Traffic } from './traffic.ts';

const LONG = process.env['SADDLEBAG_LONG'] === '1';
const KILLS = LONG ? 10 : 2;
const BATCHES = LONG ? 40 : 4;
const YEAR_MS = 365 * 24 * 3_600_000;
const ending: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
	for (const end of ending.splice(0).reverse()) await end();
});
const pause = (ms: number): Promise<void> => new Promise((later) => setTimeout(later, ms));
const eventually = (check: () => Promise<void>) => vi.waitFor(check, { timeout: LONG ? 120_000 : 60_000, interval: 150 });

async function running(settings: HubSettings = {}, port = 0): Promise<HubProcess> {
	const place = temporaryFolder();
	const hub = await new HubProcess(place.folder, port, settings).start();
	ending.push(() => place.remove(), () => hub.kill());
	return hub;
}
/** The same person's device at another hub, with the session it has there. */
const at = (hub: HubProcess, like: Device): Device => Object.assign(new Device({ url: hub.url, key: hub.key, setupToken: null }, like.person), { token: like.token });
const opened = (hub: HubProcess, like: Device): Promise<Device> => new Device({ url: hub.url, key: hub.key, setupToken: null }, like.person).opensSession();

interface Carrying { readonly box: { readonly link: string | null; readonly state: string } }
async function letIn(owner: Device, box: HubProcess): Promise<void> {
	const asked = async (): Promise<Carrying['box']> => ((await (await fetch(`${box.url}/_hub/info`)).json()) as Carrying).box;
	await eventually(async () => expect((await asked()).link).not.toBeNull());
	const olga = owner.person;
	olga.posts(must(letCarry(olga.pen, must(readCarrierLink((await asked()).link ?? '')), [olga.cast.site('north')])));
	await owner.syncsControl();
	await eventually(async () => expect((await asked()).state).toBe('connected'));
}

describe('a box', { timeout: LONG ? 600_000 : 180_000 }, () => {
	it(`killed ${String(KILLS)} times in the middle of pushes, pulls and exchanges loses nothing that it acknowledged, nor keeps it from the hub above`, async () => {
		const hub = await running();
		const { owner } = await foundedOver(hub);
		const care = owner.database('north', 'care');
		const box = await running({ upstream: hub.url });
		await letIn(owner, box);
		const [above, here] = [new Traffic(() => at(hub, owner), care), await opened(box, owner).then((device) => new Traffic(() => at(box, device), care))];
		const random = seededRandom('kills of a box');
		for (let kill = 0; kill < KILLS; kill++) {
			// long enough for a session above, so that an exchange is cut too
			await pause(150 + 4 * (random.bytes(1)[0] ?? 0));
			await box.kill();
			await box.start();
		}
		await Promise.all([above.end(), here.end()]);
		const all = [...above.acknowledged, ...here.acknowledged].sort();
		const places = [await opened(hub, owner), await opened(box, owner)];
		const ids = async (): Promise<string[][]> => Promise.all(places.map(async (device) => (await allIds(device, care)).sort()));
		await eventually(async () => {
			for (const held of await ids()) expect(all.filter((id) => !held.includes(id))).toEqual([]);
			const [first, second] = await ids();
			expect(first).toEqual(second);
		});
		const [held = []] = await ids();
		const { lost } = counted(here, held);
		console.log(`${String(KILLS)} kills of a box: acknowledged ${String(here.acknowledged.length)} by it and ${String(above.acknowledged.length)} above, found ${String(held.length)} at both. Lost: ${String(lost.length)}`);
		expect(here.acknowledged.length).toBeGreaterThan(0);
		expect(lost).toEqual([]);
		expect(new Set(held).size).toBe(held.length);
	});

	it('and another one, and the device itself, carry the same changes over bad lines: each is everywhere, and once', async () => {
		const hub = await running();
		const { owner } = await foundedOver(hub);
		const lines: BadLine[] = [];
		const boxes: HubProcess[] = [];
		const origins: string[] = [];
		for (const name of ['one', 'two']) {
			const line = new BadLine(seededRandom(name), () => hub.port, 0.25);
			origins.push(`http://localhost:${String(await line.listen(0))}`);
			lines.push(line);
			ending.push(() => line.close());
		}
		await hub.kill();
		for (const [each, origin] of origins.entries()) {
			// both lines lead to one hub, which is reached under both names
			hub.settings = { origin };
			await hub.start();
			const line = lines[each];
			if (line !== undefined) line.bad = false;
			const box = await running({ upstream: origin });
			await letIn(await opened(hub, owner), box);
			boxes.push(box);
			await hub.kill();
		}
		hub.settings = { origin: origins.join(' ') };
		await hub.start();
		for (const line of lines) line.bad = true;
		const care = owner.database('north', 'care');
		const devices = await Promise.all([hub, ...boxes].map((one) => opened(one, owner)));
		const acknowledged = new Set<string>();
		for (let batch = 0; batch < BATCHES; batch++) {
			const documents = envelopes(20);
			// at one box, at both, or at all three: as the day brings it
			const replies = await Promise.all(devices.slice(batch % 3).map((device) => device.pushes(care, documents)));
			if (replies.some(({ status }) => status === 201)) for (const { _id } of documents) acknowledged.add(_id);
		}
		const ids = (): Promise<string[][]> => Promise.all(devices.map((device) => allIds(device, care)));
		await eventually(async () => {
			for (const held of await ids()) expect(held.length).toBeGreaterThanOrEqual(acknowledged.size);
		});
		const all = await ids();
		const lost = [...acknowledged].filter((id) => all.some((held) => !held.includes(id)));
		const struck = lines.map((line) => [...line.struck.values()].reduce((sum, one) => sum + one, 0));
		console.log(`two boxes and a device, ${struck.map(String).join(' and ')} faults on their lines: acknowledged ${String(acknowledged.size)}, found ${all.map(({ length }) => String(length)).join(', ')}. Lost: ${String(lost.length)}`);
		expect(lost).toEqual([]);
		for (const held of all) expect(held.length).toBe(new Set(held).size);
		expect(new Set(all.map((held) => [...held].sort().join())).size).toBe(1);
	});
});

describe('a hub whose clock is wrong', { timeout: 180_000 }, () => {
	it('by a year, back and forth, in the middle of pushes and pulls: nothing is lost, and sessions are opened anew', async () => {
		const hub = await running();
		const { owner } = await foundedOver(hub);
		const care = owner.database('north', 'care');
		let session = owner;
		const traffic = new Traffic(() => at(hub, session), care);
		for (const clockMs of [-YEAR_MS, 0, YEAR_MS, -YEAR_MS]) {
			await pause(300);
			await hub.stop();
			hub.settings = { clockMs };
			await hub.start();
			// as a device does when it is told that its session is over
			session = await opened(hub, owner);
			const before = traffic.acknowledged.length;
			await eventually(async () => {
				expect(traffic.acknowledged.length).toBeGreaterThan(before);
				await Promise.resolve();
			});
		}
		await traffic.end();
		const { acknowledged, found, lost, missed } = counted(traffic, await allIds(session, care));
		console.log(`a hub's clock a year back, right, a year ahead, a year back: acknowledged ${String(acknowledged)}, found ${String(found)}. Lost: ${String(lost.length)}`);
		expect(acknowledged).toBeGreaterThan(0);
		expect(lost).toEqual([]);
		expect(missed).toEqual([]);
	});
});
