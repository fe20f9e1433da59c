/**
 * Flags of `npm run demo`. Plain JavaScript without dependencies: it runs before there are any.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';

export const DEMO_USAGE = `npm run demo [-- options]

Starts a hub with a made-up district in it: a region, two clinics, an outreach team, and patients seen at more than one of them.
Prints who may log in, with which passphrase, and where to become one of them. Started again it continues where it was.

  --port N         port to listen on (4000)
  --data FOLDER    where the demo is kept (./demo-data)
  --patients DIR   fill the registers from a folder of FHIR R4 bundles (.json, .json.gz) instead of made-up people
  --people N       how many made-up people (60)
  --fresh          forget the demo that is there and build a new one
  --log-level L    of the hub: silent, error, warn, info, debug (warn); the log goes to standard error
  --help           this text

Ctrl-C stops it.`;

const PEOPLE_MAX = 5000;

/**
 * @typedef {object} DemoSettings
 * @property {number} port
 * @property {string} folder absolute
 * @property {string | null} patients absolute
 * @property {number} people
 * @property {boolean} fresh
 * @property {string} logLevel
 */

/** @typedef {{ kind: 'run', settings: DemoSettings } | { kind: 'help' } | { kind: 'wrong', message: string }} DemoChoice */

/**
 * @param {string[]} args without `--demo` @param {string} root folder against which the default data folder is meant
 * @param {string} here folder in which the command was given
 * @returns {DemoChoice}
 */
export function readDemo(args, root, here) {
	let flags;
	try {
		flags = parseArgs({
			args,
			allowPositionals: false,
			options: {
				port: { type: 'string' }, data: { type: 'string' }, patients: { type: 'string' }, people: { type: 'string' },
				fresh: { type: 'boolean' }, 'log-level': { type: 'string' }, help: { type: 'boolean', short: 'h' }
			}
		}).values;
	} catch (error) {
		return { kind: 'wrong', message: `${error instanceof Error ? error.message.split('. ')[0] : error}. See npm run demo -- --help.` };
	}
	if (flags.help) return { kind: 'help' };
	const port = readCount(flags.port ?? '4000', 1, 65535);
	if (port === null) return { kind: 'wrong', message: '--port must be a number from 1 to 65535.' };
	const people = readCount(flags.people ?? '60', 0, PEOPLE_MAX);
	if (people === null) return { kind: 'wrong', message: `--people must be a number from 0 to ${PEOPLE_MAX}.` };
	const logLevel = flags['log-level'] ?? 'warn';
	if (!['silent', 'error', 'warn', 'info', 'debug'].includes(logLevel)) return { kind: 'wrong', message: '--log-level must be one of silent, error, warn, info, debug.' };
	return {
		kind: 'run',
		settings: {
			port, people, logLevel, fresh: flags.fresh ?? false, folder: path.resolve(root, flags.data ?? 'demo-data'),
			patients: flags.patients === undefined ? null : path.resolve(here, flags.patients)
		}
	};
}

/** @param {string} text @param {number} least @param {number} most @returns {number | null} */
function readCount(text, least, most) {
	const number = /^\d{1,5}$/.test(text) ? Number(text) : -1;
	return number >= least && number <= most ? number : null;
}
