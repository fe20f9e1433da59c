/** The device in a worker of its own, as the app runs it, without the app's screens around it. */
import { expose } from 'comlink';
import type { DeviceApi, SyncStatus } from '../../sync/device/api.ts';
import { createBrowserDevice, createPinKeeper } from '../../sync/device/browser.ts';

let device: DeviceApi | null = null;

/** Every call of the device, under its name: class instances do not cross to the page, their methods do. */
const port = {
	async open(storageName: string): Promise<void> {
		device = await createBrowserDevice({ storageName, pins: await createPinKeeper() });
	},
	/** Resolves when the status of the exchange is as asked, without asking again and again: that would be measured too. */
	until(state: 'received' | 'opened'): Promise<void> {
		const own = device;
		if (own === null) throw new Error('not open yet');
		return new Promise((resolve) => {
			const look = ({ lastReceived, receiving }: SyncStatus): void => {
				if (lastReceived !== null && (state === 'received' || receiving === null)) resolve();
			};
			void own.subscribe((event) => (event.kind === 'sync' ? look(event.status) : undefined));
			void own.syncStatus().then(look);
		});
	},
	call(method: keyof DeviceApi, request: unknown): Promise<unknown> {
		if (device === null) throw new Error('not open yet');
		const run = device[method] as (this: DeviceApi, request: unknown) => Promise<unknown>;
		return run.call(device, request);
	}
};
export type BenchWorker = typeof port;
expose(port);
