import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Hash, Id } from '../change/change.ts';
import { seededRandom } from '../change/ports.ts';
import { ready } from '../verify/sodium.ts';
import { processLocks, type Locks } from './locks.ts';
import type { Chain, NewOwn } from './ownEnvelopes.ts';
import { fakeEnvelope, fakeHash, memoryStore } from './testing.ts';
import type { Store } from './store.ts';

const open: Store[] = [];
const store = async (name?: string, locks?: Locks): Promise<Store> => {
	const opened = await memoryStore(name, locks);
	open.push(opened);
	return opened;
};
beforeAll(ready);
afterEach(async () => {
	for (const each of open.splice(0)) await each.close();
});

const random = seededRandom('own envelopes');
const chain = (actor: string, comp: 'desk' | 'clinical' = 'desk'): Chain => ({ actor: actor.padEnd(43, 'A') as Hash, site: '1'.repeat(32) as Id, comp });
const change = (of: Chain, seq: number): NewOwn => ({ kind: 'change', chain: of, seq, change: fakeHash(random), db: 'sb-x-desk', document: fakeEnvelope(random) });
const append = (to: Store, of: Chain, count = 1) =>
	to.own.append(async (head) => {
		const { seq } = await head(of);
		return Array.from({ length: count }, (_, i) => change(of, seq + 1 + i));
	});

