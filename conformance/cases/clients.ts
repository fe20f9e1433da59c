/** Clients that others wrote: PouchDB's replicator and nano. Whole journeys, as their requests are theirs to choose. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import nano from 'nano';
import PouchDB from 'pouchdb';
import type { Check } from '../check.ts';
import { testDocument, type Target } from '../target.ts';
import { field, idsOf, rowsOf } from './reading.ts';

const remote = (target: Target, database: string): PouchDB => new PouchDB(`${target.base}/${database}`, {
	skip_setup: true,
	fetch: (url, options = {}) => {
		const headers = new Headers(options.headers);
		for (const [name, value] of Object.entries(target.authorization)) headers.set(name, value);
		return PouchDB.fetch(url, { ...options, headers });
	}
});

/** A database of PouchDB on this machine, for as long as `use` takes. */
async function onThisMachine<T>(use: (pouch: PouchDB) => Promise<T>): Promise<T> {
	const folder = mkdtempSync(path.join(tmpdir(), 'saddlebag-conformance-'));
	const pouch = new PouchDB(path.join(folder, 'pouch'));
	try {
		return await use(pouch);
	} finally {
		await pouch.close();
		rmSync(folder, { recursive: true, force: true });
	}
}

const withoutDesign = (id: string): boolean => !id.startsWith('_design/');

function nanoOf(target: Target): ReturnType<typeof nano> {
	const options = { url: target.base, parseUrl: false, headers: target.authorization };
	return nano(options);
}

export const clients: readonly Check[] = [
	{
		name: 'PouchDB replicates a database from here, and goes on where it was',
		ask: (target) => onThisMachine(async (pouch) => {
			const first = await pouch.replicate.from(remote(target, target.database), { batch_size: 100 });
			const arriving = testDocument();
			await target.push([arriving]);
			const second = await pouch.replicate.from(remote(target, target.database), { batch_size: 100 });
			const here = (await pouch.allDocs({})).rows.map(({ id }) => id).filter(withoutDesign);
			const there = idsOf(await target.get('/_all_docs?limit=2000'), 'rows');
			return [first.ok, second.docs_written, JSON.stringify([...here].sort()) === JSON.stringify([...there].sort())];
		}),
		couchdb: [true, 1, true]
	},
	{
		name: 'PouchDB replicates a database to here, and what is refused stops nothing',
		ask: (target) => onThisMachine(async (pouch) => {
			const documents = [testDocument(), testDocument(), testDocument()];
			await pouch.bulkDocs([...documents, { ...testDocument(), note: 'x' }], { new_edits: false });
			const done = await pouch.replicate.to(remote(target, target.database), { batch_size: 2 });
			const found = rowsOf(await target.post('/_all_docs', { keys: documents.map(({ _id }) => _id) }), 'rows');
			return [done.doc_write_failures, found.filter((row) => row['error'] === undefined).length];
		}),
		couchdb: [1, 3]
	},
	{
		name: 'PouchDB follows a live feed',
		ask: async (target) => {
			const pouch = remote(target, target.quiet);
			const { last_seq } = await pouch.changes({ since: 0, limit: 1000, include_docs: false });
			const feed = pouch.changes({ since: last_seq, live: true, include_docs: true });
			const arriving = testDocument();
			const seen = new Promise<string>((settle) => feed.on('change', (change) => settle(change.id)));
			await target.push([arriving], target.quiet);
			const id = await seen;
			feed.cancel();
			return id === arriving._id;
		},
		couchdb: true
	},
	{
		name: 'nano pushes, lists, fetches and reads changes',
		ask: async (target) => {
			const couch = nanoOf(target);
			const database = couch.use(target.database);
			const document = testDocument();
			const pushed = await database.bulk({ docs: [document], new_edits: false } as Parameters<typeof database.bulk>[0]);
			const fetched = await database.fetch({ keys: [document._id] });
			const got = await database.get(document._id);
			const head = await database.head(document._id);
			const page = await database.changes({ since: '0', limit: 5 });
			const info = await couch.db.get(target.database);
			return [pushed, fetched.rows.length, got._rev === document._rev, record(head)['etag'] === JSON.stringify(document._rev), page.results.length, info.db_name === target.database];
		},
		couchdb: [[], 1, true, true, 5, true]
	},
	{
		name: 'nano is told in words what is missing',
		ask: async (target) => nanoOf(target).use(target.database).get('0'.repeat(64)).then(() => null, (error: unknown) => [record(error)['statusCode'], record(error)['error'], record(error)['reason']]),
		couchdb: [404, 'not_found', 'missing']
	},
	{
		name: 'a count of what was replicated is the count of the database',
		ask: async (target) => { const count = Number(field(await target.get(''), 'doc_count')); const listed = Number(field(await target.get('/_all_docs?limit=0'), 'total_rows')); return count === listed; },
		couchdb: true
	}
];

const record = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {});
