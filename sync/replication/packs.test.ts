/** A first sync by packs: all of it comes, once, whatever the hub or the line does to a pack; without packs it comes by the feed. */
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Hash, Id } from '../change/change.ts';
import { seededRandom } from '../change/ports.ts';
import type { Store } from '../store/index.ts';
import { fakeEnvelope, memoryStore } from '../store/testing.ts';
import { checkDocument } from '../verify/document.ts';
import { encodePack, isPackable } from '../verify/pack.ts';
import { ready } from '../verify/sodium.ts';
import type { Fetch } from './boundedFetch.ts';
import { FakeHub } from './fakeHub.ts';
import { HubClient } from './hubClient.ts';
import { startReplication, type Replication } from './replication.ts';
import { realScheduler } from './scheduler.ts';

beforeAll(ready);
const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
	for (const step of cleanUp.splice(0).reverse()) await step();
});

const DESK = 'sb-a-desk';
const random = seededRandom('packs of a hub');
const envelopes = (count: number) => Array.from({ length: count }, () => fakeEnvelope(random));

/** Packs of `size` documents before a hub in memory, and what is done to each answer. */
class PackingHub {
	readonly hub = new FakeHub(seededRandom(7));
	/** `since` and where the answer was asked to begin, of each request for a pack */
	readonly asked: string[] = [];
	spoil: (bytes: Uint8Array, nth: number) => BodyInit | Error = (bytes) => new Uint8Array(bytes);
	readonly #size: number;

	constructor(size: number, documents: readonly { readonly _id: string }[]) {
		this.#size = size;
		this.hub.write(DESK, documents.map((document) => ({ ...document })));
	}

