/**
 * The hub above, as a box asks it: the same routes that devices use, with a session opened by the box's own key.
 *
 * It is not trusted with anything: answers are bounded and parsed, documents pass the same check as a push before they are stored, and what is signed names the
 * hub that is meant. Every failure is a typed value.
 */
import { isObject } from '../../sync/change/canonical.ts';
import type { Hash, Id } from '../../sync/change/change.ts';
import { isHash, isKeyText } from '../../sync/change/ids.ts';
import { encodeSession } from '../../sync/change/session.ts';
import { err, ok, problem, type Problem, type Result } from '../../sync/result.ts';
import { PACK_BYTES_MAX, parsePack, type Pack } from '../../sync/verify/pack.ts';
import { PREFIX } from '../storage/names.ts';
import { FROM_START, type StoredDocument } from '../storage/port.ts';

/** `no-line`: worth trying again as it is. `not-admitted`: the hub knows no box with this key, or no more. `refused`: this request, for good. `bad-answer`: not of the protocol. */
export type UpstreamProblem = Problem<'no-line' | 'not-admitted' | 'refused' | 'bad-answer'>;
export type Answer<T> = Promise<Result<T, UpstreamProblem>>;
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface UpstreamInfo { readonly hub: string; readonly org: Hash | null; readonly prefix: string }
export interface FeedPage { readonly ids: readonly string[]; readonly lastSeq: string; readonly pending: number }

/** `database` without prefix */
export interface KnownFrontier { readonly device: Id; readonly database: string; readonly n: number }

export interface UpstreamOptions {
	readonly origin: string;
	readonly device: Id;
	readonly sign: (domain: 'saddlebag/session/1', text: string) => string;
	readonly fetch: Fetch;
	/** is this the key of a hub of the organization, as far as the box knows it? */
	readonly isHub: (key: string) => boolean;
}

const ANSWER_BYTES_MAX = 64 * 1024 * 1024;
const REQUEST_MS = 300_000;
const LONGPOLL_MS = 55_000;
const SEQUENCE_MAX = 8192;
/** more a hub takes for none */
const KNOWN_MAX = 20_000;
const failed = (code: UpstreamProblem['code'], message: string): Result<never, UpstreamProblem> => err(problem(code, message));
const bad = (what: string): Result<never, UpstreamProblem> => failed('bad-answer', `The hub above answered what is not of the protocol: ${what}.`);
const isSequence = (value: unknown): value is string | number => (typeof value === 'string' && value.length > 0 && value.length <= SEQUENCE_MAX) || (typeof value === 'number' && Number.isSafeInteger(value));

export class Upstream {
	readonly #options: UpstreamOptions;
	#token: string | null = null;
	#session: { readonly org: Hash; readonly databases: readonly string[] } | null = null;
	#packs = false;

	constructor(options: UpstreamOptions) {
		this.#options = options;
	}

