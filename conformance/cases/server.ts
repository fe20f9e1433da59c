/** The server and its databases: information, errors, access, other origins. */
import type { Check } from '../check.ts';
import { testDocument } from '../target.ts';
import { failureOf, field, isErrorBody, kindOf, record } from './reading.ts';

const none = (database: string): string => `${database.slice(0, -4)}none`;

export const information: readonly Check[] = [
	{ name: 'the server welcomes', ask: async (target) => { const reply = await target.ask('/'); return [reply.status, field(reply, 'couchdb')]; }, couchdb: [200, 'Welcome'] },
	{ name: 'a database says its name, count and sequence', ask: async (target) => { const reply = await target.get(''); return [reply.status, field(reply, 'db_name') === target.database, typeof field(reply, 'doc_count'), field(reply, 'doc_del_count'), typeof field(reply, 'update_seq')]; }, couchdb: [200, true, 'number', 0, 'string'] },
	{ name: 'a slash at the end changes nothing, as PouchDB asks', ask: async (target) => { const [one, other] = [await target.get(''), await target.get('/')]; return [other.status, field(one, 'db_name') === field(other, 'db_name')]; }, couchdb: [200, true] },
	{ name: 'the count grows with what is stored', ask: async (target) => { const before = Number(field(await target.get(''), 'doc_count')); await target.push([testDocument(), testDocument()]); return Number(field(await target.get(''), 'doc_count')) - before; }, couchdb: 2 },
	{ name: 'the sequence is where the feed ends', ask: async (target) => { const [info, feed] = [await target.get(''), await target.get('/_changes?since=now')]; const count = (value: unknown): number => Number.parseInt(String(value), 10); return count(field(info, 'update_seq')) === count(field(feed, 'last_seq')); }, couchdb: true },
	{ name: 'HEAD of a database has no body', ask: async (target) => { const reply = await target.ask(`/${target.database}`, { method: 'HEAD' }); return [reply.status, reply.text]; }, couchdb: [200, ''] },
	{ name: 'HEAD of a database that is not there', ask: async (target) => { const reply = await target.ask(`/${none(target.database)}`, { method: 'HEAD' }); return [reply.status, reply.text]; }, couchdb: [404, ''] },
	{ name: 'answers are JSON that no cache keeps', ask: async (target) => { const reply = await target.get(''); return [/^application\/json/.test(reply.headers.get('content-type') ?? ''), /no-store|must-revalidate/.test(reply.headers.get('cache-control') ?? '')]; }, couchdb: [true, true] },
	{ name: 'answers are not compressed, whatever the client can read', ask: async (target) => (await target.ask(`/${target.database}/_all_docs?include_docs=true`, { headers: { 'Accept-Encoding': 'gzip, br, deflate' } })).headers.get('content-encoding'), couchdb: null },
	{ name: 'a client that takes anything is answered', ask: async (target) => (await target.ask(`/${target.database}`, { headers: { Accept: '*/*' } })).status, couchdb: 200 }
];

