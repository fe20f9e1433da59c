/**
 * What the worker answers: `open` settles when the device has started and hands it over; an import is asked for here, because comlink
 * passes its callback only as an argument of its own.
 */
import type { ProxyMarked } from 'comlink';
import type { DeviceApi, ImportProgress } from '$sync/device/api.ts';

type ImportRequest = Omit<Parameters<DeviceApi['importBundles']>[0], 'progress'>;

export interface DeviceWorker {
	/** `pins`: a port to the worker that keeps PINs */
	open(pins: MessagePort): Promise<DeviceApi & ProxyMarked>;
	importBundles(request: ImportRequest, progress: (progress: ImportProgress) => void): ReturnType<DeviceApi['importBundles']>;
}

/** What the worker of PINs answers the page: that it will speak with a device's worker through this port. */
export interface PinWorker {
	connect(port: MessagePort): Promise<void>;
}
