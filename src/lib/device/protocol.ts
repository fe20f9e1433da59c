/**
 * What the worker answers: `DeviceApi` with the callback of an import as an argument of its own (comlink passes functions only at the
 * top level), and `open`, which settles when the device has started.
 */
import type { DeviceApi, ImportProgress } from '$sync/device/api.ts';

type ImportRequest = Omit<Parameters<DeviceApi['importBundles']>[0], 'progress'>;

export interface DeviceWorker extends Omit<DeviceApi, 'importBundles'> {
	open(): Promise<void>;
	importBundles(request: ImportRequest, progress: (progress: ImportProgress) => void): ReturnType<DeviceApi['importBundles']>;
}
