/** Documents by name: `_all_docs`, `_bulk_get`, `_revs_diff`, a document by its path, `_local`. */
import type { Check } from '../check.ts';
import { testDocument, type Reply, type Target } from '../target.ts';
import { failureOf, field, idsOf, kindOf, list, record, rowsOf } from './reading.ts';

const json = (value: unknown): string => encodeURIComponent(JSON.stringify(value));
const known = (target: Target, at: number): { readonly _id: string; readonly _rev: string } => target.known[at] ?? testDocument();
const isKnown = (target: Target, doc: unknown, at: number): boolean => JSON.stringify(Object.entries(record(doc)).sort()) === JSON.stringify(Object.entries(known(target, at)).sort());
const NOBODY = '0'.repeat(64);
const UNICODE = 'für/π 😀+"\\&';
/** Two neighbours in the order of names, of which neither is beside a design document. */
async function neighbours(target: Target): Promise<readonly [string, string, string]> {
	const ids = idsOf(await target.get(`/_all_docs?startkey=${json('0')}&endkey=${json('9')}&limit=3`), 'rows');
	return [ids[0] ?? '', ids[1] ?? '', ids[2] ?? ''];
}

export const allDocs: readonly Check[] = [
	{ name: 'lists names in order, each with its revision', ask: async (target) => { const reply = await target.get('/_all_docs?limit=2000'); const ids = idsOf(reply, 'rows'); const row = rowsOf(reply, 'rows').find(({ id }) => id === known(target, 0)._id); return [reply.status, JSON.stringify(ids) === JSON.stringify([...ids].sort()), row?.['key'] === row?.['id'], record(row?.['value'])['rev'] === known(target, 0)._rev]; }, couchdb: [200, true, true, true] },
	{ name: 'counts all in any answer', ask: async (target) => { const [one, whole] = [await target.get('/_all_docs?limit=1'), await target.get('')]; return field(one, 'total_rows') === field(whole, 'doc_count'); }, couchdb: true },
	{ name: 'answers keys in their order, with what is missing named', ask: async (target) => rowsOf(await target.post('/_all_docs', { keys: [known(target, 5)._id, NOBODY, known(target, 1)._id] }), 'rows').map((row) => (row['error'] === undefined ? [row['id'] === row['key'], record(row['value'])['rev'] === `1-${String(row['id']).slice(0, 32)}`] : [row['key'], row['error']])), couchdb: [[true, true], [NOBODY, 'not_found'], [true, true]] },
	{ name: 'answers keys with their documents', ask: async (target) => isKnown(target, rowsOf(await target.post('/_all_docs?include_docs=true', { keys: [known(target, 3)._id] }), 'rows')[0]?.['doc'], 3), couchdb: true },
	{ name: 'answers a key that is named twice, twice', ask: async (target) => rowsOf(await target.post('/_all_docs', { keys: [known(target, 3)._id, known(target, 3)._id] }), 'rows').length, couchdb: 2 },
	{ name: 'takes keys in the address', ask: async (target) => rowsOf(await target.get(`/_all_docs?keys=${json([known(target, 3)._id, NOBODY])}`), 'rows').length, couchdb: 2 },
	{ name: 'takes keys in Unicode, and names them as they were sent', ask: async (target) => rowsOf(await target.post('/_all_docs', { keys: [UNICODE] }), 'rows').map((row) => [row['key'], row['error']]), couchdb: [[UNICODE, 'not_found']] },
	{ name: 'takes keys that objects have', ask: async (target) => rowsOf(await target.post('/_all_docs', { keys: ['__proto__', 'constructor'] }), 'rows').map((row) => [row['key'], row['error']]), couchdb: [['__proto__', 'not_found'], ['constructor', 'not_found']] },
	{ name: 'takes no keys', ask: async (target) => { const reply = await target.post('/_all_docs', { keys: [] }); return [reply.status, field(reply, 'rows')]; }, couchdb: [200, []] },
	{ name: 'takes a thousand keys', ask: async (target) => rowsOf(await target.post('/_all_docs', { keys: Array.from({ length: 1000 }, (_, i) => String(i).padStart(64, '0')) }), 'rows').length, couchdb: 1000 },
	{ name: 'lists a range', ask: async (target) => { const [a, b] = await neighbours(target); return JSON.stringify(idsOf(await target.get(`/_all_docs?startkey=${json(a)}&endkey=${json(b)}`), 'rows')) === JSON.stringify([a, b]); }, couchdb: true },
	{ name: 'lists a range without its end', ask: async (target) => { const [a, b] = await neighbours(target); return JSON.stringify(idsOf(await target.get(`/_all_docs?start_key=${json(a)}&end_key=${json(b)}&inclusive_end=false`), 'rows')) === JSON.stringify([a]); }, couchdb: true },
	{ name: 'lists a range backwards', ask: async (target) => { const [a, b] = await neighbours(target); return JSON.stringify(idsOf(await target.get(`/_all_docs?descending=true&startkey=${json(b)}&endkey=${json(a)}`), 'rows')) === JSON.stringify([b, a]); }, couchdb: true },
	{ name: 'skips and limits', ask: async (target) => { const [a, , c] = await neighbours(target); return JSON.stringify(idsOf(await target.get(`/_all_docs?startkey=${json(a)}&skip=2&limit=1`), 'rows')) === JSON.stringify([c]); }, couchdb: true },
	{ name: 'pages by limit and skip over everything', ask: async (target) => { const whole = idsOf(await target.get('/_all_docs?limit=2000'), 'rows'); const seen: string[] = []; for (let skip = 0; skip < whole.length + 60; skip += 50) seen.push(...idsOf(await target.get(`/_all_docs?limit=50&skip=${skip}`), 'rows')); return JSON.stringify(seen) === JSON.stringify(whole); }, couchdb: true },
	{ name: 'finds one key', ask: async (target) => idsOf(await target.get(`/_all_docs?key=${json(known(target, 2)._id)}`), 'rows').map((id) => id === known(target, 2)._id), couchdb: [true] },
	{ name: 'refuses a key that is not JSON', ask: async (target) => failureOf(await target.get('/_all_docs?startkey=abc')), couchdb: [400, 'bad_request', 'invalid UTF-8 JSON'] },
	{ name: 'refuses keys that are no list', ask: async (target) => failureOf(await target.post('/_all_docs', { keys: 'a' })), couchdb: [400, 'bad_request', '`keys` body member must be an array.'] },
	{ name: 'refuses a limit that is no number', ask: async (target) => failureOf(await target.get('/_all_docs?limit=abc')), couchdb: [400, 'query_parse_error', 'Invalid value for integer: "abc"'] },
	{ name: 'refuses a limit below nothing', ask: async (target) => kindOf(await target.get('/_all_docs?limit=-1')), couchdb: [400, 'query_parse_error'] },
	{ name: 'refuses a flag that is none', ask: async (target) => failureOf(await target.get('/_all_docs?include_docs=maybe')), couchdb: [400, 'query_parse_error', 'Invalid boolean parameter: "maybe"'] },
	{ name: 'answers HEAD without a body', ask: async (target) => { const reply = await target.ask(`/${target.database}/_all_docs?limit=1`, { method: 'HEAD' }); return [reply.status, reply.text]; }, couchdb: [200, ''] }
];

