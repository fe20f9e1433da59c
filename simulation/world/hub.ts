/**
 * The hub of a simulated world: the routes that devices use, over databases in memory.
 *
 * What it takes and whom it lets in is decided by the hub's own code (`server/documents.ts`, `server/organization.ts`, its sequences); only
 * HTTP, tokens and storage are its own. Honest unless its `lies` say otherwise. It can crash (open requests end, nothing stored is lost) and be
 * put back to an old backup (everything since is lost).
 */
import type { Random } from '../../sync/change/ports.ts';
import { parseSession } from '../../sync/change/session.ts';
import { toBase64url, toHex } from '../../sync/change/base64url.ts';
import type { Id } from '../../sync/change/change.ts';
import { isObject } from '../../sync/change/canonical.ts';
import { checkDocument, type WireDocument } from '../../sync/verify/document.ts';
import { verifySignature } from '../../sync/verify/signature.ts';
import { admitAll, refusal, storedForm, type Refusal } from '../../server/documents.ts';
import { Organization, type ControlDatabase } from '../../server/organization.ts';
import { controlName, parseDatabaseName } from '../../server/storage/names.ts';
import type { StoredDocument } from '../../server/storage/port.ts';
import { HubDatabase, type HubImage } from './hub-data.ts';
import { FrontierMemory, frontiersAbove, takeFrontier } from './hub-frontiers.ts';
import { HONEST, type Lies, type Row } from './lies.ts';
import type { Timeline } from './timeline.ts';

export const PREFIX = 'sb';
export const ORIGIN = 'https://hub.example.org';
export const originOfBox = (box: number): string => `https://box${String(box)}.example.org`;

export interface HubRequest {
	readonly method: string;
	readonly path: string;
	readonly query: URLSearchParams;
	readonly body: unknown;
	readonly token: string | null;
	/** how to end the wait of a longpoll; called once */
	readonly onGone: (gone: () => void) => void;
}
export interface HubAnswer { readonly status: number; readonly value: unknown }

/** What a hub is that is a box: which databases it carries, and what it remembers before something is deposited. */
export interface Carrying {
	serves(name: string): boolean;
	expects(name: string): Promise<void>;
}

interface Token { readonly device: Id; readonly databases: ReadonlySet<string> }

const answer = (value: unknown, status = 200): HubAnswer => ({ status, value });
const refuse = (status: number, error: string, reason: string): HubAnswer => ({ status, value: { error, reason } });
const PAGE_ROWS_MAX = 2000;

export class SimulatedHub {
	readonly key: string;
	up = true;
	lies: Lies = HONEST;
	/** null on a hub that is no box */
	carrying: Carrying | null = null;
	/** ids of documents that it said to have taken, or that it did take */
	readonly confirmed = new Set<string>();
	/** ids of documents that it refused */
	readonly refused = new Set<string>();
	readonly origin: string;
	/** null where devices find no route for them */
	frontiers: FrontierMemory | null = null;
	/** told the name of each database written to, until it ends */
	readonly watchers = new Set<(name: string) => void>();
	readonly #timeline: Timeline;
	readonly #random: Random;
	#databases = new Map<string, HubDatabase>();
	#organization!: Organization;
	#run = '';
	#writes = 0;
	readonly #writtenAt = new Map<string, number>();
	readonly #listeners = new Set<() => void>();
	readonly #challenges = new Set<string>();
	readonly #tokens = new Map<string, Token>();
	/** changes of the log, one after the other */
	#turn: Promise<unknown> = Promise.resolve();

	/** how a box reaches its log; null: a hub has it at hand */
	readonly #control: (() => Promise<ControlDatabase>) | null;

	constructor(timeline: Timeline, random: Random, key: string, origin = ORIGIN, control: (() => Promise<ControlDatabase>) | null = null) {
		this.origin = origin;
		this.#control = control;
		this.#timeline = timeline;
		this.#random = random;
		this.key = key;
	}

