/**
 * Writes a backup of a hub while it runs.
 *
 * Documents are written once, so that a backup is as of one moment when each database is read up to as many documents as it had then. Frontiers are read before that
 * moment and the membership log last: what a document or a frontier of the backup rests on is in the backup too. A CouchDB of several shards gives them in no one order,
 * and its counts lag behind: there each database is read to its end. What came after the moment the devices
 * still have, and send again to a hub that was restored (A4). A document that no hub would take (of a decayed disk, or put into CouchDB past every gateway) is left
 * out and counted: one bad document never costs the backup.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Identity } from '../identity.ts';
import { databaseNames, documentsOf, type OpenData } from '../bundles.ts';
import { admitDocument } from '../documents.ts';
import type { FrontierStore } from '../storage/frontiers.ts';
import { controlName, parseDatabaseName } from '../storage/names.ts';
import { BackupWriter, FILE_NAME, FILES, FRONTIERS, HUB_KEY } from './lines.ts';

/** text handed over at once */
const CHUNK_CHARACTERS = 256 * 1024;
const KEEPS_FRONTIERS = /-(?:desk|care)$/u;

export const NOTHING_TO_BACK_UP = 'This hub has no organization, so there is nothing to back up.';

export interface BackedUp extends OpenData {
	readonly identity: Pick<Identity, 'key'>;
	readonly dataFolder: string;
	/** PEM, where it is kept elsewhere */
	readonly hubKey?: string | undefined;
	/** absent: they are files of the data folder */
	readonly frontiers?: FrontierStore;
}

/** The text of a backup, piece by piece. Rejects where there is no organization: such a backup would be empty, and replace one that is not. */
export async function* backupOf(hub: BackedUp, now: number): AsyncGenerator<string> {
	if (hub.organization.org === null) throw new Error(NOTHING_TO_BACK_UP);
	const writer = new BackupWriter();
	let text = writer.header({ backup: 1, at: now, hub: hub.identity.key, org: hub.organization.org, prefix: hub.prefix });
	if (hub.hubKey !== undefined) text += writer.file(HUB_KEY, hub.hubKey);
	for (const name of filesOf(hub.dataFolder, [HUB_KEY, 'tls', ...(hub.frontiers === undefined ? ['frontiers'] : [])]).filter((one) => one !== HUB_KEY || hub.hubKey === undefined)) {
		text += writer.file(name, readFileSync(path.join(hub.dataFolder, name), 'utf8'));
		if (text.length < CHUNK_CHARACTERS) continue;
		yield text;
		text = '';
	}
	for await (const [name, content] of frontiersOf(hub)) {
		text += writer.file(name, content);
		if (text.length < CHUNK_CHARACTERS) continue;
		yield text;
		text = '';
	}
	text += writer.end(FILES);
	const control = controlName(hub.prefix);
	const databases = await Promise.all([...databaseNames(hub).filter((name) => name !== control), control].map((name) => hub.storage.get(name)));
	// the moment
	const counts = new Map(await Promise.all(databases.map(async (database) => [database.name, (await database.info()).count] as const)));
	for (const database of databases) {
		text += writer.database(database.name);
		const place = parseDatabaseName(hub.prefix, database.name);
		let omitted = 0;
		const toItsEnd = database.name === control || hub.storage.shared !== null;
		for await (const documents of documentsOf(database, toItsEnd ? Infinity : counts.get(database.name))) {
			for (const document of documents) {
				if (place !== null && admitDocument(document, place).ok) text += writer.document(document);
				else omitted++;
			}
			if (text.length < CHUNK_CHARACTERS) continue;
			yield text;
			text = '';
		}
		text += writer.end(database.name, omitted);
	}
	yield text + writer.tail();
}

/** Frontiers as small files, under the names that `storage/frontiers.ts` gives them. */
async function* frontiersOf(hub: BackedUp): AsyncGenerator<readonly [string, string]> {
	for (const name of databaseNames(hub)) {
		const database = name.slice(hub.prefix.length + 1);
		if (!KEEPS_FRONTIERS.test(database)) continue;
		for (const [device, { document }] of (await hub.frontiers?.of(database)) ?? []) {
			yield [`${FRONTIERS}${database}/${device}.json`, JSON.stringify(document)];
		}
	}
}

/** Names of the small files of a hub, below its data folder. */
function filesOf(folder: string, places: readonly string[]): readonly string[] {
	const found: string[] = [];
	const look = (below: string): void => {
		const at = path.join(folder, below);
		if (!existsSync(at)) return;
		if (statSync(at).isDirectory()) for (const name of readdirSync(at).sort()) look(`${below}/${name}`);
		else if (FILE_NAME.test(below)) found.push(below);
	};
	places.forEach(look);
	return found;
}
