import { describe, expect, it } from 'vitest';
import type { OwnRow, PlainRow, StoreEvent } from '../../sync/store/index.ts';
import { Dice } from '../dice.ts';
import { Disk, DiskTable } from './disk.ts';
import { DeviceLocks } from './locks.ts';
import { Process } from './process.ts';
import { drained, Timeline } from './timeline.ts';

const row = (key: string, body = ''): PlainRow => ({ key, body, mark: '' });

function app(disk: Disk, timeline = new Timeline(), diskMs = 0) {
	const process = new Process({ timeline, dice: new Dice('test'), skew: () => 0, diskMs, onDeath: () => undefined });
	return { process, timeline, rows: new DiskTable<PlainRow>(process, () => disk.rows, (keys) => disk.written('rows', keys)) };
}

/** Whether a promise has resolved by the time that nothing can go on. */
async function isOver(promise: Promise<unknown>): Promise<boolean> {
	let over = false;
	void promise.then(() => (over = true));
	await drained();
	return over;
}

describe('virtual time', () => {
	it('carries out events in order of time, then of arrival, and lets all that follows from one happen before the next', async () => {
		const timeline = new Timeline();
		const seen: string[] = [];
		timeline.at(20, () => seen.push('late'));
		timeline.at(10, () => void Promise.resolve().then(() => Promise.resolve()).then(() => seen.push('follows from the first')));
		timeline.at(10, () => seen.push('second'));
		timeline.at(15, () => seen.push('called off'))();
		await timeline.run(20);
		expect(seen).toEqual(['follows from the first', 'second', 'late']);
		expect([timeline.now, timeline.ticks]).toEqual([20, 3]);
	});

	it('stands still in standby: what comes due fires on waking', async () => {
		const { process, timeline } = app(new Disk());
		const seen: number[] = [];
		process.asleep = true;
		process.scheduler.after(10, () => seen.push(timeline.now));
		await timeline.run(1000);
		expect(seen).toEqual([]);
		process.wake();
		await timeline.run(1001);
		expect(seen).toEqual([1000]);
	});
});

describe('a disk', () => {
	it('keeps what resolved, and loses nothing of it when the app dies', async () => {
		const disk = new Disk();
		const first = app(disk);
		await first.rows.put([row('a', '1')]);
		first.process.die();
		expect(await isOver(first.rows.put([row('a', '2')]))).toBe(false);
		expect((await app(disk).rows.one('a'))?.body).toBe('1');
	});

	it('takes a write whole or not at all when the app dies in it, and tells nobody', async () => {
		const outcomes = new Set<number>();
		for (let seed = 0; seed < 20; seed++) {
			const disk = new Disk();
			const timeline = new Timeline();
			const process = new Process({ timeline, dice: new Dice(`crash ${seed}`), skew: () => 0, diskMs: 0, onDeath: () => undefined });
			const rows = new DiskTable<PlainRow>(process, () => disk.rows, () => undefined);
			process.fuse = 1;
			expect(await isOver(rows.put([row('a'), row('b')]))).toBe(false);
			outcomes.add(disk.rows.keys({}).length);
		}
		expect(outcomes).toEqual(new Set([0, 2]));
	});

	it('is put back as it was, whatever was written since', async () => {
		const disk = new Disk();
		const { rows } = app(disk);
		await rows.put([row('a', 'old'), row('b')]);
		const image = disk.image();
		await rows.put([row('a', 'new'), row('c')]);
		await rows.remove(['b']);
		disk.restore(image);
		expect((await rows.range({})).map(({ key, body }) => [key, body])).toEqual([['a', 'old'], ['b', '']]);
	});

	it('reads ranges as the real storage does', async () => {
		const disk = new Disk();
		const { rows } = app(disk);
		await rows.insert(['a|1', 'a|2', 'a|3', 'b|1'].map((key) => row(key)));
		const keys = async (range: Parameters<typeof rows.range>[0]) => (await rows.range(range)).map(({ key }) => key);
		expect(await keys({ from: 'a|', to: 'a|\uffff' })).toEqual(['a|1', 'a|2', 'a|3']);
		expect(await keys({ after: 'a|1', limit: 2 })).toEqual(['a|2', 'a|3']);
		expect(await rows.insert([row('a|1', 'second')])).toEqual(['a|1']);
		expect((await rows.one('a|1'))?.body).toBe('');
	});

	it('finds own rows by hub and time as the real index does', async () => {
		const disk = new Disk();
		const { process } = app(disk);
		const own = new DiskTable<OwnRow>(process, () => disk.own, () => undefined);
		const made = (key: string, hub: string, at: number): OwnRow => ({ key, chain: '', seq: 0, change: key, envelope: key, db: '', doc: '', hub, at, refused: '' });
		await own.insert([made('3', 'h', 5), made('1', 'h', 9), made('2', '', 0), made('4', '', 0)]);
		expect((await own.where([['hub', 'h']], 'at', { atLeast: 6 })).map(({ key }) => key)).toEqual(['1']);
		expect((await own.where([['hub', 'h']], 'at', { atLeast: 0 })).map(({ key }) => key)).toEqual(['3', '1']);
		expect((await own.where([['hub', ''], ['at', 0]], 'key', { after: '2' })).map(({ key }) => key)).toEqual(['4']);
		expect(await own.countWhere('hub', '')).toBe(2);
	});

	it('tells all tabs of what is written, and none that is gone', async () => {
		const disk = new Disk();
		const [one, other] = [app(disk), app(disk)];
		const told: string[] = [];
		const listen = (name: string) => (event: StoreEvent) => told.push(`${name} ${event.kind}`);
		disk.watch(one.process, listen('one'));
		disk.watch(other.process, listen('other'));
		await one.rows.put([row('chart|a')]);
		await drained();
		other.process.die();
		await one.rows.put([row('control|b')]);
		await drained();
		expect(told).toEqual(['one chart', 'other chart', 'one control']);
	});
});

describe('locks of a device', () => {
	it('let one in after the other, and the next when the tab that holds one dies', async () => {
		const disk = new Disk();
		const [one, other] = [app(disk).process, app(disk).process];
		const locks = new DeviceLocks();
		const seen: string[] = [];
		void locks.for(one).exclusive('save', () => { seen.push('one'); return new Promise(() => undefined); });
		void locks.for(one).exclusive('save', () => { seen.push('one again'); return Promise.resolve(); });
		void locks.for(other).exclusive('save', () => { seen.push('other'); return Promise.resolve(); });
		await drained();
		expect(seen).toEqual(['one']);
		one.die();
		await drained();
		expect(seen).toEqual(['one', 'other']);
	});

	it('are not waited for any longer when the wait is called off', async () => {
		const locks = new DeviceLocks().for(app(new Disk()).process);
		const controller = new AbortController();
		let release = (): void => undefined;
		void locks.exclusive('save', () => new Promise<void>((resolve) => (release = resolve)));
		const waiting = locks.exclusive('save', () => Promise.resolve('in'), controller.signal);
		controller.abort();
		await expect(waiting).rejects.toThrow('stopped waiting');
		release();
		expect(await locks.exclusive('save', () => Promise.resolve('in'))).toBe('in');
	});
});
