/**
 * The hub's HTTP interface (docs/architecture.md), one method per route. Every answer is parsed, every failure is a typed value.
 *
 * A session is opened with the device's transport key when a route first needs one, and again when the hub says that it ended; the hub must
 * present the key that the membership log enrols, and what is signed names it, so that a token is of no use elsewhere (attack 57).
 */
import type { Hash, Id } from '../change/change.ts';
import { encodeSession } from '../change/session.ts';
import { err, ok, type Result } from '../result.ts';
import { revisionOf, type PreviewDocument, type WireDocument } from '../verify/document.ts';
import type { FrontierDocument } from '../verify/frontier.ts';
import { exchange, exchangeBytes, type Fetch, type ReceivedBytes } from './boundedFetch.ts';
import {
	parseChallenge, parseChanges, parseDatabaseInfo, parseDocuments, parseFarewell, parseFrontiers, parseInfo, parsePreview, parseRefusals, parseSession, parseUpdates,
	type ChangesAnswer, type DatabaseInfo, type DocumentRow, type FrontierRow, type FrontiersAnswer, type HubInfo, type Refusal, type Sequence, type UpdatesAnswer
} from './hubAnswers.ts';
import { hubProblem, type HubProblem } from './hubProblem.ts';
import { PACK_BYTES_MAX } from '../verify/pack.ts';
import type { Scheduler } from './scheduler.ts';

export interface Credentials {
	/** the hub's public key as the membership log enrols it */
	readonly hub: string;
	readonly org: Hash;
	readonly device: Id;
	/** names of databases to be reached */
	readonly databases: readonly string[];
	/** `sign('saddlebag/session/1', text)` by the device's transport key, base64url */
	readonly sign: (text: string) => string | Promise<string>;
}

export interface HubClientOptions {
	readonly fetch: Fetch;
	/** where the hub is reached, without a slash at the end */
	readonly origin: string;
	readonly scheduler: Scheduler;
}

export type Answer<T> = Promise<Result<T, HubProblem>>;

/** Largest answer read, bytes: a page of 500 documents of at most 256 KiB would be more, and is then asked for in smaller pages. */
const BYTES_MAX = 32 * 1024 * 1024;
const SMALL_BYTES_MAX = 1024 * 1024;
const SILENCE_MS = 30_000;
const WHOLE_MS = 300_000;
const HEARTBEAT_MS = 20_000;

const never = new AbortController().signal;

export class HubClient {
	#origin: string;
	readonly #fetch: Fetch;
	readonly #scheduler: Scheduler;
	#credentials: Credentials | null = null;
	#token: string | null = null;
	#hasPacks = false;
	#opening: Answer<string> | null = null;

	constructor({ fetch, origin, scheduler }: HubClientOptions) {
		this.#fetch = fetch;
		this.#origin = bare(origin);
		this.#scheduler = scheduler;
	}

	/** Where the hub is reached, without a slash at the end. */
	get origin(): string {
		return this.#origin;
	}

	/** Speaks with the hub at another address from now on; which hub it must be is said by `use`. */
	redirect(origin: string): void {
		this.#origin = bare(origin);
		this.#token = null;
		this.#credentials = null;
	}

	/** From now on sessions are opened with these; the session before is dropped where anything in them differs. */
	use(credentials: Credentials): void {
		const same = this.#credentials !== null && JSON.stringify({ ...this.#credentials, sign: 0 }) === JSON.stringify({ ...credentials, sign: 0 });
		this.#credentials = credentials;
		if (!same) this.#token = null;
	}

	/** Does the hub answer a first sync with packs? As it said when it last opened a session. */
	get hasPacks(): boolean {
		return this.#hasPacks;
	}

	/** Is the database among those that sessions are opened for? */
	reaches(db: string): boolean {
		return this.#credentials?.databases.includes(db) ?? false;
	}