export const errors: readonly Check[] = [
	{ name: 'a database that is not there', ask: async (target) => failureOf(await target.ask(`/${none(target.database)}`)), couchdb: [404, 'not_found', 'Database does not exist.'] },
	{ name: 'writing to a database that is not there', ask: async (target) => kindOf(await target.push([testDocument()], none(target.database))), couchdb: [404, 'not_found'] },
	{ name: 'a route that is not there', ask: async (target) => kindOf(await target.get('/_nonsense')), couchdb: [404, 'not_found'] },
	{ name: 'a wrong method says the right ones', ask: async (target) => { const reply = await target.ask(`/${target.database}/_all_docs`, { method: 'DELETE' }); return [...failureOf(reply), reply.headers.get('allow')]; }, couchdb: [405, 'method_not_allowed', 'Only GET,HEAD,POST allowed', 'GET,HEAD,POST'] },
	{ name: 'nobody is let in', ask: async (target) => { const reply = await target.ask(`/${target.database}`, { bare: true }); return [...kindOf(reply), isErrorBody(reply)]; }, couchdb: [401, 'unauthorized', true] },
	{ name: 'nobody reads', ask: async (target) => kindOf(await target.ask(`/${target.database}/_changes?include_docs=true`, { bare: true })), couchdb: [401, 'unauthorized'] },
	{ name: 'nobody writes', ask: async (target) => kindOf(await target.ask(`/${target.database}/_bulk_docs`, { method: 'POST', body: { new_edits: false, docs: [testDocument()] }, bare: true })), couchdb: [401, 'unauthorized'] },
	{ name: 'somebody false is not let in', ask: async (target) => (await target.ask(`/${target.database}`, { bare: true, headers: { Authorization: 'Bearer a.b' } })).status, couchdb: 401 },
	{ name: 'nobody poses as a user without the secret', ask: async (target) => (await target.ask(`/${target.database}`, { bare: true, headers: { 'X-Auth-CouchDB-UserName': 'admin', 'X-Auth-CouchDB-Roles': '_admin', 'X-Auth-CouchDB-Token': '0'.repeat(64) } })).status, couchdb: 401 },
	{ name: 'a name in Unicode of a database that cannot be', ask: async (target) => { const reply = await target.ask('/f%C3%BCr%2F%CF%80'); return [reply.status >= 400 && reply.status < 500, isErrorBody(reply)]; }, couchdb: [true, true] }
];

export const origins: readonly Check[] = [
	{ name: 'a page of the organization may ask before it asks', only: 'hub', ask: async (target) => { const reply = await target.ask(`/${target.database}/_bulk_docs`, { method: 'OPTIONS', bare: true, headers: { Origin: target.origin ?? '', 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'authorization,content-type' } }); const methods = (reply.headers.get('access-control-allow-methods') ?? '').split(',').map((method) => method.trim()); return [reply.status, reply.headers.get('access-control-allow-origin') === target.origin, ['GET', 'HEAD', 'POST', 'PUT'].every((method) => methods.includes(method)), /authorization/i.test(reply.headers.get('access-control-allow-headers') ?? '')]; }, couchdb: [204, true, true, true] },
	{ name: 'a page of the organization reads answers', only: 'hub', ask: async (target) => (await target.ask(`/${target.database}`, { headers: { Origin: target.origin ?? '' } })).headers.get('access-control-allow-origin') === target.origin, couchdb: true },
	{ name: 'a page of the organization reads refusals', only: 'hub', ask: async (target) => { const reply = await target.ask(`/${target.database}`, { bare: true, headers: { Origin: target.origin ?? '' } }); return [reply.status, reply.headers.get('access-control-allow-origin') === target.origin]; }, couchdb: [401, true] },
	{ name: 'a page from elsewhere reads nothing', ask: async (target) => (await target.ask(`/${target.database}`, { headers: { Origin: 'https://evil.example' } })).headers.get('access-control-allow-origin'), couchdb: null },
	{ name: 'no page is offered credentials of the browser', ask: async (target) => (await target.ask(`/${target.database}`, { headers: { Origin: target.origin ?? 'https://evil.example' } })).headers.get('access-control-allow-credentials'), couchdb: null }
];

export const updates: readonly Check[] = [
	{ name: '_db_updates names a database that was written to', ask: async (target) => { const since = String(field(await target.ask('/_db_updates?since=now&feed=normal'), 'last_seq')); const waiting = target.ask(`/_db_updates?feed=longpoll&timeout=15000&since=${encodeURIComponent(since)}`); await target.push([testDocument()]); const reply = await waiting; return [reply.status, JSON.stringify(record(reply.json)['results']).includes(target.database), typeof field(reply, 'last_seq')]; }, couchdb: [200, true, 'string'] },
	{ name: '_db_updates ends at its timeout', ask: async (target) => { const reply = await target.ask(`/_db_updates?since=now&feed=longpoll&timeout=${target.kind === 'hub' ? 100 : 1000}`); return [reply.status, Array.isArray(field(reply, 'results'))]; }, couchdb: [200, true] }
];