	/** From now on sessions are for these databases, by their names there. */
	use(org: Hash, databases: readonly string[]): void {
		const next = { org, databases: [...databases].sort() };
		if (JSON.stringify(next) === JSON.stringify(this.#session)) return;
		this.#session = next;
		this.#token = null;
	}

	async info(signal: AbortSignal): Answer<UpstreamInfo> {
		const answer = await this.#plain('GET', '/_hub/info', undefined, signal);
		if (!answer.ok) return answer;
		if (!isObject(answer.value)) return bad('info');
		const { hub, org, prefix } = answer.value;
		if (!isKeyText(hub) || typeof prefix !== 'string' || !PREFIX.test(prefix)) return bad('info');
		return ok({ hub, org: isHash(org) ? org : null, prefix });
	}

	/** The pack that begins at a cursor; null where the feed is to be read. */
	async pack(db: string, since: string, signal: AbortSignal): Promise<Pack | null> {
		if (!this.#packs) return null;
		const answer = await this.#authorized('GET', `/_hub/pack/${db}?${new URLSearchParams({ since })}`, undefined, signal, readPack);
		return answer.ok && answer.value.db === db && answer.value.from === since && answer.value.to !== since ? answer.value : null;
	}

	/** Ids after a cursor: what is here already need not come again over a thin line. */
	async changes(db: string, since: string, limit: number, signal: AbortSignal): Answer<FeedPage> {
		const query = new URLSearchParams({ since, limit: String(limit), include_docs: 'false' });
		const answer = await this.#authorized('GET', `/couch/${db}/_changes?${query}`, undefined, signal, readJson);
		if (!answer.ok) return answer;
		if (!isObject(answer.value) || !Array.isArray(answer.value['results']) || !isSequence(answer.value['last_seq'])) return bad('changes');
		const ids = answer.value['results'].flatMap((row: unknown) => (isObject(row) && typeof row['id'] === 'string' ? [row['id']] : []));
		const pending = answer.value['pending'];
		return ok({ ids, lastSeq: String(answer.value['last_seq']), pending: typeof pending === 'number' ? pending : ids.length });
	}

	/** Those of the documents that are there; with their bodies, unchecked, or without. */
	async documents(db: string, ids: readonly string[], bodies: boolean, signal: AbortSignal): Answer<ReadonlyMap<string, unknown>> {
		const answer = await this.#authorized('POST', `/couch/${db}/_all_docs?include_docs=${String(bodies)}`, { keys: ids }, signal, readJson);
		if (!answer.ok) return answer;
		if (!isObject(answer.value) || !Array.isArray(answer.value['rows'])) return bad('documents');
		const found = new Map<string, unknown>();
		for (const row of answer.value['rows'] as readonly unknown[]) if (isObject(row) && typeof row['id'] === 'string' && row['error'] === undefined) found.set(row['id'], row['doc'] ?? null);
		return ok(found);
	}

	async count(db: string, signal: AbortSignal): Answer<number> {
		const answer = await this.#authorized('GET', `/couch/${db}`, undefined, signal, readJson);
		if (!answer.ok) return answer;
		return isObject(answer.value) && typeof answer.value['doc_count'] === 'number' ? ok(answer.value['doc_count']) : bad('database info');
	}

	/** How many it refused. `deposit`: into a database that the box does not carry. */
	async push(db: string, docs: readonly StoredDocument[], deposit: boolean, signal: AbortSignal): Answer<number> {
		const answer = deposit
			? await this.#authorized('POST', `/_hub/deposit/${db}`, { docs }, signal, readJson)
			: await this.#authorized('POST', `/couch/${db}/_bulk_docs`, { docs, new_edits: false }, signal, readJson);
		if (!answer.ok) return answer;
		return Array.isArray(answer.value) ? ok(answer.value.filter((row: unknown) => isObject(row) && row['error'] !== undefined).length) : bad('an answer to a push');
	}

	/**
	 * Frontiers written there since a cursor, or all where it leads nowhere, without those that are `known` under as high a counter. An answer has no more than a
	 * few MB of them: `more` asks for the rest, by counters.
	 */
	async frontiers(since: string, known: readonly KnownFrontier[], signal: AbortSignal): Answer<{ readonly documents: readonly unknown[]; readonly lastSeq: string; readonly more: boolean }> {
		const answer = await this.#authorized('POST', '/_hub/frontiers', { since, ...(known.length === 0 ? {} : { known: known.slice(0, KNOWN_MAX) }) }, signal, readJson);
		if (!answer.ok) return answer;
		if (!isObject(answer.value) || !Array.isArray(answer.value['documents']) || typeof answer.value['last_seq'] !== 'string') return bad('frontiers');
		const lastSeq = answer.value['last_seq'].slice(0, 64);
		return ok({ documents: answer.value['documents'], lastSeq, more: lastSeq === FROM_START });
	}
	async putFrontier(document: unknown, signal: AbortSignal): Answer<unknown> {
		return this.#authorized('POST', '/_hub/frontier', { document }, signal, readJson);
	}

	/** Resolves when something may have been written there, or the time is over. */
	async updates(since: string, signal: AbortSignal): Answer<string> {
		const query = new URLSearchParams({ feed: 'longpoll', since, timeout: String(since === '0' ? 0 : LONGPOLL_MS), heartbeat: '20000' });
		const answer = await this.#authorized('GET', `/couch/_db_updates?${query}`, undefined, signal, readJson);
		if (!answer.ok) return answer;
		return isObject(answer.value) && isSequence(answer.value['last_seq']) ? ok(String(answer.value['last_seq'])) : bad('updates');
	}

	async #authorized<T>(method: 'GET' | 'POST', path: string, body: unknown, signal: AbortSignal, read: (bytes: Uint8Array) => Result<T, UpstreamProblem>): Answer<T> {
		for (let attempt = 0; ; attempt++) {
			const token = this.#token ?? (await this.#open(signal));
			if (typeof token !== 'string') return token;
			this.#token = token;
			const answer = await this.#exchange(method, path, body, signal, token);
			if (answer.ok) return read(answer.value);
			if (answer.error.code !== 'not-admitted' || attempt > 0) return answer;
			this.#token = null;
		}
	}

	/** A session's token, or why there is none. */
	async #open(signal: AbortSignal): Promise<string | Result<never, UpstreamProblem>> {
		const session = this.#session;
		if (session === null) return failed('not-admitted', 'The box does not know its organization yet.');
		const challenge = await this.#plain('POST', '/_hub/challenge', {}, signal);
		if (!challenge.ok) return challenge;
		if (!isObject(challenge.value)) return bad('a challenge');
		const { nonce, hub } = challenge.value;
		if (typeof nonce !== 'string' || !isKeyText(hub)) return bad('a challenge');
		if (!this.#options.isHub(hub)) return failed('refused', 'What answers above is no hub of the organization: it has another key. Nothing was sent to it.');
		const text = encodeSession({ v: 1, hub, origin: this.#options.origin, org: session.org, device: this.#options.device, databases: session.databases, nonce });
		const opened = await this.#plain('POST', '/_hub/session', { text, sig: this.#options.sign('saddlebag/session/1', text) }, signal);
		if (!opened.ok) return opened;
		if (!isObject(opened.value) || typeof opened.value['token'] !== 'string' || !/^[\x21-\x7e]{1,65536}$/.test(opened.value['token'])) return bad('a session');
		this.#packs = opened.value['packs'] === true;
		return opened.value['token'];
	}

	async #plain(method: 'GET' | 'POST', path: string, body: unknown, signal: AbortSignal): Answer<unknown> {
		const answer = await this.#exchange(method, path, body, signal, null);
		return answer.ok ? readJson(answer.value) : answer;
	}

	async #exchange(method: 'GET' | 'POST', path: string, body: unknown, signal: AbortSignal, token: string | null): Answer<Uint8Array> {
		const late = AbortSignal.timeout(REQUEST_MS);
		try {
			const response = await this.#options.fetch(this.#options.origin + path, {
				method, redirect: 'error', signal: AbortSignal.any([signal, late]),
				headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
				...(body === undefined ? {} : { body: JSON.stringify(body) })
			});
			const bytes = await readBounded(response, ANSWER_BYTES_MAX);
			if (bytes === null) return failed('bad-answer', `The hub above answered more than ${ANSWER_BYTES_MAX} bytes.`);
			return response.ok ? ok(bytes) : refused(response.status, bytes);
		} catch {
			return failed('no-line', late.aborted ? 'The hub above took too long to answer.' : 'The hub above cannot be reached.');
		}
	}
}

