/**
 * Makes a CouchDB ready for gateways, and safe to repeat: what is right already is left alone.
 *
 * Of the server: proxy authentication with a secret, nobody else let in, the system databases that CouchDB wants. Of a database: itself, `_security` and the
 * design document with the rule (`design.ts`). An older rule is replaced, a newer one is left: gateways of two versions may run side by side during an upgrade.
 *
 * Least privilege, as far as CouchDB has it: `saddlebag provision` needs an administrator's password once; a running gateway needs the secret only. The
 * secret is no weaker than that password (`roles.ts`), so gateways make databases of new sites with it, and nothing is gained by withholding that from them.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import nano, { type ServerScope } from 'nano';
import { isObject } from '../../sync/change/canonical.ts';
import { err, ok, problem, type Problem, type Result } from '../../sync/result.ts';
import { DESIGN_ID, designDocument } from './design.ts';
import { proxyHeaders, securityOf, type Security } from './roles.ts';

export const AUTHENTICATION_HANDLERS = '{chttpd_auth, cookie_authentication_handler}, {chttpd_auth, proxy_authentication_handler}, {chttpd_auth, default_authentication_handler}';
const SYSTEM_DATABASES = ['_users', '_replicator', '_global_changes'];
/** shorter ones are guessed */
export const SECRET_CHARACTERS_MIN = 32;
const RESTART_MS = 60_000;
const SETTLING_MS = 5_000;

export type CouchProblem = Problem<'couchdb-url' | 'couchdb-unreachable' | 'couchdb-refused' | 'couchdb-old' | 'couchdb-secret'>;

/** What was done, for people: one line each; none where all was as it should be. */
export type Done = string[];

export interface CouchAddress {
	/** without credentials and without a slash at the end */
	readonly url: string;
	/** with credentials; null when none were given */
	readonly admin: string | null;
}

