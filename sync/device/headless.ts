/**
 * A device in Node, without a screen: for the command line, imports, the demo and tests.
 */
import { processLocks, memoryStorage, openStore, type DurableStorage, type Locks } from '../store/index.ts';
import { realScheduler, type Scheduler } from '../replication/scheduler.ts';
import type { Clock, Random } from '../change/ports.ts';
import type { Fetch } from '../replication/boundedFetch.ts';
import { toHex } from '../change/base64url.ts';
import { Device } from './device.ts';
import { systemClock, systemRandom } from './ports.ts';

export interface HeadlessOptions {
	/** letters, digits, '-' and '_': the same name opens the same device again */
	readonly name: string;
	/** in memory if absent: gone when the process ends */
	readonly storage?: DurableStorage;
	readonly locks?: Locks;
	readonly clock?: Clock;
	readonly random?: Random;
	readonly scheduler?: Scheduler;
	readonly fetch?: Fetch;
	/** as if it were another version of the app */
	readonly appVersion?: string;
}

export async function createHeadlessDevice(options: HeadlessOptions): Promise<Device> {
	const random = options.random ?? systemRandom;
	const token = toHex(random.bytes(4));
	const store = await openStore({
		name: options.name, storage: options.storage ?? memoryStorage(), locks: options.locks ?? processLocks(), multiInstance: false, token
	});
	return Device.open({
		clock: options.clock ?? systemClock, random, token, store, requireStrict: false,
		fetch: options.fetch ?? ((url, init) => globalThis.fetch(url, init)),
		scheduler: options.scheduler ?? realScheduler,
		...(options.appVersion === undefined ? {} : { appVersion: options.appVersion })
	});
}