describe('own envelopes', () => {
	it('continue a chain from its durable head', async () => {
		const device = await store();
		const amina = chain('amina');
		expect(await device.own.head(amina)).toEqual({ seq: 0, change: null });
		for (let i = 0; i < 7; i++) expect((await append(device, amina, i + 1)).ok).toBe(true);
		const all = await device.own.after(amina, 0, 100);
		expect(all.map((own) => own.seq)).toEqual(Array.from({ length: 28 }, (_, i) => i + 1));
		expect(await device.own.head(amina)).toEqual({ seq: 28, change: all[27]?.change });
		expect((await device.own.after(amina, 20, 3)).map((own) => own.seq)).toEqual([21, 22, 23]);
	});

	it('are found again after the store was closed', async () => {
		const name = 'reopened';
		const first = await memoryStore(name);
		await append(first, chain('amina'), 3);
		await first.close();
		const again = await store(name);
		expect((await again.own.head(chain('amina'))).seq).toBe(3);
		expect(await again.own.countOnThisDeviceOnly()).toBe(3);
	});

	it('keep chains of actors and compartments apart, and list them', async () => {
		const device = await store();
		await append(device, chain('amina'), 2);
		await append(device, chain('amina', 'clinical'), 5);
		await append(device, chain('ben'), 1);
		expect(new Set((await device.own.chains()).map((each) => `${each.actor.slice(0, 5)} ${each.comp}`))).toEqual(new Set(['amina desk', 'amina clinical', 'benAA desk']));
		expect((await device.own.head(chain('amina', 'clinical'))).seq).toBe(5);
	});

	it('refuse a batch that does not continue the chain, whole', async () => {
		const device = await store();
		await append(device, chain('amina'), 2);
		const outcome = await device.own.append(() => [change(chain('ben'), 1), change(chain('amina'), 2)]);
		expect(outcome.ok).toBe(false);
		expect((await device.own.head(chain('ben'))).seq).toBe(0);
	});

	it('are stored with a copy that is owed for two reasons, once', async () => {
		const device = await store();
		const copy: NewOwn = { kind: 'deposit', change: fakeHash(random), db: 'sb-y-desk', document: { ...fakeEnvelope(random), v: 'd1' } };
		const stored = await device.own.append(() => [change(chain('amina'), 1), copy, copy]);
		expect(stored.ok && stored.value.map(({ kind }) => kind)).toEqual(['change', 'deposit']);
		expect(await device.own.countOnThisDeviceOnly()).toBe(2);
	});

	it('write nothing when making them fails', async () => {
		const device = await store();
		await expect(device.own.append(() => { throw new Error('no key'); })).rejects.toThrow('no key');
		expect((await append(device, chain('amina'))).ok).toBe(true);
	});

	it('attack 44: two tabs that save at once never give one place to two changes', async () => {
		const locks = processLocks();
		const device = await store(undefined, locks);
		const outcomes = await Promise.all(Array.from({ length: 20 }, () => append(device, chain('amina'))));
		expect(outcomes.every((outcome) => outcome.ok)).toBe(true);
		expect((await device.own.after(chain('amina'), 0, 100)).map((own) => own.seq)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
	});

	it('attack 44: even where locks do not work, the storage takes one change at one place', async () => {
		const none: Locks = { exclusive: (_, section) => section() };
		const device = await store(undefined, none);
		const outcomes = await Promise.all(Array.from({ length: 8 }, () => append(device, chain('amina'))));
		const saved = outcomes.flatMap((outcome) => (outcome.ok ? [...outcome.value] : []));
		const kept = await device.own.after(chain('amina'), 0, 100);
		expect(kept.map((own) => own.change)).toEqual([...saved].sort((a, b) => a.seq - b.seq).map((own) => own.change));
		expect(outcomes.some((outcome) => !outcome.ok && outcome.error.code === 'chain-taken')).toBe(true);
	});

	it('are on this device only until a hub acknowledges them, and again when it lost them', async () => {
		const device = await store();
		await append(device, chain('amina'), 3);
		const all = await device.own.after(chain('amina'), 0, 10);
		const keys = all.map((own) => own.key);
		expect(await device.own.countOnThisDeviceOnly()).toBe(3);
		await device.own.acknowledge(keys.slice(0, 2), 'hub-a', 1000);
		expect(await device.own.countOnThisDeviceOnly()).toBe(1);
		expect((await device.own.onThisDeviceOnly(10)).map((own) => own.seq)).toEqual([3]);
		expect(await device.own.countUnacknowledged('hub-b')).toBe(3);
		expect((await device.own.unacknowledged('hub-a', 10)).map((own) => own.seq)).toEqual([3]);
		const custody = await device.own.custodyOf(all.map((own) => own.change));
		expect(custody.get(all[0]!.change)).toEqual({ state: 'at-hub', hub: 'hub-a', at: 1000 });
		expect(custody.get(all[2]!.change)).toEqual({ state: 'this-device' });
		expect(await device.own.unacknowledgeUnless('hub-a', 'sb-x-desk', () => false)).toBe(2);
		expect(await device.own.countOnThisDeviceOnly()).toBe(3);
	});

	it('keep the reason of a refusal until the hub takes them', async () => {
		const device = await store();
		await append(device, chain('amina'));
		const [own] = await device.own.after(chain('amina'), 0, 1);
		await device.own.refuse(own!.key, 'forbidden');
		expect((await device.own.get([own!.key]))[0]?.custody).toEqual({ state: 'refused', reason: 'forbidden' });
		await device.own.acknowledge([own!.key], 'hub-a', 5);
		expect((await device.own.get([own!.key]))[0]?.custody).toEqual({ state: 'at-hub', hub: 'hub-a', at: 5 });
	});

	it('may be sealed again while no hub has them, and not afterwards', async () => {
		const device = await store();
		await append(device, chain('amina'));
		const [own] = await device.own.after(chain('amina'), 0, 1);
		const newer = fakeEnvelope(random);
		expect(await device.own.replaceUnsent(own!.key, newer)).toBe(true);
		expect((await device.own.after(chain('amina'), 0, 1))[0]).toMatchObject({ change: own!.change, document: newer });
		await device.own.acknowledge([own!.key], 'hub-a', 5);
		expect(await device.own.replaceUnsent(own!.key, fakeEnvelope(random))).toBe(false);
	});

	it('are not at a hub that took the envelope before the one they were sealed in meanwhile: that one is still to be sent', async () => {
		const device = await store();
		await append(device, chain('amina'));
		const [own] = await device.own.after(chain('amina'), 0, 1);
		const newer = fakeEnvelope(random);
		await device.own.replaceUnsent(own!.key, newer);
		await device.own.acknowledge([own!.key], 'hub-a', 5, new Set([own!.document._id]));
		expect((await device.own.onThisDeviceOnly(10)).map(({ document }) => document._id)).toEqual([newer._id]);
		await device.own.acknowledge([own!.key], 'hub-a', 6, new Set([newer._id]));
		expect(await device.own.countOnThisDeviceOnly()).toBe(0);
	});
});