function refused(status: number, bytes: Uint8Array): Result<never, UpstreamProblem> {
	const said = readJson(bytes);
	const reason = said.ok && isObject(said.value) && typeof said.value['reason'] === 'string' ? said.value['reason'].slice(0, 200) : `status ${status}`;
	if (status === 401) return failed('not-admitted', reason);
	return failed(status === 429 || status >= 500 ? 'no-line' : 'refused', `The hub above refused: ${reason}`);
}

/** The body, no longer than allowed; null when it is. */
async function readBounded(response: Response, bytesMax: number): Promise<Uint8Array | null> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	const reader = response.body?.getReader();
	for (let next = await reader?.read(); next !== undefined && !next.done; next = await reader?.read()) {
		size += next.value.length;
		if (size > bytesMax) {
			void reader?.cancel().catch(() => undefined);
			return null;
		}
		chunks.push(next.value);
	}
	return Buffer.concat(chunks);
}

function readJson(bytes: Uint8Array): Result<unknown, UpstreamProblem> {
	try {
		return ok(JSON.parse(Buffer.from(bytes).toString('utf8')));
	} catch {
		return bad('no JSON');
	}
}

function readPack(bytes: Uint8Array): Result<Pack, UpstreamProblem> {
	const parsed = bytes.length > PACK_BYTES_MAX ? null : parsePack(new Uint8Array(bytes));
	return parsed?.ok ? ok(parsed.value) : bad('a pack');
}