const results = (reply: Reply): readonly unknown[] => list(field(reply, 'results')).map((each) => { const [first] = list(record(each)['docs']); return record(first)['ok'] ?? record(record(first)['error'])['error']; });

const bulkGetAsked: readonly Check[] = [
	{ name: 'gives documents by name and revision', ask: async (target) => { const reply = await target.post('/_bulk_get', { docs: [{ id: known(target, 0)._id }, { id: known(target, 1)._id, rev: known(target, 1)._rev }] }); return [reply.status, results(reply).map((doc, i) => isKnown(target, doc, i))]; }, couchdb: [200, [true, true]] },
	{ name: 'gives their histories, as PouchDB asks', ask: async (target) => { const reply = await target.post('/_bulk_get?revs=true&attachments=true&latest=true', { docs: [{ id: known(target, 0)._id, rev: known(target, 0)._rev }] }); return record(results(reply)[0])['_revisions']; }, couchdb: 'history' },
	{ name: 'names what is missing', ask: async (target) => { const reply = await target.post('/_bulk_get', { docs: [{ id: NOBODY }, { id: known(target, 0)._id, rev: `1-${'c'.repeat(32)}` }] }); return list(field(reply, 'results')).map((each) => { const error = record(record(list(record(each)['docs'])[0])['error']); return [error['error'], error['reason'], error['rev']]; }); }, couchdb: [['not_found', 'missing', 'undefined'], ['not_found', 'missing', `1-${'c'.repeat(32)}`]] },
	{ name: 'names what has no name', ask: async (target) => results(await target.post('/_bulk_get', { docs: [{ foo: 1 }] })), couchdb: ['bad_request'] },
	{ name: 'gives nothing for nothing', ask: async (target) => { const reply = await target.post('/_bulk_get', { docs: [] }); return [reply.status, reply.json]; }, couchdb: [200, { results: [] }] },
	{ name: 'takes names in Unicode', ask: async (target) => list(field(await target.post('/_bulk_get', { docs: [{ id: UNICODE }] }), 'results')).map((each) => record(each)['id']), couchdb: [UNICODE] },
	{ name: 'needs a list', ask: async (target) => failureOf(await target.post('/_bulk_get', {})), couchdb: [400, 'bad_request', "Missing JSON list of 'docs'."] },
	{ name: 'is posted', ask: async (target) => failureOf(await target.get('/_bulk_get')), couchdb: [405, 'method_not_allowed', 'Only POST allowed'] },
	{ name: '_revs_diff names the revisions that are not there', ask: async (target) => { const [here, other] = [known(target, 0), known(target, 1)]; const later = `2-${'c'.repeat(32)}`; const reply = await target.post('/_revs_diff', { [here._id]: [here._rev], [other._id]: [other._rev, later], [NOBODY]: [`1-${NOBODY.slice(0, 32)}`] }); const said = record(reply.json); return [reply.status, said[here._id], record(said[other._id])['missing'], list(record(said[other._id])['possible_ancestors']).map((rev) => rev === other._rev), said[NOBODY]]; }, couchdb: [200, undefined, [`2-${'c'.repeat(32)}`], [true], { missing: [`1-${'0'.repeat(32)}`] }] },
	{ name: '_revs_diff of what is all there is empty', ask: async (target) => (await target.post('/_revs_diff', Object.fromEntries(target.known.map(({ _id, _rev }) => [_id, [_rev]])))).json, couchdb: {} },
	{ name: '_revs_diff of nothing is empty', ask: async (target) => (await target.post('/_revs_diff', {})).json, couchdb: {} },
	{ name: '_revs_diff takes names in Unicode', ask: async (target) => (await target.post('/_revs_diff', { [UNICODE]: ['1-a'] })).json, couchdb: { [UNICODE]: { missing: ['1-a'] } } },
	{ name: '_revs_diff refuses what is no revision', ask: async (target) => failureOf(await target.post('/_revs_diff', { a: ['nonsense'] })), couchdb: [400, 'bad_request', 'Invalid rev format'] },
	{ name: '_revs_diff refuses revisions that are no list', ask: async (target) => (await target.post('/_revs_diff', { a: '1-a' })).status, couchdb: 500, hub: { answer: 400, why: 'CouchDB fails at it' } },
	{ name: '_revs_diff is posted', ask: async (target) => failureOf(await target.get('/_revs_diff')), couchdb: [405, 'method_not_allowed', 'Only POST allowed'] },
	{ name: 'a document by its path', ask: async (target) => { const reply = await target.get(`/${known(target, 0)._id}`); return [reply.status, isKnown(target, reply.json, 0), reply.headers.get('etag') === JSON.stringify(known(target, 0)._rev)]; }, couchdb: [200, true, true] },
	{ name: 'a document by its path and revision, with its history', ask: async (target) => record((await target.get(`/${known(target, 0)._id}?revs=true&rev=${known(target, 0)._rev}`)).json)['_revisions'], couchdb: 'history' },
	{ name: 'HEAD of a document says its revision', ask: async (target) => { const reply = await target.ask(`/${target.database}/${known(target, 0)._id}`, { method: 'HEAD' }); return [reply.status, reply.text, reply.headers.get('etag') === JSON.stringify(known(target, 0)._rev)]; }, couchdb: [200, '', true] },
	{ name: 'a document that is not there', ask: async (target) => failureOf(await target.get(`/${NOBODY}`)), couchdb: [404, 'not_found', 'missing'] },
	{ name: 'a revision that is not there', ask: async (target) => failureOf(await target.get(`/${known(target, 0)._id}?rev=1-${'c'.repeat(32)}`)), couchdb: [404, 'not_found', 'missing'] },
	{ name: 'a revision that is none', ask: async (target) => failureOf(await target.get(`/${known(target, 0)._id}?rev=foo`)), couchdb: [400, 'bad_request', 'Invalid rev format'] },
	{ name: 'a document is not put by its path', ask: async (target) => { const { _rev: _, ...document } = testDocument(); return kindOf(await target.ask(`/${target.database}/${document._id}`, { method: 'PUT', body: document })); }, couchdb: [403, 'forbidden'], hub: { answer: [405, 'method_not_allowed'], why: 'documents come by `_bulk_docs` alone' } },
	{ name: 'a document is not deleted', ask: async (target) => kindOf(await target.ask(`/${target.database}/${known(target, 0)._id}?rev=${known(target, 0)._rev}`, { method: 'DELETE' })), couchdb: [403, 'forbidden'], hub: { answer: [405, 'method_not_allowed'], why: 'documents are written once' } }
];
export const bulkGet: readonly Check[] = bulkGetAsked.map((check) => ({ ...check, ask: async (target) => sayHistory(await check.ask(target), target) }));