	/** Opens its databases: at first, after a crash, after a restore. */
	async start(control: readonly WireDocument[] = []): Promise<void> {
		this.#run = toHex(this.#random.bytes(4));
		this.#writes = 1;
		this.#writtenAt.clear();
		for (const database of this.#databases.values()) database.begin(toHex(this.#random.bytes(4)));
		const log = this.database(controlName(PREFIX));
		log.store(control.map(storedForm));
		this.#organization = await Organization.load(this.#control === null ? log : await this.#control(), PREFIX);
		this.up = true;
	}

	/** Ends without warning: who waits hears nothing, sessions are over. */
	crash(): void {
		this.up = false;
		this.#listeners.clear();
		this.watchers.clear();
		this.#challenges.clear();
		this.#tokens.clear();
	}

	image(): HubImage {
		return { databases: new Map([...this.#databases].map(([name, database]) => [name, new HubDatabase(name, database)])), frontiers: this.frontiers?.copy() ?? null };
	}

	/** From an old backup; `start` it afterwards. */
	restore({ databases, frontiers }: HubImage): void {
		this.frontiers = frontiers?.copy() ?? null;
		this.#databases = new Map([...databases].map(([name, database]) => [name, new HubDatabase(name, database)]));
	}

	database(name: string): HubDatabase {
		let database = this.#databases.get(name);
		if (database === undefined) {
			database = new HubDatabase(name);
			database.begin(toHex(this.#random.bytes(4)));
			this.#databases.set(name, database);
		}
		return database;
	}

	/** Puts documents into a database past the protocol, as somebody on the hub, or a modified app, would. */
	smuggle(name: string, documents: readonly WireDocument[]): void {
		this.keep(name, documents.map(storedForm));
	}

	/** What its own storage writes: durable, and heard by who waits. */
	keep(name: string, documents: readonly StoredDocument[]): void {
		for (const { _id } of documents) this.confirmed.add(_id);
		if (this.database(name).store(documents)) this.#written(name);
	}

	get organization(): Organization {
		return this.#organization;
	}

	get databases(): ReadonlyMap<string, HubDatabase> {
		return this.#databases;
	}

	/** What a request gets; null: the hub ended before it answered. */
	async handle(request: HubRequest): Promise<HubAnswer | null> {
		if (!this.up) return null;
		const run = this.#run;
		const answered = await this.#route(request);
		return this.up && this.#run === run ? answered : null;
	}

	async #route(request: HubRequest): Promise<HubAnswer> {
		const { method, path } = request;
		if (path === '/_hub/info') return answer({ saddlebag: 'simulated', hub: this.key, org: this.#organization.org, configured: true, prefix: PREFIX, origins: [this.origin] });
		if (path === '/_hub/challenge') return this.#challenge();
		if (path === '/_hub/session') return this.#session(request.body);
		if (path === '/_hub/answer') return this.#answer(request.body);
		if (path === '/_hub/preview') return this.#preview(request.body);
		const session = request.token === null ? undefined : this.#tokens.get(request.token);
		if (session === undefined) return refuse(401, 'unauthorized', 'A session is needed.');
		if (path === '/couch/_db_updates') return this.#updates(request, session);
		const deposit = /^\/_hub\/deposit\/([^/]+)$/.exec(path)?.[1];
		if (deposit !== undefined) {
			await this.carrying?.expects(deposit);
			return this.#deposit(deposit, request.body);
		}
		if (this.frontiers !== null && path.startsWith('/_hub/frontier')) {
			const asking = { frontiers: this.frontiers, organization: this.#organization, reads: [...session.databases].filter((db) => this.#reaches(session, db, 'read')) };
			return path === '/_hub/frontiers' ? frontiersAbove(asking, request.body) : takeFrontier(asking, request.body);
		}
		const [, db = '', route = ''] = /^\/couch\/([^/]+)(?:\/(.+))?$/.exec(path) ?? [];
		const place = parseDatabaseName(PREFIX, db);
		if (place === null || !this.#organization.hasDatabase(place)) return refuse(404, 'not_found', 'Database does not exist.');
		const mode = route === '_bulk_docs' ? 'write' : 'read';
		if (!this.#reaches(session, db, mode)) return refuse(403, 'forbidden', `This session may not ${mode} that database.`);
		const database = this.database(db);
		if (method === 'GET' && route === '') return answer({ db_name: db, doc_count: database.log.length, update_seq: database.sequenceOf(database.log.length) });
		if (route === '_changes') return this.#changes(database, request.query);
		if (route === '_all_docs') return this.#documents(database, request);
		if (route === '_bulk_docs') return this.#bulk(database, request.body);
		return refuse(404, 'not_found', 'missing');
	}

	#reaches(session: Token, db: string, mode: 'read' | 'write'): boolean {
		return session.databases.has(db) && this.#organization.accessOf(session.device)[mode].has(db);
	}

	#challenge(): HubAnswer {
		const nonce = toBase64url(this.#random.bytes(16));
		this.#challenges.add(nonce);
		return answer({ nonce, hub: this.key });
	}

	#session(body: unknown): HubAnswer {
		const { text, sig } = isObject(body) ? body : {};
		const parsed = typeof text === 'string' ? parseSession(text) : null;
		if (typeof text !== 'string' || typeof sig !== 'string' || parsed === null || !parsed.ok) return refuse(400, 'bad_request', '`text` and `sig` are expected.');
		const said = parsed.value;
		if (said.hub !== this.key || said.org !== this.#organization.org || said.origin !== this.origin) return refuse(403, 'forbidden', 'The session is for another hub.');
		if (!this.#challenges.delete(said.nonce)) return refuse(401, 'unauthorized', 'The challenge was used, or is not of this hub.');
		const key = this.#organization.transportKey(said.device);
		if (key === null || !verifySignature('saddlebag/session/1', text, sig, key)) return refuse(401, 'unauthorized', 'This device is not enrolled.');
		const token = toBase64url(this.#random.bytes(16));
		const databases = said.databases.filter((name) => this.carrying?.serves(name) ?? true);
		this.#tokens.set(token, { device: said.device, databases: new Set(databases) });
		return answer({ token, expires: 0, databases });
	}

	#preview(body: unknown): HubAnswer {
		const document = isObject(body) && typeof body['key'] === 'string' ? this.#organization.previewOf(body['key']) : null;
		return document === null ? refuse(404, 'not_found', 'No open invitation has this key.') : answer({ document });
	}

	#answer(body: unknown): Promise<HubAnswer> {
		const checked = checkDocument(isObject(body) ? body['document'] : null);
		if (!checked.ok || checked.value.v !== 'a1') return Promise.resolve(refuse(400, 'bad_request', 'The document is not an answer to an invitation.'));
		const document = checked.value;
		return this.#inTurn(async () => {
			const [refused] = await this.#organization.accept([document]);
			// as the real one: whoever invited has not been here since
			if (refused !== undefined && this.#organization.state?.invitations.has(document.invitation) !== true) return refuse(404, 'not_found', refused.reason);
			if (refused !== undefined) return refuse(refused.error === 'conflict' ? 409 : 403, refused.error, refused.reason);
			this.#written(controlName(PREFIX));
			return answer({ ok: true, id: document._id }, 201);
		});
	}

	async #bulk(database: HubDatabase, body: unknown): Promise<HubAnswer> {
		const place = parseDatabaseName(PREFIX, database.name);
		const docs = documentsOf(body);
		if (docs === null || place === null) return refuse(400, 'bad_request', 'POST body must include `docs` parameter.');
		const { admitted, refused } = admitAll(docs, place);
		const { taken, lost, conflicts } = this.lies.taken(admitted);
		const later = place.kind === 'control' && taken.length > 0 ? await this.#inTurn(() => this.#organization.accept(taken)) : [];
		if (place.kind === 'control' ? taken.length > later.length : database.store(taken.map(storedForm))) this.#written(database.name);
		if (lost === 'line') return refuse(500, 'internal_server_error', 'cut off');
		this.#confirm(admitted, [...later, ...conflicts.map(conflictOf)]);
		return answer([...refused, ...later, ...conflicts.map(conflictOf)], 201);
	}

	#confirm(offered: readonly WireDocument[], refused: readonly Refusal[]): void {
		const not = new Set(refused.map(({ id }) => id));
		for (const { _id } of offered) (not.has(_id) ? this.refused : this.confirmed).add(_id);
	}

	#deposit(db: string, body: unknown): HubAnswer {
		const place = parseDatabaseName(PREFIX, db);
		const docs = documentsOf(body);
		if (place === null || place.kind === 'control' || !this.#organization.hasDatabase(place)) return refuse(404, 'not_found', 'Database does not exist.');
		if (docs === null) return refuse(400, 'bad_request', 'POST body must include `docs` parameter.');
		const { admitted, refused } = admitAll(docs, place);
		const deposits = admitted.filter(({ v }) => v === 'd1' || v === 'l1' || v === 'i1');
		const strange = admitted.filter((document) => !deposits.includes(document)).map((document) => refusal(storedForm(document), 'Only deposits are taken here.'));
		const { taken, lost, conflicts } = this.lies.taken(deposits);
		if (this.database(db).store(taken.map(storedForm))) this.#written(db);
		if (lost === 'line') return refuse(500, 'internal_server_error', 'cut off');
		const refusals = new Set(conflicts);
		this.#confirm(deposits, conflicts.map(conflictOf));
		return answer([...refused, ...strange, ...deposits.map((document) => (refusals.has(document) ? conflictOf(document) : { ok: true, id: document._id, rev: storedForm(document)._rev }))], 201);
	}

	#changes(database: HubDatabase, query: URLSearchParams): HubAnswer {
		const limit = Math.min(Number(query.get('limit') ?? PAGE_ROWS_MAX), PAGE_ROWS_MAX);
		const from = database.countAfter(this.lies.since(query.get('since') ?? '0'));
		if (from === null) return refuse(400, 'query_parse_error', 'Invalid sequence.');
		const end = Math.min(database.log.length, from + limit);
		const honest: Row[] = [];
		for (let i = from; i < end; i++) {
			const id = database.log[i] ?? '';
			const doc = database.docs.get(id);
			honest.push({ seq: database.sequenceOf(i + 1), id, changes: [{ rev: doc?._rev ?? '' }], ...(query.get('include_docs') === 'true' && doc !== undefined ? { doc } : {}) });
		}
		return answer({ results: this.lies.feed(honest, database.docs), last_seq: database.sequenceOf(end), pending: database.log.length - end });
	}

	#documents(database: HubDatabase, { body, query }: HubRequest): HubAnswer {
		const keys = isObject(body) && Array.isArray(body['keys']) ? body['keys'].map(String) : [];
		const rows = keys.map((key) => {
			const doc = this.lies.hides(key) ? undefined : database.docs.get(key);
			if (doc === undefined) return { key, error: 'not_found' };
			return { id: key, key, value: { rev: doc._rev }, ...(query.get('include_docs') === 'true' ? { doc } : {}) };
		});
		return answer({ total_rows: database.log.length, rows });
	}

	async #updates({ query, onGone }: HubRequest, session: Token): Promise<HubAnswer> {
		const since = query.get('since') ?? '0';
		const news = (): readonly string[] => {
			const names = [...session.databases].filter((db) => this.#reaches(session, db, 'read')).sort();
			const [count, run] = since.split('-');
			return run === this.#run ? names.filter((name) => (this.#writtenAt.get(name) ?? 0) > Number(count)) : names;
		};
		const timeout = Number(query.get('timeout') ?? 0);
		if (timeout > 0 && news().length === 0) await this.#untilNews(() => news().length > 0, timeout, onGone);
		const last_seq = `${this.#writes}-${this.#run}`;
		return answer({ results: news().map((db_name) => ({ db_name, type: 'updated', seq: last_seq })), last_seq });
	}

	#untilNews(isThere: () => boolean, timeoutMs: number, onGone: HubRequest['onGone']): Promise<void> {
		return new Promise((resolve) => {
			const heard = (): void => {
				if (isThere()) end();
			};
			const end = (): void => {
				cancel();
				this.#listeners.delete(heard);
				resolve();
			};
			const cancel = this.#timeline.at(this.#timeline.now + timeoutMs, end);
			this.#listeners.add(heard);
			onGone(() => {
				cancel();
				this.#listeners.delete(heard);
			});
		});
	}

	#written(db: string): void {
		this.#writtenAt.set(db, ++this.#writes);
		for (const watcher of [...this.watchers]) watcher(db);
		for (const listener of [...this.#listeners]) listener();
	}

	#inTurn<T>(section: () => Promise<T>): Promise<T> {
		const turn = this.#turn.then(section);
		this.#turn = turn.catch(() => undefined);
		return turn;
	}
}

const documentsOf = (body: unknown): readonly unknown[] | null => (isObject(body) && Array.isArray(body['docs']) ? body['docs'] : null);
const conflictOf = ({ _id }: WireDocument): Refusal => ({ id: _id, error: 'conflict', reason: 'Document update conflict.' });
