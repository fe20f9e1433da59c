/**
 * Tells the service worker which hubs the membership log names, so that the page kept on the device may speak to a box that was let in after the app was installed. It counts from
 * the next start of the app.
 */
import { dev } from '$app/environment';
import type { DeviceApi } from '$sync/device/api.ts';

/** What is said to the service worker. */
export interface HubsMessage { readonly kind: 'hubs'; readonly origins: readonly string[] }

/** Never rejects: without a service worker each page comes with the policy of its hub. */
export async function tellHubs(device: Pick<DeviceApi, 'reachableHubs'>): Promise<void> {
	if (dev || !('serviceWorker' in navigator)) return;
	const hubs = await device.reachableHubs();
	if (!hubs.ok) return;
	const message: HubsMessage = { kind: 'hubs', origins: hubs.value };
	await navigator.serviceWorker.ready.then(({ active }) => active?.postMessage(message), () => undefined);
}
