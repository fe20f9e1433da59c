/**
 * The hub's routes put together: `/couch`, `/_hub`, and the app for everything else.
 */
import { getConnInfo } from '@hono/node-server/conninfo';
import { Hono, type Context } from 'hono';
import { CouchError } from './couchdb/client.ts';
import { couchRoutes } from './http/couch.ts';
import { crossOrigin } from './http/cors.ts';
import { methodNotAllowed, refuse, storageFailure, tooMany } from './http/failure.ts';
import { hubRoutes } from './http/hub-routes.ts';
import { SECURITY_HEADERS } from './http/security.ts';
import type { StaticFiles } from './http/static.ts';
import { counted, operationRoutes } from './operations/routes.ts';
import type { HubParts } from './parts.ts';
import { addressOf, partyOf } from './sessions/budgets.ts';
import { parseDatabaseName } from './storage/names.ts';

/** `headers`: of every answer. */
export function createApp(hub: HubParts, files: StaticFiles, headers = SECURITY_HEADERS): Hono {
	// Not strict: PouchDB asks for `/db/`.
	const app = new Hono({ strict: false });
	app.use('*', async (c, next) => {
		await next();
		for (const [name, value] of headers) c.res.headers.set(name, value);
	});
	for (const path of ['/couch/*', '/_hub/*']) {
		app.use(path, counted(hub));
		app.use(path, crossOrigin(hub));
		app.use(path, async (c, next) => {
			const began = hub.clock.now();
			await next();
			hub.log.debug({ method: c.req.method, path: pathForLog(hub, c.req.path), status: c.res.status, ms: hub.clock.now() - began }, 'request');
		});
	}
	for (const name of WITHOUT_SESSION) {
		app.use(`/_hub/${name}`, async (c, next) => {
			const wait = hub.budgets.take('stranger', clientOf(hub, c));
			return wait === null ? next() : refuse(tooMany(wait));
		});
	}
	app.use('/_hub/restore', async (c, next) => {
		const wait = hub.budgets.take('restore', clientOf(hub, c));
		return wait === null ? next() : refuse(tooMany(wait));
	});
	app.route('/couch', couchRoutes(hub));
	app.route('/_hub', hubRoutes(hub));
	app.route('/', operationRoutes(hub));
	app.get('*', (c) => files.serve(c.req.raw, hub.organization.originsOf(null)));
	app.all('*', () => refuse(methodNotAllowed('Only GET,HEAD allowed')));
	app.onError((error, c) => {
		// Where it happened, not what it said: a message may quote a document.
		const at = error.stack?.split('\n').filter((line) => line.startsWith('    at ')).slice(0, 6);
		hub.log.error({ method: c.req.method, path: pathForLog(hub, c.req.path), error: error.name, ...(error instanceof CouchError ? { couchdb: error.message } : {}), at }, 'failed');
		return refuse(storageFailure(error));
	});
	return app;
}

/** Whom a request without a session is counted to. */
const clientOf = (hub: HubParts, c: Context): string => partyOf(addressOf(getConnInfo(c).remote.address, hub.behindProxy ? (c.req.header('X-Forwarded-For') ?? null) : null));

/** What is asked before there is a session is counted by address. */
const WITHOUT_SESSION = ['setup', 'challenge', 'session', 'answer', 'preview', 'ended', 'restore'];
const ROUTES = new Set(['', 'couch', '_hub', 'info', ...WITHOUT_SESSION, 'deposit', 'pack', 'frontier', 'frontiers', '_changes', '_bulk_docs', '_all_docs', '_bulk_get', '_revs_diff', '_local', '_db_updates']);

/** Routes and names of databases, which are hashes; whatever else a client may have put into a path stays out of the log, as the query does. */
function pathForLog(hub: HubParts, path: string): string {
	return path.split('/').map((part) => (ROUTES.has(part) || parseDatabaseName(hub.prefix, part) !== null ? part : '*')).join('/');
}
