/** What a hub may do to replication, and what a device does about it (attacks 27, 28, 30 to 35). */
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Hash, Id } from '../change/change.ts';
import { seededRandom } from '../change/ports.ts';
import type { Chain, RxStore, Store } from '../store/index.ts';
import { fakeEnvelope, fakeHash, memoryStore } from '../store/testing.ts';
import { ready } from '../verify/sodium.ts';
import { FakeHub } from './fakeHub.ts';
import { HubClient } from './hubClient.ts';
import { startReplication, type Replication, type ReplicationOptions } from './replication.ts';
import { realScheduler, type Scheduler } from './scheduler.ts';

beforeAll(ready);
const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
	for (const step of cleanUp.splice(0).reverse()) await step();
});

const random = seededRandom('hostile');
const [DESK, CARE] = ['sb-a-desk', 'sb-a-care'];
const AMINA: Chain = { actor: 'A'.repeat(43) as Hash, site: '1'.repeat(32) as Id, comp: 'desk' };

interface Scene { readonly hub: FakeHub; readonly store: RxStore; readonly replication: Replication; readonly exchange: (times?: number) => Promise<void> }

async function scene(prepare: (hub: FakeHub) => void, options: Partial<ReplicationOptions> = {}): Promise<Scene> {
	const hub = new FakeHub(random);
	const store = await memoryStore();
	cleanUp.push(() => store.close());
	prepare(hub);
	const client = new HubClient({ fetch: hub.fetch, origin: 'https://hub.test', scheduler: realScheduler });
	const replication = startReplication({
		store, client, scheduler: realScheduler, sign: () => 'signature', backoff: { firstMs: 1, mostMs: 4 },
		scope: () => ({ org: 'o'.repeat(43) as Hash, device: 'd'.repeat(32) as Id, hub: hub.key, control: 'sb-control', databases: [DESK, CARE] }),
		...options
	});
	cleanUp.push(() => replication.stop());
	const exchange = async (times = 2) => {
		for (let i = 0; i < times; i++) {
			replication.now();
			await replication.settled();
		}
	};
	return { hub, store, replication, exchange };
}
const envelopes = (count: number) => Array.from({ length: count }, () => ({ ...fakeEnvelope(random) }));
const pulled = async (store: Store, db = DESK) => (await store.pages.after(0, 1000)).filter((page) => page.db === db).flatMap((page) => page.documents);
const ids = (documents: readonly { readonly _id: string }[]) => documents.map((document) => document._id).sort();
const write = async (store: Store, count: number) => {
	const saved = await store.own.append(async (head) => {
		const { seq } = await head(AMINA);
		return Array.from({ length: count }, (_, i) => ({ kind: 'change' as const, chain: AMINA, seq: seq + 1 + i, change: fakeHash(random), db: DESK, document: fakeEnvelope(random) }));
	});
	if (!saved.ok) throw new Error(saved.error.message);
	return saved.value;
};

describe('attack 27: a withheld envelope', () => {
	it('is fetched when the hub counts what it did not serve, though its feed is past it', async () => {
		const documents = envelopes(60);
		const { hub, store, exchange } = await scene((each) => {
			each.write(DESK, documents);
			each.faults.withhold = 0.3;
		});
		await exchange();
		hub.heal();
		await exchange();
		expect(ids(await pulled(store))).toEqual(ids(documents));
	});

	it('is asked for again when a gap was found in a chain, though the hub counts as if it had none', async () => {
		const documents = envelopes(10);
		const hidden = documents[4]!;
		const { hub, store, replication, exchange } = await scene((each) => each.write(DESK, documents.filter((document) => document !== hidden)));
		await exchange();
		hub.write(DESK, [hidden]);
		hub.intercept = (_, path) => (path.endsWith('_db_updates') ? new Promise<Response>(() => undefined) : null);
		replication.reconcile(DESK);
		hub.intercept = null;
		await exchange();
		expect(ids(await pulled(store))).toEqual(ids(documents));
	});
});

