/**
 * What those who run a hub ask of it: `/_up`, whether it can take work, by anybody; `/metrics`, how it does, by whoever has its token.
 *
 * The token is made at the first start and kept in the data folder (`metrics.token`), where only the hub's own user reads it: without one nothing is told, as numbers of
 * sites and how busy they are say something about people, and a proxy on the same machine makes every request look local.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Hono, type MiddlewareHandler } from 'hono';
import { answer, refuse, unauthorized } from '../http/failure.ts';
import type { HubParts } from '../parts.ts';
import { writeFileDurably } from '../storage/durable-file.ts';
import { controlName } from '../storage/names.ts';
import { trafficOf, type Metrics } from './metrics.ts';

const TOKEN_FILE = 'metrics.token';
/** with less, a hub says that it takes no work: LevelDB writes files of two megabytes before it frees others */
const FREE_BYTES_MIN = 4 * 1024 * 1024;
const PATIENCE_MS = 5_000;

export interface Operations {
	readonly metrics: Metrics;
	readonly dataFolder: string;
	/** of `/metrics`; null when the folder could not be written to */
	readonly token: string | null;
}

/** The token in the data folder, made when there is none. */
export function metricsToken(dataFolder: string): string | null {
	const file = path.join(dataFolder, TOKEN_FILE);
	try {
		if (!existsSync(file)) writeFileDurably(file, `${randomBytes(24).toString('base64url')}\n`, 0o600);
		const token = readFileSync(file, 'utf8').trim();
		return token.length < 16 ? null : token;
	} catch {
		return null;
	}
}

type Parts = Pick<HubParts, 'storage' | 'prefix' | 'stopping' | 'operations'>;

/** Counts every request of the protocol. */
export const counted = (hub: Pick<HubParts, 'operations'>): MiddlewareHandler => async (c, next) => {
	const done = hub.operations.metrics.begin(trafficOf(c.req.method, c.req.path));
	await next();
	done(c.res.status);
};

export function operationRoutes(hub: Parts): Hono {
	const app = new Hono({ strict: false });
	app.get('/_up', async () => {
		const reason = await whyDown(hub);
		return reason === null ? answer({ status: 'ok' }) : answer({ status: 'failing', reason }, 503);
	});
	app.get('/metrics', async (c) => {
		const { token, metrics } = hub.operations;
		if (token === null || !isSame(c.req.header('authorization') ?? '', `Bearer ${token}`)) return refuse(unauthorized(`The token in the hub's data folder (${TOKEN_FILE}) is needed.`));
		return new Response(await metrics.text(), { headers: { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8', 'Cache-Control': 'no-store' } });
	});
	return app;
}

/** Why the hub can take no work now; null when it can. Names no file and no database. */
async function whyDown({ storage, prefix, stopping, operations }: Parts): Promise<string | null> {
	if (stopping.aborted) return 'The hub is stopping.';
	try {
		accessSync(operations.dataFolder, constants.W_OK);
	} catch {
		return 'The disk of the hub cannot be written to.';
	}
	const disk = await operations.metrics.disk();
	if (disk !== null && disk.free < FREE_BYTES_MIN) return 'The disk of the hub is full.';
	const answers = storage.get(controlName(prefix)).then((control) => control.info()).then(() => true, () => false);
	let late: NodeJS.Timeout | undefined;
	const lateness = new Promise<boolean>((settle) => (late = setTimeout(() => settle(false), PATIENCE_MS)));
	const answered = await Promise.race([answers, lateness]);
	clearTimeout(late);
	return answered ? null : 'The databases of the hub do not answer.';
}

function isSame(given: string, expected: string): boolean {
	const [a, b] = [Buffer.from(given), Buffer.from(expected)];
	return a.length === b.length && timingSafeEqual(a, b);
}
