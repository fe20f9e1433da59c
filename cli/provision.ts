/**
 * `saddlebag provision`: makes a CouchDB ready for gateways, and mends one that is. Safe to repeat.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import { CouchStorage } from '../server/couchdb/couch-storage.ts';
import { asAdministrator, provisionDatabase, SHAPE } from '../server/couchdb/provision.ts';
import { openCouch, whyNot } from '../server/couchdb/settings.ts';
import { Organization } from '../server/organization.ts';
import { writeFileDurably } from '../server/storage/durable-file.ts';
import { controlName, gatewayName, PREFIX, PREFIX_DEFAULT, SITE_DATABASES, siteDatabaseName } from '../server/storage/names.ts';
import { ready } from '../sync/verify/sodium.ts';
import { readArguments, text } from './operator/arguments.ts';

const USAGE = `COUCHDB_URL=http://admin:password@localhost:5984 saddlebag provision --secret-file FILE

Sets up a CouchDB, server or cluster: proxy authentication with a secret that gateways share with it, nobody else let in, and the hub's databases
with their access and the rule for documents. What is right already is left alone; nodes whose authentication had to change are restarted.

  --secret-file FILE   where the secret is, or is written to when there is none, readable by its owner only (COUCHDB_SECRET_FILE, which gateways read too)
  --prefix TEXT        before the names of the databases (sb)
  --shards N           into how many files a new database is cut ([cluster] q of CouchDB)`;

/** The exit code. */
export async function main(args: readonly string[]): Promise<number> {
	const read = readArguments(args, { 'secret-file': { type: 'string' }, prefix: { type: 'string' }, shards: { type: 'string' } });
	if (!read.ok) return wrong(`${read.error.message}. See saddlebag provision --help.`);
	const { flags } = read.value;
	const url = process.env['COUCHDB_URL'] ?? '';
	const file = text(flags['secret-file']) ?? (process.env['COUCHDB_SECRET_FILE'] || null);
	if (flags['help'] === true || url === '' || file === null) {
		console.log(USAGE);
		return flags['help'] === true ? 0 : 1;
	}
	const prefix = text(flags['prefix']) ?? PREFIX_DEFAULT;
	const given = text(flags['shards']) ?? null;
	const shards = given === null ? SHAPE.shards : Number(given);
	if (!PREFIX.test(prefix)) return wrong('--prefix must be lower-case letters, digits and _, beginning with a letter.');
	if (shards !== null && (!Number.isInteger(shards) || shards < 1 || shards > 64)) return wrong('--shards must be a number from 1 to 64.');
	await ready();
	return provision(url, path.resolve(file), prefix, shards);
}

async function provision(url: string, file: string, prefix: string, shards: number | null): Promise<number> {
	const opened = await openCouch({ url, secret: null, secretFile: existsSync(file) ? file : null });
	if (!opened.ok) return wrong(opened.error.message);
	const { options, done } = opened.value;
	if (!existsSync(file)) {
		writeFileDurably(file, `${options.secret}\n`, 0o600);
		done.push(`wrote the secret to ${file}: it is as good as the password of an administrator`);
	}
	for (const line of done) console.log(line);
	try {
		const couch = asAdministrator(url.replace(/\/+$/, ''));
		const storage = await CouchStorage.open(options, prefix, pino({ level: 'silent' }));
		let changes = done.length;
		try {
			const organization = await Organization.load(await storage.get(controlName(prefix)), prefix, storage.shared);
			const sites = [...(organization.state?.sites.keys() ?? [])];
			const names = [controlName(prefix), gatewayName(prefix), ...sites.flatMap((site) => SITE_DATABASES.map((kind) => siteDatabaseName(prefix, site, kind)))];
			for (const name of names) {
				const lines = await provisionDatabase(couch, name, { shards });
				changes += lines.length;
				for (const line of lines) console.log(line);
			}
			console.log(changes === 0 ? `All ${names.length} databases were as they should be.` : `Done: ${names.length} databases.`);
		} finally {
			await storage.close();
		}
		return 0;
	} catch (error) {
		return wrong(whyNot(options.url, error).message);
	}
}

function wrong(message: string): number {
	console.error(message);
	return 1;
}
