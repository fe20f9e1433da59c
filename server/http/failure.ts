/**
 * What the hub answers when it does not do what was asked: JSON as CouchDB words it, `{ "error": "forbidden", "reason": "…" }`.
 */
export interface Failure {
	readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 412 | 413 | 415 | 429 | 500 | 503 | 507;
	readonly error: string;
	readonly reason: string;
	/** seconds after which it is worth trying again */
	readonly after?: number;
}

const failure =
	(status: Failure['status'], error: string) =>
	(reason: string): Failure => ({ status, error, reason });

export const badRequest = failure(400, 'bad_request');
export const badQuery = failure(400, 'query_parse_error');
export const unauthorized = failure(401, 'unauthorized');
export const forbidden = failure(403, 'forbidden');
export const notFound = failure(404, 'not_found');
export const methodNotAllowed = failure(405, 'method_not_allowed');
export const conflict = failure(409, 'conflict');
export const tooLarge = failure(413, 'too_large');
export const badContentType = failure(415, 'bad_content_type');
export const internalError = failure(500, 'internal_server_error');
/** Beyond an allowance; `after`: seconds. */
export const tooMany = (after: number): Failure => ({
	status: 429, error: 'too_many_requests', reason: `This device or address has asked for more than its allowance. Try again in ${after} s.`, after
});
export const busy = failure(503, 'service_unavailable');

const FULL = /ENOSPC|EDQUOT|no space left|quota exceeded/i;
const READ_ONLY = /EROFS|read-only file system/i;

/** What a failure of the storage is called: a full disk and one that cannot be written to are told apart, as somebody can do something about them. */
export function storageFailure(error: unknown): Failure {
	const said = reasonsOf(error);
	if (FULL.test(said)) return failure(507, 'insufficient_storage')('The disk of the hub is full: nothing was stored. What was to be stored is kept where it is; free space on the hub.');
	if (READ_ONLY.test(said)) return failure(503, 'read_only')('The disk of the hub cannot be written to: nothing was stored. What was to be stored is kept where it is; look at the hub.');
	return internalError('The hub failed at this request; nothing of it was stored for certain. Try again.');
}

/** All that an error says, and what caused it: only looked at, never passed on, as it may quote a document. */
function reasonsOf(error: unknown): string {
	const said: string[] = [];
	for (let at: unknown = error, depth = 0; typeof at === 'object' && at !== null && depth < 5; depth++) {
		for (const key of ['code', 'name', 'message', 'reason'] as const) if (key in at) said.push(String((at as Record<string, unknown>)[key]));
		at = 'cause' in at ? at.cause : null;
	}
	return said.join(' ');
}

/** The failure as a response. */
export function refuse(failed: Failure): Response {
	const headers = new Headers({ 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
	if (failed.status === 401) headers.set('WWW-Authenticate', 'Bearer');
	if (failed.status === 503) headers.set('Retry-After', '5');
	const allowed = failed.status === 405 ? /^Only ([A-Z,]+) allowed$/.exec(failed.reason)?.[1] : undefined;
	if (allowed !== undefined) headers.set('Allow', allowed);
	if (failed.after !== undefined) headers.set('Retry-After', String(failed.after));
	// Part of an over-long body may still be on its way: this connection cannot carry another request.
	if (failed.status === 413) headers.set('Connection', 'close');
	return new Response(`${JSON.stringify({ error: failed.error, reason: failed.reason })}\n`, { status: failed.status, headers });
}

/** An answer that no cache keeps. */
export function answer(value: unknown, status = 200): Response {
	return new Response(`${JSON.stringify(value)}\n`, { status, headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' } });
}
