/** The worker that holds the open keys: it makes the device of this tab and speaks with the page, and does nothing else. */
import { expose, proxy, wrap } from 'comlink';
import type { PinStore } from '$sync/device/accounts.ts';
import { createBrowserDevice } from '$sync/device/browser.ts';
import type { DeviceWorker } from './protocol.ts';

let device: ReturnType<typeof createBrowserDevice> | null = null;

/** Without the PIN worker's port no device: it is given once, with the first question. */
const present = (): NonNullable<typeof device> => device ?? Promise.reject(new Error('the device was not opened'));

const answers: DeviceWorker = {
	open: async (pins) => {
		device ??= createBrowserDevice({ storageName: 'saddlebag', pins: wrap<PinStore>(pins) });
		return proxy(await device);
	},
	importBundles: async (request, progress) => (await present()).importBundles({ ...request, progress }),
	exportBundle: async (request, write, progress) => (await present()).exportBundle({ ...request, write, progress }),
	importBundle: async (request, progress) => (await present()).importBundle({ ...request, progress })
};
expose(answers);
