/**
 * `_changes`, normal and longpoll: every document once, in the order in which this hub stored them.
 *
 * Rows are read and sent in slices, so that a page of large documents to a slow line holds little memory. A longpoll without news ends at
 * its timeout with an empty page; `last_seq` is where to go on in either case.
 */
import { err, ok, type Result } from '../../sync/result.ts';
import { HEARTBEAT_MS, HEARTBEAT_MS_MIN, LONGPOLL_MS, LONGPOLL_MS_MAX, PAGE_ROWS_MAX, SLICE_ROWS } from '../limits.ts';
import { FROM_START, type ChangePage, type HubDatabase } from '../storage/port.ts';
import { badQuery, badRequest, type Failure } from './failure.ts';
import { streamJson, waitForNews, type JsonStream } from './feed.ts';
import type { JsonRecord } from './body.ts';
import { flag, integer, parameters, text, type Parameters } from './query.ts';

const KNOWN = new Set(['feed', 'since', 'limit', 'include_docs', 'timeout', 'heartbeat', 'descending', 'last-event-id']);
const NOTHING: ReadonlySet<string> = new Set();

export interface FeedQuery {
	readonly longpoll: boolean;
	readonly timeoutMs: number;
	readonly heartbeatMs: number | null;
}
interface ChangesQuery extends FeedQuery {
	/** a cursor, which only the storage understands */
	readonly since: string;
	readonly limit: number;
	readonly includeDocs: boolean;
}

/** `feed`, `timeout` and `heartbeat`, which both feeds have. */
export function readFeed(from: Parameters): Result<FeedQuery, Failure> {
	const feed = text(from, 'feed');
	if (!feed.ok) return feed;
	if (feed.value !== null && feed.value !== 'normal' && feed.value !== 'longpoll') return err(badRequest('Supported `feed` types: normal, longpoll'));
	const timeout = integer(from, 'timeout', LONGPOLL_MS, 0, LONGPOLL_MS_MAX);
	if (!timeout.ok) return timeout;
	const heartbeat = readHeartbeat(from);
	return heartbeat.ok ? ok({ longpoll: feed.value === 'longpoll', timeoutMs: timeout.value, heartbeatMs: heartbeat.value }) : heartbeat;
}

function readHeartbeat(from: Parameters): Result<number | null, Failure> {
	const value = from.get('heartbeat');
	if (value === undefined || value === false || value === 'false') return ok(null);
	if (value === true || value === 'true') return ok(HEARTBEAT_MS);
	return integer(from, 'heartbeat', HEARTBEAT_MS, HEARTBEAT_MS_MIN, LONGPOLL_MS_MAX);
}

function readQuery(url: URL, body: JsonRecord | null): Result<ChangesQuery, Failure> {
	const from = parameters(url, body, KNOWN, NOTHING);
	if (!from.ok) return from;
	const feed = readFeed(from.value);
	if (!feed.ok) return feed;
	const descending = flag(from.value, 'descending', false);
	if (!descending.ok) return descending;
	if (descending.value) return err(badQuery('Changes are given oldest first only.'));
	const given = from.value.get('since');
	const since = given === undefined ? FROM_START : String(given);
	const limit = integer(from.value, 'limit', PAGE_ROWS_MAX, 1, PAGE_ROWS_MAX);
	if (!limit.ok) return limit;
	const includeDocs = flag(from.value, 'include_docs', false);
	return includeDocs.ok ? ok({ ...feed.value, since, limit: limit.value, includeDocs: includeDocs.value }) : includeDocs;
}

export interface ChangesRequest {
	readonly url: URL;
	readonly body: JsonRecord | null;
	readonly signal: AbortSignal;
	readonly stopping: AbortSignal;
	/** asked again after waiting: whether the session still reaches the database */
	readonly mayRead: () => boolean;
	readonly onWritten: (listener: (name: string) => void) => () => void;
}