/** Takes the credentials out of an address. */
export function readAddress(text: string): Result<CouchAddress, CouchProblem> {
	if (!URL.canParse(text)) return err(problem('couchdb-url', 'COUCHDB_URL must be an address such as http://localhost:5984.'));
	const url = new URL(text);
	if (!/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') return err(problem('couchdb-url', 'COUCHDB_URL must be an address such as http://localhost:5984.'));
	const withCredentials = url.username !== '';
	const bare = new URL(text);
	bare.username = '';
	bare.password = '';
	return ok({ url: bare.toString().replace(/\/+$/, ''), admin: withCredentials ? text.replace(/\/+$/, '') : null });
}

/** Its typings leave `parseUrl` out: without it a path is taken for a database. */
export function asAdministrator(address: string): ServerScope {
	const options = { url: address, parseUrl: false };
	return nano(options);
}
export function asProxy(url: string, user: string, roles: readonly string[], secret: string): ServerScope {
	const options = { url, parseUrl: false, headers: proxyHeaders(user, roles, secret) };
	return nano(options);
}

interface Reply { readonly status: number; readonly json: unknown }

/** One request; statuses are answers, only no answer rejects. */
export async function ask(couch: ServerScope, method: 'GET' | 'PUT' | 'POST', path: string, body?: object | string): Promise<Reply> {
	try {
		const json: unknown = await couch.request({ method, path, ...(body === undefined ? {} : { body }) } as Parameters<ServerScope['request']>[0]);
		return { status: 200, json };
	} catch (error) {
		if (error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number') return { status: error.statusCode, json: { reason: error.message } };
		throw error;
	}
}

async function must(couch: ServerScope, method: 'GET' | 'PUT' | 'POST', path: string, body?: object | string, also: readonly number[] = []): Promise<Reply> {
	const reply = await ask(couch, method, path, body);
	if (reply.status < 300 || also.includes(reply.status)) return reply;
	const reason = isObject(reply.json) ? String(reply.json['reason']) : '';
	throw new Error(`CouchDB refused ${method} /${path} (${reply.status}): ${reason}`);
}

/** Nodes of the cluster by name; of a single node, itself. */
export async function nodesOf(couch: ServerScope): Promise<readonly string[]> {
	const { json } = await must(couch, 'GET', '_membership');
	const nodes = isObject(json) ? json['cluster_nodes'] : null;
	return Array.isArray(nodes) ? nodes.filter((node): node is string => typeof node === 'string') : ['_local'];
}

export async function configOf(couch: ServerScope, node: string, key: string): Promise<string | null> {
	const { status, json } = await must(couch, 'GET', `_node/${node}/_config/${key}`, undefined, [404]);
	return status === 200 && typeof json === 'string' ? json : null;
}

/** Sets up the server: the secret that gateways authenticate with, and what was done. Restarts nodes whose authentication had to be changed. */
export async function provisionServer(couch: ServerScope, url: string, wanted: string | null = null): Promise<{ readonly secret: string; readonly done: Done }> {
	const done: Done = [];
	for (const name of SYSTEM_DATABASES) {
		const { status } = await must(couch, 'PUT', name, undefined, [412]);
		if (status !== 412) done.push(`made the system database ${name}`);
	}
	const nodes = await nodesOf(couch);
	const secret = wanted ?? (await secretOf(couch, nodes)) ?? randomBytes(32).toString('base64url');
	const changed: string[] = [];
	for (const node of nodes) {
		const set = async (key: string, value: string): Promise<boolean> => {
			if ((await configOf(couch, node, key)) === value) return false;
			await must(couch, 'PUT', `_node/${node}/_config/${key}`, value);
			done.push(`set ${key} at ${node}`);
			return true;
		};
		await set('chttpd_auth/secret', secret);
		await set('chttpd_auth/proxy_use_secret', 'true');
		await set('chttpd/require_valid_user_except_for_up', 'true');
		// read by CouchDB when it starts
		if (await set('chttpd/authentication_handlers', AUTHENTICATION_HANDLERS)) changed.push(node);
	}
	for (const node of changed) {
		// the node before it may be the one that is asked, and is still starting
		await patiently(() => ask(couch, 'POST', `_node/${node}/_restart`));
		done.push(`restarted ${node}`);
	}
	if (changed.length > 0) await patiently(async () => (await isWhole(couch) ? { status: 200, json: null } : { status: 503, json: { reason: 'not all nodes came back' } }));
	await takesSecret(url, secret, changed.length > 0 ? RESTART_MS : SETTLING_MS);
	return { secret, done };
}

/** The secret that all nodes have; null where one has none, or another. */
async function secretOf(couch: ServerScope, nodes: readonly string[]): Promise<string | null> {
	const secrets = new Set<string | null>();
	for (const node of nodes) secrets.add(await configOf(couch, node, 'chttpd_auth/secret'));
	const [secret] = secrets;
	return secrets.size === 1 && secret !== undefined && secret !== null && secret.length >= SECRET_CHARACTERS_MIN ? secret : null;
}

/** Asks again while there is no answer, or none that counts, as it is while nodes start. */
async function patiently(asked: () => Promise<Reply>): Promise<void> {
	for (const ends = Date.now() + RESTART_MS; ; await pause(500)) {
		const reply = await asked().catch((error: unknown) => ({ status: 503, json: { reason: error instanceof Error ? error.message : String(error) } }));
		if (reply.status < 300) return;
		if (reply.status < 500 || Date.now() >= ends) throw new Error(`CouchDB could not be restarted (${isObject(reply.json) ? String(reply.json['reason']) : reply.status}).`);
	}
}

/** Whether the node that is asked sees all nodes of its cluster. */
async function isWhole(couch: ServerScope): Promise<boolean> {
	const { json } = await must(couch, 'GET', '_membership');
	const [all, cluster] = isObject(json) ? [json['all_nodes'], json['cluster_nodes']] : [];
	return !Array.isArray(all) || !Array.isArray(cluster) || cluster.every((node) => all.includes(node));
}

/** Waits until the proxy authentication works. */
async function takesSecret(url: string, secret: string, forMs: number): Promise<void> {
	const proxy = asProxy(url, 'saddlebag-provision', [], secret);
	for (const ends = Date.now() + forMs; ; ) {
		const reply = await ask(proxy, 'GET', '_session').catch(() => null);
		const user = reply !== null && isObject(reply.json) ? reply.json['userCtx'] : null;
		if (isObject(user) && user['name'] === 'saddlebag-provision') return;
		if (Date.now() >= ends) throw new Error('CouchDB does not take the secret: restart it, then run this again.');
		await pause(500);
	}
}

export interface Shape {
	/** `q`: into how many files a database is cut; null: as `[cluster] q` of the server says */
	readonly shards: number | null;
}
/** Who runs the CouchDB has said it there (`deploy/cluster/local.ini`): a database that a gateway makes is cut like any other. */
export const SHAPE: Shape = { shards: null };

/** Makes a database with its access and its rule, or mends it; what was done. */
export async function provisionDatabase(couch: ServerScope, name: string, { shards }: Shape = SHAPE): Promise<Done> {
	const done: Done = [];
	const made = await must(couch, 'PUT', shards === null ? name : `${name}?q=${shards}`, undefined, [412]);
	if (made.status !== 412) done.push(`made ${name}`);
	const security = securityOf(name);
	const there = await must(couch, 'GET', `${name}/_security`);
	if (!isSameSecurity(there.json, security)) {
		await must(couch, 'PUT', `${name}/_security`, security);
		if (made.status === 412) done.push(`put right who may reach ${name}`);
	}
	if ((await putRule(couch, name)) && made.status === 412) done.push(`put the rule for documents into ${name}`);
	return done;
}

export function isSameSecurity(there: unknown, wanted: Security): boolean {
	if (!isObject(there)) return false;
	return (['admins', 'members'] as const).every((group) => {
		const found = there[group];
		const same = (kind: 'names' | 'roles'): boolean => JSON.stringify(isObject(found) ? (found[kind] ?? []) : null) === JSON.stringify(wanted[group][kind]);
		return same('names') && same('roles');
	});
}

/** Whether it had to be put. */
async function putRule(couch: ServerScope, name: string): Promise<boolean> {
	const wanted = designDocument();
	for (let attempt = 0; attempt < 5; attempt++) {
		const { status, json } = await must(couch, 'GET', `${name}/${DESIGN_ID}`, undefined, [404]);
		const there = status === 200 && isObject(json) ? json : null;
		const version = there !== null && typeof there['saddlebag'] === 'number' ? there['saddlebag'] : 0;
		if (there !== null && (version > wanted.saddlebag || (version === wanted.saddlebag && there['validate_doc_update'] === wanted.validate_doc_update))) return false;
		const put = await must(couch, 'PUT', `${name}/${DESIGN_ID}`, { ...wanted, ...(typeof there?.['_rev'] === 'string' ? { _rev: there['_rev'] } : {}) }, [409]);
		// another gateway was at it
		if (put.status !== 409) return true;
	}
	throw new Error(`The rule for documents cannot be put into ${name}: others keep changing it.`);
}