	async info(signal = never): Answer<HubInfo> {
		return then(await this.#plain('GET', '/_hub/info', undefined, signal), parseInfo);
	}

	/** Founds the organization at a hub that has none. */
	async setup(token: string, documents: readonly WireDocument[], signal = never): Answer<null> {
		return then(await this.#plain('POST', '/_hub/setup', { token, documents }, signal), () => ok(null));
	}

	/** Hands in the answer to an invitation. */
	async answer(document: WireDocument, signal = never): Answer<null> {
		return then(await this.#plain('POST', '/_hub/answer', { document }, signal), () => ok(null));
	}

	/** What the inviter left for who holds an invitation's link: by the public half of its key. Sealed; opened by the caller. */
	async preview(key: string, signal = never): Answer<PreviewDocument> {
		return then(await this.#plain('POST', '/_hub/preview', { key }, signal), parsePreview);
	}

	/** Hands in a use of the recovery kit, for which no session is needed: whoever uses it may have been removed. */
	async restore(documents: readonly WireDocument[], signal = never): Answer<null> {
		return then(await this.#plain('POST', '/_hub/restore', { documents }, signal), () => ok(null));
	}

	/** What removed this device, where that is why it is refused a session. */
	async ended(signal = never): Answer<readonly WireDocument[]> {
		const signed = await this.#signed(signal);
		if (!signed.ok) return signed;
		const { text, sig } = signed.value;
		return then(await this.#exchange('POST', '/_hub/ended', { text, sig }, signal, BYTES_MAX, SILENCE_MS, WHOLE_MS, undefined), parseFarewell);
	}

	/** Opens a session now; routes that need one do so by themselves. */
	async openSession(signal = never): Answer<null> {
		this.#token = null;
		return then(await this.#session(signal), () => ok(null));
	}

	async databaseInfo(db: string, signal = never): Answer<DatabaseInfo> {
		return then(await this.#authorized('GET', `/couch/${encodeURIComponent(db)}`, undefined, signal), parseDatabaseInfo);
	}

	/** The documents written after `since`, oldest first, at most `limit`. */
	async changes(db: string, since: Sequence, limit: number, includeDocs: boolean, signal = never): Answer<ChangesAnswer> {
		const query = new URLSearchParams({ since: String(since), limit: String(limit), include_docs: String(includeDocs) });
		return then(await this.#authorized('GET', `/couch/${encodeURIComponent(db)}/_changes?${query}`, undefined, signal, BYTES_MAX), parseChanges);
	}

	/** What the hub refused; everything else is on its disk. */
	async bulkDocs(db: string, docs: readonly WireDocument[], signal = never): Answer<readonly Refusal[]> {
		return then(await this.#authorized('POST', `/couch/${encodeURIComponent(db)}/_bulk_docs`, { docs: docs.map(withRevision), new_edits: false }, signal), parseRefusals);
	}

	/** The same for deposits, in a database that this device need not reach. */
	async deposit(db: string, docs: readonly WireDocument[], signal = never): Answer<readonly Refusal[]> {
		return then(await this.#authorized('POST', `/_hub/deposit/${encodeURIComponent(db)}`, { docs: docs.map(withRevision) }, signal), parseRefusals);
	}

	/** Those of the documents that the hub has. */
	async documents(db: string, ids: readonly string[], includeDocs: boolean, signal = never): Answer<readonly DocumentRow[]> {
		const query = new URLSearchParams({ include_docs: String(includeDocs) });
		return then(await this.#authorized('POST', `/couch/${encodeURIComponent(db)}/_all_docs?${query}`, { keys: ids }, signal, BYTES_MAX), parseDocuments);
	}

	/** Frontiers that the hub took since `since`; with null, all that it holds, and those newer than what is known here. */
	async frontiers(since: string | null, known: readonly FrontierRow[], signal = never): Answer<FrontiersAnswer> {
		return then(await this.#authorized('POST', '/_hub/frontiers', since === null ? { known } : { since }, signal, BYTES_MAX), parseFrontiers);
	}

	/** Gives the hub a newer frontier: of this device, or another's that it lost. */
	async putFrontier(document: FrontierDocument, signal = never): Answer<null> {
		return then(await this.#authorized('POST', '/_hub/frontier', { document }, signal), () => ok(null));
	}

	/** The pack that begins at `since`, or what comes after those of its bytes that are here. Cut off, it is what came until then. */
	async pack(db: string, since: string, part: { readonly digest: string; readonly bytes: number } | null, signal = never): Promise<ReceivedBytes> {
		const query = new URLSearchParams({ since, ...(part === null ? {} : { digest: part.digest }) });
		for (let attempt = 0; ; attempt++) {
			const token = await this.#session(signal);
			if (!token.ok) return { chunks: [], partial: false, problem: token.error };
			const received = await exchangeBytes(this.#fetch, this.#scheduler, {
				url: `${this.origin}/_hub/pack/${encodeURIComponent(db)}?${query}`, method: 'GET', signal, token: token.value,
				bytesMax: PACK_BYTES_MAX, silenceMs: SILENCE_MS, wholeMs: WHOLE_MS, ...(part === null ? {} : { from: part.bytes })
			});
			if (received.problem?.code !== 'session-ended' || attempt > 0) return received;
			if (this.#token === token.value) this.#token = null;
		}
	}

	/** Waits until one of the session's databases is written to, or `timeoutMs`; with `since` 0 answers at once. */
	async updates(since: Sequence, timeoutMs: number, signal = never): Answer<UpdatesAnswer> {
		const query = new URLSearchParams({ feed: 'longpoll', since: String(since), timeout: String(timeoutMs), heartbeat: String(HEARTBEAT_MS) });
		const answer = await this.#authorized('GET', `/couch/_db_updates?${query}`, undefined, signal, SMALL_BYTES_MAX, 3 * HEARTBEAT_MS, timeoutMs + SILENCE_MS);
		return then(answer, parseUpdates);
	}

	async #authorized(method: 'GET' | 'POST', path: string, body: unknown, signal: AbortSignal, bytesMax = SMALL_BYTES_MAX, silenceMs = SILENCE_MS, wholeMs = WHOLE_MS): Answer<unknown> {
		for (let attempt = 0; ; attempt++) {
			const token = await this.#session(signal);
			if (!token.ok) return token;
			const answer = await this.#exchange(method, path, body, signal, bytesMax, silenceMs, wholeMs, token.value);
			if (answer.ok || answer.error.code !== 'session-ended' || attempt > 0) return answer;
			if (this.#token === token.value) this.#token = null;
		}
	}

	#plain(method: 'GET' | 'POST', path: string, body: unknown, signal: AbortSignal): Answer<unknown> {
		return this.#exchange(method, path, body, signal, SMALL_BYTES_MAX, SILENCE_MS, WHOLE_MS, undefined);
	}

	#exchange(method: 'GET' | 'POST', path: string, body: unknown, signal: AbortSignal, bytesMax: number, silenceMs: number, wholeMs: number, token: string | undefined): Answer<unknown> {
		return exchange(this.#fetch, this.#scheduler, {
			url: this.origin + path, method, signal, bytesMax, silenceMs, wholeMs,
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
			...(token === undefined ? {} : { token })
		});
	}

	/** The token, opened once however many ask. */
	async #session(signal: AbortSignal): Answer<string> {
		if (this.#token !== null) return ok(this.#token);
		this.#opening ??= this.#open(signal).finally(() => (this.#opening = null));
		return this.#opening;
	}

	async #open(signal: AbortSignal): Answer<string> {
		const signed = await this.#signed(signal);
		if (!signed.ok) return signed;
		const { text, sig, credentials } = signed.value;
		const opened = then(await this.#plain('POST', '/_hub/session', { text, sig }, signal), parseSession);
		if (!opened.ok) return opened;
		const { token, packs } = opened.value;
		this.#hasPacks = packs;
		if (this.#credentials === credentials) this.#token = token;
		return ok(token);
	}

	/** The hub's challenge, answered for this hub alone. */
	async #signed(signal: AbortSignal): Answer<{ readonly text: string; readonly sig: string; readonly credentials: Credentials }> {
		const credentials = this.#credentials;
		if (credentials === null) return err(hubProblem('session-ended', 'This device has no organization yet.'));
		const challenge = then(await this.#plain('POST', '/_hub/challenge', {}, signal), parseChallenge);
		if (!challenge.ok) return challenge;
		if (challenge.value.hub !== credentials.hub) {
			return err(hubProblem('wrong-hub', 'This is not the hub of the organization: it has another key. Nothing was sent to it.'));
		}
		const { hub, org, device, databases } = credentials;
		const text = encodeSession({ v: 1, hub, origin: this.origin, org, device, databases: [...new Set(databases)].sort(), nonce: challenge.value.nonce });
		return ok({ text, sig: await credentials.sign(text), credentials });
	}
}

/** Written with `new_edits: false`, a document names its revision itself: the one that it can have. */
const withRevision = (document: WireDocument) => ({ ...document, _rev: revisionOf(document._id) });

const bare = (origin: string): string => origin.replace(/\/+$/, '');
const then = <T, U>(result: Result<T, HubProblem>, parse: (value: T) => Result<U, HubProblem>): Result<U, HubProblem> => (result.ok ? parse(result.value) : result);