/** The answer to a `_changes` request. */
export async function changes(database: HubDatabase, request: ChangesRequest): Promise<Result<Response, Failure>> {
	const query = readQuery(request.url, request.body);
	if (!query.ok) return query;
	// before the first look, so that what is written between it and the waiting is not missed
	const news = new News(database.name, request);
	const first = await firstPage(database, query.value, news);
	if (!first.ok) return first;
	return ok(
		streamJson(async (stream) => {
			try {
				stream.push('{"results":[\n');
				const from = await awaitRows(database, first.value, query.value, news, request, stream);
				const last = await sendRows(database, from, query.value, request, stream);
				const pending = request.mayRead() ? last.pending : 0;
				stream.push(`\n],\n"last_seq":${JSON.stringify(last.lastSeq)},"pending":${pending}}\n`);
			} finally {
				news.end();
			}
		})
	);
}

/** Whether the database was written to since last asked. */
class News {
	#heard = false;
	#told: (() => void) | null = null;
	readonly end: () => void;

	constructor(name: string, { onWritten }: ChangesRequest) {
		this.end = onWritten((written) => {
			this.#heard ||= written === name;
			// a write to the membership log may be what ends this session's access
			this.#told?.();
		});
	}
	get heard(): boolean {
		return this.#heard;
	}
	forget(): void {
		this.#heard = false;
	}
	listen(told: () => void): () => void {
		this.#told = told;
		return () => (this.#told = null);
	}
}

async function firstPage(database: HubDatabase, query: ChangesQuery, news: News): Promise<Result<ChangePage, Failure>> {
	try {
		const page = await database.changes({ since: query.since, limit: Math.min(SLICE_ROWS, query.limit), includeDocs: query.includeDocs });
		if (page.ok) return page;
		news.end();
		return err(badRequest(page.error.message));
	} catch (error) {
		news.end();
		throw error;
	}
}

/** Of a longpoll: the first page that has rows, or the empty one at which its time was over. */
async function awaitRows(database: HubDatabase, first: ChangePage, query: ChangesQuery, news: News, request: ChangesRequest, stream: JsonStream): Promise<ChangePage> {
	const ends = Date.now() + query.timeoutMs;
	let page = first;
	while (query.longpoll && page.rows.length === 0 && request.mayRead() && !isOver(request, stream) && Date.now() < ends) {
		await waitForNews({
			listen: (told) => news.listen(told),
			isThere: () => news.heard || !request.mayRead(),
			timeoutMs: ends - Date.now(),
			heartbeatMs: query.heartbeatMs,
			onHeartbeat: () => stream.push('\n'),
			signals: [request.signal, request.stopping, stream.gone]
		});
		if (!news.heard) break;
		news.forget();
		page = await pageAfter(database, page.lastSeq, Math.min(SLICE_ROWS, query.limit), query.includeDocs);
	}
	return page;
}

const isOver = (request: ChangesRequest, stream: JsonStream): boolean => request.signal.aborted || request.stopping.aborted || stream.gone.aborted;

async function pageAfter(database: HubDatabase, since: string, limit: number, includeDocs: boolean): Promise<ChangePage> {
	const page = await database.changes({ since, limit, includeDocs });
	// a cursor that this database just gave out is one
	if (!page.ok) throw new Error(page.error.message);
	return page.value;
}

/** Sends the rows of a page and of those after it, up to the limit; the last page. */
async function sendRows(database: HubDatabase, first: ChangePage, query: ChangesQuery, { mayRead }: ChangesRequest, stream: JsonStream): Promise<ChangePage> {
	// nothing to a session that lost its access meanwhile, and it goes on where it was
	if (!mayRead()) return { rows: [], lastSeq: query.since, pending: 0 };
	let page = first;
	for (let sent = 0; page.rows.length > 0; ) {
		const before = sent;
		sent += page.rows.length;
		const isLast = sent >= query.limit || page.pending === 0;
		// read while this one is made into text and sent
		const reading = isLast ? null : pageAfter(database, page.lastSeq, Math.min(SLICE_ROWS, query.limit - sent), query.includeDocs);
		// looked at below, where there may be nobody left to tell
		reading?.catch(() => undefined);
		await stream.send((before === 0 ? '' : ',\n') + page.rows.map((row) => JSON.stringify(row)).join(',\n'));
		if (reading === null || stream.gone.aborted || !mayRead()) break;
		const next = await reading;
		if (next.rows.length === 0) break;
		page = next;
	}
	return page;
}
