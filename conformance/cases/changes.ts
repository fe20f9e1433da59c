/** `_changes`: pages, cursors, waiting. */
import type { Check } from '../check.ts';
import { testDocument, type Reply, type Target } from '../target.ts';
import { failureOf, field, idsOf, isErrorBody, kindOf, list, record, rowsOf, sameSet } from './reading.ts';

const NOT_IGNORED = 'what a hub does not do is refused by name: whoever asked for less must not take everything for the answer';
const ONE_FORM = 'a hub has one order and two feeds';

/** Every id of a database, page by page, with the greatest number of rows in a page. */
async function byPages(target: Target, database: string, limit: number, more = ''): Promise<{ readonly ids: readonly string[]; readonly most: number; readonly last: string; readonly pending: readonly number[] }> {
	const ids: string[] = [];
	const pending: number[] = [];
	let [since, most] = ['0', 0];
	for (let pages = 0; pages < 500; pages++) {
		const reply = await target.ask(`/${database}/_changes?since=${encodeURIComponent(since)}&limit=${limit}${more}`);
		ids.push(...idsOf(reply));
		most = Math.max(most, list(field(reply, 'results')).length);
		pending.push(Number(field(reply, 'pending')));
		since = String(field(reply, 'last_seq'));
		if (list(field(reply, 'results')).length === 0 || field(reply, 'pending') === 0) break;
	}
	return { ids, most, last: since, pending };
}
const lastOf = async (target: Target, database: string): Promise<string> => String(field(await target.ask(`/${database}/_changes?since=now`), 'last_seq'));
const all = async (target: Target): Promise<readonly string[]> => idsOf(await target.get('/_all_docs?limit=2000'), 'rows');
const knownIn = (target: Target, ids: readonly string[]): number => target.known.filter(({ _id }) => ids.includes(_id)).length;
const emptyAt = async (target: Target, reply: Reply): Promise<readonly unknown[]> => [reply.status, rowsOf(reply).length, field(reply, 'pending'), typeof field(reply, 'last_seq')];

