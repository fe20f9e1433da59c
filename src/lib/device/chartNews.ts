/** Who wants to know that charts moved: one open screen or two, each until it leaves. */
import type { ChartRef } from '$sync/device/api.ts';

export type ChartListener = (charts: readonly ChartRef[] | 'all') => void;

export class ChartNews {
	readonly #listeners = new Set<ChartListener>();

	/** Returns how to stop listening. */
	listen(listener: ChartListener): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	tell(charts: readonly ChartRef[] | 'all'): void {
		for (const listener of this.#listeners) listener(charts);
	}
}
