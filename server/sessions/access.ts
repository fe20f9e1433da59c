/**
 * Who may do what in a request: the session its token names, judged again by the membership log as it is now.
 *
 * A token only says what was granted when it was issued. What a device may reach is asked of the log at each request, so that a statement
 * that takes a site away ends access at once, not when the token does.
 */
import { err, ok, type Result } from '../../sync/result.ts';
import { forbidden, notFound, tooMany, unauthorized, type Failure } from '../http/failure.ts';
import type { HubParts } from '../parts.ts';
import type { Access } from '../organization.ts';
import { parseDatabaseName, type DatabaseName } from '../storage/names.ts';
import type { HubDatabase } from '../storage/port.ts';
import type { Session } from './token.ts';

/** The session of a request, which counts as one of its device's. */
export function sessionOf(hub: HubParts, request: Request): Result<Session, Failure> {
	const header = request.headers.get('authorization') ?? '';
	const match = /^Bearer ([A-Za-z0-9_.-]+)$/i.exec(header);
	if (!match?.[1]) return err(unauthorized('A session is needed: answer a challenge at /_hub/session.'));
	const session = hub.tokens.read(match[1]);
	if (session === null || session.org !== hub.organization.org) return err(unauthorized('The session has ended or is of another hub: open a new one.'));
	if (hub.organization.accessOf(session.device).read.size === 0) return err(unauthorized('This device is not, or no longer, enrolled in the organization.'));
	const wait = hub.budgets.take('request', session.device);
	return wait === null ? ok(session) : err(tooMany(wait));
}

/** Whether the session may read, or write, the database now. */
export const reaches = (hub: HubParts, session: Session, name: string, mode: keyof Access = 'read'): boolean =>
	session.expires > hub.clock.now() && session.databases.has(name) && hub.organization.accessOf(session.device)[mode].has(name);

/** The database, opened, if it exists and the session reaches it. */
export async function databaseFor(hub: HubParts, session: Session, name: string, mode: keyof Access): Promise<Result<{ readonly database: HubDatabase; readonly place: DatabaseName }, Failure>> {
	const place = parseDatabaseName(hub.prefix, name);
	if (place === null || !hub.organization.hasDatabase(place)) return err(notFound('Database does not exist.'));
	if (!reaches(hub, session, name, mode)) return err(forbidden(`This session may not ${mode} that database.`));
	return ok({ database: await hub.storage.get(name, { device: session.device, mode }), place });
}
