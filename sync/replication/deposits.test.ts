import { afterEach, beforeAll, expect, it } from 'vitest';
import type { Hash, Id } from '../change/change.ts';
import { seededRandom } from '../change/ports.ts';
import type { Store } from '../store/index.ts';
import { fakeEnvelope, fakeHash, memoryStore } from '../store/testing.ts';
import { ready } from '../verify/sodium.ts';
import { FakeHub } from './fakeHub.ts';
import { HubClient } from './hubClient.ts';
import { startReplication, type Replication } from './replication.ts';
import { realScheduler } from './scheduler.ts';

beforeAll(ready);
const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
	for (const step of cleanUp.splice(0).reverse()) await step();
});

const random = seededRandom('deposits');
const OWN = 'sb-a-care';
/** a site whose copies this device makes, and where it may not read */
const OTHER = 'sb-b-care';
const DAY = 24 * 60 * 60_000;

/** A clinic's device that has passed on a linked chart of three entries. */
async function passedOn(loses = 0, copies = 3): Promise<{ readonly hub: FakeHub; readonly settle: () => Promise<void>; readonly later: (ms: number) => void }> {
	const hub = new FakeHub(random);
	const store: Store = await memoryStore();
	cleanUp.push(() => store.close());
	let ahead = 0;
	const scheduler = { ...realScheduler, now: () => realScheduler.now() + ahead };
	const replication: Replication = startReplication({
		store, client: new HubClient({ fetch: hub.fetch, origin: 'https://hub.test', scheduler }), scheduler, sign: () => 'signature', backoff: { firstMs: 1, mostMs: 8 },
		scope: () => ({ org: 'o'.repeat(43) as Hash, device: 'd'.repeat(32) as Id, hub: hub.key, control: 'sb-control', databases: [OWN] })
	});
	cleanUp.push(() => replication.stop());
	const settle = async (): Promise<void> => {
		for (let i = 0; i < 3; i++) {
			replication.now();
			await replication.settled();
		}
	};
	const other = fakeEnvelope(random);
	hub.write(OWN, [{ ...other, _rev: `1-${other._id.slice(0, 32)}` }]);
	await settle();
	hub.faults.loseWrite = loses;
	await store.own.append(() => Array.from({ length: copies }, () => ({ kind: 'deposit' as const, change: fakeHash(random), db: OTHER, document: { ...fakeEnvelope(random), v: 'd1' as const } })));
	await settle();
	hub.faults.loseWrite = 0;
	return { hub, settle, later: (ms) => (ahead += ms) };
}

it('passes copies on again to a hub that was put back to a backup from before them', async () => {
	const { hub, settle } = await passedOn();
	expect([...hub.database(OTHER).keys()]).toHaveLength(3);
	hub.restore(OTHER, 0);
	hub.restore(OWN, 1);
	await settle();
	expect([...hub.database(OTHER).keys()]).toHaveLength(3);
});

it('passes copies on once more on a later day, for a hub that said to have taken them and had not', async () => {
	const { hub, settle, later } = await passedOn(1);
	expect([...hub.database(OTHER).keys()]).toEqual([]);
	await settle();
	expect([...hub.database(OTHER).keys()]).toEqual([]);
	later(2 * DAY);
	await settle();
	expect([...hub.database(OTHER).keys()]).toHaveLength(3);
});

it('gives a hub that was started anew what is young at once, and what is old in batches with pauses, until it has all', async () => {
	const { hub, settle, later } = await passedOn(0, 600);
	later(30 * DAY);
	await settle();
	hub.restore(OTHER, 0);
	hub.restore(OWN, 1);
	await settle();
	expect(hub.database(OTHER).size).toBe(500);
	later(DAY / 12);
	await settle();
	expect(hub.database(OTHER).size).toBe(600);
});