/** The one history that a document can have. */
function sayHistory(value: unknown, target: Target): unknown {
	const history = record(value);
	return history['start'] === 1 && JSON.stringify(history['ids']) === JSON.stringify([known(target, 0)._rev.slice(2)]) ? 'history' : value;
}

export const local: readonly Check[] = [
	{ name: 'is not there at first', ask: async (target) => failureOf(await target.get('/_local/none')), couchdb: [404, 'not_found', 'missing'] },
	{ name: 'is put and got', ask: async (target) => { const put = await target.ask(`/${target.database}/_local/one`, { method: 'PUT', body: { last_seq: '7-a', history: [{ n: 1 }] } }); const got = await target.get('/_local/one'); return [put.status, put.json, got.status, got.json]; }, couchdb: [201, { ok: true, id: '_local/one', rev: '0-1' }, 200, { _id: '_local/one', _rev: '0-1', last_seq: '7-a', history: [{ n: 1 }] }] },
	{ name: 'is replaced under a further revision', ask: async (target) => { const put = await target.ask(`/${target.database}/_local/one`, { method: 'PUT', body: { _id: '_local/one', _rev: '0-1', last_seq: '8-a' } }); return [put.json, (await target.get('/_local/one')).json]; }, couchdb: [{ ok: true, id: '_local/one', rev: '0-2' }, { _id: '_local/one', _rev: '0-2', last_seq: '8-a' }] },
	{ name: 'is replaced whatever revision is named', ask: async (target) => (await target.ask(`/${target.database}/_local/one`, { method: 'PUT', body: { last_seq: '9-a' } })).json, couchdb: { ok: true, id: '_local/one', rev: '0-1' } },
	{ name: 'has a name in Unicode with a slash', ask: async (target) => { const name = encodeURIComponent('für/π.=+_'); await target.ask(`/${target.database}/_local/${name}`, { method: 'PUT', body: { a: 1 } }); return (await target.get(`/_local/${name}`)).json; }, couchdb: { _id: '_local/für/π.=+_', _rev: '0-1', a: 1 } },
	{ name: 'is an object', ask: async (target) => kindOf(await target.ask(`/${target.database}/_local/list`, { method: 'PUT', body: [] })), couchdb: [400, 'bad_request'] },
	{ name: 'is in no feed and no count', ask: async (target) => { const before = field(await target.get(''), 'doc_count'); await target.ask(`/${target.database}/_local/two`, { method: 'PUT', body: {} }); return [field(await target.get(''), 'doc_count') === before, idsOf(await target.get('/_changes')).some((id) => id.startsWith('_local')), idsOf(await target.get('/_all_docs?limit=2000'), 'rows').some((id) => id.startsWith('_local'))]; }, couchdb: [true, false, false] },
	{ name: 'is of its database', ask: async (target) => (await target.ask(`/${target.quiet}/_local/one`)).status, couchdb: 404 },
	{ name: 'outlives a restart', restarts: true, ask: async (target) => { await target.restart?.(); return record((await target.get('/_local/one')).json)['last_seq']; }, couchdb: '9-a' }
];
