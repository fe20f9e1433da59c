/**
 * The control of the canary test: a hub and a browser profile that store every canary in the clear, in the same kinds of stores and with
 * the same libraries that Saddlebag uses. A scanner that does not find them all here proves nothing about what it does not find there.
 */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { pino } from 'pino';
import { EmbeddedDatabase } from '../server/storage/embedded-database.ts';
import { ROOT } from './pages/screens.ts';
import { Profile } from './profile.ts';

/** A hub's data folder with documents that hold the canaries, and what its log said of them. */
export async function plaintextHub(canaries: readonly string[]): Promise<{ readonly folder: string; readonly log: string }> {
	const folder = mkdtempSync(path.join(tmpdir(), 'plaintext-hub-'));
	let log = '';
	const logger = pino({ base: null }, { write: (line: string) => (log += line) });
	mkdirSync(path.join(folder, 'databases'));
	const database = await EmbeddedDatabase.open('sb-plain', path.join(folder, 'databases', 'sb-plain'), () => undefined);
	await database.write(canaries.map((canary, index) => ({ _id: String(index).padStart(64, '0'), _rev: `1-${'0'.repeat(32)}`, v: 'plain', c: JSON.stringify({ padding: 'aaaa '.repeat(400), canary }) })));
	for (const canary of canaries) logger.info({ patient: canary }, 'saved');
	await database.close();
	return { folder, log };
}

async function servePage(): Promise<{ readonly server: Server; readonly url: string }> {
	const server = createServer((_request, response) => response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>plain</title>'));
	await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
	return { server, url: `http://localhost:${(server.address() as AddressInfo).port}/` };
}

declare global {
	interface Window {
		readonly Dexie: new (name: string, options: object) => DexieDatabase;
	}
}

interface DexieDatabase { version(n: number): { stores(tables: { readonly [name: string]: string }): void }; table(name: string): { bulkPut(rows: readonly object[]): Promise<unknown> }; close(): void }

/** A profile whose page stored the canaries in IndexedDB (Dexie, as RxDB does), localStorage, sessionStorage and a cache. Left open. */
export async function plaintextProfile(canaries: readonly string[]): Promise<{ readonly profile: Profile; readonly page: Page; readonly close: () => Promise<void> }> {
	const { server, url } = await servePage();
	const profile = new Profile();
	const page = await profile.page(url);
	await page.addScriptTag({ path: path.join(ROOT, 'node_modules', 'dexie', 'dist', 'dexie.min.js') });
	await page.evaluate(async (all) => {
		const database = new window.Dexie('plain', { chromeTransactionDurability: 'strict' });
		database.version(1).stores({ rows: 'key' });
		await database.table('rows').bulkPut(all.map((canary, index) => ({ key: `row|${index}`, body: JSON.stringify({ padding: 'aaaa '.repeat(400), canary }) })));
		database.close();
		const cache = await caches.open('plain');
		for (const [index, canary] of all.entries()) {
			localStorage.setItem(`l${index}`, canary);
			sessionStorage.setItem(`s${index}`, canary);
			await cache.put(`/record/${index}`, new Response(`<p>${canary}</p>`));
		}
	}, canaries);
	return { profile, page, close: async () => void (await new Promise((resolve) => server.close(resolve))) };
}
