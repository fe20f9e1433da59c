import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Hash, Id } from '../change/change.ts';
import { seededRandom } from '../change/ports.ts';
import { newSealKey } from '../seal/keys.ts';
import type { ChainEntry } from '../gate/chain.ts';
import type { Store } from '../store/index.ts';
import { memoryStore } from '../store/testing.ts';
import { ready } from '../verify/sodium.ts';
import { ChainLedger } from './ledger.ts';
import { around } from './testing/interrupted.ts';
import { Vault } from './vault.ts';

const SITE = 'a'.repeat(32) as Id;
const OTHER = 'b'.repeat(32) as Id;
const random = seededRandom('vault');
let store: Store;

beforeAll(ready);
afterEach(() => store.close());

function user(name: string) {
	const key = newSealKey(random);
	return { actor: name as Hash, seal: key.publicKey, key };
}

describe('local keys', () => {
	it('open again for each user they were wrapped for, and seal the same rows', async () => {
		store = await memoryStore();
		const [a, b] = [user('a'), user('b')];
		const vaultA = new Vault(store.identity, random);
		expect(await vaultA.open(SITE, 'desk', a, [a, b])).toBe('made');
		const row = vaultA.seal(SITE, 'desk').seal('charts', 'row', 'text');
		const vaultB = new Vault(store.identity, random);
		expect(await vaultB.open(SITE, 'desk', b, [a, b])).toBe('kept');
		expect(vaultB.seal(SITE, 'desk').open('charts', 'row', row)).toBe('text');
		expect(vaultB.seal(SITE, 'desk').open('charts', 'another row', row)).toBeNull();
	});

	it('are replaced for a user who has no box, who then reads nothing of what lay under the old key', async () => {
		store = await memoryStore();
		const [a, b] = [user('a'), user('b')];
		const vaultA = new Vault(store.identity, random);
		await vaultA.open(SITE, 'clinical', a, [a]);
		const row = vaultA.seal(SITE, 'clinical').seal('charts', 'row', 'text');
		const vaultB = new Vault(store.identity, random);
		expect(await vaultB.open(SITE, 'clinical', b, [a, b])).toBe('replaced');
		expect(vaultB.seal(SITE, 'clinical').open('charts', 'row', row)).toBeNull();
		// and the first user finds the new key the next time
		const again = new Vault(store.identity, random);
		expect(await again.open(SITE, 'clinical', a, [a, b])).toBe('kept');
	});

	it('are one and the same for two tabs that make them at the same moment', async () => {
		store = await memoryStore();
		const a = user('a');
		const tabs = [new Vault(store.identity, random), new Vault(store.identity, random)] as const;
		await Promise.all(tabs.map((vault) => vault.open(SITE, 'desk', a, [a])));
		const row = tabs[0].seal(SITE, 'desk').seal('charts', 'row', 'text');
		expect(tabs[1].seal(SITE, 'desk').open('charts', 'row', row)).toBe('text');
	});

	it('are gone when the device is locked', async () => {
		store = await memoryStore();
		const a = user('a');
		const vault = new Vault(store.identity, random);
		await vault.open(SITE, 'desk', a, [a]);
		vault.close();
		expect(() => vault.seal(SITE, 'desk')).toThrow();
	});
});

describe('local keys of a device that is locked while they are being opened', () => {
	it('stay as they are: wiped keys open no box, and must not be taken for somebody who never had one', async () => {
		store = await memoryStore();
		const [a, b] = [user('a'), user('b')];
		await new Vault(store.identity, random).open(SITE, 'desk', a, [a, b]);
		const [[, before] = ['', '']] = await store.identity.list('local|');
		const wiped = { ...a, key: { ...a.key, secret: Uint8Array.from(a.key.secret) } };
		const vault: Vault = new Vault(around(store.identity, 'get', { after: () => {
			vault.close();
			wiped.key.secret.fill(0);
		} }), random);
		await expect(vault.open(SITE, 'desk', wiped, [a, b])).rejects.toThrow();
		const [[, after] = ['', '']] = await store.identity.list('local|');
		expect(after).toBe(before);
		expect(await new Vault(store.identity, random).open(SITE, 'desk', b, [a, b])).toBe('kept');
	});
});

describe('the ledger of chain positions', () => {
	it('keeps what was added through many rows, melts them, and says when one was tampered with', async () => {
		store = await memoryStore();
		const a = user('a');
		const vault = new Vault(store.identity, random);
		await vault.open(SITE, 'desk', a, [a]);
		const seal = vault.seal(SITE, 'desk');
		const ledger = new ChainLedger(store.cursors, 'tab');
		const entry = (seq: number): ChainEntry => ({
			id: `id-${String(seq)}` as Hash, actor: a.actor, site: seq % 7 === 0 ? OTHER : SITE, comp: 'desk', seq, prev: seq === 1 ? null : (`id-${String(seq - 1)}` as Hash),
			seen: seq % 5 === 0 ? [] : ['head-1' as Hash, 'head-2' as Hash], envelope: `envelope-${String(seq)}`
		});
		for (let seq = 1; seq <= 40; seq++) {
			await ledger.add(SITE, 'desk', [entry(2 * seq - 1), entry(2 * seq)], seal);
		}
		const held = async () => [...(await ledger.load(SITE, 'desk', seal)).entries].sort((x, y) => x.seq - y.seq);
		const all = Array.from({ length: 80 }, (_, n) => entry(n + 1));
		expect(await held()).toEqual(all);
		expect(await held()).toEqual(all);
		const [name] = (await store.cursors.list('chains|')).keys();
		await store.cursors.put(name ?? '', 'tampered');
		expect((await ledger.load(SITE, 'desk', seal)).damaged).toBe(true);
	});
});
