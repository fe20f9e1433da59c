/**
 * From what a person set (`COUCHDB_URL`, `COUCHDB_SECRET` or `COUCHDB_SECRET_FILE`) to a CouchDB that a gateway can use.
 *
 * With the address of an administrator the server is provisioned first, and the secret is taken from its configuration: good for one machine. Gateways of an
 * organization get the secret alone.
 */
import { readFileSync } from 'node:fs';
import { isObject } from '../../sync/change/canonical.ts';
import { err, ok, problem, type Result } from '../../sync/result.ts';
import type { CouchOptions } from './client.ts';
import { asAdministrator, asProxy, ask, provisionServer, readAddress, SECRET_CHARACTERS_MIN, type CouchProblem, type Done } from './provision.ts';
import { GATEWAY_USER } from './roles.ts';

export interface CouchSettings {
	readonly url: string;
	readonly secret: string | null;
	readonly secretFile: string | null;
}

export interface ReadyCouch {
	readonly options: CouchOptions;
	/** what had to be done first, for people */
	readonly done: Done;
}

/** The oldest that the rule and proxy tokens by SHA-256 were tried with. */
export const COUCHDB_MINIMUM = [3, 3] as const;

export function readSecret({ secret, secretFile }: Pick<CouchSettings, 'secret' | 'secretFile'>): Result<string | null, CouchProblem> {
	let text = secret;
	if (secretFile !== null) {
		try {
			text = readFileSync(secretFile, 'utf8').trim();
		} catch (error) {
			return err(problem('couchdb-secret', `The secret of CouchDB cannot be read from ${secretFile} (${error instanceof Error ? error.message : String(error)}).`));
		}
	}
	if (text !== null && (text.length < SECRET_CHARACTERS_MIN || !/^[\x21-\x7e]+$/.test(text)))
		return err(problem('couchdb-secret', `The secret of CouchDB must have at least ${SECRET_CHARACTERS_MIN} characters without spaces: \`saddlebag provision\` makes one.`));
	return ok(text);
}

/** Makes ready what the settings name; every failure says what to do. */
export async function openCouch(settings: CouchSettings): Promise<Result<ReadyCouch, CouchProblem>> {
	const address = readAddress(settings.url);
	if (!address.ok) return address;
	const given = readSecret(settings);
	if (!given.ok) return given;
	const { url, admin } = address.value;
	if (given.value === null && admin === null)
		return err(problem('couchdb-secret', 'COUCHDB_SECRET or COUCHDB_SECRET_FILE is needed beside COUCHDB_URL: run `saddlebag provision` once with an administrator’s address, which makes the secret.'));
	try {
		if (admin !== null) {
			const { secret, done } = await provisionServer(asAdministrator(admin), url, given.value);
			return await checked({ url, secret }, done);
		}
		return await checked({ url, secret: given.value ?? '' }, []);
	} catch (error) {
		return err(whyNot(url, error));
	}
}

async function checked(options: CouchOptions, done: Done): Promise<Result<ReadyCouch, CouchProblem>> {
	const welcome = await ask(asProxy(options.url, GATEWAY_USER, [], options.secret), 'GET', '');
	if (welcome.status !== 200 || !isObject(welcome.json)) return err(problem('couchdb-refused', `CouchDB at ${options.url} does not take the secret: give the one that \`saddlebag provision\` set, or run it again.`));
	const version = String(welcome.json['version']);
	if (!isNewEnough(version)) return err(problem('couchdb-old', `CouchDB ${version.slice(0, 20)} at ${options.url} is too old: ${COUCHDB_MINIMUM.join('.')} or newer is needed.`));
	return ok({ options, done });
}

export function isNewEnough(version: string): boolean {
	const [major = 0, minor = 0] = version.split('.').map(Number);
	return major > COUCHDB_MINIMUM[0] || (major === COUCHDB_MINIMUM[0] && minor >= COUCHDB_MINIMUM[1]);
}

export function whyNot(url: string, error: unknown): CouchProblem {
	const message = error instanceof Error ? error.message : String(error);
	return message.startsWith('CouchDB ') ? problem('couchdb-refused', message) : problem('couchdb-unreachable', `CouchDB at ${url} cannot be reached (${message.slice(0, 200)}). Start it, or put its address into COUCHDB_URL.`);
}
