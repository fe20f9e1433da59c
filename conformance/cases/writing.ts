/** `_bulk_docs`. The first group: what it stores, the others find. */
import { gzipSync } from 'node:zlib';
import type { Check } from '../check.ts';
import { testDocument, type Target } from '../target.ts';
import { failureOf, field, idsOf, isErrorBody, kindOf, list, record } from './reading.ts';

const EACH_BY_ITSELF = 'a bad document never stops the rest of a batch (invariant A1)';
const countOf = async (target: Target): Promise<number> => Number(field(await target.get(''), 'doc_count'));
const hexId = (digit: string): string => digit.repeat(64);
const forbidden = (reply: { readonly json: unknown }): readonly unknown[] => list(reply.json).map((row) => [record(row)['id'], record(row)['error'], typeof record(row)['reason']]);

/** How many were stored, and whether none was refused. */
async function stored(target: Target, documents: readonly unknown[]): Promise<readonly unknown[]> {
	const before = await countOf(target);
	const reply = await target.push(documents);
	return [reply.status, reply.json, (await countOf(target)) - before];
}

/** What is refused of a batch with one document that is not taken, in its middle; and whether the others were stored. */
function amongGood(make: (target: Target) => Record<string, unknown>): Check['ask'] {
	return async (target) => {
		const [first, bad, last] = [testDocument(), make(target), testDocument()];
		const reply = await target.push([first, bad, last]);
		const there = await target.post('/_all_docs', { keys: [first._id, last._id] });
		return [reply.status, forbidden(reply), idsOf(there, 'rows').length];
	};
}
const refusedAlone = (id: unknown): readonly unknown[] => [201, [[id, 'forbidden', 'string']], 2];

