import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Hash, Id } from '../change/change.ts';
import { seededRandom } from '../change/ports.ts';
import { ready } from '../verify/sodium.ts';
import { openFileJournal } from './fileJournal.ts';
import { journaledStorage } from './journal.ts';
import { processLocks } from './locks.ts';
import type { Chain } from './ownEnvelopes.ts';
import { openStore } from './store.ts';
import { fakeEnvelope, fakeHash } from './testing.ts';

let folder = '';
beforeAll(ready);
beforeEach(async () => {
	folder = await mkdtemp(path.join(os.tmpdir(), 'saddlebag-journal-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const random = seededRandom('journal');
const chain: Chain = { actor: 'A'.repeat(43) as Hash, site: '1'.repeat(32) as Id, comp: 'desk' };
const file = (): string => path.join(folder, 'device.journal');

async function reopened() {
	const journal = await openFileJournal(file());
	const storage = await journaledStorage(journal);
	const store = await openStore({ name: 'headless', storage, locks: processLocks(), multiInstance: false, token: 'x' });
	const close = async () => {
		await store.close();
		await journal.close();
	};
	return { store, journal, close };
}

describe('a headless device', () => {
	it('finds everything again after a restart, and says that it is durable', async () => {
		const first = await reopened();
		await first.store.own.append(() => [1, 2, 3].map((seq) => ({ kind: 'change' as const, chain, seq, change: fakeHash(random), db: 'desk', document: fakeEnvelope(random) })));
		await first.store.cursors.put('ingested', '7');
		await first.store.cursors.put('ingested', '8');
		await first.store.identity.put('gone', 'x');
		await first.store.identity.remove(['gone']);
		expect(first.store.durability()).toBe('strict');
		const written = await first.store.own.after(chain, 0, 10);
		await first.close();

		const second = await reopened();
		expect(await second.store.own.after(chain, 0, 10)).toEqual(written);
		expect(await second.store.cursors.get('ingested')).toBe('8');
		expect(await second.store.identity.get('gone')).toBeNull();
		await second.store.cursors.put('ingested', '9');
		await second.close();

		const third = await reopened();
		expect(await third.store.cursors.get('ingested')).toBe('9');
		await third.close();
	});

	it('goes on from the last whole line when the power went in the middle of one', async () => {
		const first = await reopened();
		await first.store.cursors.put('ingested', '1');
		await first.close();
		await appendFile(file(), '{"collection":"headless/rows/0","docum');
		const second = await reopened();
		expect(await second.store.cursors.get('ingested')).toBe('1');
		await second.store.cursors.put('ingested', '2');
		await second.close();
		const third = await reopened();
		expect(await third.store.cursors.get('ingested')).toBe('2');
		await third.close();
	});

	it('drops history at start when there is much of it', async () => {
		const first = await reopened();
		const deposits = Array.from({ length: 400 }, () => ({ ...fakeEnvelope(random), v: 'd1' as const }));
		await first.store.own.append(() => deposits.map((document) => ({ kind: 'deposit' as const, change: fakeHash(random), db: 'desk', document })));
		const keys = (await first.store.own.onThisDeviceOnly(400)).map((own) => own.key);
		for (const hub of ['a', 'b', 'c', 'd']) await first.store.own.acknowledge(keys, hub, 1);
		await first.close();
		const before = (await readFile(file())).length;
		const second = await reopened();
		expect(await second.store.own.countUnacknowledged('d')).toBe(0);
		await second.close();
		expect((await readFile(file())).length).toBeLessThan(before / 3);
	});

	it('is opened by one process at a time; a lock of a process that is gone is taken over', async () => {
		const first = await reopened();
		await expect(openFileJournal(file())).rejects.toThrow('open in another process');
		await first.close();
		await writeFile(`${file()}.lock`, '999999999');
		await (await reopened()).close();
	});

	it('leaves nothing when it is erased', async () => {
		const first = await reopened();
		await first.store.identity.put('user', 'wrapped');
		await first.store.erase();
		await first.journal.close();
		expect(await readFile(`${file()}.lock`, 'utf8').catch(() => 'no lock')).toBe('no lock');
		const again = await reopened();
		expect(await again.store.identity.get('user')).toBeNull();
		await again.close();
	});
});
