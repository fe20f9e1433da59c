/**
 * `_changes`, normal and longpoll: every document once, in the order in which this hub stored them.
 *
 * Rows are read and sent in slices, so that a page of large documents to a slow line holds little memory. A longpoll without news ends at
 * its timeout with an empty page; `last_seq` is where to go on in either case.
 */
import { err, ok, type Result } from '../../sync/result.ts';
import { HEARTBEAT_MS, HEARTBEAT_MS_MIN, LONGPOLL_MS, LONGPOLL_MS_MAX, PAGE_ROWS_MAX, SLICE_ROWS } from '../limits.ts';
import type { Database } from '../storage/database.ts';
import { parseSince, type Since } from '../storage/sequence.ts';
import { badQuery, type Failure } from './failure.ts';
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
	readonly since: Since;
	readonly limit: number;
	readonly includeDocs: boolean;
}

/** `feed`, `timeout` and `heartbeat`, which both feeds have. */
export function readFeed(from: Parameters): Result<FeedQuery, Failure> {
	const feed = text(from, 'feed');
	if (!feed.ok) return feed;
	if (feed.value !== null && feed.value !== 'normal' && feed.value !== 'longpoll') return err(badQuery('This hub has the feeds normal and longpoll.'));
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
	const since = parseSince(given === undefined ? '0' : String(given));
	if (!since.ok) return err(badQuery(since.error.message));
	const limit = integer(from.value, 'limit', PAGE_ROWS_MAX, 1, PAGE_ROWS_MAX);
	if (!limit.ok) return limit;
	const includeDocs = flag(from.value, 'include_docs', false);
	return includeDocs.ok ? ok({ ...feed.value, since: since.value, limit: limit.value, includeDocs: includeDocs.value }) : includeDocs;
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
export function changes(database: Database, request: ChangesRequest): Result<Response, Failure> {
	const query = readQuery(request.url, request.body);
	if (!query.ok) return query;
	const from = database.countAfter(query.value.since);
	return ok(
		streamJson(async (stream) => {
			stream.push('{"results":[\n');
			if (query.value.longpoll && database.count <= from) await waitForChange(database, from, query.value, request, stream);
			const last = await sendRows(database, from, query.value, request, stream);
			const pending = request.mayRead() ? database.count - last : 0;
			stream.push(`\n],\n"last_seq":${JSON.stringify(database.sequenceOf(last))},"pending":${pending}}\n`);
		})
	);
}

const waitForChange = (database: Database, from: number, query: ChangesQuery, request: ChangesRequest, stream: JsonStream): Promise<void> =>
	waitForNews({
		// a write to the membership log may be what ends this session's access
		listen: (news) => request.onWritten(news),
		isThere: () => database.count > from || !request.mayRead(),
		timeoutMs: query.timeoutMs,
		heartbeatMs: query.heartbeatMs,
		onHeartbeat: () => stream.push('\n'),
		signals: [request.signal, request.stopping, stream.gone]
	});

/** Sends the rows; returns the count of the last. */
async function sendRows(database: Database, from: number, query: ChangesQuery, { mayRead }: ChangesRequest, stream: JsonStream): Promise<number> {
	let at = from;
	let sent = 0;
	while (sent < query.limit && !stream.gone.aborted && mayRead()) {
		const page = await database.changes(at, Math.min(SLICE_ROWS, query.limit - sent), query.includeDocs);
		if (page.rows.length === 0) break;
		const lead = sent === 0 ? '' : ',\n';
		await stream.send(lead + page.rows.map((row) => JSON.stringify(row)).join(',\n'));
		sent += page.rows.length;
		at = page.count;
	}
	return at;
}
