/**
 * `_db_updates`: one longpoll for all databases of a session (a browser has six connections to a hub, and a lead a hundred databases).
 *
 * It says only which databases were written to; what is in them is fetched by `_changes`. `since` of another run of the hub, or none,
 * names every database once: looking in vain costs little, missing a change does not get better by itself. Where a balancer sends each request of a device to another
 * gateway that would be without end and without rest, so a cursor of another gateway is answered after a while.
 */
import { err, ok, type Result } from '../../sync/result.ts';
import type { HubParts } from '../parts.ts';
import { reaches } from '../sessions/access.ts';
import type { Session } from '../sessions/token.ts';
import { readFeed } from './changes.ts';
import { badQuery, type Failure } from './failure.ts';
import { streamJson, waitForNews } from './feed.ts';
import { parameters, text } from './query.ts';

const ANOTHERS_MS = 3_000;
const KNOWN = new Set(['feed', 'since', 'timeout', 'heartbeat']);

/** Longpoll unless `feed=normal`. */
export function databaseUpdates(hub: HubParts, session: Session, request: Request): Result<Response, Failure> {
	const from = parameters(new URL(request.url), null, KNOWN, new Set());
	if (!from.ok) return from;
	const feed = readFeed(from.value);
	if (!feed.ok) return feed;
	const given = text(from.value, 'since');
	if (!given.ok) return given;
	const since = given.value === 'now' ? hub.storage.sequence : (given.value ?? '0');
	const reached = () => [...session.databases].filter((name) => reaches(hub, session, name)).sort();
	const read = () => hub.storage.updatedSince(since, reached());
	const first = read();
	if (!first.ok) return err(badQuery(first.error.message));
	const updates = () => {
		const now = read();
		return now.ok ? now.value : [];
	};
	const wait = from.value.get('feed') !== 'normal';
	return ok(
		streamJson(async (stream) => {
			stream.push('{"results":[\n');
			const patiently = { heartbeatMs: feed.value.heartbeatMs, onHeartbeat: () => stream.push('\n'), signals: [request.signal, hub.stopping, stream.gone] };
			if (wait && first.value.length === 0)
				await waitForNews({
					...patiently,
					listen: (news) => hub.storage.onWritten(news),
					// whoever was taken out is not kept waiting
					isThere: () => updates().length > 0 || reached().length === 0,
					timeoutMs: feed.value.timeoutMs
				});
			else if (wait && hub.storage.shared !== null && hub.storage.isOfAnother(since))
				await waitForNews({ ...patiently, listen: () => () => undefined, isThere: () => reached().length === 0, timeoutMs: Math.min(ANOTHERS_MS, feed.value.timeoutMs) });
			const sequence = hub.storage.sequence;
			const rows = updates().map((update) => JSON.stringify({ db_name: update.name, type: 'updated', seq: update.seq }));
			stream.push(`${rows.join(',\n')}\n],\n"last_seq":${JSON.stringify(sequence)}}\n`);
		})
	);
}
