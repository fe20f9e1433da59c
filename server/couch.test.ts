/** The CouchDB routes: what a client of the protocol expects, and how the rest is refused. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EnvelopeDocument } from '../sync/verify/document.ts';
import { ready } from '../sync/verify/sodium.ts';
import { type Device, envelope, envelopes, foundedHub, revised, type FoundedHub } from './testing/device.ts';

interface Page {
	readonly results: readonly { readonly seq: string; readonly id: string; readonly changes: readonly { readonly rev: string }[]; readonly doc?: unknown }[];
	readonly last_seq: string;
	readonly pending: number;
}
interface Rows {
	readonly total_rows: number;
	readonly rows: readonly { readonly id?: string; readonly key: string; readonly error?: string; readonly doc?: unknown; readonly value?: { readonly rev: string } }[];
}

await ready();
let world: FoundedHub;
let device: Device;
let desk: string;
let care: string;
const sent: EnvelopeDocument[] = envelopes(25);
beforeAll(async () => {
	world = await foundedHub();
	device = world.owner;
	desk = device.database('north', 'desk');
	care = device.database('north', 'care');
	for (let i = 0; i < sent.length; i += 10) await device.pushes(desk, sent.slice(i, i + 10));
});
afterAll(() => world.end());

const page = async (query: string, database = desk): Promise<Page> => (await device.get(`/couch/${database}/_changes?${query}`)).json as Page;
const rows = async (query: string): Promise<Rows> => (await device.get(`/couch/${desk}/_all_docs?${query}`)).json as Rows;
const sortedIds = sent.map((document) => document._id).sort();

describe('database information', () => {
	it('counts and names the last sequence', async () => {
		expect(await device.get(`/couch/${desk}`)).toMatchObject({ status: 200, json: { db_name: desk, doc_count: 25, doc_del_count: 0, update_seq: expect.stringMatching(/^25-/) } });
		expect((await device.get(`/couch/${desk}/`)).status).toBe(200);
	});
});

describe('_changes', () => {
	it('names every document once, with its one revision', async () => {
		const all = await page('');
		expect(all.results.map((row) => row.id).sort()).toEqual(sortedIds);
		expect(all.results.every((row) => row.changes.length === 1 && row.changes[0]?.rev === `1-${row.id.slice(0, 32)}`)).toBe(true);
		expect(all.results.every((row) => row.doc === undefined)).toBe(true);
		expect(all).toMatchObject({ last_seq: all.results.at(-1)?.seq, pending: 0 });
	});

	it('gives documents as they were sent', async () => {
		const all = await page('include_docs=true');
		const byId = new Map(sent.map((document) => [document._id, revised(document)]));
		for (const row of all.results) expect(row.doc).toEqual(byId.get(row.id));
	});

	it('goes on page by page from where it was, and is then empty', async () => {
		const seen: string[] = [];
		let since = '0';
		for (let pending = 1; pending > 0; ) {
			const next = await page(`since=${since}&limit=7`);
			expect(next.results.length).toBeLessThanOrEqual(7);
			seen.push(...next.results.map((row) => row.id));
			since = next.last_seq;
			pending = next.pending;
		}
		expect(seen).toHaveLength(25);
		expect(new Set(seen).size).toBe(25);
		expect(await page(`since=${since}`)).toMatchObject({ results: [], last_seq: since, pending: 0 });
		expect((await page('since=now')).results).toEqual([]);
	});

	it('takes its parameters from a body too', async () => {
		const reply = await device.post(`/couch/${desk}/_changes`, { limit: 3, include_docs: true });
		expect((reply.json as Page).results).toHaveLength(3);
	});

	it('a longpoll is answered when a document arrives, with a heartbeat meanwhile', async () => {
		const since = (await page('', care)).last_seq;
		const response = await fetch(`${world.hub.url}/couch/${care}/_changes?feed=longpoll&since=${since}&heartbeat=100`, { headers: { Authorization: `Bearer ${device.token}` } });
		const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
		let text = '';
		// Only once a heartbeat was seen is the document sent: the request waits by then.
		while (!text.endsWith('\n\n')) text += (await reader?.read())?.value ?? '';
		const arriving = envelope('e1');
		await device.pushes(care, [arriving]);
		for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) text += read.value;
		expect((JSON.parse(text) as Page).results.map((row) => row.id)).toEqual([arriving._id]);
	});

	it('a longpoll without news ends at its timeout; one behind is answered at once', async () => {
		const since = (await page('', care)).last_seq;
		expect(await page(`feed=longpoll&timeout=50&since=${since}`, care)).toMatchObject({ results: [], last_seq: since });
		expect((await page('feed=longpoll&timeout=60000&since=0', care)).results.length).toBeGreaterThan(0);
	});

	it('a longpoll is sent home when the hub stops', async () => {
		const other = await foundedHub();
		const since = ((await other.owner.get(`/couch/${other.owner.control}/_changes`)).json as Page).last_seq;
		const waiting = await fetch(`${other.hub.url}/couch/${other.owner.control}/_changes?feed=longpoll&since=${since}`, { headers: { Authorization: `Bearer ${other.owner.token}` } });
		const [, text] = await Promise.all([other.end(), waiting.text()]);
		expect(JSON.parse(text)).toMatchObject({ results: [], last_seq: since });
	});
});

describe('_db_updates', () => {
	it('names all databases of the session at first, then those written to', async () => {
		const first = (await device.get('/couch/_db_updates?since=0&timeout=50')).json as { results: { db_name: string }[]; last_seq: string };
		expect(first.results.map((row) => row.db_name)).toContain(desk);
		const waiting = device.get(`/couch/_db_updates?since=${first.last_seq}`);
		await device.pushes(desk, [envelope('e1')]);
		expect((await waiting).json).toMatchObject({ results: [{ db_name: desk, type: 'updated' }] });
		expect((await device.get('/couch/_db_updates?since=now&timeout=50')).json).toMatchObject({ results: [] });
	});
});

describe('_all_docs', () => {
	it('by keys, in their order, with what is missing named', async () => {
		const [a, b] = sent;
		const reply = (await device.post(`/couch/${desk}/_all_docs`, { keys: [b?._id, '0'.repeat(64), a?._id], include_docs: true })).json as Rows;
		expect(reply.rows.map((row) => row.id ?? row.error)).toEqual([b?._id, 'not_found', a?._id]);
		expect(reply.rows[2]?.doc).toEqual(a && revised(a));
		expect((await rows(`keys=${encodeURIComponent(JSON.stringify([a?._id]))}`)).rows).toHaveLength(1);
	});

	it('by range and limit', async () => {
		const ids = (await rows('')).rows.map((row) => row.id ?? '');
		expect(ids).toEqual([...ids].sort());
		const [, second = '', third = ''] = ids;
		const range = `startkey=${encodeURIComponent(JSON.stringify(second))}&endkey=${encodeURIComponent(JSON.stringify(third))}`;
		expect((await rows(range)).rows.map((row) => row.id)).toEqual([second, third]);
		expect((await rows(`${range}&inclusive_end=false`)).rows.map((row) => row.id)).toEqual([second]);
		expect((await rows('limit=2&skip=1')).rows.map((row) => row.id)).toEqual([second, third]);
		expect((await rows('descending=true&limit=1')).rows.map((row) => row.id)).toEqual([ids.at(-1)]);
	});
});

describe('_bulk_docs', () => {
	it('takes a repeat as done', async () => {
		const before = (await page('')).last_seq;
		expect(await device.pushes(desk, sent.slice(0, 5))).toEqual({ status: 201, json: [] });
		expect((await page('')).last_seq).toBe(before);
	});

	it('takes a document once that is sent twice at once', async () => {
		const twice = envelope('e1');
		const count = (await page('')).results.length;
		await Promise.all([device.pushes(desk, [twice, twice]), device.pushes(desk, [twice])]);
		expect((await page('')).results).toHaveLength(count + 1);
	});
});

describe('is refused with a reason, and changes nothing:', () => {
	const auth = () => ({ Authorization: `Bearer ${device.token}` });
	const cases: readonly [what: string, send: () => Promise<{ status: number; json: unknown }>, status: number, error: string][] = [
		['an unknown database', () => device.get('/couch/sb-nowhere'), 404, 'not_found'],
		['a database of a site that is not there', () => device.get(`/couch/sb-${'0'.repeat(32)}-desk`), 404, 'not_found'],
		['another prefix', () => device.get(`/couch/xx${desk.slice(2)}`), 404, 'not_found'],
		['a route that CouchDB has and this hub has not', () => device.get(`/couch/${desk}/_design/x`), 404, 'not_found'],
		['a document that is not there', () => device.get(`/couch/${desk}/${'0'.repeat(64)}`), 404, 'not_found'],
		['a wrong method', () => device.get(`/couch/${desk}/_bulk_docs`), 405, 'method_not_allowed'],
		['an unknown feed', () => device.get(`/couch/${desk}/_changes?feed=continuous`), 400, 'bad_request'],
		['a filter', () => device.get(`/couch/${desk}/_changes?filter=_view`), 400, 'query_parse_error'],
		['a selector', () => device.post(`/couch/${desk}/_changes`, { selector: {} }), 400, 'query_parse_error'],
		['descending changes', () => device.get(`/couch/${desk}/_changes?descending=true`), 400, 'query_parse_error'],
		['a sequence that is none', () => device.get(`/couch/${desk}/_changes?since=${encodeURIComponent("1' or 1")}`), 400, 'bad_request'],
		['a negative limit', () => device.get(`/couch/${desk}/_changes?limit=-1`), 400, 'query_parse_error'],
		['a limit that is no number', () => device.get(`/couch/${desk}/_all_docs?limit=ten`), 400, 'query_parse_error'],
		['a key that is not JSON', () => device.get(`/couch/${desk}/_all_docs?startkey=abc`), 400, 'bad_request'],
		['too many keys', () => device.post(`/couch/${desk}/_all_docs`, { keys: Array.from({ length: 2001 }, String) }), 413, 'too_large'],
		['keys that are no list', () => device.post(`/couch/${desk}/_all_docs`, { keys: 'a' }), 400, 'bad_request'],
		['attachments', () => device.get(`/couch/${desk}/_all_docs?attachments=true`), 400, 'query_parse_error'],
		['a body that is not JSON', () => device.send('POST', `/couch/${desk}/_bulk_docs`, '{"docs":['), 400, 'bad_request'],
		['a body that is no object', () => device.send('POST', `/couch/${desk}/_bulk_docs`, '[1]'), 400, 'bad_request'],
		['a push without documents', () => device.post(`/couch/${desk}/_bulk_docs`, { new_edits: false }), 400, 'bad_request'],
		['a batch of 1,001', () => device.post(`/couch/${desk}/_bulk_docs`, { new_edits: false, docs: Array.from({ length: 1001 }, () => ({})) }), 413, 'too_large'],
		['another type of body', () => device.send('POST', `/couch/${desk}/_bulk_docs`, '{}', { 'Content-Type': 'text/plain' }), 415, 'bad_content_type'],
		['a body that says it is compressed and is not', () => device.send('POST', `/couch/${desk}/_bulk_docs`, '{}', { ...auth(), 'Content-Encoding': 'gzip' }), 400, 'bad_request'],
		['a body compressed otherwise', () => device.send('POST', `/couch/${desk}/_bulk_docs`, '{}', { ...auth(), 'Content-Encoding': 'br' }), 415, 'bad_content_type'],
		['no session', () => device.send('GET', `/couch/${desk}`, undefined, { Authorization: '' }), 401, 'unauthorized'],
		['a token of nobody', () => device.send('GET', `/couch/${desk}`, undefined, { Authorization: 'Bearer a.b' }), 401, 'unauthorized']
	];
	it.each(cases)('%s', async (_what, send, status, error) => {
		const before = (await page('')).last_seq;
		expect(await send()).toMatchObject({ status, json: { error, reason: expect.stringMatching(/./) } });
		expect((await page('')).last_seq).toBe(before);
	});
});

describe('each document of a batch by itself:', () => {
	const good = () => revised(envelope('e1'));
	const altered: readonly [what: string, make: () => unknown, reason: RegExp][] = [
		['a body that is not the id’s', () => ({ ...good(), t: envelope('e1').t }), /hash of its body/],
		['a second body under an id that is there', () => ({ ...good(), _id: sent[0]?._id, _rev: `1-${sent[0]?._id.slice(0, 32)}` }), /hash of its body/],
		['another revision', () => ({ ...good(), _rev: `1-${'0'.repeat(32)}` }), /revision/],
		['a later revision', () => ({ ...good(), _rev: `2-${sent[0]?._id.slice(0, 32)}` }), /revision/],
		['no revision', () => envelope('e1'), /_rev/],
		['a history', () => ({ ...good(), _revisions: { start: 2, ids: ['a', 'b'] } }), /history/],
		['a deletion', () => ({ _id: sent[0]?._id, _rev: `1-${sent[0]?._id.slice(0, 32)}`, _deleted: true }), /deletion/],
		['a deletion that says it is none', () => ({ ...good(), _deleted: false }), /deletion/],
		['an attachment', () => ({ ...good(), _attachments: {} }), /Attachments/],
		['a design document', () => ({ _id: '_design/x', _rev: '1-a' }), /Design/],
		['a local document', () => ({ _id: '_local/x', _rev: '0-1' }), /local/],
		['a further field', () => ({ ...good(), note: 'plain text' }), /unknown/],
		['a newer version', () => ({ ...good(), v: 'e2' }), /newer version/],
		['a statement in a site’s database', () => revised(world.cast.documents[0] ?? envelope('e1')), /does not belong/],
		['an envelope over 256 KiB', () => revised(envelope('e1', 262_144)), /larger than/],
		['no object', () => 'document', /object/],
		['null', () => null, /object/],
		['an id that is no text', () => ({ ...good(), _id: 7 }), /hex digits/]
	];
	it.each(altered)('%s is refused, the rest is stored', async (_what, make, reason) => {
		const [first, last] = [envelope('e1'), envelope('e1')];
		const reply = await device.post(`/couch/${desk}/_bulk_docs`, { new_edits: false, docs: [revised(first), make(), revised(last)] });
		expect(reply).toMatchObject({ status: 201, json: [{ error: 'forbidden', reason: expect.stringMatching(reason) }] });
		const ids = await device.ids(desk);
		expect(ids).toContain(first._id);
		expect(ids).toContain(last._id);
	});

	it('edits that ask for new revisions are refused, each with the reason', async () => {
		const documents = [envelope('e1'), envelope('e1')];
		for (const body of [{ docs: documents }, { docs: documents, new_edits: true }]) {
			const reply = await device.post(`/couch/${desk}/_bulk_docs`, body);
			expect(reply).toMatchObject({ status: 201, json: documents.map((document) => ({ id: document._id, error: 'forbidden', reason: expect.stringContaining('new_edits') })) });
		}
		expect(await device.ids(desk)).not.toContain(documents[0]?._id);
	});
});