const writingAsked: readonly Check[] = [
	{
		name: 'stores documents under the revision they carry, and says []',
		ask: async (target) => {
			target.known.push(...Array.from({ length: 30 }, () => testDocument()));
			return stored(target, target.known);
		},
		couchdb: [201, [], 30]
	},
	{ name: 'takes a repeat as done', ask: (target) => stored(target, target.known.slice(0, 10)), couchdb: [201, [], 0] },
	{ name: 'takes no documents', ask: (target) => stored(target, []), couchdb: [201, [], 0] },
	{
		name: 'takes a document once that is sent twice at once',
		ask: async (target) => {
			const before = await countOf(target);
			const twice = testDocument();
			const replies = await Promise.all([target.push([twice, twice]), target.push([twice])]);
			return [replies.map(({ status }) => status), (await countOf(target)) - before];
		},
		couchdb: [[201, 201], 1]
	},
	{ name: 'takes 500 at once', ask: (target) => stored(target, Array.from({ length: 500 }, () => testDocument())), couchdb: [201, [], 500] },
	{ name: 'takes a document of 200 KiB', ask: (target) => stored(target, [testDocument(147_456)]), couchdb: [201, [], 1] },
	{ name: 'refuses another revision, and stores the rest', ask: amongGood(() => ({ ...testDocument(), _id: hexId('a'), _rev: `1-${'0'.repeat(32)}` })), couchdb: refusedAlone(hexId('a')) },
	{ name: 'refuses a second revision of what is there', ask: amongGood((target) => ({ ...target.known[0], _rev: `2-${'b'.repeat(32)}`, _revisions: { start: 2, ids: ['b'.repeat(32), target.known[0]?._rev.slice(2)] } })), couchdb: [201, [['known', 'forbidden', 'string']], 2] },
	{ name: 'refuses a disjoint first revision of what is there', ask: amongGood((target) => ({ ...target.known[1], _rev: `1-${'f'.repeat(32)}` })), couchdb: [201, [['known', 'forbidden', 'string']], 2] },
	{ name: 'refuses a deletion', ask: amongGood((target) => ({ _id: target.known[2]?._id, _rev: `2-${'d'.repeat(32)}`, _revisions: { start: 2, ids: ['d'.repeat(32), target.known[2]?._rev.slice(2)] }, _deleted: true })), couchdb: [201, [['known', 'forbidden', 'string']], 2] },
	{ name: 'refuses a further field', ask: amongGood(() => ({ ...testDocument(), _id: hexId('b'), _rev: `1-${'b'.repeat(32)}`, note: 'x' })), couchdb: refusedAlone(hexId('b')) },
	{ name: 'refuses a name in Unicode, and says it as it was sent', ask: amongGood(() => ({ ...testDocument(), _id: 'für/π 😀"\\', _rev: '1-a' })), couchdb: refusedAlone('für/π 😀"\\') },
	{ name: 'refuses a name that objects have', ask: amongGood(() => ({ ...testDocument(), _id: 'constructor', _rev: '1-a' })), couchdb: refusedAlone('constructor') },
	{ name: 'refuses edits that ask for a new revision', ask: async (target) => { const { _rev: _, ...document } = testDocument(); const reply = await target.post('/_bulk_docs', { docs: [document] }); return [reply.status, forbidden(reply).map((row) => list(row).slice(1))]; }, couchdb: [201, [['forbidden', 'string']]] },
	{
		name: 'refuses what is no document',
		ask: async (target) => kindOf(await target.push([1])), couchdb: [400, 'bad_request'],
		hub: { answer: [201, undefined], why: EACH_BY_ITSELF }
	},
	{
		name: 'refuses a document without revision', ask: async (target) => { const { _rev: _, ...document } = testDocument(); return kindOf(await target.push([document])); }, couchdb: [400, 'bad_request'],
		hub: { answer: [201, undefined], why: EACH_BY_ITSELF }
	},
	{ name: 'needs documents', ask: async (target) => failureOf(await target.post('/_bulk_docs', {})), couchdb: [400, 'bad_request', 'POST body must include `docs` parameter.'] },
	{ name: 'needs a list of them', ask: async (target) => failureOf(await target.post('/_bulk_docs', { docs: 7 })), couchdb: [400, 'bad_request', '`docs` parameter must be an array.'] },
	{ name: 'needs JSON', ask: async (target) => failureOf(await target.post('/_bulk_docs', '{"docs":[')), couchdb: [400, 'bad_request', 'invalid UTF-8 JSON'] },
	{ name: 'needs an object', ask: async (target) => failureOf(await target.post('/_bulk_docs', '[1]')), couchdb: [400, 'bad_request', 'Request body must be a JSON object'] },
	{ name: 'needs UTF-8', ask: async (target) => failureOf(await target.post('/_bulk_docs', Uint8Array.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))), couchdb: [400, 'bad_request', 'invalid UTF-8 JSON'] },
	{ name: 'needs its content type', ask: async (target) => failureOf(await target.post('/_bulk_docs', '{}', { 'Content-Type': 'text/plain' })), couchdb: [415, 'bad_content_type', 'Content-Type must be application/json'] },
	{ name: 'is posted', ask: async (target) => { const reply = await target.get('/_bulk_docs'); return [...failureOf(reply), reply.headers.get('allow')]; }, couchdb: [405, 'method_not_allowed', 'Only POST allowed', 'POST'] },
	{ name: 'takes a body compressed with gzip', ask: async (target) => { const document = testDocument(); const reply = await target.post('/_bulk_docs', gzipSync(JSON.stringify({ new_edits: false, docs: [document] })), { 'Content-Encoding': 'gzip' }); return [reply.status, reply.json, (await target.get(`/${document._id}`)).status]; }, couchdb: [201, [], 200] },
	{ name: 'says when it is not', ask: async (target) => failureOf(await target.post('/_bulk_docs', '{}', { 'Content-Encoding': 'gzip' })), couchdb: [400, 'bad_request', 'Request body is not properly gzipped.'] },
	{ name: 'takes no other compression', ask: async (target) => failureOf(await target.post('/_bulk_docs', '{}', { 'Content-Encoding': 'deflate' })), couchdb: [415, 'bad_content_type', 'deflate is not a supported content encoding.'] },
	{ name: 'takes a body that is not compressed and says so', ask: async (target) => (await target.post('/_bulk_docs', { docs: [], new_edits: false }, { 'Content-Encoding': 'identity' })).status, couchdb: 201 },
	{ name: 'refuses with a body that clients read', ask: async (target) => isErrorBody(await target.post('/_bulk_docs', {})), couchdb: true }
];
export const writing: readonly Check[] = writingAsked.map((check) => ({ ...check, ask: async (target) => named(await check.ask(target), target) }));

/** Ids of documents that differ from run to run, as `known`. */
function named(value: unknown, target: Target): unknown {
	const known = new Set(target.known.map(({ _id }) => _id));
	if (typeof value === 'string') return known.has(value) ? 'known' : value;
	return Array.isArray(value) ? value.map((each) => named(each, target)) : value;
}
