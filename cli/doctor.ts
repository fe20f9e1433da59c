/**
 * `saddlebag doctor`: looks at a hub on this machine and its CouchDB, and says what is wrong and what to do.
 */
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { disk, examineCouch, exitCodeOf, type Finding } from '../server/couchdb/doctor.ts';
import { readAddress } from '../server/couchdb/provision.ts';
import { readSecret } from '../server/couchdb/settings.ts';
import { PREFIX_DEFAULT } from '../server/storage/names.ts';
import { dataFolderOf, readArguments, text } from './operator/arguments.ts';
import { readCouch } from './options/start.mjs';

const ROOT = path.dirname(import.meta.dirname);
const USAGE = `saddlebag doctor [--hub URL] [--data FOLDER] [--prefix TEXT]

Looks at a hub and changes nothing: this machine, the hub's address, and the CouchDB behind it where COUCHDB_URL is set (with an administrator, or with
COUCHDB_SECRET or COUCHDB_SECRET_FILE, as gateways have it): versions, who is let in, secrets, cluster, encryption, clocks, free disk, databases.

  --hub URL      where the hub is reached, such as https://hub.example.org
  --data FOLDER  data folder of the hub (SADDLEBAG_DATA; ./data)

Exit code: 0 all is well, 1 warnings, 2 errors.`;

/** The exit code. */
export async function main(args: readonly string[]): Promise<number> {
	const read = readArguments(args, { hub: { type: 'string' }, data: { type: 'string' }, prefix: { type: 'string' } });
	if (!read.ok) {
		console.error(`${read.error.message}. See saddlebag doctor --help.`);
		return 2;
	}
	const { flags } = read.value;
	if (flags['help'] === true) {
		console.log(USAGE);
		return 0;
	}
	const findings = [...machine(dataFolderOf(flags['data'], ROOT)), ...(await hub(text(flags['hub']))), ...(await couch(text(flags['prefix']) ?? PREFIX_DEFAULT))];
	for (const { severity, what, todo } of findings) console.log(`${{ ok: 'ok     ', warning: 'WARNING', error: 'ERROR  ' }[severity]} ${what}${todo === undefined ? '' : `\n        ${todo}`}`);
	const count = (severity: Finding['severity']): number => findings.filter((finding) => finding.severity === severity).length;
	console.log(`${findings.length} findings: ${count('error')} errors, ${count('warning')} warnings`);
	return exitCodeOf(findings);
}

function machine(folder: string): readonly Finding[] {
	const findings: Finding[] = [];
	const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
	findings.push(major > 20 || (major === 20 && minor >= 19) ? { severity: 'ok', what: `Node ${process.versions.node}.` } : { severity: 'error', what: `Node ${process.versions.node} is too old.`, todo: 'Install 20.19 or newer.' });
	if (!existsSync(folder)) return [...findings, { severity: 'warning', what: `There is no data folder ${folder}.`, todo: 'Name it with --data, or start the hub once.' }];
	findings.push(...disk(folder, 'the data folder'));
	const key = path.join(folder, 'hub.key.pem');
	if (existsSync(key) && process.platform !== 'win32' && (statSync(key).mode & 0o077) !== 0)
		findings.push({ severity: 'error', what: `Others on this machine can read ${key}, and pose as this hub.`, todo: `chmod 600 ${key}` });
	return findings;
}

async function hub(address: string | null): Promise<readonly Finding[]> {
	if (address === null) return [];
	if (!URL.canParse(address)) return [{ severity: 'error', what: `${address} is no address.`, todo: 'Give one such as https://hub.example.org.' }];
	const { protocol, hostname, origin } = new URL(address);
	const findings: Finding[] = [];
	if (protocol !== 'https:' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname))
		findings.push({ severity: 'error', what: 'The hub is reached without HTTPS: browsers keep neither app nor keys.', todo: 'Start it with --lan, with --tls-cert and --tls-key, or behind a proxy that has a certificate.' });
	const answer = await fetch(`${origin}/_hub/info`).catch((error: unknown) => (error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)));
	if (typeof answer === 'string') return [...findings, { severity: 'error', what: `The hub at ${origin} does not answer (${answer.slice(0, 120)}).`, todo: 'Start it; look at its certificate and at the firewall.' }];
	const info = (await answer.json().catch(() => null)) as { readonly saddlebag?: unknown; readonly configured?: unknown } | null;
	if (!answer.ok || typeof info?.saddlebag !== 'string') return [...findings, { severity: 'error', what: `What answers at ${origin} is no hub.`, todo: 'Look at the proxy before it: / must be passed on whole.' }];
	findings.push({ severity: 'ok', what: `The hub answers, version ${info.saddlebag.slice(0, 20)}.` });
	if (info.configured !== true) findings.push({ severity: 'warning', what: 'The hub has no organization: whoever has its set-up link can found one.', todo: 'Open the link that it prints when it is started.' });
	return findings;
}

async function couch(prefix: string): Promise<readonly Finding[]> {
	const settings = readCouch(process.env);
	if (settings === null) return [{ severity: 'ok', what: 'Databases are embedded: COUCHDB_URL is not set.' }];
	const address = readAddress(settings.url);
	if (!address.ok) return [{ severity: 'error', what: address.error.message, todo: 'Correct COUCHDB_URL.' }];
	const secret = readSecret(settings);
	if (!secret.ok) return [{ severity: 'error', what: secret.error.message, todo: 'Run `saddlebag provision`.' }];
	return examineCouch({ ...address.value, secret: secret.value, prefix, now: Date.now });
}
