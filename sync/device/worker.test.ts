import { describe, expect, it } from 'vitest';
import { Worker, type Job } from './worker.ts';

function recorder() {
	const done: (Job | 'count')[] = [];
	const gates: (() => void)[] = [];
	const worker = new Worker(
		(job) => {
			done.push(job);
			return new Promise<void>((resolve) => gates.push(resolve));
		},
		async () => void done.push('count')
	);
	const open = async (): Promise<void> => {
		for (let turn = 0; turn < 20; turn++) {
			gates.splice(0).forEach((gate) => gate());
			await Promise.resolve();
		}
	};
	return { worker, done, open };
}

describe('the loop that works off what came', () => {
	it('does one job at a time, the widest first, and the narrower ones with it', async () => {
		const { worker, done, open } = recorder();
		worker.wake('relay');
		worker.wake('ingest');
		worker.wake('everything');
		await open();
		expect(done).toEqual(['everything', 'count']);
	});

	it('does again what is asked for while it is being done', async () => {
		const { worker, done, open } = recorder();
		worker.wake('ingest');
		await Promise.resolve();
		await Promise.resolve();
		worker.wake('ingest');
		await open();
		expect(done.filter((job) => job === 'ingest').length).toBe(2);
	});

	it('reports a failure and goes on with the next job', async () => {
		let fail = true;
		const worker = new Worker(async () => {
			if (fail) throw new Error('the disk is full');
		}, async () => undefined);
		await worker.finish('ingest');
		expect(worker.failure?.message).toBe('the disk is full');
		fail = false;
		await worker.finish('ingest');
		expect(worker.failure).toBeNull();
	});

	it('does nothing more once stopped', async () => {
		const { worker, done } = recorder();
		await worker.stop();
		worker.wake('everything');
		await Promise.resolve();
		expect(done).toEqual([]);
	});
});
