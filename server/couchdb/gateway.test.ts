/** A gateway over a real CouchDB does what the embedded hub does, and several gateways are one hub. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ready } from '../../sync/verify/sodium.ts';
import { hasCouch, testCouch, type TestCouch } from '../testing/couchdb.ts';
import { Device, envelope, envelopes, foundedHub, revised, temporaryFolder, type FoundedHub } from '../testing/device.ts';
import { startHub } from '../testing.ts';
import { ask } from './provision.ts';

await ready();

describe.skipIf(!hasCouch)('a gateway over CouchDB', () => {
	let couch: TestCouch;
	let world: FoundedHub;
	let owner: Device;
	let desk: string;
	const { folder, remove } = temporaryFolder();
	beforeAll(async () => {
		couch = await testCouch();
		world = await foundedHub({ dataFolder: folder, couch: couch.options, prefix: couch.prefix });
		owner = world.owner;
		desk = owner.database('north', 'desk');
	});
	afterAll(async () => {
		await world.end();
		await couch.remove();
		remove();
	});

	it('stores what is pushed and gives it page by page', async () => {
		const sent = envelopes(25);
		expect(await owner.pushes(desk, sent)).toEqual({ status: 201, json: [] });
		expect(await owner.pushes(desk, sent.slice(3, 5))).toEqual({ status: 201, json: [] });
		const seen: string[] = [];
		let since = '0';
		for (let pending = 1; pending > 0; ) {
			const page = (await owner.get(`/couch/${desk}/_changes?since=${since}&limit=7&include_docs=true`)).json as { results: { id: string; doc: unknown }[]; last_seq: string; pending: number };
			seen.push(...page.results.map(({ id }) => id));
			({ last_seq: since, pending } = page);
		}
		expect([...seen].sort()).toEqual(sent.map(({ _id }) => _id).sort());
		expect((await owner.get(`/couch/${desk}`)).json).toMatchObject({ doc_count: 25 });
		const arriving = envelope('e1');
		const waiting = owner.get(`/couch/${desk}/_changes?feed=longpoll&since=${since}`);
		const news = owner.get('/couch/_db_updates?since=now');
		await owner.pushes(desk, [arriving]);
		expect((await waiting).json).toMatchObject({ results: [{ id: arriving._id }] });
		expect((await news).json).toMatchObject({ results: expect.arrayContaining([expect.objectContaining({ db_name: desk })]) });
	});

	it('asked with the cursor of another gateway tells of everything after a while, so that no device is kept running between two', async () => {
		const place = temporaryFolder();
		const second = await startHub({ dataFolder: place.folder, couch: couch.options, prefix: couch.prefix, hubKey: readFileSync(path.join(folder, 'hub.key.pem'), 'utf8') });
		try {
			const there = await new Device(second, owner.person, couch.prefix).opensSession();
			const asked = async (device: Device, since: string) => (await device.get(`/couch/_db_updates?since=${since}&timeout=20000`)).json as { readonly results: readonly unknown[]; readonly last_seq: string };
			const first = await asked(owner, '0');
			const began = performance.now();
			const other = await asked(there, first.last_seq);
			expect(performance.now() - began).toBeGreaterThan(2_000);
			expect(other.results.length).toBe(first.results.length);
			await owner.pushes(desk, envelopes(1));
			expect((await asked(there, other.last_seq)).results).toMatchObject([{ db_name: desk }]);
		} finally {
			await second.stop();
			place.remove();
		}
	});

	it('acknowledges a push or a deposit only when it is what readers are given, whatever stood there before', async () => {
		for (const [database, route, sent] of [[desk, `/couch/${desk}/_bulk_docs`, envelope('e1')], [owner.database('region', 'care'), `/_hub/deposit/${owner.database('region', 'care')}`, envelope('d1')]] as const) {
			await owner.get(`/couch/${database}`);
			const document = revised(sent);
			const { t, n, c } = envelope('e1');
			expect((await ask(couch.admin, 'POST', `${database}/_bulk_docs`, { new_edits: false, docs: [{ _id: document._id, _rev: document._rev, v: 'e1', t, n, c }] })).json).toEqual([]);
			const real = globalThis.fetch;
			vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => (String(input).endsWith('/_purge') ? Promise.reject(new Error('cut off')) : real(input, init)));
			expect((await owner.post(route, { new_edits: false, docs: [document] })).status).toBe(500);
			vi.restoreAllMocks();
			expect((await owner.post(route, { new_edits: false, docs: [document] })).status).toBe(201);
			expect((await ask(couch.admin, 'GET', `${database}/${document._id}`)).json).toMatchObject({ c: document.c });
		}
	});
});