export const changes: readonly Check[] = [
	{ name: 'names every document once', ask: async (target) => { const reply = await target.get('/_changes'); return [reply.status, sameSet(idsOf(reply), await all(target))]; }, couchdb: [200, true] },
	{ name: 'gives a row id, sequence and one revision', ask: async (target) => { const row = rowsOf(await target.get('/_changes')).find(({ id }) => id === target.known[0]?._id); return [Object.keys(row ?? {}).sort(), typeof row?.['seq'], list(row?.['changes']).map((leaf) => record(leaf)['rev'] === target.known[0]?._rev)]; }, couchdb: [['changes', 'id', 'seq'], 'string', [true]] },
	{ name: 'gives documents as they were sent', ask: async (target) => { const byId = new Map(rowsOf(await target.get('/_changes?include_docs=true')).map((row) => [row['id'], JSON.stringify(Object.entries(record(row['doc'])).sort())])); return target.known.every((document) => byId.get(document._id) === JSON.stringify(Object.entries(document).sort())); }, couchdb: true },
	{ name: 'ends where its last row is, with nothing pending', ask: async (target) => { const reply = await target.get('/_changes'); return [field(reply, 'last_seq') === list(field(reply, 'results')).map(record).at(-1)?.['seq'], field(reply, 'pending')]; }, couchdb: [true, 0] },
	{ name: 'goes on page by page by last_seq', ask: async (target) => { const pages = await byPages(target, target.database, 7); return [sameSet(pages.ids, await all(target)), pages.most, pages.pending.at(-1), pages.pending.every((each, i) => i === 0 || each < (pages.pending[i - 1] ?? 0))]; }, couchdb: [true, 7, 0, true] },
	{ name: 'goes on page by page with documents, as PouchDB asks', ask: async (target) => sameSet((await byPages(target, target.database, 100, '&include_docs=true&style=all_docs&seq_interval=100')).ids, await all(target)), couchdb: true },
	{ name: 'goes on after the sequence of any row', ask: async (target) => { const rows = list(field(await target.get('/_changes?limit=40'), 'results')).map(record); const since = encodeURIComponent(String(rows[19]?.['seq'])); const next = await target.get(`/_changes?since=${since}&limit=20`); return list(field(next, 'results')).map((row, i) => record(row)['id'] === rows[20 + i]?.['id']).every(Boolean); }, couchdb: true },
	{ name: 'is empty after the last', ask: async (target) => emptyAt(target, await target.get(`/_changes?since=${encodeURIComponent(await lastOf(target, target.database))}`)), couchdb: [200, 0, 0, 'string'] },
	{ name: 'is empty from now', ask: async (target) => emptyAt(target, await target.get('/_changes?since=now')), couchdb: [200, 0, 0, 'string'] },
	{ name: 'begins at 0', ask: async (target) => knownIn(target, idsOf(await target.get('/_changes?since=0'))), couchdb: 30 },
	{ name: 'of a database with nothing in it is an empty page', ask: async (target) => emptyAt(target, await target.ask(`/${target.quiet}/_changes`)), couchdb: [200, 0, 0, 'string'] },
	{ name: 'may be posted, with parameters in the address', ask: async (target) => list(field(await target.post('/_changes?limit=3', {}), 'results')).length, couchdb: 3 },
	{ name: 'may be posted with a limit in the body', ask: async (target) => list(field(await target.post('/_changes', { limit: 3 }), 'results')).length === 3, couchdb: false, hub: { answer: true, why: 'a hub reads parameters from the body too, where CouchDB overlooks them' } },
	{ name: 'answers HEAD without a body', ask: async (target) => { const reply = await target.ask(`/${target.database}/_changes?limit=1`, { method: 'HEAD' }); return [reply.status, reply.text]; }, couchdb: [200, ''] },
	{ name: 'shows what arrives after a cursor was given out', ask: async (target) => { const since = await lastOf(target, target.quiet); const arriving = testDocument(); await target.push([arriving], target.quiet); const reply = await target.ask(`/${target.quiet}/_changes?since=${encodeURIComponent(since)}`); return idsOf(reply).length === 1 && idsOf(reply)[0] === arriving._id; }, couchdb: true },
	{ name: 'shows a repeat of what is there to nobody', ask: async (target) => { const since = await lastOf(target, target.database); await target.push(target.known.slice(0, 5)); return rowsOf(await target.get(`/_changes?since=${encodeURIComponent(since)}`)).length; }, couchdb: 0 },
	{ name: 'shows a refused document to nobody', ask: async (target) => { const since = await lastOf(target, target.database); await target.push([{ ...testDocument(), note: 'x' }]); return rowsOf(await target.get(`/_changes?since=${encodeURIComponent(since)}`)).length; }, couchdb: 0 },
	{ name: 'takes a limit beyond its own', ask: async (target) => (await target.get('/_changes?limit=100000')).status, couchdb: 200 },
	{ name: 'takes no rows for a limit of 0', ask: async (target) => list(field(await target.get('/_changes?limit=0'), 'results')).length, couchdb: 0, hub: { answer: 1, why: 'a page has at least one row, else a reader would never come on' } },
	{ name: 'refuses a cursor that is none', ask: async (target) => failureOf(await target.get(`/_changes?since=${encodeURIComponent("1' or 1")}`)), couchdb: [400, 'bad_request', "Malformed sequence supplied in 'since' parameter."] },
	{ name: 'refuses an empty cursor', ask: async (target) => failureOf(await target.get('/_changes?since=')), couchdb: [400, 'bad_request', "Malformed sequence supplied in 'since' parameter."] },
	{ name: 'refuses a cursor of somebody else', ask: async (target) => (await target.get(`/_changes?since=9-${'g1AAAAB'.repeat(12)}&limit=1`)).status, couchdb: 400, hub: { answer: 200, why: 'a reader whose cursor is of a history that is gone begins anew and misses nothing (A2, A4)' } },
	{ name: 'refuses an unknown feed', ask: async (target) => kindOf(await target.get('/_changes?feed=nonsense')), couchdb: [400, 'bad_request'] },
	{ name: 'has a continuous feed', ask: async (target) => { const ended = new AbortController(); const response = await target.fetch(`/${target.database}/_changes?feed=continuous&timeout=100&since=now`, { signal: ended.signal }); await response.text(); return response.status; }, couchdb: 200, hub: { answer: 400, why: ONE_FORM } },
	{ name: 'has a descending order', ask: async (target) => (await target.get('/_changes?descending=true&limit=1')).status, couchdb: 200, hub: { answer: 400, why: ONE_FORM } },
	{ name: 'has filters', ask: async (target) => (await target.post('/_changes?filter=_doc_ids&limit=1', { doc_ids: [] })).status, couchdb: 200, hub: { answer: 400, why: NOT_IGNORED } },
	{ name: 'overlooks unknown parameters', ask: async (target) => (await target.get('/_changes?nonsense=1&limit=1')).status, couchdb: 200, hub: { answer: 400, why: NOT_IGNORED } },
	{ name: 'refuses a limit that is no number', ask: async (target) => (await target.get('/_changes?limit=abc')).status, couchdb: 500, hub: { answer: 400, why: 'CouchDB fails at it' } },
	{ name: 'is got or posted', ask: async (target) => kindOf(await target.ask(`/${target.database}/_changes`, { method: 'PUT', body: {} })), couchdb: [405, 'method_not_allowed'] },
	{ name: 'of a database that is not there', ask: async (target) => isErrorBody(await target.ask(`/${target.database.slice(0, -4)}none/_changes`)), couchdb: true }
];

