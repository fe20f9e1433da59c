/**
 * What a device needs of the world. Passed in, so that the same device runs in a browser's worker, in Node and in a simulator.
 */
import type { Clock, Random } from '../change/ports.ts';
import type { PinStore } from './accounts.ts';
import type { Fetch } from '../replication/boundedFetch.ts';
import type { Scheduler } from '../replication/scheduler.ts';
import type { Store } from '../store/store.ts';

export interface DevicePorts {
	readonly clock: Clock;
	readonly random: Random;
	readonly fetch: Fetch;
	readonly scheduler: Scheduler;
	readonly store: Store;
	/** letters and digits that tell this instance from other tabs of the same store */
	readonly token: string;
	/** a save is acknowledged only when the storage confirmed strict durability (D1); false for storage in memory, in tests */
	readonly requireStrict: boolean;
	/** this app's own version, as `1.2.3`; `APP_VERSION` if absent */
	readonly appVersion?: string;
	/** where PINs are kept; in this object's own memory if absent */
	readonly pins?: PinStore;
	/** bytes that the browser still grants; null when it does not say */
	readonly storageLeft?: () => Promise<number | null>;
}

export const systemClock: Clock = { now: () => Date.now() };

/** The operating system's generator, through WebCrypto. */
export const systemRandom: Random = {
	bytes(n) {
		const bytes = new Uint8Array(n);
		// getRandomValues gives at most 64 KiB at a time
		for (let at = 0; at < n; at += 65_536) crypto.getRandomValues(bytes.subarray(at, Math.min(at + 65_536, n)));
		return bytes;
	}
};
