/**
 * Files for carrying by hand, in the words of `DeviceApi`: long operations that can be called off by the name the caller gave them.
 */
import type { DeviceApi, Outcome } from './api.ts';
import type { Bundles } from './bundles.ts';
import { refuse } from './outcome.ts';
import { RemovalCalls } from './removal-calls.ts';

type Asked<Name extends keyof DeviceApi> = Parameters<DeviceApi[Name]>[0];

export abstract class BundleCalls extends RemovalCalls {
	async bundleTargets(): ReturnType<DeviceApi['bundleTargets']> {
		return this.reading(async (unlocked) => this.members.bundles.targets(unlocked));
	}
	async exportBundle(request: Asked<'exportBundle'>): ReturnType<DeviceApi['exportBundle']> {
		return this.#running(request.operation, (bundles, signal) => bundles.export(request, signal));
	}
	async importBundle(request: Asked<'importBundle'>): ReturnType<DeviceApi['importBundle']> {
		return this.#running(request.operation, (bundles, signal) => bundles.import(request, signal));
	}

	async #running<T>(operation: string, act: (bundles: Bundles, signal: AbortSignal) => Promise<Outcome<T>>): Promise<Outcome<T>> {
		if (this.operations.has(operation)) return refuse('already-running', 'This is running already.');
		const running = new AbortController();
		this.operations.set(operation, running);
		try {
			return await act(this.members.bundles, running.signal);
		} catch (failure) {
			return refuse('failed', `This did not work: ${failure instanceof Error ? failure.message : 'unknown failure'}. What was saved before is safe.`);
		} finally {
			this.operations.delete(operation);
		}
	}
}
