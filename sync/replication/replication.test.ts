import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Hash, Id } from '../change/change.ts';
import { seededRandom } from '../change/ports.ts';
import type { Chain, Store } from '../store/index.ts';
import { fakeEnvelope, fakeHash, memoryStore } from '../store/testing.ts';
import { ready } from '../verify/sodium.ts';
import { FakeHub } from './fakeHub.ts';
import { HubClient } from './hubClient.ts';
import { realScheduler } from './scheduler.ts';
import { startReplication, type Replication, type ReplicationOptions } from './replication.ts';

beforeAll(ready);
const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
	for (const step of cleanUp.splice(0).reverse()) await step();
});

const random = seededRandom('replication');
const ORG = 'o'.repeat(43) as Hash;
const DESK = 'sb-a-desk';
const CARE = 'sb-a-care';
const chain = (actor: string): Chain => ({ actor: actor.padEnd(43, 'A') as Hash, site: '1'.repeat(32) as Id, comp: 'desk' });

const device = async (): Promise<Store> => {
	const store = await memoryStore();
	cleanUp.push(() => store.close());
	return store;
};
const connect = (store: Store, hub: FakeHub, more: Partial<ReplicationOptions> = {}): Replication => {
	const client = new HubClient({ fetch: hub.fetch, origin: 'https://hub.test', scheduler: realScheduler });
	const replication = startReplication({
		store, client, scheduler: realScheduler,
		scope: () => ({ org: ORG, device: 'd'.repeat(32) as Id, hub: hub.key, control: 'sb-control', databases: [DESK, CARE] }),
		sign: () => 'signature',
		backoff: { firstMs: 1, mostMs: 8 },
		...more
	});
	cleanUp.push(() => replication.stop());
	return replication;
};
/** Exchanges until one went through completely. */
const settle = async (replication: Replication): Promise<void> => {
	for (let i = 0; i < 60; i++) {
		replication.now();
		const status = await replication.settled();
		if (status.line === 'connected' && status.problem === null) return;
	}
	throw new Error(`never settled: ${JSON.stringify(replication.status())}`);
};
const write = async (store: Store, count: number, actor = 'amina', db = DESK): Promise<void> => {
	const outcome = await store.own.append(async (head) => {
		const { seq } = await head(chain(actor));
		return Array.from({ length: count }, (_, i) => ({ kind: 'change' as const, chain: chain(actor), seq: seq + 1 + i, change: fakeHash(random), db, document: fakeEnvelope(random) }));
	});
	expect(outcome.ok).toBe(true);
};
const pulledIds = async (store: Store, db: string): Promise<string[]> =>
	(await store.pages.after(0, 10_000)).filter((page) => page.db === db).flatMap((page) => page.documents.map((document) => document._id)).sort();
const ownIds = async (store: Store, actor = 'amina'): Promise<string[]> => (await store.own.after(chain(actor), 0, 10_000)).map((own) => own.document._id).sort();
const hubIds = (hub: FakeHub, db: string): string[] => [...hub.database(db).keys()].sort();
const envelopes = (count: number) => Array.from({ length: count }, () => ({ ...fakeEnvelope(random) }));