	readonly fetch: Fetch = async (url, init) => {
		const { pathname, searchParams } = new URL(url);
		if (pathname === '/_hub/session') return Response.json({ ...((await (await this.hub.fetch(url, init) as Response).json()) as object), packs: true });
		if (!pathname.startsWith('/_hub/pack/')) return this.hub.fetch(url, init);
		const since = searchParams.get('since') ?? '';
		const start = Number(/\d+/.exec(new Headers(init.headers).get('range') ?? '')?.[0] ?? 0);
		this.asked.push(`${since}+${start}`);
		const all = [...this.hub.database(DESK).values()];
		const from = Number(since.split('-')[0]);
		const taken = all.slice(from, from + this.#size).map((document) => checkDocument(document)).flatMap((checked) => (checked.ok && isPackable(checked.value) ? [checked.value] : []));
		if (taken.length < this.#size) return Response.json({ error: 'not_found', reason: 'none' }, { status: 404 });
		const sequence = await (await this.hub.fetch(`https://hub.test/couch/${DESK}/_changes?since=${from + this.#size - 1}&limit=1`, { headers: init.headers ?? {} }) as Response).json() as { last_seq: string };
		const bytes = encodePack({ db: DESK, from: since, to: sequence.last_seq }, taken).subarray(start);
		const spoiled = this.spoil(bytes, this.asked.length);
		if (spoiled instanceof Error) throw spoiled;
		return new Response(spoiled, { status: start > 0 ? 206 : 200 });
	};

	get pages(): number {
		return this.hub.requests.filter((request) => request.includes('_changes')).length;
	}
}

async function sync(hub: PackingHub, store?: Store): Promise<{ store: Store; replication: Replication }> {
	const into = store ?? (await memoryStore());
	if (store === undefined) cleanUp.push(() => into.close());
	const replication = startReplication({
		store: into, client: new HubClient({ fetch: hub.fetch, origin: 'https://hub.test', scheduler: realScheduler }), scheduler: realScheduler,
		scope: () => ({ org: 'o'.repeat(43) as Hash, device: 'd'.repeat(32) as Id, hub: hub.hub.key, control: 'sb-control', databases: [DESK] }),
		sign: () => 'signature', backoff: { firstMs: 1, mostMs: 4 }
	});
	cleanUp.push(() => replication.stop());
	for (let i = 0; i < 60; i++) {
		replication.now();
		const status = await replication.settled();
		if (status.line === 'connected' && status.problem === null) return { store: into, replication };
	}
	throw new Error(`never settled: ${JSON.stringify(replication.status())}`);
}
const rows = async (store: Store): Promise<readonly number[]> => (await store.pages.after(0, 1000)).map((page) => page.documents.length);
const held = async (store: Store): Promise<string[]> => (await store.pages.after(0, 1000)).flatMap((page) => page.documents.map(({ _id }) => _id)).sort();
const there = (hub: PackingHub): string[] => [...hub.hub.database(DESK).keys()].sort();

describe('a first sync', () => {
	it('by packs stores each as one row and reads only the rest from the feed', async () => {
		const hub = new PackingHub(40, envelopes(130));
		const { store } = await sync(hub);
		expect(await rows(store)).toEqual([40, 40, 40, 10]);
		expect(await held(store)).toEqual(there(hub));
	});

	it('whose line breaks in mid-pack asks for the rest alone', async () => {
		const hub = new PackingHub(60, envelopes(60));
		hub.spoil = (bytes, nth) => (nth === 1 ? broken(bytes.slice(0, 9_000)) : new Uint8Array(bytes));
		const { store } = await sync(hub);
		expect(hub.asked.slice(0, 2)).toEqual(['0+0', '0+9000']);
		expect(await held(store)).toEqual(there(hub));
	});

	it('A2: cut off between packs goes on with packs after a restart of the app', async () => {
		const hub = new PackingHub(40, envelopes(120));
		hub.spoil = (bytes, nth) => (nth > 1 ? new Error('the line is gone') : new Uint8Array(bytes));
		const store = await memoryStore();
		cleanUp.push(() => store.close());
		await expect(sync(hub, store)).rejects.toThrow(/never settled/);
		expect(await rows(store)).toEqual([40]);
		await cleanUp.pop()?.();
		hub.spoil = (bytes) => new Uint8Array(bytes);
		await sync(hub, store);
		expect(await rows(store)).toEqual([40, 40, 40]);
		expect(await held(store)).toEqual(there(hub));
		expect(new Set(hub.asked).size).toBe(4);
	});

	it('at a hub that has no packs reads the feed and asks for none', async () => {
		const hub = new PackingHub(10, envelopes(30));
		const store = await memoryStore();
		cleanUp.push(() => store.close());
		const plain = new PackingHub(10, []);
		await sync(Object.assign(plain, { hub: hub.hub, fetch: hub.hub.fetch }), store);
		expect(await held(store)).toEqual(there(hub));
		expect(plain.asked).toEqual([]);
	});
});

describe('attack 34: a hub that serves bad packs', () => {
	it.each([
		['garbage', () => new Uint8Array(500)],
		['nothing', () => new Uint8Array()],
		['one without an end', () => new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(new Uint8Array(1024 * 1024)) })],
		['its table altered', (bytes: Uint8Array) => altered(bytes, 300)]
	])('is read by its feed: %s', async (_what, spoil) => {
		const hub = new PackingHub(40, envelopes(90));
		hub.spoil = (bytes) => spoil(bytes);
		const { store } = await sync(hub);
		expect(await held(store)).toEqual(there(hub));
	});

	it('with bodies damaged costs those alone, and they are fetched by name', async () => {
		const hub = new PackingHub(40, envelopes(40));
		hub.spoil = (bytes) => altered(bytes, bytes.length - 10);
		const { store } = await sync(hub);
		expect((await rows(store))[0]).toBe(39);
		expect(await held(store)).toEqual(there(hub));
	});

	it('over and over with nothing new is told apart', async () => {
		const hub = new PackingHub(10, envelopes(10));
		let turn = 0;
		const repeating: Fetch = async (url, init) => {
			const { pathname, searchParams } = new URL(url);
			if (!pathname.startsWith('/_hub/pack/')) return hub.fetch(url, init);
			const documents = [...hub.hub.database(DESK).values()].map((document) => checkDocument(document)).flatMap((checked) => (checked.ok && isPackable(checked.value) ? [checked.value] : []));
			return new Response(new Uint8Array(encodePack({ db: DESK, from: searchParams.get('since') ?? '', to: `${++turn}-ffffffff` }, documents)));
		};
		const store = await memoryStore();
		cleanUp.push(() => store.close());
		const replication = startReplication({
			store, client: new HubClient({ fetch: repeating, origin: 'https://hub.test', scheduler: realScheduler }), scheduler: realScheduler,
			scope: () => ({ org: 'o'.repeat(43) as Hash, device: 'd'.repeat(32) as Id, hub: hub.hub.key, control: 'sb-control', databases: [DESK] }),
			sign: () => 'signature', backoff: { firstMs: 1, mostMs: 4 }
		});
		cleanUp.push(() => replication.stop());
		expect((await replication.settled()).problem).toMatch(/repeats itself/);
		expect(turn).toBeLessThan(60);
		expect(await held(store)).toEqual(there(hub));
	});
});

function altered(bytes: Uint8Array, at: number): Uint8Array<ArrayBuffer> {
	const copy = new Uint8Array(bytes);
	copy[at] = (copy[at] ?? 0) ^ 1;
	return copy;
}
const broken = (bytes: Uint8Array): ReadableStream<Uint8Array> => {
	let sent = false;
	return new ReadableStream({
		pull(controller) {
			if (sent) return controller.error(new Error('reset'));
			sent = true;
			controller.enqueue(bytes);
		}
	});
};
