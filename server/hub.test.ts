/** The hub's own routes, as a device uses them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answers } from '../sync/membership/testing/cast.ts';
import { Device, envelope, envelopes, foundedHub, revised, temporaryFolder, type FoundedHub } from './testing/device.ts';
import { startHub } from './testing.ts';

let world: FoundedHub;
beforeEach(async () => {
	world = await foundedHub();
});
afterEach(() => world.end());

describe('set-up', () => {
	it('says what it is, before and after it has an organization', async () => {
		const { folder, remove } = temporaryFolder();
		const fresh = await startHub({ dataFolder: folder });
		const before = await (await fetch(`${fresh.url}/_hub/info`)).json();
		expect(before).toMatchObject({ hub: fresh.key, org: null, configured: false, prefix: 'sb' });
		expect(fresh.setupToken).toMatch(/^[A-Za-z0-9_-]{32}$/);
		await fresh.stop();
		remove();
		const after = await world.owner.get('/_hub/info');
		expect(after.json).toMatchObject({ hub: world.hub.key, org: world.cast.org, configured: true });
		expect(world.hub.setupToken).toBeNull();
	});

	it('is void after use', async () => {
		const again = await world.owner.post('/_hub/setup', { token: 'x', documents: world.cast.documents });
		expect(again).toMatchObject({ status: 409, json: { error: 'conflict' } });
	});

	it('continues where it was after a restart, with the same key', async () => {
		const { owner } = world;
		const sent = envelopes(3);
		await owner.pushes(owner.database('north', 'desk'), sent);
		const key = world.hub.key;
		world = await world.restart();
		expect(world.hub.key).toBe(key);
		expect(world.hub.setupToken).toBeNull();
		expect(new Set(await world.owner.ids(owner.database('north', 'desk')))).toEqual(new Set(sent.map((document) => document._id)));
		expect(await world.owner.ids(owner.control)).toHaveLength(world.cast.documents.length);
	});
});

describe('sessions', () => {
	it('reach what the member may read, and last as said', async () => {
		const { owner } = world;
		const reply = await owner.requestSession(await owner.sessionText());
		expect(reply).toMatchObject({ status: 200, json: { databases: [owner.control, owner.database('north', 'care'), owner.database('north', 'desk'), owner.database('region', 'care'), owner.database('region', 'desk')].sort() } });
	});

	it('leave out databases that the device may not reach', async () => {
		const nina = world.cast.person('olga').brings('nina', 'receptionist of north');
		await world.owner.syncsControl();
		const device = await new Device(world.hub, nina).opensSession([world.owner.database('north', 'desk'), world.owner.database('north', 'care'), world.owner.control]);
		expect((await device.get(`/couch/${device.database('north', 'desk')}`)).status).toBe(200);
		expect(await device.get(`/couch/${device.database('north', 'care')}`)).toMatchObject({ status: 403, json: { error: 'forbidden' } });
		expect((await device.get(`/couch/${device.control}`)).status).toBe(200);
	});

	it('are granted to a device as soon as its admission is stored', async () => {
		const nina = world.cast.person('olga').brings('nina', 'clinician of north');
		const device = new Device(world.hub, nina);
		expect((await device.requestSession(await device.sessionText())).status).toBe(401);
		await world.owner.syncsControl();
		await device.opensSession();
		expect((await device.pushes(device.database('north', 'care'), envelopes(1))).json).toEqual([]);
	});

	it('of a site that is added appear with its statement', async () => {
		const { owner, cast } = world;
		const south = cast.person('olga').addsSite('south', 'region');
		expect((await owner.get(`/couch/sb-${south}-desk`)).status).toBe(404);
		await owner.syncsControl();
		await owner.opensSession();
		expect((await owner.get(`/couch/sb-${south}-desk`)).json).toMatchObject({ doc_count: 0 });
	});
});

describe('answers to invitations', () => {
	it('are taken from the holder of the link, once', async () => {
		const { cast, owner } = world;
		const invited = cast.person('olga').invites('clinician of north');
		const { answered } = answers(cast, 'nina', invited.link);
		expect((await owner.post('/_hub/answer', { document: answered.document })).status).toBe(404);
		await owner.syncsControl();
		expect((await owner.post('/_hub/answer', { document: answered.document })).status).toBe(201);
		expect((await owner.post('/_hub/answer', { document: answered.document })).status).toBe(201);
		const second = answers(cast, 'mallory', invited.link).answered;
		expect(await owner.post('/_hub/answer', { document: second.document })).toMatchObject({ status: 409, json: { reason: expect.stringContaining('answered already') } });
		expect(await owner.ids(owner.control)).toContain(answered.document._id);
		world = await world.restart();
		expect((await world.owner.post('/_hub/answer', { document: second.document })).status).toBe(409);
	});
});

describe('deposits', () => {
	it('are appended by any active device, and nothing else', async () => {
		const { cast, owner } = world;
		cast.person('olga').addsSite('south', 'region');
		const nina = cast.person('olga').brings('nina', 'clinician of north');
		await owner.syncsControl();
		await owner.opensSession();
		const device = await new Device(world.hub, nina).opensSession();
		const good = envelope('d1');
		const reply = await device.post(`/_hub/deposit/${device.database('south', 'care')}`, { docs: [revised(good), revised(envelope('e1')), { _id: 'x' }] });
		expect(reply).toMatchObject({ status: 201, json: [{ ok: true, id: good._id }, { error: 'forbidden' }, { error: 'forbidden', id: 'x' }] });
		expect(await owner.ids(owner.database('south', 'care'))).toEqual([good._id]);
		expect((await device.post(`/_hub/deposit/${device.control}`, { docs: [] })).status).toBe(404);
		device.token = null;
		expect((await device.post(`/_hub/deposit/${device.database('south', 'care')}`, { docs: [] })).status).toBe(401);
	});
});
