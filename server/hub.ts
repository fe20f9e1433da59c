/**
 * A running hub: opens its data, listens, and stops cleanly.
 */
import { randomBytes } from 'node:crypto';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { mkdirSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import type { Logger } from 'pino';
import type { Clock } from '../sync/change/ports.ts';
import { err, ok, problem, type Problem, type Result } from '../sync/result.ts';
import { ready } from '../sync/verify/sodium.ts';
import { createApp } from './app.ts';
import type { CouchOptions } from './couchdb/client.ts';
import { CouchStorage } from './couchdb/couch-storage.ts';
import { SECURITY_HEADERS, STRICT_TRANSPORT } from './http/security.ts';
import { StaticFiles } from './http/static.ts';
import { loadIdentity, readIdentity } from './identity.ts';
import { openDoor } from './operations/door.ts';
import { noteBackEnd } from './operations/open-data.ts';
import { Metrics } from './operations/metrics.ts';
import { metricsToken } from './operations/routes.ts';
import { boxPage } from './carrier/page.ts';
import { carrierGauges } from './carrier/gauges.ts';
import { Carrier, type CarrierStatus } from './carrier/carrier.ts';
import { Packs, type PackSizes } from './packs/packs.ts';
import { CONNECTIONS_MAX, HEADER_BYTES_MAX, HEADERS_TIMEOUT_MS, KEEP_ALIVE_MS, REQUEST_TIMEOUT_MS } from './limits.ts';
import { Organization } from './organization.ts';
import { Setup } from './setup.ts';
import { Budgets, type Allowance, type AllowanceName } from './sessions/budgets.ts';
import { Tokens } from './sessions/token.ts';
import { EmbeddedStorage } from './storage/embedded-storage.ts';
import { FrontierFiles, type FrontierStore } from './storage/frontiers.ts';
import { controlName, PREFIX, PREFIX_DEFAULT } from './storage/names.ts';
import type { HubStorage } from './storage/port.ts';
import type { syncedLevelDOWN } from './storage/synced-leveldown.ts';

export interface HubOptions {
	readonly dataFolder: string;
	/** 0: any free one */
	readonly port: number;
	/** address to listen on; `localhost` means both of its addresses */
	readonly host: string;
	readonly buildFolder: string;
	readonly version: string;
	readonly log: Logger;
	readonly prefix?: string;
	/** further origins under which the hub is reached, the one that invitations should carry first; asked each time, as addresses change */
	readonly origins?: () => readonly string[];
	/** further pages below `/_hub/`, by name: the demo's list of members */
	readonly pages?: ReadonlyMap<string, () => Response>;
	/** keeps the hub's databases and frontiers in this CouchDB; else they are embedded, in the data folder */
	readonly couch?: CouchOptions;
	/** PEM of the hub's key, where several gateways are one hub; else it is kept in the data folder */
	readonly hubKey?: string;
	/** PEM; serves HTTPS */
	readonly tls?: { readonly key: string; readonly cert: string };
	/** browsers are to come back over HTTPS only: the certificate is one that they trust by themselves */
	readonly strictTransport?: boolean;
	/** every request comes through a proxy: clients are told apart by the last address of `X-Forwarded-For` */
	readonly behindProxy?: boolean;
	readonly clock?: Clock;
	/** smaller ones for tests */
	readonly allowances?: Partial<{ readonly [name in AllowanceName]: Allowance }>;
	/** of headers, and how often timeouts are looked at; shorter for tests */
	readonly timeouts?: { readonly headersMs: number; readonly checkMs: number };
	/** origin of the hub above: this one is a box that carries sites between it and the devices here */
	readonly upstream?: string;
	/** of the box, shorter for tests */
	readonly backoff?: { readonly firstMs: number; readonly mostMs: number };
	/** smaller ones for tests */
	readonly packs?: PackSizes;
	/** for the control of the fsync test */
	readonly levelDOWN?: typeof syncedLevelDOWN;
}

export interface RunningHub {
	/** without a slash at the end */
	readonly url: string;
	readonly port: number;
	/** public key, base64url */
	readonly key: string;
	/** null when there is an organization */
	readonly setupToken: string | null;
	/** How it carries, when it is a box; else null. */
	readonly carrying: () => CarrierStatus | null;
	/** Takes new certificates without a restart. No effect on a hub without TLS. */
	readonly renewTls: (tls: { readonly key: string; readonly cert: string }) => void;
	/** Ends what waits, finishes what is being written, closes the databases. */
	readonly stop: () => Promise<void>;
}

export type StartProblem = Problem<'bad-hub-key' | 'bad-prefix' | 'data-in-use' | 'data-unusable' | 'couchdb-unusable' | 'port-in-use' | 'cannot-listen'>;
export const SYSTEM_CLOCK: Clock = { now: () => Date.now() };
const CHECK_TIMEOUTS_MS = 5_000;
const SWEEP_MS = 20;
const CUT_OFF_MS = 2_000;

/** Starts a hub; every failure a user can do something about is a `StartProblem`. */
export async function startHub(options: HubOptions): Promise<Result<RunningHub, StartProblem>> {
	await ready();
	const prefix = options.prefix ?? PREFIX_DEFAULT;
	if (!PREFIX.test(prefix)) return err(problem('bad-prefix', `The prefix ${JSON.stringify(prefix)} must be lower-case letters, digits and _, beginning with a letter.`));
	mkdirSync(options.dataFolder, { recursive: true });
	const identity = options.hubKey === undefined ? loadIdentity(options.dataFolder) : readIdentity(options.hubKey, 'SADDLEBAG_HUB_KEY_FILE');
	if (!identity.ok) return identity;
	const opened = await openStorage(options, prefix);
	if (!opened.ok) return opened;
	const { storage, frontiers } = opened.value;
	const organization = await openOrganization(storage, prefix, options);
	if (!organization.ok) {
		await storage.close();
		return organization;
	}
	if (storage.shared !== null) followControl(storage, organization.value, prefix, options.log);

	const stopping = new AbortController();
	const clock = options.clock ?? SYSTEM_CLOCK;
	const setup = new Setup(organization.value, identity.value.key);
	const own: string[] = [];
	const packs = new Packs(path.join(options.dataFolder, 'packs'), storage, options.log, options.packs);
	const origins = () => [...(options.origins?.() ?? []), ...own];
	const operations = { metrics: new Metrics(clock, options.dataFolder, prefix, storage), dataFolder: options.dataFolder, token: metricsToken(options.dataFolder) };
	const carrier = options.upstream === undefined ? null : new Carrier({
		upstream: options.upstream, prefix, identity: identity.value, storage, frontiers, organization: organization.value, origins, clock, log: options.log,
		fetch: (url, init) => fetch(url, init), ...(options.backoff === undefined ? {} : { backoff: options.backoff })
	});
	const pages = new Map(options.pages ?? []);
	if (carrier !== null) {
		pages.set('box', () => boxPage(carrier.status, identity.value.key, clock.now()));
		operations.metrics.add(() => carrierGauges(carrier.status, clock.now()));
	}
	const hub = {
		version: options.version, prefix, identity: identity.value, storage, organization: organization.value, setup, clock, log: options.log,
		tokens: new Tokens(identity.value, prefix, clock, storage.shared === null ? '' : randomBytes(16).toString('hex')), budgets: new Budgets(clock, options.allowances), behindProxy: options.behindProxy === true, frontiers, packs, operations, origins, pages, carrier, stopping: stopping.signal
	};
	const app = createApp(hub, new StaticFiles(options.buildFolder), options.strictTransport === true ? [...SECURITY_HEADERS, STRICT_TRANSPORT] : SECURITY_HEADERS);
	const servers = await listen(options, app.fetch);
	if (!servers.ok) {
		await packs.close();
		await storage.close();
		return servers;
	}
	const port = servers.value.port;
	const scheme = options.tls ? 'https' : 'http';
	for (const name of ['localhost', '127.0.0.1', '[::1]']) own.push(`${scheme}://${name}:${port}`);
	noteBackEnd(options.dataFolder, options.couch === undefined ? 'embedded' : 'couchdb');
	const closeDoor = await openDoor(hub, options.dataFolder, options.hubKey);
	carrier?.start();
	const stop = async () => {
		stopping.abort();
		await carrier?.stop();
		await closeDoor();
		await Promise.all(servers.value.all.map(closeServer));
		await packs.close();
		await storage.close();
		options.log.info('stopped');
	};
	options.log.info({ port, hub: identity.value.key, org: organization.value.org }, 'started');
	return ok({
		url: `${scheme}://localhost:${port}`, port, key: identity.value.key, stop, carrying: () => carrier?.status ?? null,
		get setupToken() {
			return carrier === null ? setup.token : null;
		},
		renewTls: (tls) => servers.value.all.forEach((server) => ('setSecureContext' in server ? server.setSecureContext(tls) : undefined))
	});
}

/** Where documents and frontiers are kept. */
async function openStorage(options: HubOptions, prefix: string): Promise<Result<{ readonly storage: HubStorage; readonly frontiers: FrontierStore }, StartProblem>> {
	if (options.couch === undefined)
		return ok({ storage: new EmbeddedStorage(path.join(options.dataFolder, 'databases'), options.levelDOWN), frontiers: new FrontierFiles(path.join(options.dataFolder, 'frontiers')) });
	try {
		const storage = await CouchStorage.open(options.couch, prefix, options.log);
		return ok({ storage, frontiers: storage.frontiers });
	} catch (error) {
		return err(problem('couchdb-unusable', `CouchDB at ${options.couch.url} cannot be used (${messageOf(error)}). \`saddlebag doctor\` says what is wrong with it.`));
	}
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What other gateways store of the membership log is taken up as it is told of. */
function followControl(storage: HubStorage, organization: Organization, prefix: string, log: Logger): void {
	const control = controlName(prefix);
	storage.onWritten((name) => {
		if (name === control) organization.follow().catch((error: unknown) => log.error({ error: messageOf(error) }, 'the membership log could not be read'));
	});
}

async function openOrganization(storage: HubStorage, prefix: string, { dataFolder, couch }: HubOptions): Promise<Result<Organization, StartProblem>> {
	try {
		return ok(await Organization.load(await storage.get(controlName(prefix)), prefix, storage.shared));
	} catch (error) {
		const why = String(error);
		if (couch !== undefined) return err(problem('couchdb-unusable', `The membership log in CouchDB cannot be read (${messageOf(error)}). \`saddlebag doctor\` says what is wrong.`));
		if (/lock/i.test(why)) return err(problem('data-in-use', `Another hub uses the data folder ${dataFolder}. Stop it, or name another folder with --data.`));
		return err(problem('data-unusable', `The data folder ${dataFolder} cannot be opened (${why}). Check the disk, or restore the folder from a backup.`));
	}
}

/** `localhost` is both its addresses, as a browser may try either first; `::` (all) without IPv6 is all of IPv4. */
function hostsOf(host: string): readonly string[] {
	const hasIpv6 = Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ family }) => family === 'IPv6'));
	if (host === 'localhost') return hasIpv6 ? ['127.0.0.1', '::1'] : ['127.0.0.1'];
	return [host === '::' && !hasIpv6 ? '0.0.0.0' : host];
}

