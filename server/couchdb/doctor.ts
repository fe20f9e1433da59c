/**
 * Looks at a running hub and says what is wrong with it and what to do: nothing is changed.
 *
 * Each finding has a severity: an `error` lets somebody in, loses data or stops work; a `warning` will, or may. What cannot be seen with what was given (a
 * gateway's secret sees less than an administrator) is said, not passed over.
 */
import { statfsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { ServerScope } from 'nano';
import { isObject } from '../../sync/change/canonical.ts';
import { controlName, gatewayName, parseDatabaseName } from '../storage/names.ts';
import { DESIGN_ID, designDocument } from './design.ts';
import { asAdministrator, asProxy, ask, AUTHENTICATION_HANDLERS, configOf, isSameSecurity, nodesOf, SECRET_CHARACTERS_MIN } from './provision.ts';
import { ADMIN_ROLE, GATEWAY_USER, securityOf } from './roles.ts';
import { COUCHDB_MINIMUM, isNewEnough } from './settings.ts';

export interface Finding {
	readonly severity: 'ok' | 'warning' | 'error';
	readonly what: string;
	/** what to do about it */
	readonly todo?: string;
}

export interface Patient {
	/** of CouchDB, without credentials */
	readonly url: string;
	/** with those of an administrator */
	readonly admin: string | null;
	readonly secret: string | null;
	readonly prefix: string;
	/** milliseconds since 1970, by this machine */
	readonly now: () => number;
}

const CLOCK_WARNING_MS = 60_000;
const CLOCK_ERROR_MS = 10 * 60_000;
const DISK_WARNING = 0.15;
const DISK_ERROR = 0.05;
const PROVISION = 'Run `saddlebag provision` with the address of an administrator.';
const good = (what: string): Finding => ({ severity: 'ok', what });
const warning = (what: string, todo: string): Finding => ({ severity: 'warning', what, todo });
const bad = (what: string, todo: string): Finding => ({ severity: 'error', what, todo });

/** 0: nothing to do; 1: warnings; 2: errors. */
export const exitCodeOf = (findings: readonly Finding[]): number => (findings.some(({ severity }) => severity === 'error') ? 2 : findings.some(({ severity }) => severity === 'warning') ? 1 : 0);

/** Everything that can be seen of a CouchDB and of the hub's databases in it. */
export async function examineCouch(patient: Patient): Promise<readonly Finding[]> {
	const findings: Finding[] = [transport(patient.url)];
	const first = await fetch(`${patient.url}/_up`).catch(() => null);
	if (first === null) return [...findings, bad(`CouchDB at ${patient.url} does not answer.`, 'Start it, and look at its log and at the firewall.')];
	// one that lets nobody ask anything says so
	findings.push(first.ok || first.status === 401 ? good('CouchDB answers.') : bad(`CouchDB says that it is not up (${first.status}).`, 'Look at its log.'), clock(first.headers.get('date'), patient.now()));
	findings.push(...(await strangers(patient)));
	const couch = patient.admin !== null ? asAdministrator(patient.admin) : patient.secret !== null ? asProxy(patient.url, GATEWAY_USER, [ADMIN_ROLE], patient.secret) : null;
	if (couch === null) return [...findings, warning('Nothing further can be seen without COUCHDB_SECRET or an administrator’s address.', 'Give one of them.')];
	const welcome = await ask(couch, 'GET', '');
	if (welcome.status !== 200) return [...findings, bad('CouchDB takes neither the secret nor the administrator that were given.', PROVISION)];
	findings.push(versionOf(welcome.json), ...(await secretOf(patient)), ...(await cluster(couch)), ...(await configuration(couch)), ...(await databases(couch, patient.prefix)));
	return findings;
}

function transport(url: string): Finding {
	const { protocol, hostname } = new URL(url);
	if (protocol === 'https:') return good('The line to CouchDB is encrypted.');
	if (['localhost', '127.0.0.1', '[::1]'].includes(hostname)) return good('CouchDB is on this machine.');
	return warning(`The line to CouchDB at ${hostname} is not encrypted: who can listen there sees tokens that make him an administrator.`, 'Use https, or a network that is the hub’s alone.');
}

/** `[x]` seconds are what the header of an answer can be off by itself. */
function clock(date: string | null, now: number): Finding {
	const there = date === null ? NaN : Date.parse(date);
	if (Number.isNaN(there)) return warning('CouchDB does not say what time it is.', 'Look whether something between here and there removes headers.');
	const off = Math.abs(there - now);
	const what = `The clocks of this machine and of CouchDB are ${Math.round(off / 1000)} s apart.`;
	if (off > CLOCK_ERROR_MS) return bad(what, 'Set both by NTP: sessions end by this clock.');
	return off > CLOCK_WARNING_MS ? warning(what, 'Set both by NTP.') : good(what);
}

/** What somebody gets who has network access and nothing else. */
async function strangers({ url, prefix }: Patient): Promise<readonly Finding[]> {
	const forged = { 'X-Auth-CouchDB-UserName': 'admin', 'X-Auth-CouchDB-Roles': ADMIN_ROLE, 'X-Auth-CouchDB-Token': '0'.repeat(64) };
	const get = async (route: string, headers: Record<string, string> = {}): Promise<number> => (await fetch(`${url}/${route}`, { headers })).status;
	if ((await get('_all_dbs', forged)) === 200 || (await get('_all_dbs', { ...forged, 'X-Auth-CouchDB-Token': '' })) === 200)
		return [bad('Anybody is an administrator who says so: CouchDB takes proxy headers without checking their token.', PROVISION)];
	if ((await get('_all_dbs')) === 200) return [bad('Everybody is an administrator of this CouchDB (admin party).', 'Give it an administrator in its local.ini, restart it, then run `saddlebag provision`.')];
	const open = (await Promise.all([controlName(prefix), gatewayName(prefix), ''].map(async (route) => ((await get(route)) === 200 ? route : null)))).filter((route) => route !== null);
	if (open.some((route) => route !== '')) return [bad(`Anybody can read ${open.join(', ')}.`, PROVISION)];
	return open.length > 0 ? [warning('Strangers are told the version of CouchDB.', PROVISION)] : [good('Strangers get nothing.')];
}

function versionOf(welcome: unknown): Finding {
	const version = isObject(welcome) ? String(welcome['version']).slice(0, 20) : '';
	return isNewEnough(version) ? good(`CouchDB ${version}.`) : bad(`CouchDB ${version} is too old.`, `Install ${COUCHDB_MINIMUM.join('.')} or newer.`);
}

async function secretOf({ url, secret }: Patient): Promise<readonly Finding[]> {
	if (secret === null) return [];
	const { json } = await ask(asProxy(url, 'saddlebag-doctor', [], secret), 'GET', '_session');
	const user = isObject(json) ? json['userCtx'] : null;
	return [isObject(user) && user['name'] === 'saddlebag-doctor' ? good('CouchDB takes the secret of the gateways.') : bad('CouchDB does not take the secret that was given: gateways cannot work.', PROVISION)];
}

async function cluster(couch: ServerScope): Promise<readonly Finding[]> {
	const { json } = await ask(couch, 'GET', '_membership');
	const named = (key: string): readonly unknown[] => (isObject(json) && Array.isArray(json[key]) ? json[key] : []);
	const [connected, members] = [named('all_nodes'), named('cluster_nodes')];
	const away = members.filter((node) => !connected.includes(node));
	if (away.length > 0) return [bad(`Of the cluster ${away.join(', ')} is not connected.`, 'Start it, and look whether the nodes reach each other (ports 4369 and 9100, the same Erlang cookie).')];
	const strangers = connected.filter((node) => !members.includes(node));
	if (strangers.length > 0) return [warning(`${strangers.join(', ')} is connected and no member of the cluster.`, 'Add it to the cluster, or stop it.')];
	return [members.length === 2 ? warning('The cluster has two nodes: when one is away, nothing is stored.', 'Add a third.') : good(`${members.length} node${members.length === 1 ? '' : 's'}, all connected.`)];
}

async function configuration(couch: ServerScope): Promise<readonly Finding[]> {
	const findings: Finding[] = [];
	const secrets = new Set<string | null>();
	for (const node of await nodesOf(couch)) {
		const [secret, checked, handlers, closed, folder] = [
			await configOf(couch, node, 'chttpd_auth/secret'), await configOf(couch, node, 'chttpd_auth/proxy_use_secret'), await configOf(couch, node, 'chttpd/authentication_handlers'),
			await configOf(couch, node, 'chttpd/require_valid_user_except_for_up') ?? await configOf(couch, node, 'chttpd/require_valid_user'), await configOf(couch, node, 'couchdb/database_dir')
		];
		secrets.add(secret);
		if (checked !== 'true') findings.push(bad(`${node} does not check the tokens of proxy authentication.`, PROVISION));
		if (handlers !== AUTHENTICATION_HANDLERS) findings.push(warning(`${node} authenticates otherwise than set up here.`, PROVISION));
		if (closed !== 'true') findings.push(warning(`${node} lets strangers ask.`, PROVISION));
		// a path of its own machine, which may be this one
		if (folder !== null && isAbsolute(folder)) findings.push(...disk(folder, `the databases of ${node}`));
	}
	const [secret] = secrets;
	if (secrets.size > 1) findings.push(bad('The nodes of the cluster have different secrets.', PROVISION));
	else if (secret === null || secret === undefined || secret.length < SECRET_CHARACTERS_MIN) findings.push(bad('The secret of the gateways is missing or short enough to be guessed.', PROVISION));
	return findings.some(({ severity }) => severity === 'error') ? findings : [good('Authentication is set up at every node.'), ...findings];
}

/** Free space where a folder is, if it is on this machine. */
export function disk(folder: string, of: string): readonly Finding[] {
	try {
		const { bavail, blocks, bsize } = statfsSync(folder);
		const share = bavail / Math.max(1, blocks);
		const what = `${Math.round((bavail * bsize) / 1024 ** 3)} GiB (${Math.round(share * 100)} %) are free for ${of}.`;
		if (share < DISK_ERROR) return [bad(what, 'Free space, or move the data to a larger disk: a full disk takes no records.')];
		return [share < DISK_WARNING ? warning(what, 'Plan for a larger disk.') : good(what)];
	} catch {
		return [];
	}
}

async function databases(couch: ServerScope, prefix: string): Promise<readonly Finding[]> {
	const findings: Finding[] = [];
	const { json } = await ask(couch, 'GET', '_all_dbs');
	const all = Array.isArray(json) ? json.filter((name): name is string => typeof name === 'string') : [];
	for (const name of ['_users', '_global_changes']) if (!all.includes(name)) findings.push(bad(`CouchDB has no database ${name}.`, PROVISION));
	const own = all.filter((name) => name === gatewayName(prefix) || parseDatabaseName(prefix, name) !== null);
	if (!own.includes(controlName(prefix))) findings.push(warning(`There is no hub with the prefix ${prefix} yet.`, PROVISION));
	const wanted = designDocument();
	for (const name of own) {
		const security = await ask(couch, 'GET', `${name}/_security`);
		if (!isSameSecurity(security.json, securityOf(name))) findings.push(bad(`Who may reach ${name} is not what it should be.`, PROVISION));
		const rule = await ask(couch, 'GET', `${name}/${DESIGN_ID}`);
		const there = isObject(rule.json) ? rule.json : {};
		if (rule.status !== 200) findings.push(bad(`${name} has no rule for documents: CouchDB takes anything there.`, PROVISION));
		else if (typeof there['saddlebag'] === 'number' && there['saddlebag'] > wanted.saddlebag) findings.push(warning(`The rule in ${name} is of a newer version than this program.`, 'Upgrade this one.'));
		else if (there['validate_doc_update'] !== wanted.validate_doc_update) findings.push(bad(`The rule in ${name} is old, or was changed.`, PROVISION));
	}
	return findings.length === 0 ? [good(`${own.length} databases with their access and rule.`)] : findings;
}
