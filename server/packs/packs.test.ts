/** Packs of a hub that runs: what they hold, who gets them, and what becomes of them when the hub or its disk fails. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parsePack, type Pack } from '../../sync/verify/pack.ts';
import { Device, envelope, envelopes, foundedHub, temporaryFolder, type FoundedHub } from '../testing/device.ts';

const SIZES = { documents: 10, bytes: 64 * 1024, least: 3 };
let world: FoundedHub;
beforeEach(async () => {
	world = await foundedHub({ packs: SIZES });
});
afterEach(() => world.end());

async function fetchPack(device: Device, db: string, since: string, more = '', range?: string): Promise<{ status: number; bytes: Uint8Array; response: Response }> {
	const response = await fetch(`${device.hub.url}/_hub/pack/${db}?since=${since}${more}`, {
		headers: { Authorization: `Bearer ${device.token ?? ''}`, ...(range === undefined ? {} : { Range: range }) }
	});
	return { status: response.status, bytes: new Uint8Array(await response.arrayBuffer()), response };
}
async function pack(device: Device, db: string, since: string): Promise<Pack | null> {
	const { status, bytes } = await fetchPack(device, db, since);
	const parsed = status === 200 ? parsePack(bytes) : null;
	return parsed?.ok ? parsed.value : null;
}
async function chain(device: Device, db: string): Promise<Pack[]> {
	const all: Pack[] = [];
	for (let next = await pack(device, db, '0'); next !== null; next = await pack(device, db, next.to)) all.push(next);
	return all;
}
const ids = (packs: readonly Pack[]): string[] => packs.flatMap(({ documents }) => documents.map(({ _id }) => _id));

describe('the packs of a database', () => {
	it('are its feed from the beginning, in whole ranges and a last one, where the feed goes on', async () => {
		const { owner } = world;
		const db = owner.database('north', 'desk');
		await owner.pushes(db, envelopes(24));
		const packs = await chain(owner, db);
		expect(packs.map(({ count }) => count)).toEqual([10, 10, 4]);
		expect(ids(packs)).toEqual(await owner.ids(db));
		await owner.pushes(db, envelopes(1));
		const { json } = await owner.get(`/couch/${db}/_changes?since=${packs.at(-1)?.to ?? ''}`);
		expect(json).toMatchObject({ results: [{}], pending: 0 });
	});

	it('never change once they are whole; the last is made again when enough came', async () => {
		const { owner } = world;
		const db = owner.database('north', 'care');
		await owner.pushes(db, envelopes(14));
		const [first, last] = await chain(owner, db);
		await owner.pushes(db, envelopes(1));
		expect((await chain(owner, db)).map(({ digest }) => digest)).toEqual([first?.digest, last?.digest]);
		await owner.pushes(db, envelopes(9));
		const grown = await chain(owner, db);
		expect(grown.map(({ count }) => count)).toEqual([10, 10, 4]);
		expect(grown[0]?.digest).toBe(first?.digest);
		expect(ids(grown)).toEqual(await owner.ids(db));
	});

	it('are bounded in bytes', async () => {
		const { owner } = world;
		const db = owner.database('north', 'desk');
		await owner.pushes(db, Array.from({ length: 12 }, () => envelope('e1', 16 * 1024)));
		const packs = await chain(owner, db);
		expect(packs.map(({ count }) => count)).toEqual([3, 3, 3, 3]);
		expect(ids(packs)).toEqual(await owner.ids(db));
	});

	it('are not made of a few documents, nor of the membership log', async () => {
		const { owner } = world;
		await owner.pushes(owner.database('north', 'desk'), envelopes(2));
		expect((await fetchPack(owner, owner.database('north', 'desk'), '0')).status).toBe(404);
		expect((await fetchPack(owner, owner.control, '0')).status).toBe(404);
	});

	it('outlive a restart of the hub, and a reader goes on where a pack ended', async () => {
		const { owner } = world;
		const db = owner.database('north', 'desk');
		await owner.pushes(db, envelopes(24));
		const before = await chain(owner, db);
		world = await world.restart();
		expect((await chain(world.owner, db)).map(({ digest }) => digest)).toEqual(before.map(({ digest }) => digest));
	});

	it('are given from any byte on, by name', async () => {
		const { owner } = world;
		const db = owner.database('north', 'desk');
		await owner.pushes(db, envelopes(10));
		const whole = await fetchPack(owner, db, '0');
		const named = parsePack(whole.bytes);
		const digest = named.ok ? named.value.digest : '';
		const rest = await fetchPack(owner, db, '0', `&digest=${digest}`, 'bytes=1000-');
		expect(rest.status).toBe(206);
		expect(rest.response.headers.get('content-range')).toBe(`bytes 1000-${whole.bytes.length - 1}/${whole.bytes.length}`);
		expect(Buffer.from(rest.bytes).equals(whole.bytes.slice(1000))).toBe(true);
		expect((await fetchPack(owner, db, '0', `&digest=${'A'.repeat(43)}`, 'bytes=1000-')).status).toBe(404);
		expect((await fetchPack(owner, db, '0', `&digest=${digest}`, 'bytes=99999999-')).status).toBe(404);
		expect((await fetchPack(owner, db, '0', '', 'bytes=5-3,7-')).status).toBe(200);
	});
});

describe('a hub whose disk was damaged', () => {
	it('makes its packs again', async () => {
		await world.end();
		const { folder: dataFolder, remove } = temporaryFolder();
		world = await foundedHub({ packs: SIZES, dataFolder });
		const { owner } = world;
		const db = owner.database('north', 'desk');
		await owner.pushes(db, envelopes(24));
		await chain(owner, db);
		const folder = path.join(dataFolder, 'packs', db);
		await world.hub.stop();
		const [first = '', second = ''] = readdirSync(folder).sort();
		const bytes = readFileSync(path.join(folder, first));
		bytes[bytes.length - 5] = (bytes.at(-5) ?? 0) ^ 1;
		writeFileSync(path.join(folder, first), bytes);
		writeFileSync(path.join(folder, second), 'no pack');
		world = await world.restart();
		expect(ids(await chain(world.owner, db))).toEqual(await world.owner.ids(db));
		remove();
	});
});

describe('a pack', () => {
	it('is given to nobody who may not read the database, and to nobody without a session', async () => {
		const { owner } = world;
		await owner.pushes(owner.database('north', 'care'), envelopes(12));
		const rita = world.cast.person('olga').brings('rita', 'receptionist of north');
		await owner.syncsControl();
		const device = await new Device(world.hub, rita).opensSession();
		expect((await fetchPack(device, device.database('north', 'care'), '0')).status).toBe(403);
		expect((await fetchPack(new Device(world.hub, rita), device.database('north', 'desk'), '0')).status).toBe(401);
		expect((await fetchPack(owner, 'sb-..%2f..-desk', '0')).status).toBe(404);
		expect((await fetchPack(owner, owner.database('north', 'care'), 'not a cursor')).status).toBe(404);
	});
});
