/**
 * The hub's routes put together: `/couch`, `/_hub`, and the app for everything else.
 */
import { Hono } from 'hono';
import { couchRoutes } from './http/couch.ts';
import { crossOrigin } from './http/cors.ts';
import { internalError, methodNotAllowed, refuse } from './http/failure.ts';
import { hubRoutes } from './http/hub-routes.ts';
import { SECURITY_HEADERS } from './http/security.ts';
import type { StaticFiles } from './http/static.ts';
import type { HubParts } from './parts.ts';

export function createApp(hub: HubParts, files: StaticFiles): Hono {
	// Not strict: PouchDB asks for `/db/`.
	const app = new Hono({ strict: false });
	app.use('*', async (c, next) => {
		await next();
		for (const [name, value] of SECURITY_HEADERS) c.res.headers.set(name, value);
	});
	for (const path of ['/couch/*', '/_hub/*']) {
		app.use(path, crossOrigin(hub));
		app.use(path, async (c, next) => {
			const began = hub.clock.now();
			await next();
			// The path has database names in it, which are hashes; the query, which may have more, is left out.
			hub.log.debug({ method: c.req.method, path: c.req.path, status: c.res.status, ms: hub.clock.now() - began }, 'request');
		});
	}
	app.route('/couch', couchRoutes(hub));
	app.route('/_hub', hubRoutes(hub));
	app.get('*', (c) => files.serve(c.req.raw, hub.organization.originsOf(null)));
	app.all('*', () => refuse(methodNotAllowed('Only GET,HEAD allowed')));
	app.onError((error, c) => {
		// Where it happened, not what it said: a message may quote a document.
		hub.log.error({ method: c.req.method, path: c.req.path, error: error.name, at: error.stack?.split('\n').filter((line) => line.startsWith('    at ')).slice(0, 6) }, 'failed');
		return refuse(internalError('The hub failed at this request; nothing of it was stored for certain. Try again.'));
	});
	return app;
}
