/** Clients of CouchDB that others wrote, against the hub: the protocol is theirs, not ours. */
import nano from 'nano';
import PouchDB from 'pouchdb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ready } from '../sync/verify/sodium.ts';
import { envelope, envelopes, foundedHub, revised, type FoundedHub } from './testing/device.ts';

await ready();
const sent = envelopes(12).map(revised);
const ids = sent.map((document) => document._id).sort();
let world: FoundedHub;
let database: string;
beforeAll(async () => {
	world = await foundedHub();
	database = world.owner.database('north', 'desk');
});
afterAll(() => world.end());

function nanoWith(token: string | null) {
	// Else it takes the path for a database. Its typings leave the option out.
	const options = { url: `${world.hub.url}/couch`, parseUrl: false, headers: { Authorization: `Bearer ${token}` } };
	return nano(options);
}

describe('nano', () => {
	it('pushes, lists and follows changes', async () => {
		const couch = nanoWith(world.owner.token);
		const desk = couch.use(database);
		expect(await desk.bulk({ docs: sent, new_edits: false } as Parameters<typeof desk.bulk>[0])).toEqual([]);
		expect(await couch.db.get(database)).toMatchObject({ db_name: database, doc_count: 12 });
		const listed = await desk.list({ include_docs: true });
		expect(listed.rows.map((row) => row.id)).toEqual(ids);
		expect(await desk.fetch({ keys: [ids[3] ?? ''] })).toMatchObject({ rows: [{ id: ids[3], doc: { _id: ids[3] } }] });
		const page = await desk.changes({ since: '0', limit: 5 });
		expect(page.results).toHaveLength(5);
		expect((await desk.changes({ since: page.last_seq })).results).toHaveLength(7);
	});

	it('is told in CouchDB’s words what was refused', async () => {
		const couch = nanoWith('a.b');
		await expect(couch.db.get(database)).rejects.toMatchObject({ statusCode: 401, error: 'unauthorized' });
	});
});

describe('PouchDB', () => {
	const remote = () => new PouchDB(`${world.hub.url}/couch/${database}`, {
		skip_setup: true,
		fetch: (url, options = {}) => {
			const headers = new Headers(options.headers);
			headers.set('Authorization', `Bearer ${world.owner.token}`);
			return PouchDB.fetch(url, { ...options, headers });
		}
	});

	it('reads and writes with the revisions there are', async () => {
		const pouch = remote();
		const own = revised(envelope('e1'));
		await pouch.bulkDocs([own], { new_edits: false });
		expect(await pouch.info()).toMatchObject({ doc_count: 13 });
		expect((await pouch.changes({ since: 0, limit: 100, include_docs: true })).results).toHaveLength(13);
		expect((await pouch.allDocs({ keys: [own._id], include_docs: true })).rows).toMatchObject([{ id: own._id, value: { rev: own._rev } }]);
	});

	it('follows live changes by longpoll', async () => {
		const pouch = remote();
		const { last_seq } = await pouch.changes({ since: 0, limit: 100, include_docs: false });
		const feed = pouch.changes({ since: last_seq, live: true, include_docs: true });
		const arriving = envelope('e1');
		const seen = new Promise<string>((settle) => feed.on('change', (change) => settle(change.id)));
		await world.owner.pushes(database, [arriving]);
		expect(await seen).toBe(arriving._id);
		feed.cancel();
	});
});
