/**
 * The operator's door into a hub that runs: backups and files carried by hand, for the command line on the same machine.
 *
 * A listener of its own on the loopback address, on any free port, that nobody reaches through the hub's public one or a proxy before it. Where it is and what opens it
 * stand in a file in the data folder that only the hub's own user may read, and that is new at each start: whoever may read that file may read the hub's key and
 * databases anyway. Who asks has the door prove first that it knows the token (`doorProof`): a file left by a hub that was killed names a port that anybody may have
 * taken since, and the token is not told to them.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { isObject, parseJson } from '../../sync/change/canonical.ts';
import { writeBundle } from '../../sync/verify/bundle.ts';
import { backupOf, NOTHING_TO_BACK_UP } from '../backup/backup.ts';
import { entriesOf, takeBundle } from '../bundles.ts';
import { badRequest, answer, conflict, refuse, storageFailure, unauthorized } from '../http/failure.ts';
import type { HubParts } from '../parts.ts';
import { writeFileDurably } from '../storage/durable-file.ts';

export const DOOR_FILE = 'operator.json';

export interface DoorAddress { readonly port: number; readonly token: string }

/** What the file says; null when it is none. */
export function readDoor(text: string): DoorAddress | null {
	try {
		const raw = parseJson(text);
		if (!isObject(raw)) return null;
		const { port, token } = raw;
		return typeof port === 'number' && typeof token === 'string' ? { port, token } : null;
	} catch {
		return null;
	}
}

const NONCE = /^[A-Za-z0-9_-]{16,64}$/u;

/** What only who has the token can say of a number that was just drawn. */
export const doorProof = (token: string, nonce: string): string => createHmac('sha256', token).update(`saddlebag/operator-door/1 ${nonce}`).digest('base64url');

/** Opens the door; the returned function closes it. */
export async function openDoor(hub: HubParts, dataFolder: string, hubKey?: string): Promise<() => Promise<void>> {
	const token = randomBytes(32).toString('base64url');
	const app = routes(hub, { dataFolder, hubKey }, token);
	// a file that is brought may take longer than any request from outside
	const server = createAdaptorServer({ fetch: app.fetch, createServer, serverOptions: { requestTimeout: 0 } }) as Server;
	await new Promise<void>((listening, failed) => {
		server.once('error', failed);
		server.listen(0, '127.0.0.1', listening);
	});
	const address = server.address();
	const file = path.join(dataFolder, DOOR_FILE);
	writeFileDurably(file, JSON.stringify({ port: address !== null && typeof address === 'object' ? address.port : 0, token }), 0o600);
	return async () => {
		rmSync(file, { force: true });
		await new Promise<void>((closed) => {
			server.close(() => closed());
			server.closeAllConnections();
		});
	};
}

function routes(hub: HubParts, place: { readonly dataFolder: string; readonly hubKey: string | undefined }, token: string): Hono {
	const app = new Hono();
	const expected = `Bearer ${token}`;
	app.get('/proof/:nonce', (c) => (NONCE.test(c.req.param('nonce')) ? answer({ proof: doorProof(token, c.req.param('nonce')) }) : refuse(badRequest('A nonce of 16 to 64 characters is expected.'))));
	app.use('*', async (c, next) => (isSame(c.req.header('authorization') ?? '', expected) ? next() : refuse(unauthorized('The operator\'s token is needed: it is in the data folder.'))));
	app.get('/bundle', (c) => {
		const { org } = hub.organization;
		if (org === null) return refuse(conflict('This hub has no organization yet.'));
		const sites = c.req.queries('site');
		const origin = hub.origins()[0];
		const header = { org, hub: origin === undefined ? null : { key: hub.identity.key, origin, prefix: hub.prefix } };
		return streamed(chunksOf(writeBundle(header, entriesOf(hub, sites === undefined ? null : new Set(sites)), Infinity)), hub.stopping);
	});
	app.post('/bundle/:pass', async (c) => {
		const pass = c.req.param('pass');
		if (pass !== 'statements' && pass !== 'envelopes') return refuse(badRequest('There are two passes: statements and envelopes.'));
		const taken = await takeBundle(hub, chunksIn(c.req.raw), pass);
		return taken.ok ? answer(taken.value) : refuse(badRequest(taken.error.message));
	});
	app.get('/backup', () => hub.organization.org === null ? refuse(conflict(NOTHING_TO_BACK_UP)) : streamed(encoded(backupOf({ ...hub, ...place }, hub.clock.now())), hub.stopping));
	app.onError((error) => {
		hub.log.error({ error: error.name, at: 'operator' }, 'failed');
		return refuse(storageFailure(error));
	});
	return app;
}

function isSame(given: string, expected: string): boolean {
	const [a, b] = [Buffer.from(given), Buffer.from(expected)];
	return a.length === b.length && timingSafeEqual(a, b);
}

async function* chunksOf(pieces: AsyncIterable<{ readonly bytes: Uint8Array }>): AsyncGenerator<Uint8Array> {
	for await (const { bytes } of pieces) yield bytes;
}
async function* encoded(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
	const encoder = new TextEncoder();
	for await (const text of texts) yield encoder.encode(text);
}
async function* chunksIn(request: Request): AsyncGenerator<Uint8Array> {
	const reader = request.body?.getReader();
	for (;;) {
		const next = await reader?.read();
		if (next === undefined || next.done) return;
		yield next.value;
	}
}

/** No faster than it is read; what ends before its end breaks the connection off, so that it does not look whole. */
function streamed(chunks: AsyncGenerator<Uint8Array>, stopping: AbortSignal): Response {
	const body = new ReadableStream<Uint8Array>({
		async pull(controller) {
			if (stopping.aborted) return controller.error(new Error('the hub stops'));
			const next = await chunks.next();
			if (next.done === true) controller.close();
			else controller.enqueue(next.value);
		},
		async cancel() {
			await chunks.return(undefined);
		}
	}, { highWaterMark: 1 });
	return new Response(body, { headers: { 'Content-Type': 'application/octet-stream', 'Cache-Control': 'no-store' } });
}
