/**
 * The way from a page to its device: a dedicated worker that holds the open keys, spoken to through comlink. The page sees a plain
 * `DeviceApi`; callbacks cross as proxies.
 */
import { dev } from '$app/environment';
import type { DeviceApi } from '$sync/device/api.ts';

export async function connectDevice(): Promise<DeviceApi> {
	const fake = dev ? new URLSearchParams(location.search).get('fake') : null;
	if (dev && fake !== null) {
		const { FakeDevice } = await import('./fakeDevice.ts');
		return new FakeDevice(fake);
	}
	const { startWorker } = await import('./workerDevice.ts');
	return startWorker();
}