describe('attack 28: a hub that freezes', () => {
	it('cannot make the news look younger: when it was last heard of stays where it was', async () => {
		let now = 1000;
		const clock: Scheduler = { ...realScheduler, now: () => now };
		const { hub, replication, exchange } = await scene(() => undefined, { scheduler: clock });
		await exchange();
		expect(replication.status().heard[DESK]).toBe(1000);
		now = 9000;
		hub.intercept = (_, path) => (path.includes('_changes') ? new Response('{"error":"x"}', { status: 500 }) : null);
		await exchange();
		expect(replication.status()).toMatchObject({ line: 'offline', heard: { [DESK]: 1000 } });
	});
});

describe('attack 30: replayed, repeated and reordered feeds', () => {
	it('a feed that began anew adds nothing twice, and the hub gets back what it lost', async () => {
		const documents = envelopes(30);
		const { hub, store, exchange } = await scene((each) => each.write(DESK, documents));
		const own = await write(store, 5);
		await exchange();
		hub.restore(DESK, 0);
		await exchange(3);
		expect(ids([...hub.database(DESK).values()])).toEqual(ids([...documents, ...own.map((each) => each.document)]));
		expect(ids(await pulled(store))).toEqual(ids(documents));
	});

	it('a position far ahead of the truth is not believed for ever', async () => {
		const documents = envelopes(20);
		const { hub, store, exchange } = await scene((each) => each.write(DESK, documents.slice(0, 5)));
		hub.intercept = (_, path) => (path.endsWith(`${DESK}/_changes`) ? Response.json({ results: [], last_seq: '999999-aaaaaaaa', pending: 0 }) : null);
		await exchange();
		expect(await pulled(store)).toEqual([]);
		hub.heal();
		hub.write(DESK, documents.slice(5));
		await exchange(3);
		expect(ids(await pulled(store))).toEqual(ids(documents));
	});

	it('a feed that never ends is left, and the other databases go on', async () => {
		const { hub, store, replication, exchange } = await scene((each) => each.write(CARE, envelopes(3)));
		const same = { ...fakeEnvelope(random) };
		let seq = 0;
		hub.intercept = (_, path) => (path.endsWith(`${DESK}/_changes`) ? Response.json({ results: [{ seq: `${++seq}-x`, id: same._id, doc: same }], last_seq: `${seq}-x`, pending: 99 }) : null);
		await exchange(1);
		expect(await pulled(store)).toHaveLength(1);
		expect(await pulled(store, CARE)).toHaveLength(3);
		expect(replication.status().problem).toContain('repeats itself');
	});
});

describe('attack 31: deletions and other bodies under a known name', () => {
	it('change nothing here, and are noted', async () => {
		const documents = envelopes(6);
		const { hub, store, exchange } = await scene((each) => each.write(DESK, documents));
		const own = await write(store, 1);
		await exchange();
		const before = await pulled(store);
		const edited = { ...documents[0]!, c: documents[1]!.c };
		const rows = [
			{ seq: '1-x', id: documents[0]!._id, doc: edited },
			{ seq: '2-x', id: documents[1]!._id, deleted: true, doc: { _id: documents[1]!._id, _rev: '2-x', _deleted: true } },
			{ seq: '3-x', id: documents[2]!._id, doc: { ...documents[2]!, _rev: `2-${'f'.repeat(32)}` } },
			{ seq: '4-x', id: own[0]!.document._id, doc: { ...own[0]!.document, n: documents[0]!.n } }
		];
		hub.intercept = (_, path) => (path.endsWith(`${DESK}/_changes`) ? Response.json({ results: rows, last_seq: '4-x', pending: 0 }) : null);
		await exchange();
		expect(await pulled(store)).toEqual(before);
		expect((await store.own.after(AMINA, 0, 1))[0]?.document).toEqual(own[0]?.document);
		const noted = (await store.verdicts.bad()).get(DESK) ?? [];
		expect(new Set(noted.map((each) => each.envelope))).toEqual(new Set(rows.map((row) => row.id)));
		expect(noted.find((each) => each.envelope === documents[1]!._id)?.reason).toBe('deleted');
	});
});

