/**
 * The device of a browser tab, to be run in a worker: IndexedDB with strict durability, Web Locks between tabs.
 *
 * Each tab's worker has its own keys and its own memory; they share the disk, and tell each other what they wrote.
 */
import { toHex } from '../change/base64url.ts';
import { realScheduler } from '../replication/scheduler.ts';
import { openStore, strictDexie, webLocks } from '../store/index.ts';
import { PinKeeper } from '../seal/pin.ts';
import { ready } from '../verify/sodium.ts';
import type { PinStore } from './accounts.ts';
import type { DeviceApi } from './api.ts';
import { Device } from './device.ts';
import { systemClock, systemRandom } from './ports.ts';

export interface BrowserOptions {
	readonly storageName: string;
	readonly pins: PinStore;
}

/** For the worker of PINs. */
export async function createPinKeeper(): Promise<PinKeeper> {
	await ready();
	return new PinKeeper(systemRandom);
}

/** Bytes that the browser still grants this app; null when it does not say. */
async function storageLeft(): Promise<number | null> {
	const { quota, usage } = await navigator.storage.estimate();
	return quota === undefined || usage === undefined ? null : quota - usage;
}

export async function createBrowserDevice({ storageName, pins }: BrowserOptions): Promise<DeviceApi> {
	const token = toHex(systemRandom.bytes(4));
	const store = await openStore({ name: storageName, storage: strictDexie(), locks: webLocks(navigator.locks), multiInstance: true, token });
	const device = await Device.open({
		clock: systemClock, random: systemRandom, token, store, requireStrict: true, pins, storageLeft, scheduler: realScheduler,
		fetch: (url, init) => globalThis.fetch(url, init)
	});
	device.sendFiles();
	return device;
}
