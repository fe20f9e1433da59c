/** A person who opens the work list waits for a slice of it, never for all. */
import { describe, expect, it } from 'vitest';
import { Behind, Slice } from './slice.ts';

/** Charts looked at in one slice on a device that takes `ms` for each. */
function looked(ms: number): number {
	let now = 1_000;
	const slice = new Slice(() => now);
	for (;;) {
		if (slice.over) return slice.spend() - 1;
		slice.spend();
		now += ms;
	}
}

describe('a slice', () => {
	it('ends by time on a slow device, by number on a fast one, and covers a small clinic on each', () => {
		expect(looked(0)).toBe(300);
		expect(looked(1)).toBe(200);
		expect(looked(50)).toBe(64);
	});

	it('ends, whatever the clock does meanwhile', () => {
		let now = 5_000;
		const slice = new Slice(() => now);
		now = -9_000_000;
		for (let n = 0; n < 64; n++) slice.spend();
		expect(slice.over).toBe(true);
	});
});

describe('what follows behind', () => {
	it('goes on slice by slice until nothing is left, once, whoever asks', async () => {
		let left = 3;
		const behind = new Behind();
		const work = async (): Promise<void> => {
			await Promise.resolve();
			left--;
		};
		for (let asked = 0; asked < 5; asked++) behind.run(() => left > 0, work);
		await expect.poll(() => left).toBe(0);
	});

	it('ends where it fails, and is taken up by the next who asks', async () => {
		let tries = 0;
		const behind = new Behind();
		const fails = async (): Promise<void> => {
			tries++;
			await Promise.resolve();
			throw new Error('the disk failed');
		};
		behind.run(() => true, fails);
		await expect.poll(() => tries).toBe(1);
		behind.run(() => true, fails);
		await expect.poll(() => tries).toBe(2);
	});
});