describe('attack 32: conflicts for ever', () => {
	it('overwrite nothing, are offered again with growing pauses, and end when the hub gives in', async () => {
		let now = 0;
		const clock: Scheduler = { ...realScheduler, now: () => now, fraction: () => 0 };
		const { hub, store, exchange } = await scene((each) => (each.faults.conflict = 1), { scheduler: clock });
		const own = await write(store, 3);
		const pushes = () => hub.requests.filter((request) => request.endsWith('_bulk_docs')).length;
		for (let second = 0; second < 600; second += 10) {
			now = second * 1000;
			await exchange(1);
		}
		expect(pushes()).toBeLessThan(12);
		const [first] = await store.own.after(AMINA, 0, 1);
		expect(first).toMatchObject({ document: own[0]!.document, custody: { state: 'refused' } });
		expect(await pulled(store)).toEqual([]);
		hub.heal();
		now += 3600_000;
		await exchange();
		expect(ids([...hub.database(DESK).values()])).toEqual(ids(own.map((each) => each.document)));
	});

	it('what the hub refused is told of until the hub has taken it, however well the exchange goes otherwise', async () => {
		const { hub, store, replication, exchange } = await scene((each) => each.forbidden.add(DESK));
		await write(store, 2);
		await exchange(3);
		expect(replication.status()).toMatchObject({ line: 'connected', problem: expect.stringContaining('refused 2') });
		hub.write(DESK, envelopes(1));
		await exchange(1);
		expect(replication.status().problem).toContain('refused 2');
	});

	it('what belongs to a database that is not kept is not offered to be refused, and goes out once it is', async () => {
		const databases = [CARE];
		let key = '';
		const { hub, store, replication, exchange } = await scene((each) => void (key = each.key), {
			scope: () => ({ org: 'o'.repeat(43) as Hash, device: 'd'.repeat(32) as Id, hub: key, control: 'sb-control', databases: [...databases] })
		});
		await exchange();
		await write(store, 2);
		await exchange();
		expect(hub.requests.filter((request) => request.includes(`${DESK}/_bulk_docs`))).toEqual([]);
		expect((await store.own.after(AMINA, 0, 1))[0]?.custody).toEqual({ state: 'this-device' });
		expect(replication.status().problem).toContain('does not keep');
		databases.push(DESK);
		await exchange();
		expect(await store.own.countOnThisDeviceOnly()).toBe(0);
		expect(replication.status().problem).toBeNull();
	});

	it('one refused document does not hold up the next', async () => {
		const { hub, store, exchange } = await scene(() => undefined);
		const own = await write(store, 4);
		const refused = own[1]!.document._id;
		const { fetch } = hub;
		hub.intercept = null;
		const picky: typeof fetch = async (url, init) => {
			if (!url.endsWith('_bulk_docs') || typeof init.body !== 'string' || url.includes('control')) return fetch(url, init);
			const { docs } = JSON.parse(init.body) as { docs: { _id: string }[] };
			await fetch(url, { ...init, body: JSON.stringify({ docs: docs.filter((doc) => doc._id !== refused) }) });
			return Response.json(docs.some((doc) => doc._id === refused) ? [{ id: refused, error: 'forbidden', reason: 'no' }] : []);
		};
		await exchange(1);
		const other = await memoryStore();
		cleanUp.push(() => other.close());
		const theirs = await write(other, 4);
		const client = new HubClient({ fetch: async (url, init) => picky(url, init), origin: 'https://hub.test', scheduler: realScheduler });
		const replication = startReplication({
			store: other, client, scheduler: realScheduler, sign: () => 's',
			scope: () => ({ org: 'o'.repeat(43) as Hash, device: 'd'.repeat(32) as Id, hub: hub.key, control: 'sb-control', databases: [DESK] })
		});
		cleanUp.push(() => replication.stop());
		await replication.settled();
		expect(theirs.every((each) => hub.database(DESK).has(each.document._id))).toBe(true);
	});

	it('a database that refuses everything leaves the others alone, and says why', async () => {
		const { hub, store, replication, exchange } = await scene((each) => each.forbidden.add(DESK));
		await write(store, 2);
		hub.write(CARE, envelopes(2));
		await exchange();
		expect(await pulled(store, CARE)).toHaveLength(2);
		expect(await store.own.countOnThisDeviceOnly()).toBe(2);
		expect((await store.own.after(AMINA, 0, 1))[0]?.custody).toMatchObject({ state: 'refused', reason: expect.stringContaining('not yours') });
		expect(replication.status()).toMatchObject({ line: 'connected' });
	});
});

