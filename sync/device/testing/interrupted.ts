/**
 * Devices over a store that lets a test do something between two of its steps: what locking, a failing disk or another tab may do there.
 */
import { realScheduler } from '../../replication/scheduler.ts';
import type { Store } from '../../store/index.ts';
import { Device } from '../device.ts';
import { systemClock, systemRandom } from '../ports.ts';

/** A part of a store, with one of its methods preceded or followed by what a test wants to happen there. */
export function around<T extends object>(part: T, method: keyof T & string, { before, after }: { before?: () => unknown; after?: (given: readonly unknown[]) => unknown }): T {
	return new Proxy(part, {
		get(target, name) {
			const value: unknown = Reflect.get(target, name, target);
			if (typeof value !== 'function') return value;
			if (name !== method) return (...given: unknown[]): unknown => Reflect.apply(value, target, given);
			return async (...given: unknown[]): Promise<unknown> => {
				await before?.();
				const result: unknown = await Reflect.apply(value, target, given);
				await after?.(given);
				return result;
			};
		}
	});
}

/** A device over this store; several over one store are tabs of one app. `token` tells them apart. */
export const openTab = (store: Store, token: string): Promise<Device> => Device.open({
	clock: systemClock, random: systemRandom, scheduler: realScheduler, token, store, requireStrict: false, fetch: (url, init) => globalThis.fetch(url, init)
});
