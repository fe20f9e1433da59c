/**
 * Requests to a CouchDB by the gateway: JSON in and out, authenticated by proxy headers, every failure with what CouchDB said.
 */
import { isObject, parseJson } from '../../sync/change/canonical.ts';
import { ADMIN_ROLE, GATEWAY_USER, proxyHeaders } from './roles.ts';

/** Who asks: a user's name and roles. */
export interface As {
	readonly user: string;
	readonly roles: readonly string[];
}
export const AS_ADMIN: As = { user: GATEWAY_USER, roles: [ADMIN_ROLE] };

export interface CouchOptions {
	/** without credentials, without a slash at the end */
	readonly url: string;
	/** `[chttpd_auth] secret` */
	readonly secret: string;
}

export interface CouchReply {
	readonly status: number;
	readonly json: unknown;
}

/** CouchDB answered otherwise than it must, or not at all. Its message names the route and never a document. */
export class CouchError extends Error {
	override readonly name = 'CouchError';
	/** null: no answer */
	readonly status: number | null;
	readonly reason: string;

	constructor(method: string, route: string, status: number | null, reason: string) {
		super(`${method} ${route.replace(/[?].*$/, '').replace(/:[0-9a-f]{32,}/g, ':…')}: ${status ?? 'no answer'} ${reason}`);
		this.status = status;
		this.reason = reason;
	}
}

const TIMEOUT_MS = 120_000;

export class Couch {
	readonly url: string;
	readonly #secret: string;

	constructor({ url, secret }: CouchOptions) {
		this.url = url.replace(/\/+$/, '');
		this.#secret = secret;
	}

	/** The answer, whatever its status; rejects with `CouchError` when there is none. `timeoutMs` counts until the whole answer is here. */
	async ask(as: As, method: 'GET' | 'PUT' | 'POST' | 'DELETE', route: string, body?: unknown, signal?: AbortSignal, timeoutMs = TIMEOUT_MS): Promise<CouchReply> {
		try {
			const ends = AbortSignal.timeout(timeoutMs);
			const response = await fetch(this.url + route, {
				method,
				headers: { Accept: 'application/json', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...proxyHeaders(as.user, as.roles, this.#secret) },
				...(body === undefined ? {} : { body: JSON.stringify(body) }),
				redirect: 'error',
				signal: signal === undefined ? ends : AbortSignal.any([ends, signal])
			});
			return { status: response.status, json: parseJson(await response.text()) ?? null };
		} catch (error) {
			throw new CouchError(method, route, null, reasonOf(error));
		}
	}

	/** The answer, which must have one of these statuses. */
	async expect(statuses: readonly number[], as: As, method: 'GET' | 'PUT' | 'POST' | 'DELETE', route: string, body?: unknown): Promise<CouchReply> {
		const reply = await this.ask(as, method, route, body);
		if (statuses.includes(reply.status)) return reply;
		throw new CouchError(method, route, reply.status, reasonIn(reply.json));
	}
}

export const reasonIn = (json: unknown): string => (isObject(json) && typeof json['reason'] === 'string' ? json['reason'].slice(0, 200) : 'without a reason');

/** `fetch failed` says nothing: its cause does. */
function reasonOf(error: unknown): string {
	const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
	if (!(cause instanceof Error)) return String(cause);
	const code = 'code' in cause && typeof cause.code === 'string' ? `${cause.code} ` : '';
	return `${code}${cause.message}`.slice(0, 200);
}
