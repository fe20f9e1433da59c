/** A box between devices and the hub above: real hubs, real lines, and what either side may try. */
import { rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { dismiss, letCarry } from '../../sync/membership/authoring/carrier.ts';
import { readCarrierLink } from '../../sync/membership/carrier.ts';
import { must } from '../../sync/membership/testing/cast.ts';
import { toBase64url } from '../../sync/change/base64url.ts';
import { sign } from '../../sync/seal/keys.ts';
import { encodeFrontier } from '../../sync/verify/frontier.ts';
import { encodePack, isPackable } from '../../sync/verify/pack.ts';
import { checkDocument, revisionOf, type WireDocument } from '../../sync/verify/document.ts';
import { Device, envelope, envelopes, foundedHub, revised, temporaryFolder, type FoundedHub } from '../testing/device.ts';
import { startHub, type TestHub, type TestHubOptions } from '../testing.ts';

const BACKOFF = { firstMs: 20, mostMs: 100 };
const PACKS = { documents: 10, bytes: 256 * 1024, least: 3 };
const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
	for (const step of cleanUp.splice(0).reverse()) await step();
});
const eventually = (check: () => Promise<void> | void) => vi.waitFor(check, { timeout: 15_000, interval: 50 });

interface Above extends FoundedHub {
	/** further origins under which it is reached: of lines to it */
	readonly reached: string[];
	/** Ends it, does something to its folder, and starts it again where it was. */
	readonly meanwhile: (change: (folder: string) => void) => Promise<Device>;
}
async function above(): Promise<Above> {
	const { folder, remove } = temporaryFolder();
	const reached: string[] = [];
	const options = { dataFolder: folder, packs: PACKS, origins: () => reached };
	const world = await foundedHub(options);
	cleanUp.push(async () => {
		await world.end();
		remove();
	});
	return {
		...world, reached,
		meanwhile: async (change) => {
			await world.hub.stop();
			change(folder);
			const again = await startHub({ ...options, port: world.hub.port });
			cleanUp.push(() => again.stop());
			return new Device(again, world.owner.person).opensSession();
		}
	};
}
async function startBox(upstream: string, more: Partial<TestHubOptions> = {}): Promise<TestHub & { readonly folder: string }> {
	const place = temporaryFolder();
	cleanUp.push(() => place.remove());
	const box = await startHub({ dataFolder: place.folder, upstream, backoff: BACKOFF, ...more });
	cleanUp.push(() => box.stop());
	return { ...box, folder: place.folder };
}
async function letIn(world: FoundedHub, box: TestHub, ...sites: readonly string[]): Promise<void> {
	await eventually(() => expect(box.carrying()?.link).not.toBeNull());
	const olga = world.cast.person('olga');
	const request = must(readCarrierLink(box.carrying()?.link ?? ''));
	olga.posts(must(letCarry(olga.pen, request, sites.map((site) => world.cast.site(site)))));
	await world.owner.syncsControl();
	await eventually(() => expect(box.carrying()).toMatchObject({ state: 'connected', problem: null }));
}
/** The owner's device, come to the box. */
async function at(box: TestHub, world: FoundedHub): Promise<Device> {
	return new Device(box, world.owner.person).opensSession();
}
const sorted = (ids: Iterable<string>): string[] => [...ids].sort();