describe('attack 33: poison in a page', () => {
	const poison: readonly (readonly [string, (id: string) => Record<string, unknown> | null])[] = [
		['no body', () => null],
		['not an envelope', (_id) => ({ _id })],
		['a body of another name', (_id) => ({ ...fakeEnvelope(random), _id })],
		['a control document', (_id) => ({ _id, v: 's1', text: '{}', sig: 'A'.repeat(86) })],
		['a field of the prototype', (_id) => JSON.parse(`{"_id":"${_id}","v":"e1","__proto__":{"t":"x"}}`)],
		['a text of a megabyte', (_id) => ({ ...fakeEnvelope(random), _id, c: 'A'.repeat(1_000_000) })],
		['another version', (_id) => ({ _id, v: 'e9', whatever: 1 })]
	];
	it.each(poison)('%s, first, in the middle and last: the rest arrives', async (_, make) => {
		const documents = envelopes(9);
		const names = ['0', '5', 'f'].map((digit) => digit.repeat(64));
		const { hub, store, replication, exchange } = await scene(() => undefined);
		const rows = [names[0]!, ...documents.slice(0, 5).map((each) => each._id), names[1]!, ...documents.slice(5).map((each) => each._id), names[2]!].map((id, i) => ({
			seq: `${i + 1}-x`, id, doc: documents.find((each) => each._id === id) ?? make(id)
		}));
		hub.intercept = (_method, path) => (path.endsWith(`${DESK}/_changes`) ? Response.json({ results: rows, last_seq: '12-x', pending: 0 }) : null);
		await exchange();
		expect(ids(await pulled(store))).toEqual(ids(documents));
		expect(new Set((await store.verdicts.bad()).get(DESK)?.map((each) => each.envelope))).toEqual(new Set(names));
		expect(replication.status().line).toBe('connected');
	});
});

describe('attack 34: writes dropped, answers cut off', () => {
	it('a write that was acknowledged and dropped is noticed by its absence and sent again', async () => {
		const { hub, store, exchange } = await scene((each) => (each.faults.loseWrite = 1));
		const own = await write(store, 7);
		await exchange();
		expect(hub.database(DESK).size).toBe(0);
		hub.heal();
		await exchange(3);
		expect(ids([...hub.database(DESK).values()])).toEqual(ids(own.map((each) => each.document)));
	});

	it('pages that are cut off or too large are asked for again in smaller ones', async () => {
		const documents = envelopes(900);
		const { hub, store, exchange } = await scene((each) => each.write(DESK, documents));
		hub.faults.truncate = 0.5;
		await exchange(10);
		hub.heal();
		await exchange();
		expect(ids(await pulled(store))).toEqual(ids(documents));
	});
});

describe('attack 35: another database under this name', () => {
	it('says nothing about the right one: the envelope is pulled there all the same', async () => {
		const [document] = envelopes(1);
		const { store, exchange } = await scene((each) => {
			each.write(CARE, [document!]);
			each.write(DESK, [document!]);
		});
		await exchange();
		expect(await pulled(store, DESK)).toEqual([document]);
		expect(await pulled(store, CARE)).toEqual([document]);
	});
});

describe('a full disk', () => {
	it('loses no page: the checkpoint stays where the storage is', async () => {
		const documents = envelopes(1200);
		const { hub, store, exchange } = await scene((each) => each.write(DESK, documents.slice(0, 3)));
		await exchange();
		const instance = store.collections.pages.storageInstance.originalStorageInstance;
		const { bulkWrite } = instance;
		let refused = 0;
		instance.bulkWrite = async (...args) => {
			if (refused++ < 2) throw new Error('QuotaExceededError');
			return bulkWrite.apply(instance, args);
		};
		hub.write(DESK, documents.slice(3));
		await exchange(6);
		instance.bulkWrite = bulkWrite;
		await exchange();
		expect(refused).toBeGreaterThan(1);
		expect(ids(await pulled(store))).toEqual(ids(documents));
	});
});