describe('replication', () => {
	it('pulls many pages into few rows, in order, and once', async () => {
		const hub = new FakeHub(seededRandom(1));
		hub.write(DESK, envelopes(1700));
		hub.write(CARE, envelopes(3));
		const store = await device();
		await settle(connect(store, hub));
		expect(await pulledIds(store, DESK)).toEqual(hubIds(hub, DESK));
		expect(await pulledIds(store, CARE)).toEqual(hubIds(hub, CARE));
		expect((await store.pages.after(0, 100)).length).toBe(4);
		expect(hub.requests.filter((request) => request.includes('_changes') && !request.includes('control')).length).toBeLessThan(12);
	});

	it('sends what was written before and while connected, and knows that the hub has it', async () => {
		const hub = new FakeHub(seededRandom(2));
		const store = await device();
		await write(store, 1200);
		const replication = connect(store, hub);
		await settle(replication);
		await write(store, 3);
		// twice: an exchange may be under way that is past the sending
		await settle(replication);
		await settle(replication);
		expect(hubIds(hub, DESK)).toEqual(await ownIds(store));
		expect(await store.own.countOnThisDeviceOnly()).toBe(0);
		expect(await pulledIds(store, DESK)).toEqual([]);
		const [own] = await store.own.after(chain('amina'), 0, 1);
		expect(own?.custody).toMatchObject({ state: 'at-hub', hub: hub.key });
		expect(replication.status()).toMatchObject({ line: 'connected', sending: null, receiving: null, problem: null });
		expect(replication.status().lastSent).not.toBeNull();
	});

	it('carries changes of one device to another while both are connected', async () => {
		const hub = new FakeHub(seededRandom(3));
		const [a, b] = [await device(), await device()];
		const [replicationA, replicationB] = [connect(a, hub), connect(b, hub)];
		await Promise.all([settle(replicationA), settle(replicationB)]);
		const news = new Promise<void>((resolve) => b.subscribe((event) => event.kind === 'pages' && resolve()));
		await write(a, 1);
		await news;
		expect(await pulledIds(b, DESK)).toEqual(await ownIds(a));
	});

	it('goes on where it stopped after a restart', async () => {
		const hub = new FakeHub(seededRandom(4));
		hub.write(DESK, envelopes(1200));
		const store = await device();
		const first = connect(store, hub);
		await settle(first);
		await first.stop();
		hub.write(DESK, envelopes(2));
		hub.requests.length = 0;
		await settle(connect(store, hub));
		expect(await pulledIds(store, DESK)).toEqual(hubIds(hub, DESK));
		expect((await store.pages.after(0, 100)).at(-1)?.documents).toHaveLength(2);
		expect(hub.requests.filter((request) => request.includes(`${DESK}/_changes`))).toHaveLength(1);
	});

	it('stores control first and lets the scope grow before anything else is pulled', async () => {
		const hub = new FakeHub(seededRandom(5));
		const store = await device();
		const statement = await controlDocument();
		hub.write('sb-control', [statement]);
		hub.write(CARE, envelopes(4));
		let databases = [DESK];
		const seen: string[] = [];
		await settle(connect(store, hub, {
			scope: () => ({ org: ORG, device: 'd'.repeat(32) as Id, hub: hub.key, control: 'sb-control', databases }),
			onControl: (ids) => {
				seen.push(...ids);
				databases = [DESK, CARE];
			}
		}));
		expect(seen).toEqual([statement._id]);
		expect(await pulledIds(store, CARE)).toHaveLength(4);
		const firstData = hub.requests.findIndex((request) => request.includes(DESK) || request.includes(CARE));
		expect(hub.requests.findIndex((request) => request.includes('sb-control/_changes'))).toBeLessThan(firstData);
	});

	it('gives the hub control documents made offline', async () => {
		const hub = new FakeHub(seededRandom(6));
		const store = await device();
		const statement = await controlDocument();
		await store.control.add([statement], null);
		await settle(connect(store, hub));
		expect(hubIds(hub, 'sb-control')).toEqual([statement._id]);
		expect(await store.control.unsent(hub.key)).toEqual([]);
	});

	it('gives the hub a statement back that it confirmed and lost, although it refuses the one that rests on it', async () => {
		const hub = new FakeHub(seededRandom(61));
		const store = await device();
		const [removal, next] = [await controlDocument(), await controlDocument()];
		await store.control.add([removal], null);
		hub.faults.loseWrite = 1;
		const before = connect(store, hub);
		await settle(before);
		expect(await store.control.unsent(hub.key)).toEqual([]);
		await before.stop();
		hub.heal();
		await store.control.add([next], null);
		// as a hub does: it takes no statement that cites what it has never seen
		const choosy: FakeHub['fetch'] = async (url, init) => {
			if (!url.endsWith('sb-control/_bulk_docs') || typeof init.body !== 'string' || hub.database('sb-control').has(removal._id)) return hub.fetch(url, init);
			const { docs } = JSON.parse(init.body) as { docs: { _id: string }[] };
			if (docs.some(({ _id }) => _id === removal._id)) return hub.fetch(url, init);
			return new Response(JSON.stringify(docs.map(({ _id }) => ({ id: _id, error: 'forbidden', reason: 'It cites what has not arrived.' }))), { status: 201 });
		};
		const client = new HubClient({ fetch: choosy, origin: 'https://hub.test', scheduler: realScheduler });
		await settle(connect(store, hub, { client }));
		await expect.poll(() => hubIds(hub, 'sb-control')).toEqual([removal._id, next._id].sort());
	});

	it('opens the session again when the hub ended it', async () => {
		const hub = new FakeHub(seededRandom(7));
		const store = await device();
		const replication = connect(store, hub);
		await settle(replication);
		hub.sessions++;
		await write(store, 2);
		await settle(replication);
		expect(hubIds(hub, DESK)).toEqual(await ownIds(store));
	});

	it('replicates in one tab only, and lets the next go on when that one closes', async () => {
		const hub = new FakeHub(seededRandom(8));
		const store = await device();
		const [first, second] = [connect(store, hub), connect(store, hub)];
		await settle(first);
		const sessions = hub.requests.filter((request) => request.endsWith('/session')).length;
		expect(sessions).toBe(1);
		await first.stop();
		await settle(second);
		await write(store, 1);
		await settle(second);
		expect(hubIds(hub, DESK)).toEqual(await ownIds(store));
	});

	it('says plainly that there is no line, and how old the news is', async () => {
		const hub = new FakeHub(seededRandom(9));
		const store = await device();
		const replication = connect(store, hub);
		await settle(replication);
		const heard = replication.status().heard[DESK];
		expect(heard).toBeTypeOf('number');
		hub.faults.drop = 1;
		await write(store, 1);
		replication.now();
		let status = await replication.settled();
		while (status.line === 'connected') {
			replication.now();
			status = await replication.settled();
		}
		expect(status).toMatchObject({ line: 'offline', problem: 'The hub cannot be reached.' });
		expect(status.heard[DESK]).toBe(heard);
		expect(await store.own.countOnThisDeviceOnly()).toBe(1);
	});

	it('sends everything to another hub too, and fetches what only that one has', async () => {
		const [clinic, region] = [new FakeHub(seededRandom(10)), new FakeHub(seededRandom(11))];
		const store = await device();
		await write(store, 4);
		clinic.write(DESK, envelopes(5));
		const first = connect(store, clinic);
		await settle(first);
		await first.stop();
		region.write(DESK, envelopes(2));
		await settle(connect(store, region));
		expect(hubIds(region, DESK)).toEqual([...(await ownIds(store)), ...(await pulledIds(store, DESK))].sort());
		expect(hubIds(region, DESK)).toHaveLength(11);
	});

	it('asks again after an upgrade for documents of a version that was unknown before', async () => {
		const hub = new FakeHub(seededRandom(12));
		const [document] = envelopes(1);
		const newer = { _id: document!._id, v: 'e9', sealed: 'in a later way' };
		hub.write(DESK, [newer]);
		const store = await device();
		const first = connect(store, hub);
		await settle(first);
		expect(await store.verdicts.counts()).toMatchObject({ waiting: 1, quarantined: 0 });
		await first.stop();
		// the upgrade: what was e9 is now understood
		hub.write(DESK, [document!]);
		await store.cursors.put('versions-understood', 'of the older app');
		await settle(connect(store, hub));
		expect(await pulledIds(store, DESK)).toEqual([document!._id]);
		expect(await store.verdicts.counts()).toMatchObject({ waiting: 0, quarantined: 0 });
	});

	it('reads a database again whose answer was cut off, and no longer says so, though nothing new is written there', async () => {
		const hub = new FakeHub(seededRandom(78));
		const store = await device();
		const replication = connect(store, hub);
		await settle(replication);
		hub.intercept = (_, path) => (path.includes(`${DESK}/_changes`) ? new Response('{"results":[') : null);
		hub.write(DESK, envelopes(3));
		await expect.poll(() => replication.status().problem).toContain('cut off');
		hub.heal();
		hub.write(CARE, envelopes(1));
		await expect.poll(() => replication.status().problem).toBe(null);
		expect(await pulledIds(store, DESK)).toEqual(hubIds(hub, DESK));
	});

	it('finds a statement that the hub held back once within the hour, though the line never breaks', async () => {
		const hub = new FakeHub(seededRandom(77));
		const store = await device();
		let ahead = 0;
		const replication = connect(store, hub, { scheduler: { ...realScheduler, now: () => Date.now() + ahead } });
		await settle(replication);
		hub.faults.withhold = 1;
		const statement = await controlDocument();
		hub.write('sb-control', [statement]);
		await expect.poll(() => hub.requests.filter((request) => request.includes('sb-control/_changes')).length).toBeGreaterThan(1);
		hub.heal();
		hub.write(DESK, envelopes(1));
		await expect.poll(async () => (await pulledIds(store, DESK)).length).toBe(1);
		expect(await store.control.all()).toEqual([]);
		ahead = 61 * 60_000;
		hub.write(DESK, envelopes(1));
		await expect.poll(() => store.control.all()).toEqual([statement]);
	});

	it('loses and doubles nothing under any faults, once the hub is honest again', async () => {
		await fc.assert(
			fc.asyncProperty(fc.nat(), fc.record({
				drop: share(), dropAnswer: share(), truncate: share(), fail: share(), loseWrite: share(), duplicate: share(), shuffle: share(), rewind: share(), deleted: share(), withhold: share(), conflict: share()
			}), async (seed, faults) => {
				const hub = new FakeHub(seededRandom(seed));
				const store = await memoryStore();
				let replication = connect(store, hub);
				try {
					Object.assign(hub.faults, faults);
					for (let round = 0; round < 4; round++) {
						await write(store, 1 + (seed % 7));
						hub.write(DESK, envelopes(1 + (seed % 600)));
						if (round === 2) hub.restore(DESK, seed % 50);
						replication.now();
						await replication.settled();
					}
					hub.heal();
					await replication.stop();
					// a week later, when what a hub refused or hid has long been asked for again
					replication = connect(store, hub, { scheduler: { ...realScheduler, now: () => Date.now() + 7 * 24 * 3600_000 + 1 } });
					await settle(replication);
					await settle(replication);
					const [own, pulled, all] = [await ownIds(store), await pulledIds(store, DESK), hubIds(hub, DESK)];
					expect([...own, ...pulled].sort()).toEqual(all);
					expect(await store.own.countUnacknowledged(hub.key)).toBe(0);
				} finally {
					await replication.stop();
					await store.close();
				}
			}),
			{ seed: 20261122, numRuns: 25 }
		);
	}, 60_000);
});

const share = () => fc.oneof(fc.constant(0), fc.constant(0), fc.double({ min: 0.02, max: 0.4, noNaN: true }));

async function controlDocument() {
	const { statementDocumentId } = await import('../verify/ids.ts');
	const text = `{"n":"${String(fakeHash(random))}"}`;
	const sig = 'A'.repeat(86);
	const { isSignature } = await import('../change/ids.ts');
	if (!isSignature(sig)) throw new Error('not in the shape of a signature');
	return { _id: statementDocumentId(text, sig), v: 's1' as const, text, sig };
}