describe('a box', () => {
	it('asks on its page, is let carry, and then has the log and its sites, and no others', async () => {
		const world = await above();
		const { owner } = world;
		const sent = envelopes(24);
		await owner.pushes(owner.database('north', 'care'), sent);
		await owner.pushes(owner.database('region', 'care'), envelopes(2));
		const box = await startBox(world.hub.url);
		expect(box.setupToken).toBeNull();
		await eventually(async () => expect(await (await fetch(`${box.url}/_hub/box`)).text()).toContain('<svg'));
		await letIn(world, box, 'north');
		const device = await at(box, world);
		await eventually(async () => expect(sorted(await device.ids(device.database('north', 'care')))).toEqual(sorted(sent.map(({ _id }) => _id))));
		expect(await device.post(`/couch/${device.database('region', 'care')}/_all_docs`, { keys: [] })).toMatchObject({ status: 403 });
		expect(sorted(await device.ids(device.control))).toEqual(sorted(await owner.ids(owner.control)));
		const info = await (await fetch(`${box.url}/_hub/info`)).json();
		expect(info).toMatchObject({ org: world.cast.org, box: { state: 'connected', queue: 0, lag: 0, refused: 0 } });
	});

	it('passes on both ways, live, what devices write here and there, deposits for other sites too', async () => {
		const world = await above();
		const { owner } = world;
		const box = await startBox(world.hub.url);
		await letIn(world, box, 'north');
		const device = await at(box, world);
		const [here, there, deposited] = [envelopes(7), envelopes(5), envelope('d1')];
		await device.pushes(device.database('north', 'desk'), here);
		await owner.pushes(owner.database('north', 'desk'), there);
		await device.post(`/_hub/deposit/${device.database('region', 'care')}`, { docs: [revised(deposited)] });
		const all = sorted([...here, ...there].map(({ _id }) => _id));
		await eventually(async () => {
			expect(sorted(await owner.ids(owner.database('north', 'desk')))).toEqual(all);
			expect(sorted(await device.ids(device.database('north', 'desk')))).toEqual(all);
			expect(await owner.ids(owner.database('region', 'care'))).toEqual([deposited._id]);
		});
	});

	it('takes changes of no site that it does not carry: they would be acknowledged and go nowhere', async () => {
		const world = await above();
		const box = await startBox(world.hub.url);
		await letIn(world, box, 'north');
		const device = await at(box, world);
		expect(await device.pushes(device.database('region', 'care'), envelopes(3))).toMatchObject({ status: 403 });
		expect(await device.pushes(device.database('north', 'care'), envelopes(3))).toMatchObject({ status: 201 });
	});

	it('carries the log both ways: who was admitted above is let in here, and the other way round', async () => {
		const world = await above();
		const box = await startBox(world.hub.url);
		await letIn(world, box, 'north');
		const nina = world.cast.person('olga').brings('nina', 'clinician of north');
		await world.owner.syncsControl();
		await eventually(async () => void (await new Device(box, nina).opensSession()));
		const nora = world.cast.person('olga').brings('nora', 'clinician of north');
		await (await at(box, world)).syncsControl();
		await eventually(async () => void (await new Device(world.hub, nora).opensSession()));
	});

	it('has all frontiers, though one answer of the hub above has no room for them, and none twice', async () => {
		const BYTES = 502_000;
		const world = await above();
		const olga = world.cast.person('olga');
		const people = Array.from({ length: 18 }, (_, each) => olga.brings(`p${String(each)}`, 'clinician of north'));
		await world.owner.syncsControl();
		const site = world.cast.site('north');
		const noise = (bytes: number): string => toBase64url(world.cast.random.bytes(bytes));
		for (const { transport, self } of people) {
			const text = encodeFrontier({ v: 1, org: world.cast.org, device: self.keys.device, site, kind: 'desk', n: 1, parts: [{ t: noise(32), n: noise(24), c: noise(376_832 + 16) }] });
			expect(await world.owner.post('/_hub/frontier', { document: { v: 'f1', text, sig: sign('saddlebag/frontier/1', text, transport) } })).toMatchObject({ status: 200 });
		}
		let crossed = 0;
		const line = await proxy(world.hub.url, (route, body) => {
			if (route.includes('frontiers')) crossed += body.length;
			return null;
		});
		world.reached.push(line.origin);
		const box = await startBox(line.origin);
		await letIn(world, box, 'north');
		const device = await at(box, world);
		await eventually(async () => expect(((await device.post('/_hub/frontiers', { known: [] })).json as { readonly held: readonly unknown[] }).held).toHaveLength(people.length));
		expect(crossed).toBeLessThan(1.2 * people.length * BYTES);
		const before = crossed;
		await line.cut();
		await eventually(() => expect(box.carrying()?.state).toBe('offline'));
		await line.mend();
		await eventually(() => expect(box.carrying()?.state).toBe('connected'));
		expect(crossed - before).toBeLessThan(BYTES);
	});

	it('works without a line, through a restart, and goes on where it was when there is one', async () => {
		const world = await above();
		const line = await proxy(world.hub.url);
		world.reached.push(line.origin);
		const box = await startBox(line.origin);
		await letIn(world, box, 'north');
		const db = world.owner.database('north', 'desk');
		await line.cut();
		await eventually(() => expect(box.carrying()?.state).toBe('offline'));
		const [written, deposited] = [envelopes(12), envelope('d1')];
		const device = await at(box, world);
		await device.pushes(db, written);
		await device.post(`/_hub/deposit/${device.database('region', 'care')}`, { docs: [revised(deposited)] });
		await box.stop();
		const again = await startHub({ dataFolder: box.folder, upstream: line.origin, backoff: BACKOFF });
		cleanUp.push(() => again.stop());
		await line.mend();
		await eventually(async () => expect(sorted(await world.owner.ids(db))).toEqual(sorted(written.map(({ _id }) => _id))));
		await eventually(async () => expect(await world.owner.ids(world.owner.database('region', 'care'))).toEqual([deposited._id]));
		await eventually(() => expect(again.carrying()).toMatchObject({ state: 'connected', queue: 0 }));
	});

	it('fills a hub above that was put back to an old backup', async () => {
		const world = await above();
		const { owner } = world;
		const box = await startBox(world.hub.url);
		await letIn(world, box, 'north');
		const device = await at(box, world);
		const db = owner.database('north', 'desk');
		const first = envelopes(3);
		await device.pushes(db, first);
		await eventually(async () => expect(await owner.ids(db)).toHaveLength(3));
		const restored = await world.meanwhile((folder) => rmSync(path.join(folder, 'databases', db), { recursive: true, force: true }));
		// what comes next shows it that something is amiss
		await eventually(() => expect(box.carrying()?.state).toBe('connected'));
		await device.pushes(db, envelopes(1));
		await device.pushes(device.database('north', 'care'), envelopes(1));
		await eventually(async () => expect(await restored.ids(db)).toEqual(expect.arrayContaining(first.map(({ _id }) => _id))));
	});

	it('goes on with its other databases when one is refused, and says so', async () => {
		const world = await above();
		const refused = `${world.owner.database('north', 'desk')}/_all_docs`;
		const line = await proxy(world.hub.url, (path) => (path.includes(refused) ? { status: 403, body: Buffer.from('{"error":"forbidden","reason":"not this one"}') } : null));
		world.reached.push(line.origin);
		const box = await startBox(line.origin);
		await letIn(world, box, 'north');
		const device = await at(box, world);
		await device.pushes(device.database('north', 'desk'), envelopes(1));
		await device.pushes(device.database('north', 'care'), envelopes(2));
		await eventually(async () => expect(await world.owner.ids(world.owner.database('north', 'care'))).toHaveLength(2));
		await eventually(() => expect(box.carrying()).toMatchObject({ state: 'connected', problem: expect.stringContaining('not this one') as string, queue: 1 }));
	});

	it('dismissed gets nothing more', async () => {
		const world = await above();
		const box = await startBox(world.hub.url);
		await letIn(world, box, 'north');
		const olga = world.cast.person('olga');
		olga.posts(must(dismiss(olga.pen, box.key, 'stolen')));
		await world.owner.syncsControl();
		await eventually(() => expect(box.carrying()?.state).toBe('asking'));
		const late = envelopes(1);
		await world.owner.pushes(world.owner.database('north', 'desk'), late);
		box.carrying();
		expect(await (await at(box, world).catch(() => null))?.ids(world.owner.database('north', 'desk')) ?? []).toEqual([]);
	});
});

