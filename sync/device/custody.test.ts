import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Hash, Id, VerifiedChange } from '../change/change.ts';
import { hlc } from '../change/hlc.ts';
import { seededRandom } from '../change/ports.ts';
import { Keyring } from '../gate/keyring.ts';
import type { Chain, Store } from '../store/index.ts';
import { fakeEnvelope, fakeHash, memoryStore } from '../store/testing.ts';
import { ready } from '../verify/sodium.ts';
import { Custody } from './custody.ts';

const random = seededRandom('custody');
const SITE = 'a'.repeat(32) as Id;
const CHAIN: Chain = { actor: 'A'.repeat(43) as Hash, site: SITE, comp: 'clinical' };
const session = { keyring: new Keyring(), control: { org: 'o'.repeat(43) as Hash } };
const change = (id: Hash): VerifiedChange => ({ id, change: { hlc: hlc(1_700_000_000_000) } }) as VerifiedChange;
let store: Store;

beforeAll(ready);
afterEach(() => store.close());

async function write(count: number) {
	const stored = await store.own.append(async (head) => {
		const { seq } = await head(CHAIN);
		return Array.from({ length: count }, (_, n) => ({ kind: 'change' as const, chain: CHAIN, seq: seq + 1 + n, change: fakeHash(random), db: `sb-${SITE}-care`, document: fakeEnvelope(random) }));
	});
	if (!stored.ok) throw new Error(stored.error.message);
	return stored.value;
}

describe('where own changes are known to be', () => {
	it('says of no entry that it is at the hub before the hub said so, however many wait', async () => {
		store = await memoryStore();
		const rows = await write(6000);
		const custody = new Custody(store, session, () => new Set());
		await custody.refresh();
		const states = rows.map((row) => custody.of([change(row.change)]).state);
		expect(new Set(states)).toEqual(new Set(['this-device']));
	});

	it('follows what is written, refused and acknowledged', async () => {
		store = await memoryStore();
		const custody = new Custody(store, session, () => new Set());
		store.subscribe((event) => (event.kind === 'own' ? custody.moved(event.keys) : undefined));
		await custody.refresh();
		const [first, second, third] = await write(3);
		if (first === undefined || second === undefined || third === undefined) throw new Error('three were written');
		await store.own.acknowledge([first.key], 'hub', 5);
		await store.own.refuse(second.key, 'no');
		await custody.refresh();
		expect([first, second, third].map((row) => custody.of([change(row.change)]))).toMatchObject([{ state: 'at-hub' }, { state: 'refused', reason: 'no' }, { state: 'this-device' }]);
		await store.own.unacknowledge([first.key], 'hub');
		await store.own.acknowledge([second.key, third.key], 'hub', 6);
		await custody.refresh();
		expect([first, second, third].map((row) => custody.of([change(row.change)]).state)).toEqual(['this-device', 'at-hub', 'at-hub']);
	});
});
