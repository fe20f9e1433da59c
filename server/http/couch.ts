/**
 * The part of CouchDB's HTTP interface that a session may use. What is not listed here does not exist.
 */
import { Hono } from 'hono';
import type { HubParts } from '../parts.ts';
import type { Access } from '../organization.ts';
import { databaseFor, reaches, sessionOf } from '../sessions/access.ts';
import type { Session } from '../sessions/token.ts';
import type { DatabaseName } from '../storage/names.ts';
import type { HubDatabase } from '../storage/port.ts';
import { ok, type Result } from '../../sync/result.ts';
import { allDocs } from './all-docs.ts';
import { withJson, type JsonRecord } from './body.ts';
import { bulkDocs } from './bulk-docs.ts';
import { bulkGet, oneDocument, revsDiff } from './bulk-get.ts';
import { changes } from './changes.ts';
import { answer, methodNotAllowed, notFound, refuse, type Failure } from './failure.ts';
import { readLocal, writeLocal } from './local.ts';
import { databaseUpdates } from './updates.ts';

interface Opened {
	readonly session: Session;
	readonly database: HubDatabase;
	readonly place: DatabaseName;
}
type Handler = (opened: Opened, request: Request, body: JsonRecord | null, id: string) => Promise<Result<Response, Failure>> | Result<Response, Failure>;

const settle = (result: Result<Response, Failure>): Response => (result.ok ? result.value : refuse(result.error));

export function couchRoutes(hub: HubParts): Hono {
	const app = new Hono({ strict: false });
	const route = (mode: keyof Access, handle: Handler) => async (c: { req: { raw: Request; param(): { readonly db?: string; readonly id?: string } } }) => {
		const { raw: request } = c.req;
		const session = sessionOf(hub, request);
		if (!session.ok) return refuse(session.error);
		const { db = '', id = '' } = c.req.param();
		const found = await databaseFor(hub, session.value, db, mode);
		if (!found.ok) return refuse(found.error);
		const opened = { session: session.value, ...found.value };
		if (request.method !== 'POST' && request.method !== 'PUT') return settle(await handle(opened, request, null, id));
		return settle(await withJson(request, async (body) => settle(await handle(opened, request, body, id))));
	};
	const onlyAllow = (methods: string) => () => refuse(methodNotAllowed(`Only ${methods} allowed`));

	app.get('/', (c) => {
		const session = sessionOf(hub, c.req.raw);
		return session.ok ? answer({ couchdb: 'Welcome', vendor: { name: 'Saddlebag', version: hub.version } }) : refuse(session.error);
	});
	app.get('/_db_updates', (c) => {
		const session = sessionOf(hub, c.req.raw);
		return session.ok ? settle(databaseUpdates(hub, session.value, c.req.raw)) : refuse(session.error);
	});
	app.get('/:db{[a-z][^/]*}', route('read', ({ database }) => info(database)));
	app.on(['GET', 'POST'], '/:db{[a-z][^/]*}/_changes', route('read', (opened, request, body) => readChanges(hub, opened, request, body)));
	app.on(['GET', 'POST'], '/:db{[a-z][^/]*}/_all_docs', route('read', ({ database }, request, body) => allDocs(database, new URL(request.url), body)));
	app.post('/:db{[a-z][^/]*}/_bulk_docs', route('write', async ({ session, database, place }, _request, body) => {
		const refused = await bulkDocs(hub, session, database, place, body ?? {});
		return refused.ok ? ok(answer(refused.value, 201)) : refused;
	}));
	app.post('/:db{[a-z][^/]*}/_bulk_get', route('read', ({ database }, request, body) => bulkGet(database, new URL(request.url), body ?? {})));
	app.post('/:db{[a-z][^/]*}/_revs_diff', route('read', ({ database }, _request, body) => revsDiff(database, body ?? {})));
	app.get('/:db{[a-z][^/]*}/_local/:id', route('read', ({ session, database }, _request, _body, id) => readLocal(session, database, id)));
	app.put('/:db{[a-z][^/]*}/_local/:id', route('read', ({ session, database }, _request, body, id) => writeLocal(hub, session, database, id, body ?? {})));
	app.get('/:db{[a-z][^/]*}/:id{[^_][^/]*}', route('read', ({ database }, request, _body, id) => oneDocument(database, id, new URL(request.url))));
	app.all('/_db_updates', onlyAllow('GET'));
	app.all('/:db{[a-z][^/]*}/_bulk_get', onlyAllow('POST'));
	app.all('/:db{[a-z][^/]*}/_revs_diff', onlyAllow('POST'));
	app.all('/:db{[a-z][^/]*}/_local/:id', onlyAllow('GET,HEAD,PUT'));
	app.all('/:db{[a-z][^/]*}/:id{[^_][^/]*}', onlyAllow('GET,HEAD'));
	app.all('/:db{[a-z][^/]*}/_changes', onlyAllow('GET,POST,HEAD'));
	app.all('/:db{[a-z][^/]*}/_all_docs', onlyAllow('GET,HEAD,POST'));
	app.all('/:db{[a-z][^/]*}/_bulk_docs', onlyAllow('POST'));
	app.all('/:db{[a-z][^/]*}', onlyAllow('GET,HEAD'));
	app.all('*', () => refuse(notFound('missing')));
	return app;
}

const readChanges = (hub: HubParts, { session, database }: Opened, request: Request, body: JsonRecord | null): Promise<Result<Response, Failure>> =>
	changes(database, {
		url: new URL(request.url),
		body,
		signal: request.signal,
		stopping: hub.stopping,
		mayRead: () => reaches(hub, session, database.name),
		onWritten: (listener) => hub.storage.onWritten(listener)
	});

/** Database information, as far as it is known and true here. */
async function info(database: HubDatabase): Promise<Result<Response, Failure>> {
	const { count, sequence } = await database.info();
	return ok(answer({
		db_name: database.name,
		doc_count: count,
		doc_del_count: 0,
		update_seq: sequence,
		purge_seq: 0,
		compact_running: false,
		instance_start_time: '0'
	}));
}
