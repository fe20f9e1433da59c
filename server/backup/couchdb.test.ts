/** A backup and a real CouchDB: what was in one is put into another that has nothing, or that broke off in the middle of it. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toBase64url } from '../../sync/change/base64url.ts';
import { sign } from '../../sync/seal/keys.ts';
import { encodeFrontier, type FrontierDocument } from '../../sync/verify/frontier.ts';
import { padme } from '../../sync/verify/padme.ts';
import type { RunningHub } from '../hub.ts';
import { DOOR_FILE, readDoor } from '../operations/door.ts';
import { hasCouch, testCouch, type TestCouch } from '../testing/couchdb.ts';
import { Device, envelopes, foundedHub, temporaryFolder, type FoundedHub } from '../testing/device.ts';
import { startHub } from '../testing.ts';
import { ask } from '../couchdb/provision.ts';
import { checkBackup, restoreBackup } from './restore.ts';
import { intoCouch } from './target.ts';

const quiet = pino({ level: 'silent' });

/** A frontier as far as a hub can tell. */
function stated({ id, person: { cast, transport } }: Device): FrontierDocument {
	const noise = (bytes: number): string => toBase64url(cast.random.bytes(bytes));
	const text = encodeFrontier({ v: 1, org: cast.org, device: id, site: cast.site('north'), kind: 'desk', n: 5, parts: [{ t: noise(32), n: noise(24), c: noise(padme(300) + 16) }] });
	return { v: 'f1', text, sig: sign('saddlebag/frontier/1', text, transport) };
}

describe.skipIf(!hasCouch)('a backup and CouchDB', () => {
	let couch: TestCouch;
	let place: ReturnType<typeof temporaryFolder>;
	const running: Pick<RunningHub, 'stop'>[] = [];
	beforeEach(async () => {
		couch = await testCouch();
		place = temporaryFolder();
	});
	afterEach(async () => {
		for (const hub of running.splice(0)) await hub.stop();
		await couch.remove();
		place.remove();
	});

	const file = (): string => path.join(place.folder, 'hub.backup');
	/** A hub over CouchDB or over its folder, with a few documents, and its backup. */
	async function backedUp(over: 'couchdb' | 'embedded'): Promise<{ readonly world: FoundedHub; readonly care: string; readonly ids: readonly string[] }> {
		const dataFolder = path.join(place.folder, 'first');
		const world = await foundedHub({ dataFolder, prefix: couch.prefix, ...(over === 'couchdb' ? { couch: couch.options } : {}) });
		const care = world.owner.database('north', 'care');
		await world.owner.pushes(care, envelopes(30));
		expect(await world.owner.post('/_hub/frontier', { document: stated(world.owner) })).toMatchObject({ status: 200 });
		const door = readDoor(readFileSync(path.join(dataFolder, DOOR_FILE), 'utf8'));
		const answer = await fetch(`http://127.0.0.1:${String(door?.port)}/backup`, { headers: { authorization: `Bearer ${door?.token ?? ''}` } });
		writeFileSync(file(), await answer.text());
		expect(await checkBackup(file())).toMatchObject({ ok: true });
		const ids = await world.owner.ids(care);
		await world.end();
		return { world, care, ids };
	}
	const restored = (into = 'restored') => restoreBackup(file(), path.join(place.folder, into), intoCouch(couch.options, quiet));
	async function startedOver(folder: string) {
		const hub = await startHub({ dataFolder: path.join(place.folder, folder), couch: couch.options, prefix: couch.prefix });
		running.push(hub);
		return hub;
	}

	it.each(['couchdb', 'embedded'] as const)('of a hub that was %s is put into a CouchDB: the same hub with the same documents, and devices are given what comes next', async (over) => {
		const { world, care, ids } = await backedUp(over);
		await couch.remove();
		expect(await restored()).toMatchObject({ ok: true, value: { hub: world.hub.key } });
		const hub = await startedOver('restored');
		expect(hub).toMatchObject({ key: world.hub.key, setupToken: null });
		const owner = await new Device(hub, world.owner.person, couch.prefix).opensSession();
		expect((await owner.ids(care)).sort()).toEqual([...ids].sort());
		expect((await owner.post('/_hub/frontiers', { known: [] })).json).toMatchObject({ held: [{ device: owner.id, n: 5 }] });
		const later = envelopes(2);
		expect((await owner.pushes(care, later)).status).toBe(201);
		expect(await owner.ids(care)).toHaveLength(ids.length + 2);
		// the hub runs on its own data: what is restored once more adds nothing and takes nothing away
		expect(await restored('again')).toMatchObject({ ok: true });
		expect(await owner.ids(care)).toHaveLength(ids.length + 2);
	});

	it('is run again when it broke off: what was written stays, and no other organization gets between', async () => {
		const { world, care, ids } = await backedUp('embedded');
		const open = intoCouch(couch.options, quiet);
		const broken = await restoreBackup(file(), path.join(place.folder, 'restored'), async (header, draft) => {
			const target = await open(header, draft);
			if (!target.ok) return target;
			const get = target.value.storage.get.bind(target.value.storage);
			target.value.storage.get = (name) => (name === care ? Promise.reject(new Error('no line')) : get(name));
			return target;
		});
		expect(broken).toMatchObject({ ok: false, error: { code: 'not-restored' } });
		const early = await startHub({ dataFolder: path.join(place.folder, 'early'), couch: couch.options, prefix: couch.prefix });
		running.push(early);
		const info = (await (await fetch(`${early.url}/_hub/info`)).json()) as { readonly org: unknown };
		expect([null, world.cast.org]).toContain(info.org);
		expect(await restored()).toMatchObject({ ok: true });
		const hub = await startedOver('restored');
		const owner = await new Device(hub, world.owner.person, couch.prefix).opensSession();
		expect((await owner.ids(care)).sort()).toEqual([...ids].sort());
	});

	it('is not put into a CouchDB with another organization', async () => {
		await backedUp('embedded');
		const other = await foundedHub({ couch: couch.options, prefix: couch.prefix });
		running.push({ stop: () => other.end() });
		const before = await ask(couch.admin, 'GET', `${couch.prefix}-control`);
		// founded by the same people in the same words, and yet by another hub's key: another organization
		expect(await restored()).toMatchObject({ ok: false, error: { code: 'other-organization' } });
		expect((await ask(couch.admin, 'GET', `${couch.prefix}-control`)).json).toMatchObject({ doc_count: (before.json as { readonly doc_count: number }).doc_count });
	});
});
