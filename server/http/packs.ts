/**
 * `GET /_hub/pack/:database?since=…`: the pack that begins at a cursor, from its file, from any byte on.
 *
 * Who may read the database may have it, as for `_changes`. A reader who has part of one asks for the rest by the pack's name (`digest=…`) and `Range`.
 */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { err, ok, type Result } from '../../sync/result.ts';
import type { HubParts } from '../parts.ts';
import { databaseFor, sessionOf } from '../sessions/access.ts';
import { badQuery, notFound, refuse, type Failure } from './failure.ts';

export async function packRoute(hub: HubParts, request: Request, name: string): Promise<Response> {
	const answered = await answerPack(hub, request, name);
	return answered.ok ? answered.value : refuse(answered.error);
}

async function answerPack(hub: HubParts, request: Request, name: string): Promise<Result<Response, Failure>> {
	const session = sessionOf(hub, request);
	if (!session.ok) return session;
	const found = await databaseFor(hub, session.value, name, 'read');
	if (!found.ok) return found;
	if (found.value.place.kind !== 'desk' && found.value.place.kind !== 'care') return err(notFound('There are no packs of this database.'));
	const query = new URL(request.url).searchParams;
	const [since, digest] = [query.get('since'), query.get('digest')];
	if (since === null || since.length > 8192) return err(badQuery('`since` is expected.'));
	const pack = digest === null ? await hub.packs.at(name, since) : await hub.packs.named(name, digest);
	if (pack === null) return err(notFound('There is no pack here: read on with _changes.'));
	const start = rangeStart(request.headers.get('range'));
	if (start >= pack.bytes && start > 0) return err(notFound('The pack ends before that.'));
	const body = Readable.toWeb(createReadStream(pack.file, { start })) as ReadableStream<Uint8Array>;
	return ok(new Response(body, {
		status: start === 0 ? 200 : 206,
		headers: {
			'Content-Type': 'application/octet-stream', 'Cache-Control': 'no-store', ETag: `"${pack.digest}"`, 'Content-Length': String(pack.bytes - start), 'Accept-Ranges': 'bytes',
			...(start === 0 ? {} : { 'Content-Range': `bytes ${start}-${pack.bytes - 1}/${pack.bytes}` })
		}
	}));
}

/** `bytes=N-`; any other range is answered with the whole, as HTTP allows (RFC 9110, section 14.2). */
function rangeStart(header: string | null): number {
	const start = Number(/^bytes=(\d{1,10})-$/.exec(header ?? '')?.[1] ?? 0);
	return Number.isSafeInteger(start) ? start : 0;
}
