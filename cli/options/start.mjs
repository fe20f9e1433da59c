/**
 * Flags and environment of `npm start`. Plain JavaScript without dependencies: it runs before there are any.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';

export const USAGE = `npm start [-- options]

Installs and builds what is missing, then runs the hub and serves the app.

  --port N           port to listen on (environment: PORT; 4000)
  --data FOLDER      where the hub keeps its data (SADDLEBAG_DATA; ./data)
  --host ADDRESS     address to listen on (SADDLEBAG_HOST; localhost, with --lan all)
  --lan              serve phones and tablets on the local network over HTTPS, with a certificate authority made
                     here, and a page that explains how to trust it (SADDLEBAG_LAN=1)
  --trust-port N     port of that page (SADDLEBAG_TRUST_PORT; the port after --port)
  --tls-cert FILE    serve HTTPS with this certificate (PEM, with its chain) …
  --tls-key FILE     … and its key (SADDLEBAG_TLS_CERT, SADDLEBAG_TLS_KEY)
  --behind-proxy     serve plain HTTP on another address than this machine's, as a proxy with a certificate stands before
                     it and nobody else reaches it: in a container; clients are told apart by the last address of
                     its X-Forwarded-For (SADDLEBAG_BEHIND_PROXY=1)
  --origin URL       an origin under which the hub is reached besides, such as https://hub.example.org behind a
                     proxy; may be given several times (SADDLEBAG_ORIGIN, separated by spaces)
  --upstream URL     be a clinic box: carry sites between the devices here and the hub at this origin, when there is
                     a line (SADDLEBAG_UPSTREAM)
  --log-level LEVEL  silent, error, warn, info, debug (SADDLEBAG_LOG_LEVEL; warn); the log goes to standard error
  --demo             fill a demo organization first (npm run demo -- --help says more)
  --help             this text

Databases are kept in the data folder, or in a CouchDB:
  COUCHDB_URL              its address; with name and password of an administrator it is set up first
  COUCHDB_SECRET[_FILE]    the secret that gateways share with it, or a file that has it (saddlebag provision)
  SADDLEBAG_HUB_KEY_FILE   the hub's key, where several gateways are one hub

Ctrl-C stops the hub; started again it continues where it was.`;

/** plain HTTP is for these alone: browsers keep an app and its keys only where it came safely, and whoever listens would see when who writes how much */
const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1']);
const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'];

/**
 * @typedef {object} StartSettings
 * @property {number} port
 * @property {string} dataFolder absolute
 * @property {string} host
 * @property {string} logLevel
 * @property {boolean} behindProxy whose word on the addresses of clients counts
 * @property {boolean} lan
 * @property {number} trustPort
 * @property {string | null} tlsCert file
 * @property {string | null} tlsKey file
 * @property {string[]} origins
 * @property {{ url: string, secret: string | null, secretFile: string | null } | null} couch
 * @property {string | null} hubKeyFile
 * @property {string | null} upstream origin of the hub above; this one is a box
 */

/** @typedef {{ kind: 'run', settings: StartSettings } | { kind: 'help' } | { kind: 'wrong', message: string }} StartChoice */

/**
 * What was asked for. Flags count before the environment.
 * @param {string[]} args @param {NodeJS.ProcessEnv} env @param {string} root folder against which the default data folder is meant
 * @returns {StartChoice}
 */
