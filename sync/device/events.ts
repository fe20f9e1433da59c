/** Who listens to a device. A listener that throws (its window was closed, say) is dropped and hurts nobody else. */
import type { DeviceEvent } from './api.ts';

export type Listener = (event: DeviceEvent) => void;

export class Events {
	readonly #listeners = new Map<number, Listener>();
	#next = 1;

	subscribe(listener: Listener): number {
		const id = this.#next++;
		this.#listeners.set(id, listener);
		return id;
	}

	unsubscribe(id: number): void {
		this.#listeners.delete(id);
	}

	emit(event: DeviceEvent): void {
		for (const [id, listener] of [...this.#listeners]) {
			try {
				listener(event);
			} catch {
				this.#listeners.delete(id);
			}
		}
	}
}