describe('attack 31: conflicting leaves between a box and the hub above', () => {
	it('cannot be made by forged revisions, disjoint trees, deletions or altered bodies, at either', async () => {
		const world = await above();
		const { owner } = world;
		const box = await startBox(world.hub.url);
		await letIn(world, box, 'north');
		const device = await at(box, world);
		const [document] = envelopes(1);
		if (document === undefined) throw new Error('none');
		const db = owner.database('north', 'desk');
		await owner.pushes(db, [document]);
		await eventually(async () => expect(await device.ids(db)).toEqual([document._id]));
		const other = envelope('e1');
		const digits = document._id.slice(0, 32);
		const forgeries = [
			{ ...document, _rev: `2-${digits}` }, { ...document, _rev: `1-${'0'.repeat(32)}` }, { ...document, _rev: revisionOf(document._id), _deleted: true },
			{ ...document, _rev: revisionOf(document._id), c: other.c }, { ...other, _id: document._id, _rev: revisionOf(document._id) },
			{ ...document, _rev: revisionOf(document._id), _revisions: { start: 2, ids: ['f'.repeat(32), digits] } }
		];
		for (const hub of [owner, device]) {
			const { json } = await hub.post(`/couch/${db}/_bulk_docs`, { new_edits: false, docs: forgeries });
			expect(json).toHaveLength(forgeries.length);
		}
		const marker = envelopes(1);
		await device.pushes(db, marker);
		await eventually(async () => expect(await owner.ids(db)).toHaveLength(2));
		for (const hub of [owner, device]) {
			expect(sorted(await hub.ids(db))).toEqual(sorted([document._id, ...marker.map(({ _id }) => _id)]));
			const { json } = await hub.post(`/couch/${db}/_all_docs?include_docs=true`, { keys: [document._id] });
			expect(json).toMatchObject({ rows: [{ value: { rev: revisionOf(document._id) }, doc: { c: document.c } }] });
		}
		expect(box.carrying()?.refused).toBe(0);
	});

	it('attack 58: a hub above that serves forged bodies, revisions and packs gets none of them into the box', async () => {
		const world = await above();
		const { owner } = world;
		const good = envelopes(4);
		const [victim] = good;
		if (victim === undefined) throw new Error('none');
		const db = owner.database('north', 'desk');
		await owner.pushes(db, good);
		const line = await proxy(world.hub.url, (path, body) => {
			if (path.includes('/pack/')) return { status: 200, body: forgedPack(db, good) };
			if (!path.includes('_all_docs') || !path.includes(db)) return null;
			return { status: 200, body: Buffer.from(body.toString('utf8').replaceAll(victim.c, envelope('e1').c).replaceAll(`1-${good[1]?._id.slice(0, 32) ?? ''}`, `2-${'a'.repeat(32)}`)) };
		});
		world.reached.push(line.origin);
		const box = await startBox(line.origin);
		await letIn(world, box, 'north');
		const device = await at(box, world);
		await eventually(async () => expect(sorted(await device.ids(db))).toEqual(sorted(good.slice(2).map(({ _id }) => _id))));
		expect(box.carrying()?.refused).toBeGreaterThan(0);
	});
});

