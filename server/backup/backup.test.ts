/**
 * What a hub may hold without its backup being lost: a statement that counts for nothing, documents that no gateway stored.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { statementDocument } from '../../sync/verify/document.ts';
import { openData } from '../operations/open-data.ts';
import type { HubStorage, StoredDocument } from '../storage/port.ts';
import { Device, envelopes, foundedHub, temporaryFolder, type FoundedHub } from '../testing/device.ts';
import { startHub } from '../testing.ts';
import { backupOf, type BackedUp } from './backup.ts';
import { BackupWriter } from './lines.ts';
import { checkBackup, restoreBackup } from './restore.ts';

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
	for (const step of cleanUp.splice(0).reverse()) await step();
});

interface Place { readonly folder: string; readonly data: string; readonly file: string }
function place(): Place {
	const { folder, remove } = temporaryFolder();
	cleanUp.push(remove);
	return { folder, data: path.join(folder, 'data'), file: path.join(folder, 'hub.backup') };
}

async function written(data: BackedUp, file: string): Promise<void> {
	let text = '';
	for await (const piece of backupOf(data, 1_790_000_000_000)) text += piece;
	writeFileSync(file, text);
}

/** The backup of a hub that was stopped. */
async function backedUp({ data, file }: Place, altered: (data: BackedUp) => BackedUp = (same) => same): Promise<void> {
	const opened = await openData(data);
	if (!opened.ok) throw new Error(opened.error.message);
	try {
		await written(altered(opened.value), file);
	} finally {
		await opened.value.close();
	}
}

async function worldAt({ data }: Place): Promise<FoundedHub> {
	const world = await foundedHub({ dataFolder: data });
	cleanUp.push(() => world.end());
	return world;
}

describe('a backup', () => {
	it('attack: is restored, though a member had a statement kept that counts for nothing', async () => {
		const at = place();
		const world = await worldAt(at);
		const nina = world.cast.person('olga').brings('nina', 'clinician of north');
		await world.owner.syncsControl();
		const device = await new Device(world.hub, nina).opensSession();
		const legal = nina.rotates({ site: world.cast.site('north'), comp: 'clinical' });
		const forged = nina.forges({ kind: 'minimum', version: '9.9.9' }, [legal.signed.id]);
		// the hub cannot judge it before the one it cites is there
		expect(await device.pushes(device.control, [statementDocument(forged.text, forged.sig)])).toMatchObject({ status: 201 });
		await device.pushes(device.control, legal.documents);
		const ids = await device.ids(device.control);
		await world.hub.stop();

		await backedUp(at);
		expect(await checkBackup(at.file)).toMatchObject({ ok: true, value: { refused: 1 } });
		const target = path.join(at.folder, 'restored');
		expect(await restoreBackup(at.file, target)).toMatchObject({ ok: true });
		const again = await startHub({ dataFolder: target });
		cleanUp.push(() => again.stop());
		const owner = await new Device(again, world.owner.person).opensSession();
		expect(new Set(await owner.ids(owner.control))).toEqual(new Set(ids));
		const info = (await (await fetch(`${again.url}/_hub/info`)).json()) as { readonly minimum?: unknown };
		expect(JSON.stringify(info)).not.toContain('9.9.9');
	});

	it('leaves out, and counts, what no hub would take: everything else is restored', async () => {
		const at = place();
		const world = await worldAt(at);
		const care = world.owner.database('north', 'care');
		const sound = envelopes(3);
		await world.owner.pushes(care, sound);
		await world.hub.stop();
		const foreign = { _id: 'a'.repeat(64), _rev: `1-${'a'.repeat(32)}`, note: 'put there past every gateway' };
		await backedUp(at, (data) => ({ ...data, storage: alsoHolding(data.storage, care, foreign) }));
		expect(await checkBackup(at.file)).toMatchObject({ ok: true, value: { omitted: 1 } });
		const target = path.join(at.folder, 'restored');
		expect(await restoreBackup(at.file, target)).toMatchObject({ ok: true });
		const again = await startHub({ dataFolder: target });
		cleanUp.push(() => again.stop());
		const owner = await new Device(again, world.owner.person).opensSession();
		expect(new Set(await owner.ids(care))).toEqual(new Set(sound.map(({ _id }) => _id)));
	});

	it('of a hub without an organization is refused, and one that was written before is not called whole', async () => {
		const at = place();
		const hub = await startHub({ dataFolder: at.data });
		await hub.stop();
		await expect(backedUp(at)).rejects.toThrow(/no organization/u);
		const writer = new BackupWriter();
		writeFileSync(at.file, [writer.header({ backup: 1, at: 1, hub: hub.key, org: null, prefix: 'sb' }), writer.file('hub.key.pem', 'x'), writer.end('files'), writer.tail()].join(''));
		expect(await checkBackup(at.file)).toMatchObject({ ok: false, error: { code: 'damaged-backup' } });
	});
});

/** The storage with one more document in a database. */
function alsoHolding(storage: HubStorage, name: string, document: StoredDocument): HubStorage {
	return {
		shared: null, onWritten: (listener) => storage.onWritten(listener), sequence: storage.sequence, updatedSince: (since, names) => storage.updatedSince(since, names), isOfAnother: (since) => storage.isOfAnother(since), close: () => storage.close(),
		get: async (asked) => {
			const database = await storage.get(asked);
			if (asked === name) await database.write([document]);
			return database;
		}
	};
}
