/**
 * What the worker answers: `open` settles when the device has started and hands it over; imports and files are asked for here, because comlink
 * passes a callback only as an argument of its own.
 */
import type { ProxyMarked } from 'comlink';
import type { DeviceApi, ImportProgress } from '$sync/device/api.ts';
import type { BundlePiece, BundleProgress } from '$sync/device/bundle-api.ts';

type ImportRequest = Omit<Parameters<DeviceApi['importBundles']>[0], 'progress'>;
type ExportFileRequest = Omit<Parameters<DeviceApi['exportBundle']>[0], 'write' | 'progress'>;
type ImportFileRequest = Omit<Parameters<DeviceApi['importBundle']>[0], 'progress'>;

export interface DeviceWorker {
	/** `pins`: a port to the worker that keeps PINs */
	open(pins: MessagePort): Promise<DeviceApi & ProxyMarked>;
	importBundles(request: ImportRequest, progress: (progress: ImportProgress) => void): ReturnType<DeviceApi['importBundles']>;
	exportBundle(request: ExportFileRequest, write: (piece: BundlePiece) => Promise<void>, progress: (progress: BundleProgress) => void): ReturnType<DeviceApi['exportBundle']>;
	importBundle(request: ImportFileRequest, progress: (progress: BundleProgress) => void): ReturnType<DeviceApi['importBundle']>;
}

/** What the worker of PINs answers the page: that it will speak with a device's worker through this port. */
export interface PinWorker {
	connect(port: MessagePort): Promise<void>;
}