type TlsServer = Server & { setSecureContext(options: { readonly key: string; readonly cert: string }): void };
interface Listening {
	readonly port: number;
	readonly all: readonly (Server | TlsServer)[];
}

/** Listens on all addresses of the host, on one port. */
async function listen(options: HubOptions, fetch: (request: Request) => Response | Promise<Response>): Promise<Result<Listening, StartProblem>> {
	const all: Server[] = [];
	let port = options.port;
	for (const host of hostsOf(options.host)) {
		const server = makeServer(options, fetch);
		const failed = await new Promise<NodeJS.ErrnoException | null>((settle) => {
			server.once('error', settle);
			server.listen(port, host, () => settle(null));
		});
		if (failed === null) {
			all.push(server);
			const address = server.address();
			if (address !== null && typeof address === 'object') port = address.port;
			continue;
		}
		await Promise.all(all.map(closeServer));
		if (failed.code === 'EADDRINUSE') return err(problem('port-in-use', `Port ${port} is used by another program. Stop it, or choose another port with --port.`));
		return err(problem('cannot-listen', `The hub cannot listen on ${host} port ${port} (${failed.code ?? failed.message}). Choose others with --host and --port.`));
	}
	return ok({ port, all });
}

function makeServer(options: HubOptions, fetch: (request: Request) => Response | Promise<Response>): Server {
	const limits = {
		maxHeaderSize: HEADER_BYTES_MAX, headersTimeout: options.timeouts?.headersMs ?? HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS,
		keepAliveTimeout: KEEP_ALIVE_MS, connectionsCheckingInterval: options.timeouts?.checkMs ?? CHECK_TIMEOUTS_MS
	};
	const made = options.tls
		? createAdaptorServer({ fetch, createServer: createHttpsServer, serverOptions: { ...limits, ...options.tls } })
		: createAdaptorServer({ fetch, createServer: createHttpServer, serverOptions: limits });
	const server = made as Server;
	server.maxConnections = CONNECTIONS_MAX;
	return server;
}

/** Lets answers under way finish for a moment, then cuts off. */
function closeServer(server: Server): Promise<void> {
	return new Promise((closed) => {
		// Kept-alive connections become idle one by one, as their last answer ends.
		const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
		const cutOff = setTimeout(() => server.closeAllConnections(), CUT_OFF_MS);
		server.close(() => {
			clearInterval(sweep);
			clearTimeout(cutOff);
			closed();
		});
	});
}
