/** What a page can read of its origin's storage without any key: every database, cache and store, as databases and not as files. */
import type { Page } from '@playwright/test';

export interface StoredText { readonly where: string; readonly text: string }

/** Everything that the origin of the page has stored, one text per record. Bytes come as base64. */
export async function readStores(page: Page): Promise<readonly StoredText[]> {
	return page.evaluate(async () => {
		const found: { where: string; text: string }[] = [];
		const base64 = (bytes: Uint8Array): string => {
			let binary = '';
			for (const byte of bytes) binary += String.fromCharCode(byte);
			return btoa(binary);
		};
		const plain = (value: unknown): string =>
			JSON.stringify(value, (_key, part: unknown) => {
				if (part instanceof ArrayBuffer) return base64(new Uint8Array(part));
				if (ArrayBuffer.isView(part)) return base64(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
				if (part instanceof Map || part instanceof Set) return [...part];
				return part;
			}) ?? '';
		const done = <T>(request: IDBRequest<T>): Promise<T> =>
			new Promise((resolve, reject) => {
				request.onsuccess = () => resolve(request.result);
				request.onerror = () => reject(new Error(String(request.error)));
			});
		for (const { name } of await indexedDB.databases()) {
			if (name === undefined) continue;
			const database = await done(indexedDB.open(name));
			found.push({ where: 'indexedDB names', text: name });
			for (const store of database.objectStoreNames) {
				const from = database.transaction(store, 'readonly').objectStore(store);
				const [keys, values] = await Promise.all([done(from.getAllKeys()), done(from.getAll())]);
				keys.forEach((key, index) => found.push({ where: `indexedDB ${name}/${store}`, text: `${plain(key)} ${plain(values[index])}` }));
			}
			database.close();
		}
		for (const [where, storage] of [['localStorage', localStorage], ['sessionStorage', sessionStorage]] as const) {
			for (let i = 0; i < storage.length; i++) {
				const key = storage.key(i) ?? '';
				found.push({ where, text: `${key} ${storage.getItem(key) ?? ''}` });
			}
		}
		for (const name of await caches.keys()) {
			const cache = await caches.open(name);
			for (const request of await cache.keys()) {
				const body = await (await cache.match(request))?.text();
				found.push({ where: `caches ${name}`, text: `${request.url} ${body ?? ''}` });
			}
		}
		found.push({ where: 'cookies', text: document.cookie }, { where: 'history state', text: plain(history.state) });
		return found;
	});
}
