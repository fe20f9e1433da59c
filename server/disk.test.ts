/**
 * A disk that is full, or cannot be written to: the answer says so, nothing is half written, what was acknowledged is there, and the hub goes on when there is room again.
 */
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { storageFailure } from './http/failure.ts';
import { Device, envelope, foundedOver, type Reply } from './testing/device.ts';
import { smallDisk, type SmallDisk } from './testing/small-disk.ts';
import { startHub, type TestHub } from './testing.ts';

const probe = smallDisk(4);
probe?.remove();
if (probe === null) console.log('A small disk could not be mounted (root on Linux can): what a full disk does was NOT checked.');

let disk: SmallDisk | null = null;
let hub: TestHub | null = null;
afterEach(async () => {
	await hub?.stop();
	disk?.remove();
	[hub, disk] = [null, null];
});

describe.skipIf(probe === null)('a disk', { timeout: 120_000 }, () => {
	async function founded(): Promise<{ readonly disk: SmallDisk; readonly owner: Device; readonly care: string }> {
		disk = smallDisk(24);
		if (disk === null) throw new Error('no disk');
		hub = await startHub({ dataFolder: path.join(disk.folder, 'data') });
		const { owner } = await foundedOver(hub);
		return { disk, owner, care: owner.database('north', 'care') };
	}

	it('that is full is said to be full (507), nothing is half written, and with room again the same push is taken', async () => {
		const { disk, owner, care } = await founded();
		const acknowledged: string[] = [];
		writeFileSync(path.join(disk.folder, 'ballast'), Buffer.alloc(8 * 1024 * 1024));
		let refused: Reply | null = null;
		let last: readonly string[] = [];
		for (let push = 0; push < 60 && refused === null; push++) {
			const documents = Array.from({ length: 20 }, () => envelope('e1', 32 * 1024));
			const reply = await owner.pushes(care, documents);
			if (reply.status === 201) acknowledged.push(...documents.map(({ _id }) => _id));
			else [refused, last] = [reply, documents.map(({ _id }) => _id)];
		}
		expect(refused).toMatchObject({ status: 507, json: { error: 'insufficient_storage' } });
		expect(JSON.stringify(refused)).toMatch(/full/);
		expect((await fetch(`${hub?.url ?? ''}/_up`)).status).toBe(503);
		const held = await owner.ids(care);
		expect(acknowledged.filter((id) => !held.includes(id))).toEqual([]);
		// all of the push that failed, or nothing of it
		expect([0, last.length]).toContain(held.filter((id) => last.includes(id)).length);

		rmSync(path.join(disk.folder, 'ballast'));
		const more = [envelope('e1'), envelope('e1')];
		expect(await owner.pushes(care, more)).toMatchObject({ status: 201, json: [] });
		expect((await fetch(`${hub?.url ?? ''}/_up`)).status).toBe(200);
		acknowledged.push(...more.map(({ _id }) => _id));
		await hub?.stop();
		hub = await startHub({ dataFolder: path.join(disk.folder, 'data') });
		const again = await (await new Device(hub, owner.person).opensSession()).ids(care);
		expect(acknowledged.filter((id) => !again.includes(id))).toEqual([]);
		expect(new Set(again).size).toBe(again.length);
	});

	it('that cannot be written to is named when the hub is started over it, and nothing is lost by it', async () => {
		const { disk, owner, care } = await founded();
		const first = [envelope('e1')];
		expect(await owner.pushes(care, first)).toMatchObject({ status: 201 });
		await hub?.stop();
		hub = null;
		disk.readOnly(true);
		const started = await startHub({ dataFolder: path.join(disk.folder, 'data') }).then((one) => one, (error: unknown) => String(error));
		expect(String(started)).toMatch(/cannot be opened|data folder|read-only/i);
		disk.readOnly(false);
		hub = await startHub({ dataFolder: path.join(disk.folder, 'data') });
		const device = await new Device(hub, owner.person).opensSession();
		expect(await device.ids(care)).toEqual(first.map(({ _id }) => _id));
	});
});

it('that turns read-only under a hub is told from one that is full, and from any other failure', () => {
	const told = (message: string): readonly [number, string] => {
		const { status, error } = storageFailure(new Error('outer', { cause: { name: 'OpenError', message: `IO error: 000005.log: ${message}` } }));
		return [status, error];
	};
	expect(told('Read-only file system')).toEqual([503, 'read_only']);
	expect(told('No space left on device')).toEqual([507, 'insufficient_storage']);
	expect(told('Input/output error')).toEqual([500, 'internal_server_error']);
	expect(storageFailure({ toString: () => { throw new Error('x'); } }).status).toBe(500);
});
