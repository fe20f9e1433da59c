/**
 * A hub in memory behind a `fetch`, with faults to order: for tests of whatever talks to a hub, and for the simulator.
 *
 * Honest unless told otherwise. Faults are seeded, so a failing run is replayed by its seed; `heal()` makes it honest again, after which
 * everyone must come to hold the same. It checks no signatures and no hashes: what passes it is for the devices to judge.
 */
import { toBase64url } from '../change/base64url.ts';
import type { Random } from '../change/ports.ts';
import type { Fetch } from './boundedFetch.ts';

export interface Faults {
	/** share of requests that never arrive */
	drop: number;
	/** share of requests that are carried out and whose answer is lost */
	dropAnswer: number;
	/** share of answers cut off in the middle */
	truncate: number;
	/** share of answers that are 500 */
	fail: number;
	/** share of documents acknowledged and not stored */
	loseWrite: number;
	/** share of feed rows given twice */
	duplicate: number;
	/** share of feed pages whose rows are shuffled */
	shuffle: number;
	/** share of feed pages that start again from the beginning */
	rewind: number;
	/** share of feed rows served as deleted */
	deleted: number;
	/** share of feed rows left out while the position moves on */
	withhold: number;
	/** share of documents refused as a conflict */
	conflict: number;
}

const NONE: Faults = { drop: 0, dropAnswer: 0, truncate: 0, fail: 0, loseWrite: 0, duplicate: 0, shuffle: 0, rewind: 0, deleted: 0, withhold: 0, conflict: 0 };

type Stored = { readonly _id: string } & Record<string, unknown>;

interface FakeDatabase {
	docs: Map<string, Stored>;
	/** order of writing */
	log: string[];
	epoch: string;
}

interface Asked { readonly path: string; readonly query: URLSearchParams; readonly body: unknown; readonly signal: AbortSignal }

export class FakeHub {
	readonly key: string;
	readonly faults: Faults = { ...NONE };
	/** every request that arrived, as `METHOD path` */
	readonly requests: string[] = [];
	/** tokens are good until this is raised */
	sessions = 1;
	/** databases that `_bulk_docs` refuses */
	readonly forbidden = new Set<string>();
	/** what to answer instead, by a function of method and path; null leaves it alone */
	intercept: ((method: string, path: string) => Response | Promise<Response> | null) | null = null;
	readonly #databases = new Map<string, FakeDatabase>();
	readonly #random: Random;
	readonly #listeners = new Set<() => void>();
	#writes = 1;
	readonly #written = new Map<string, number>();

	constructor(random: Random) {
		this.#random = random;
		this.key = toBase64url(random.bytes(32));
	}

