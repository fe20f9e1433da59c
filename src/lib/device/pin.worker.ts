/** The worker that keeps PINs: in memory only, so that they end with the app. It answers the device's worker, never the page. */
import { expose } from 'comlink';
import { createPinKeeper } from '$sync/device/browser.ts';
import type { PinWorker } from './protocol.ts';

const keeper = createPinKeeper();
const connecting: PinWorker = {
	connect: async (port) => expose(await keeper, port)
};
expose(connecting);