export function readStart(args, env, root) {
	const flags = readFlags(args);
	if (typeof flags === 'string') return { kind: 'wrong', message: flags };
	if (flags.help) return { kind: 'help' };
	const port = readPort(flags.port ?? env['PORT'] ?? '4000');
	if (port === null) return { kind: 'wrong', message: '--port must be a number from 1 to 65535.' };
	const lan = flags.lan ?? isOn(env['SADDLEBAG_LAN']);
	const trustPort = readPort(flags['trust-port'] ?? env['SADDLEBAG_TRUST_PORT'] ?? String(port === 65535 ? port - 1 : port + 1));
	if (trustPort === null || (lan && trustPort === port)) return { kind: 'wrong', message: '--trust-port must be a number from 1 to 65535, and another than --port.' };
	const logLevel = flags['log-level'] ?? (env['SADDLEBAG_LOG_LEVEL'] || 'warn');
	if (!LOG_LEVELS.includes(logLevel)) return { kind: 'wrong', message: `--log-level must be one of ${LOG_LEVELS.join(', ')}.` };
	const tlsCert = flags['tls-cert'] ?? (env['SADDLEBAG_TLS_CERT'] || null);
	const tlsKey = flags['tls-key'] ?? (env['SADDLEBAG_TLS_KEY'] || null);
	if ((tlsCert === null) !== (tlsKey === null)) return { kind: 'wrong', message: '--tls-cert and --tls-key belong together.' };
	if (tlsCert !== null && lan) return { kind: 'wrong', message: '--lan makes its own certificate: leave out --tls-cert and --tls-key, or --lan.' };
	const origins = flags.origin ?? (env['SADDLEBAG_ORIGIN'] ?? '').split(/\s+/).filter((origin) => origin !== '');
	const bad = origins.find((origin) => !isOrigin(origin));
	if (bad !== undefined) return { kind: 'wrong', message: `--origin ${bad} is not an origin such as https://hub.example.org (no path, no slash at the end).` };
	const upstream = flags.upstream ?? (env['SADDLEBAG_UPSTREAM'] || null);
	if (upstream !== null && !isOrigin(upstream)) return { kind: 'wrong', message: `--upstream ${upstream} is not an origin such as https://hub.example.org (no path, no slash at the end).` };
	const dataFolder = path.resolve(root, flags.data ?? (env['SADDLEBAG_DATA'] || 'data'));
	const host = flags.host ?? (env['SADDLEBAG_HOST'] || (lan ? '::' : 'localhost'));
	const behindProxy = flags['behind-proxy'] ?? isOn(env['SADDLEBAG_BEHIND_PROXY']);
	if (!lan && tlsCert === null && !behindProxy && !LOOPBACK.has(host))
		return { kind: 'wrong', message: `Without HTTPS the hub is served on this machine only, not on ${host}: give --tls-cert and --tls-key, or --lan; or --behind-proxy, where a proxy with a certificate stands before it and nobody else reaches it.` };
	const settings = { port, dataFolder, host, logLevel, behindProxy: behindProxy && !lan && tlsCert === null, lan, trustPort, tlsCert, tlsKey, origins, couch: readCouch(env), hubKeyFile: env['SADDLEBAG_HUB_KEY_FILE'] || null, upstream };
	return { kind: 'run', settings };
}

/** Only from the environment: what stands on a command line is seen by everybody on the machine. @param {NodeJS.ProcessEnv} env */
export function readCouch(env) {
	const url = env['COUCHDB_URL'];
	return url ? { url, secret: env['COUCHDB_SECRET'] || null, secretFile: env['COUCHDB_SECRET_FILE'] || null } : null;
}

/** @param {string[]} args */
function readFlags(args) {
	try {
		return parseArgs({
			args,
			allowPositionals: false,
			options: {
				port: { type: 'string' },
				data: { type: 'string' },
				host: { type: 'string' },
				lan: { type: 'boolean' },
				'behind-proxy': { type: 'boolean' },
				'trust-port': { type: 'string' },
				'tls-cert': { type: 'string' },
				'tls-key': { type: 'string' },
				origin: { type: 'string', multiple: true },
				upstream: { type: 'string' },
				'log-level': { type: 'string' },
				help: { type: 'boolean', short: 'h' }
			}
		}).values;
	} catch (error) {
		return `${error instanceof Error ? error.message.split('. ')[0] : error}. See npm start -- --help.`;
	}
}

/** @param {string} text @returns {number | null} */
function readPort(text) {
	const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
	return port >= 1 && port <= 65535 ? port : null;
}

/** @param {string | undefined} value */
const isOn = (value) => value !== undefined && !['', '0', 'false', 'no'].includes(value.toLowerCase());

/** @param {string} text */
function isOrigin(text) {
	if (!URL.canParse(text)) return false;
	const url = new URL(text);
	return (url.protocol === 'https:' || url.protocol === 'http:') && url.origin === text;
}
