/**
 * Whom the checks ask: a hub with a session, or a CouchDB directly.
 */
import { randomBytes } from 'node:crypto';
import { toBase64url } from '../sync/change/base64url.ts';
import { revisionOf } from '../sync/verify/document.ts';
import { envelopeDocumentId } from '../sync/verify/ids.ts';

export interface Reply {
	readonly status: number;
	readonly headers: Headers;
	readonly text: string;
	/** undefined: is none */
	readonly json: unknown;
}

export interface Asking {
	readonly method?: string;
	readonly body?: unknown;
	readonly headers?: Record<string, string>;
	/** without the headers that authenticate */
	readonly bare?: boolean;
	readonly signal?: AbortSignal;
}

export interface Place {
	readonly kind: 'hub' | 'couchdb';
	/** before `/<database>`, without a slash at the end */
	readonly base: string;
	/** that authenticate one who may read and write both databases */
	readonly headers: Record<string, string>;
	/** empty ones */
	readonly databases: readonly [string, string];
	/** from which web pages may ask; null: none are allowed */
	readonly origin: string | null;
	readonly restart: (() => Promise<void>) | null;
	/** Removes what was made for the checks. */
	readonly end: () => Promise<void>;
}

export interface TestDocument { readonly _id: string; readonly _rev: string; readonly v: string; readonly t: string; readonly n: string; readonly c: string }

export class Target {
	readonly kind: Place['kind'];
	readonly restart: Place['restart'];
	/** which the groups fill one after the other */
	readonly database: string;
	/** in which nothing else happens */
	readonly quiet: string;
	/** pushed by the first group */
	readonly known: TestDocument[] = [];
	readonly #place: Place;

	constructor(place: Place) {
		this.#place = place;
		this.kind = place.kind;
		this.restart = place.restart;
		[this.database, this.quiet] = place.databases;
	}

	get origin(): string | null {
		return this.#place.origin;
	}
	get base(): string {
		return this.#place.base;
	}
	get authorization(): Record<string, string> {
		return this.#place.headers;
	}

	fetch(route: string, { method = 'GET', body, headers = {}, bare = false, signal }: Asking = {}): Promise<Response> {
		const raw = typeof body === 'string' || body instanceof Uint8Array;
		return fetch(this.#place.base + route, {
			method,
			headers: { ...(bare ? {} : this.#place.headers), ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
			...(body === undefined ? {} : { body: raw ? (body as BodyInit) : JSON.stringify(body) }),
			...(signal === undefined ? {} : { signal })
		});
	}

	async ask(route: string, asking: Asking = {}): Promise<Reply> {
		const response = await this.fetch(route, asking);
		const text = await response.text();
		let json: unknown;
		try {
			json = JSON.parse(text);
		} catch {
			json = undefined;
		}
		return { status: response.status, headers: response.headers, text, json };
	}
	get(route: string): Promise<Reply> {
		return this.ask(`/${this.database}${route}`);
	}
	post(route: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
		return this.ask(`/${this.database}${route}`, { method: 'POST', body, headers });
	}
	push(documents: readonly unknown[], database = this.database): Promise<Reply> {
		return this.ask(`/${database}/_bulk_docs`, { method: 'POST', body: { new_edits: false, docs: documents } });
	}
}

/** Right in all that a server without keys can see. */
export function testDocument(size = 512): TestDocument {
	const [t, n, c] = [randomBytes(32), randomBytes(24), randomBytes(size + 16)];
	const _id = envelopeDocumentId('e1', t, n, c);
	return { _id, _rev: revisionOf(_id), v: 'e1', t: toBase64url(t), n: toBase64url(n), c: toBase64url(c) };
}
