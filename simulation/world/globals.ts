/**
 * Virtual time and seeded chance for code that reaches for the globals: RxDB has timers, clocks and random tokens of its own, and hashes in the
 * thread pool; a box's carrier has timers and time limits. While a run with RxDB or a box is on, the globals of this thread are the world's; `restore` gives the real ones back.
 */
import { createHash } from 'node:crypto';
import { Dice } from '../dice.ts';
import { START_MS, type Timeline } from './timeline.ts';

export function virtualGlobals(timeline: Timeline, seed: number): { restore(): void } {
	const dice = new Dice(`globals ${seed}`);
	const timers = new Map<number, () => void>();
	let last = 0;
	const later = (task: () => void, ms: number, again: boolean): number => {
		const id = ++last;
		const due = (): void => {
			if (again) timers.set(id, timeline.at(timeline.now + Math.max(1, ms), due));
			else timers.delete(id);
			task();
		};
		timers.set(id, timeline.at(timeline.now + Math.max(0, ms), due));
		return id;
	};
	const cancel = (id: unknown): void => {
		timers.get(Number(id))?.();
		timers.delete(Number(id));
	};
	const timeout = (ms: number): AbortSignal => {
		const controller = new AbortController();
		later(() => controller.abort(new DOMException('The time is over.', 'TimeoutError')), ms, false);
		return controller.signal;
	};
	const digest = (_algorithm: unknown, data: BufferSource): Promise<ArrayBuffer> => {
		const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
		return Promise.resolve(new Uint8Array(createHash('sha256').update(bytes).digest()).buffer);
	};
	const restores = [
		replace(globalThis, 'setTimeout', (task: () => void, ms = 0) => later(task, ms, false)), replace(globalThis, 'setInterval', (task: () => void, ms = 0) => later(task, ms, true)),
		replace(globalThis, 'clearTimeout', cancel), replace(globalThis, 'clearInterval', cancel), replace(Date, 'now', () => START_MS + Math.floor(timeline.now)),
		replace(performance, 'now', () => timeline.now), replace(Math, 'random', () => dice.fraction()), replace(globalThis.crypto.subtle, 'digest', digest), replace(AbortSignal, 'timeout', timeout)
	];
	return { restore: () => restores.forEach((restore) => restore()) };
}

function replace(owner: object, name: string, value: unknown): () => void {
	const before = Object.getOwnPropertyDescriptor(owner, name);
	Object.defineProperty(owner, name, { value, configurable: true, writable: true });
	return () => {
		if (before === undefined) Reflect.deleteProperty(owner, name);
		else Object.defineProperty(owner, name, before);
	};
}
