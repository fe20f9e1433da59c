/**
 * Runs a hub as a program: says where it is reached, and stops it cleanly when it is told to.
 *
 * What a person needs goes to standard output: the address, and the one-time set-up link while there is no organization. The log goes
 * to standard error and never has the link, which is a secret, or anything of a record.
 */
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino, type Logger } from 'pino';
import { err, ok, problem, type Problem, type Result } from '../sync/result.ts';
import { openCouch, type CouchSettings } from './couchdb/settings.ts';
import { startHub, SYSTEM_CLOCK, type HubOptions, type RunningHub } from './hub.ts';
import { openLan } from './tls/lan.ts';

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** As `cli/options/start.mjs` reads them. */
export interface RunSettings {
	readonly port: number;
	readonly dataFolder: string;
	readonly host: string;
	readonly logLevel: string;
	readonly behindProxy?: boolean;
	readonly lan: boolean;
	readonly trustPort: number;
	readonly tlsCert: string | null;
	readonly tlsKey: string | null;
	readonly origins: readonly string[];
	/** of the hub above, on a box */
	readonly upstream?: string | null;
	/** null or absent: databases are embedded */
	readonly couch?: CouchSettings | null;
	readonly hubKeyFile?: string | null;
}

export interface OpenHub {
	readonly hub: RunningHub;
	/** where people open the app */
	readonly address: string;
	/** lines to print, in order */
	readonly notice: readonly string[];
	readonly stop: () => Promise<void>;
}

export const makeLog = (level: string): Logger => pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ dest: 2, sync: true }));

export function version(): string {
	const { version: found } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version?: unknown };
	return typeof found === 'string' ? found : '0';
}

/** Opens a hub with what the settings ask for, without printing anything. */
export async function openHub(settings: RunSettings): Promise<Result<OpenHub, Problem>> {
	const log = makeLog(settings.logLevel);
	const { dataFolder, port, host } = settings;
	const lan = settings.lan ? openLan({ dataFolder, port, clock: SYSTEM_CLOCK, log }) : ok(null);
	if (!lan.ok) return lan;
	const tls = lan.value ? ok(lan.value.credentials) : readTls(settings);
	if (!tls.ok) return tls;
	const origins = () => [...settings.origins, ...(lan.value?.origins() ?? [])];
	const kept = await readKept(settings);
	if (!kept.ok) return kept;
	const options: HubOptions = { dataFolder, port, host, buildFolder: path.join(ROOT, 'build'), version: version(), log, origins, behindProxy: settings.behindProxy === true, ...(tls.value ? { tls: tls.value, strictTransport: !settings.lan } : {}), ...(settings.upstream ? { upstream: settings.upstream } : {}), ...kept.value };
	const started = await startHub(options);
	if (!started.ok) return started;
	const hub = started.value;
	const address = origins()[0] ?? hub.url;
	if (!lan.value) return ok({ hub, address, notice: [], stop: hub.stop });
	const { page, fingerprint, watch } = lan.value;
	const failed = await listening(page, settings.trustPort, host);
	if (failed !== null) {
		await hub.stop();
		return err(problem('trust-port', `The page that explains how to trust the hub cannot be served on port ${settings.trustPort} (${failed}). Choose another with --trust-port.`));
	}
	const unwatch = watch((credentials) => {
		hub.renewTls(credentials);
		console.log(`The addresses of this machine changed. Saddlebag is now at ${origins()[0] ?? hub.url}`);
	});
	const notice = [
		`Invitations carry this address. Phones must trust the hub first; how, stands at\n  ${address.replace(/^https:/, 'http:').replace(/:\d+$/, '')}:${settings.trustPort}`,
		`where this fingerprint (SHA-256) must be shown:\n  ${fingerprint}`
	];
	if (lan.value.origins().length === 0) notice.unshift('No address on a local network was found: connect this machine to one and it will be taken up within a minute.');
	return ok({
		hub, address, notice,
		stop: async () => {
			unwatch();
			page.close();
			page.closeAllConnections();
			await hub.stop();
		}
	});
}

/** Null when it listens, else why not. */
function listening(server: Server, port: number, host: string): Promise<string | null> {
	return new Promise((settle) => {
		server.once('error', (error: NodeJS.ErrnoException) => settle(error.code ?? error.message));
		server.listen(port, host, () => settle(null));
	});
}

/** Where the databases and the key of the hub are kept, when not in the data folder. */
async function readKept({ couch, hubKeyFile }: RunSettings): Promise<Result<Pick<HubOptions, 'couch' | 'hubKey'>, Problem>> {
	const ready = couch ? await openCouch(couch) : null;
	if (ready?.ok === false) return ready;
	const kept = ready === null ? {} : { couch: ready.value.options };
	if (!hubKeyFile) return ok(kept);
	try {
		return ok({ ...kept, hubKey: readFileSync(hubKeyFile, 'utf8') });
	} catch (error) {
		return err(problem('bad-hub-key', `The key of the hub cannot be read: ${error instanceof Error ? error.message : String(error)}`));
	}
}

function readTls({ tlsCert, tlsKey }: RunSettings): Result<HubOptions['tls'] | null, Problem> {
	if (tlsCert === null || tlsKey === null) return ok(null);
	try {
		return ok({ cert: readFileSync(tlsCert, 'utf8'), key: readFileSync(tlsKey, 'utf8') });
	} catch (error) {
		return err(problem('bad-tls', `The certificate or its key cannot be read: ${error instanceof Error ? error.message : String(error)}`));
	}
}

/** Runs until SIGINT or SIGTERM. The exit code of the program. */
export async function runHub(settings: RunSettings): Promise<number> {
	const opened = await openHub(settings);
	if (!opened.ok) {
		console.error(opened.error.message);
		return 1;
	}
	const { hub, address, notice, stop } = opened.value;
	console.log(`Saddlebag is running at ${address}`);
	if (hub.setupToken !== null) console.log(`Set up your organization with this link; it works once:\n  ${address}/setup#${hub.setupToken}`);
	if (settings.upstream) console.log(`This is a box of ${settings.upstream}. What it asks to be let carry with, and how it stands:\n  ${address}/_hub/box`);
	for (const line of notice) console.log(line);
	console.log(`Data is kept in ${settings.dataFolder}. Ctrl-C stops the hub.`);
	await stopSignal();
	console.log('Stopping …');
	await stop();
	return 0;
}

/** Resolves at the first request to stop; the second ends the program at once. */
export function stopSignal(): Promise<void> {
	return new Promise((resolve) => {
		let asked = false;
		for (const signal of ['SIGINT', 'SIGTERM'] as const)
			process.on(signal, () => {
				if (asked) process.exit(1);
				asked = true;
				resolve();
			});
	});
}
