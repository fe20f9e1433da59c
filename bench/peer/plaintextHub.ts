/**
 * The peer's hub: the CouchDB protocol as far as PouchDB's replicator uses it, over records in plaintext in memory.
 *
 * It does less work per request than a real CouchDB (no disk, no revision trees beyond the first generation), so that a comparison with
 * it favours the peer.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PlainRecord { readonly _id: string; readonly [element: string]: unknown }
interface Row { readonly id: string; readonly rev: string; readonly body: string }

export interface PlaintextHub {
	readonly url: string;
	readonly received: () => number;
	stop(): Promise<void>;
}

const readBody = async (request: IncomingMessage): Promise<unknown> => {
	const parts: Buffer[] = [];
	for await (const part of request) parts.push(Buffer.from(part as Uint8Array));
	const text = Buffer.concat(parts).toString('utf8');
	return text === '' ? {} : JSON.parse(text);
};
const asRecord = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {});
const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

class Records {
	readonly rows: Row[] = [];
	readonly #byId = new Map<string, Row>();
	readonly #local = new Map<string, Record<string, unknown>>();

	add(record: Record<string, unknown>): void {
		const id = String(record['_id']);
		const rev = typeof record['_rev'] === 'string' ? record['_rev'] : `1-${id.padEnd(32, '0').slice(0, 32)}`;
		const row = { id, rev, body: JSON.stringify({ ...record, _rev: rev }) };
		if (!this.#byId.has(id)) this.rows.push(row);
		this.#byId.set(id, row);
	}
	changes(query: URLSearchParams): string {
		const since = Number(query.get('since') ?? 0);
		const limit = Number(query.get('limit') ?? 25);
		const page = this.rows.slice(since, since + limit);
		const results = page.map((row, index) => `{"seq":${since + index + 1},"id":${JSON.stringify(row.id)},"changes":[{"rev":"${row.rev}"}]}`);
		return `{"results":[${results.join(',')}],"last_seq":${since + page.length},"pending":${this.rows.length - since - page.length}}`;
	}
	bulkGet(body: unknown): string {
		const results = asList(asRecord(body)['docs']).map((wanted) => {
			const row = this.#byId.get(String(asRecord(wanted)['id']));
			const rev = row?.rev ?? '';
			const doc = row ? `${row.body.slice(0, -1)},"_revisions":{"start":1,"ids":["${rev.slice(2)}"]}}` : '{}';
			return `{"id":${JSON.stringify(row?.id)},"docs":[{"ok":${doc}}]}`;
		});
		return `{"results":[${results.join(',')}]}`;
	}
	revsDiff(body: unknown): string {
		const missing: Record<string, unknown> = {};
		for (const [id, revs] of Object.entries(asRecord(body))) if (!this.#byId.has(id)) missing[id] = { missing: revs };
		return JSON.stringify(missing);
	}
	bulkDocs(body: unknown): string {
		for (const record of asList(asRecord(body)['docs'])) this.add(asRecord(record));
		return '[]';
	}
	local(id: string, body: unknown | null): string | null {
		if (body === null) return this.#local.has(id) ? JSON.stringify(this.#local.get(id)) : null;
		this.#local.set(id, { ...asRecord(body), _rev: `0-${this.#local.size + 1}` });
		return JSON.stringify({ ok: true, id: `_local/${id}`, rev: '0-1' });
	}
}

async function answer(records: Records, request: IncomingMessage, url: URL): Promise<string | null> {
	const [, , route = '', local = ''] = url.pathname.split('/');
	const body = request.method === 'GET' ? null : await readBody(request);
	if (route === '') return JSON.stringify({ db_name: 'records', doc_count: records.rows.length, update_seq: records.rows.length, instance_start_time: '0' });
	if (route === '_changes') return records.changes(url.searchParams);
	if (route === '_bulk_get') return records.bulkGet(body);
	if (route === '_revs_diff') return records.revsDiff(body);
	if (route === '_bulk_docs') return records.bulkDocs(body);
	if (route === '_local') return records.local(local, body);
	return null;
}

/** @param seed records that are there from the start */
export async function startPlaintextHub(seed: readonly PlainRecord[]): Promise<PlaintextHub> {
	const records = new Records();
	for (const record of seed) records.add(record);
	let origin = '*';
	const send = (response: ServerResponse, status: number, body: string) => {
		response.writeHead(status, {
			'content-type': 'application/json', 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true',
			'access-control-allow-headers': 'content-type, accept', 'access-control-allow-methods': 'GET, PUT, POST, OPTIONS'
		});
		response.end(body);
	};
	const server = createServer((request, response) => {
		origin = request.headers.origin ?? '*';
		if (request.method === 'OPTIONS') return send(response, 204, '');
		answer(records, request, new URL(request.url ?? '/', 'http://localhost')).then(
			(body) => (body === null ? send(response, 404, '{"error":"not_found","reason":"missing"}') : send(response, 200, body)),
			(error: unknown) => send(response, 500, JSON.stringify({ error: 'peer', reason: String(error) }))
		);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}/records`,
		received: () => records.rows.length,
		stop: () => new Promise<void>((resolve) => {
			server.closeAllConnections();
			server.close(() => resolve());
		})
	};
}
