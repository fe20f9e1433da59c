/** The worker that holds the open keys: it makes the device of this tab and speaks with the page, and does nothing else. */
import { expose, proxy } from 'comlink';
import { createBrowserDevice } from '$sync/device/browser.ts';
import type { DeviceWorker } from './protocol.ts';

const device = createBrowserDevice({ storageName: 'saddlebag' });

const answers: DeviceWorker = {
	open: async () => proxy(await device),
	importBundles: async (request, progress) => (await device).importBundles({ ...request, progress })
};
expose(answers);