	/** To be given to a `HubClient`. */
	readonly fetch: Fetch = async (url, init) => {
		const { pathname, searchParams } = new URL(url);
		const method = init.method ?? 'GET';
		this.requests.push(`${method} ${pathname}`);
		await Promise.resolve();
		const instead = this.intercept?.(method, pathname) ?? null;
		if (instead !== null) return instead;
		if (this.#chance(this.faults.drop)) throw new TypeError('fetch failed');
		if (this.#chance(this.faults.fail)) return json({ error: 'internal_server_error', reason: 'fake' }, 500);
		const signal = init.signal ?? new AbortController().signal;
		const asked: Asked = { path: decodeURIComponent(pathname), query: searchParams, body: typeof init.body === 'string' ? JSON.parse(init.body) : null, signal };
		const authorized = new Headers(init.headers).get('authorization') === `Bearer token-${this.sessions}`;
		const answer = await this.#answer(asked, authorized);
		if (this.#chance(this.faults.dropAnswer)) throw new TypeError('fetch failed');
		if (this.#chance(this.faults.truncate)) {
			const text = await answer.text();
			return new Response(text.slice(0, Math.floor(text.length / 2)), { status: answer.status });
		}
		return answer;
	};

	/** Honest from now on. */
	heal(): void {
		Object.assign(this.faults, NONE);
		this.forbidden.clear();
		this.intercept = null;
	}

	database(name: string): ReadonlyMap<string, Stored> {
		return this.#open(name).docs;
	}

	/** Writes past the protocol, as another device or an attacker on the hub would. */
	write(db: string, documents: readonly Stored[]): void {
		const database = this.#open(db);
		for (const document of documents) {
			if (!database.docs.has(document._id)) database.log.push(document._id);
			database.docs.set(document._id, document);
		}
		this.#tell(db);
	}

	/** Goes back to what it had after its first `count` writes to a database, as from a backup. */
	restore(db: string, count: number): void {
		const database = this.#open(db);
		const log = database.log.slice(0, count);
		database.docs = new Map(log.flatMap((id) => { const document = database.docs.get(id); return document === undefined ? [] : [[id, document] as const]; }));
		database.log = log;
		database.epoch = hex(this.#random.bytes(4));
		this.#tell(db);
	}

	#open(name: string): FakeDatabase {
		let database = this.#databases.get(name);
		if (database === undefined) this.#databases.set(name, (database = { docs: new Map(), log: [], epoch: hex(this.#random.bytes(4)) }));
		return database;
	}

	#tell(db: string): void {
		this.#written.set(db, ++this.#writes);
		for (const listener of [...this.#listeners]) listener();
	}

	async #answer(asked: Asked, authorized: boolean): Promise<Response> {
		if (asked.path === '/_hub/info') return json({ saddlebag: 'fake', hub: this.key, org: null, configured: true, prefix: 'sb' });
		if (asked.path === '/_hub/challenge') return json({ nonce: hex(this.#random.bytes(16)), hub: this.key });
		if (asked.path === '/_hub/session') return json({ token: `token-${this.sessions}`, expires: 0 });
		if (!authorized) return json({ error: 'unauthorized', reason: 'A session is needed.' }, 401);
		if (asked.path === '/couch/_db_updates') return this.#updates(asked);
		const deposit = /^\/_hub\/deposit\/(.+)$/.exec(asked.path)?.[1];
		if (deposit !== undefined) return this.#write(deposit, asked.body, true);
		const [, db = '', route = ''] = /^\/couch\/([^/]+)(?:\/(.+))?$/.exec(asked.path) ?? [];
		const database = this.#open(db);
		if (route === '') return json({ db_name: db, doc_count: database.docs.size, update_seq: this.#sequence(database, database.log.length) });
		if (route === '_changes') return this.#changes(database, asked.query);
		if (route === '_bulk_docs') return this.#write(db, asked.body, false);
		if (route === '_all_docs') return this.#documents(database, asked);
		return json({ error: 'not_found', reason: 'missing' }, 404);
	}

	#sequence(database: FakeDatabase, count: number): string {
		return `${count}-${database.epoch}`;
	}

	/** As the real hub: a position from another history goes back to the beginning. */
	#changes(database: FakeDatabase, query: URLSearchParams): Response {
		const [count = '0', epoch] = (query.get('since') ?? '0').split('-');
		let from = epoch === undefined || epoch === database.epoch ? Math.min(Number(count), database.log.length) : 0;
		if (this.#chance(this.faults.rewind)) from = 0;
		const limit = Number(query.get('limit') ?? 100);
		const end = Math.min(database.log.length, from + limit);
		const rows: unknown[] = [];
		for (let i = from; i < end; i++) {
			if (this.#chance(this.faults.withhold)) continue;
			const id = database.log[i] ?? '';
			const row = { seq: this.#sequence(database, i + 1), id, changes: [{ rev: `1-${id.slice(0, 32)}` }] };
			if (this.#chance(this.faults.deleted)) rows.push({ ...row, deleted: true, doc: { _id: id, _rev: `2-${id.slice(0, 32)}`, _deleted: true } });
			else rows.push(query.get('include_docs') === 'true' ? { ...row, doc: database.docs.get(id) } : row);
			if (this.#chance(this.faults.duplicate)) rows.push(rows.at(-1));
		}
		if (this.#chance(this.faults.shuffle)) rows.reverse();
		return json({ results: rows, last_seq: this.#sequence(database, end), pending: database.log.length - end });
	}

	#write(db: string, body: unknown, deposit: boolean): Response {
		const docs = isRecord(body) && Array.isArray(body['docs']) ? body['docs'] : [];
		if (this.forbidden.has(db)) return json({ error: 'forbidden', reason: 'not yours' }, 403);
		const answers: unknown[] = [];
		const taken: Stored[] = [];
		for (const doc of docs) {
			if (!isStored(doc)) continue;
			if (this.#chance(this.faults.conflict)) answers.push({ id: doc._id, error: 'conflict', reason: 'Document update conflict.', doc: { ...doc, c: 'forged' } });
			else {
				if (!this.#chance(this.faults.loseWrite)) taken.push({ ...doc, _rev: `1-${doc._id.slice(0, 32)}` });
				if (deposit) answers.push({ ok: true, id: doc._id, rev: `1-${doc._id.slice(0, 32)}` });
			}
		}
		if (taken.length > 0) this.write(db, taken);
		return json(answers, 201);
	}

	#documents(database: FakeDatabase, { body, query }: Asked): Response {
		const keys = isRecord(body) && Array.isArray(body['keys']) ? body['keys'] : [];
		const rows = keys.map((key) => {
			const doc = database.docs.get(String(key));
			if (doc === undefined) return { key, error: 'not_found' };
			return { id: key, key, value: { rev: `1-${String(key).slice(0, 32)}` }, ...(query.get('include_docs') === 'true' ? { doc } : {}) };
		});
		return json({ total_rows: database.docs.size, rows });
	}

	async #updates({ query, signal }: Asked): Promise<Response> {
		const since = Number(query.get('since') ?? 0);
		const news = (): string[] => [...this.#written].filter(([, at]) => at > since).map(([db]) => db);
		if (since > 0 && Number(query.get('timeout')) > 0 && news().length === 0) {
			await new Promise<void>((resolve, reject) => {
				const heard = (): void => {
					this.#listeners.delete(heard);
					signal.removeEventListener('abort', stop);
					resolve();
				};
				const stop = (): void => {
					this.#listeners.delete(heard);
					reject(new DOMException('aborted', 'AbortError'));
				};
				this.#listeners.add(heard);
				if (signal.aborted) stop();
				else signal.addEventListener('abort', stop, { once: true });
			});
		}
		return json({ results: news().map((db_name) => ({ db_name, type: 'updated', seq: this.#writes })), last_seq: this.#writes });
	}

	#chance(share: number): boolean {
		if (share <= 0) return false;
		const [high = 0, low = 0] = this.#random.bytes(2);
		return (high * 256 + low) / 65_536 < share;
	}
}

const json = (value: unknown, status = 200): Response => new Response(JSON.stringify(value), { status, headers: { 'content-type': 'application/json' } });
const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isStored = (value: unknown): value is Stored => isRecord(value) && typeof value['_id'] === 'string';
