/**
 * The way from a page to its device: a dedicated worker that holds the open keys, spoken to through comlink. The page sees a plain
 * `DeviceApi`; callbacks cross as proxies.
 */
import type { DeviceApi } from '$sync/device/api.ts';

export async function connectDevice(): Promise<DeviceApi> {
	if (import.meta.env.DEV) {
		const fake = new URLSearchParams(location.search).get('fake');
		if (fake !== null) {
			const { FakeDevice } = await import('./fakeDevice.ts');
			return new FakeDevice(fake);
		}
	}
	const { startWorker } = await import('./workerDevice.ts');
	return startWorker();
}