/** A pack under whose names lie other bodies. */
function forgedPack(db: string, documents: readonly WireDocument[]): Buffer {
	const checked = documents.map((document) => checkDocument(document)).flatMap((each) => (each.ok && isPackable(each.value) ? [each.value] : []));
	const bytes = Buffer.from(encodePack({ db, from: '0', to: '99-aaaaaaaa' }, checked));
	for (let at = bytes.length - 1; at > bytes.length - 2300; at -= 500) bytes[at] = (bytes[at] ?? 0) ^ 1;
	return bytes;
}

interface Line { readonly origin: string; cut(): Promise<void>; mend(): Promise<void> }

/** A line to a hub that may be cut, or change what passes. */
async function proxy(target: string, meddle: (path: string, body: Buffer) => { status: number; body: Buffer } | null = () => null): Promise<Line> {
	const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
		const parts: Buffer[] = [];
		for await (const chunk of request) parts.push(Buffer.from(chunk as Uint8Array));
		const headers = new Headers();
		for (const name of ['authorization', 'content-type'] as const) if (request.headers[name] !== undefined) headers.set(name, request.headers[name]);
		const gone = new AbortController();
		response.on('close', () => gone.abort());
		const answer = await fetch(target + (request.url ?? ''), { method: request.method ?? 'GET', headers, signal: gone.signal, ...(parts.length > 0 ? { body: Buffer.concat(parts) } : {}) });
		const body = Buffer.from(await answer.arrayBuffer());
		const instead = meddle(request.url ?? '', body);
		response.writeHead(instead?.status ?? answer.status, { 'content-type': 'application/json' }).end(instead?.body ?? body);
	};
	let port = 0;
	let server: Server;
	const mend = async (): Promise<void> => {
		server = createServer((request, response) => void pass(request, response).catch(() => response.destroy()));
		await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
		port = (server.address() as AddressInfo).port;
	};
	const cut = (): Promise<void> => new Promise((resolve) => {
		server.close(() => resolve());
		server.closeAllConnections();
	});
	await mend();
	cleanUp.push(cut);
	return { origin: `http://127.0.0.1:${port}`, cut, mend };
}