/** Reads an answer as it comes, until `stop` says so or it ends. */
async function reading(response: Response, stop: (text: string) => boolean): Promise<string> {
	const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
	let text = '';
	for (let read = await reader?.read(); read !== undefined && !read.done; read = await reader?.read()) {
		text += read.value;
		if (stop(text)) {
			await reader?.cancel();
			break;
		}
	}
	return text;
}

export const waiting: readonly Check[] = [
	{ name: 'a longpoll without news ends at its timeout, where it began', ask: async (target) => { const since = await lastOf(target, target.quiet); const began = Date.now(); const reply = await target.ask(`/${target.quiet}/_changes?feed=longpoll&timeout=300&since=${encodeURIComponent(since)}`); return [...(await emptyAt(target, reply)), Date.now() - began >= 250, Number.parseInt(String(field(reply, 'last_seq')), 10) === Number.parseInt(since, 10)]; }, couchdb: [200, 0, 0, 'string', true, true] },
	{ name: 'a longpoll behind is answered at once', ask: async (target) => { const began = Date.now(); const reply = await target.get('/_changes?feed=longpoll&since=0&timeout=20000&limit=5'); return [list(field(reply, 'results')).length, Date.now() - began < 10_000]; }, couchdb: [5, true] },
	{
		name: 'a longpoll is answered when a document arrives, with a heartbeat meanwhile',
		ask: async (target) => {
			const since = encodeURIComponent(await lastOf(target, target.quiet));
			const response = await target.fetch(`/${target.quiet}/_changes?feed=longpoll&since=${since}&heartbeat=150`);
			const arriving = testDocument();
			let pushed: Promise<unknown> | null = null;
			// sent once a heartbeat was seen: it waits by then
			const text = await reading(response, (so) => {
				if (pushed === null && /\n\n$/.test(so)) pushed = target.push([arriving], target.quiet);
				return false;
			});
			await pushed;
			return [pushed !== null, idsOf({ json: JSON.parse(text) } as Reply).includes(arriving._id)];
		},
		couchdb: [true, true]
	},
	{ name: 'a longpoll from now is answered by the next document', ask: async (target) => { const arriving = testDocument(); const asked = target.fetch(`/${target.quiet}/_changes?feed=longpoll&since=now&heartbeat=100&include_docs=true`); const response = await asked; await target.push([arriving], target.quiet); const text = await response.text(); return rowsOf({ json: JSON.parse(text) } as Reply).map((row) => record(row['doc'])['_id'] === arriving._id); }, couchdb: [true] },
	{ name: 'a waiting client may leave', ask: async (target) => { const gone = new AbortController(); const waiting = target.fetch(`/${target.quiet}/_changes?feed=longpoll&since=now&heartbeat=100`, { signal: gone.signal }); await waiting; gone.abort(); return (await target.ask(`/${target.quiet}`)).status; }, couchdb: 200 },
	{ name: 'ten wait for one document', ask: async (target) => { const responses = await Promise.all(Array.from({ length: 10 }, () => target.fetch(`/${target.quiet}/_changes?feed=longpoll&since=now&heartbeat=100`))); const arriving = testDocument(); await target.push([arriving], target.quiet); const texts = await Promise.all(responses.map((response) => response.text())); return texts.filter((text) => text.includes(arriving._id)).length; }, couchdb: 10 },
	{
		name: 'a cursor of before a restart goes on where it was', restarts: true,
		ask: async (target) => {
			const half = Math.ceil(target.known.length / 2);
			const first = await target.get(`/_changes?limit=${half}`);
			await target.restart?.();
			const arriving = testDocument();
			await target.push([arriving]);
			const ids = new Set(idsOf(first));
			let since = String(field(first, 'last_seq'));
			for (let pages = 0; pages < 100; pages++) {
				const next = await target.get(`/_changes?limit=100&since=${encodeURIComponent(since)}`);
				for (const id of idsOf(next)) ids.add(id);
				since = String(field(next, 'last_seq'));
				if (field(next, 'pending') === 0) break;
			}
			return [ids.has(arriving._id), sameSet([...ids], await all(target))];
		},
		couchdb: [true, true]
	},
	{
		name: 'a longpoll that a restart cuts off misses nothing at the next asking', restarts: true,
		ask: async (target) => {
			const since = encodeURIComponent(await lastOf(target, target.quiet));
			const waiting = target.ask(`/${target.quiet}/_changes?feed=longpoll&since=${since}&heartbeat=1000`).catch(() => null);
			await target.ask(`/${target.quiet}`);
			await target.restart?.();
			const cut = await waiting;
			const arriving = testDocument();
			await target.push([arriving], target.quiet);
			const at = cut === null || cut.json === undefined ? since : encodeURIComponent(String(field(cut, 'last_seq')));
			return idsOf(await target.ask(`/${target.quiet}/_changes?feed=longpoll&timeout=5000&since=${at}`)).includes(arriving._id);
		},
		couchdb: true
	}
];
