/**
 * Which web pages may use this hub from another origin: those served by a hub of the same organization.
 *
 * An app installed from the clinic box syncs with the regional hub too. There are no cookies: what a page may do is in the token it holds, and
 * this only lets its answers be read.
 */
import { cors } from 'hono/cors';
import type { MiddlewareHandler } from 'hono';
import type { HubParts } from '../parts.ts';

const DAY_S = 86_400;

export function crossOrigin(hub: HubParts): MiddlewareHandler {
	const isKnown = (origin: string) => hub.organization.originsOf(null).includes(origin) || hub.origins().includes(origin);
	return cors({
		origin: (origin) => (isKnown(origin) ? origin : null),
		allowMethods: ['GET', 'HEAD', 'POST', 'PUT'],
		allowHeaders: ['Authorization', 'Content-Type', 'Range'],
		maxAge: DAY_S
	});
}
