/**
 * The data of a hub that does not run, opened for the command line: the same parts, without a listener.
 *
 * What a hub was not made with is not made here: the records of a hub over CouchDB are not in its folder, and databases begun in their stead would look like a hub
 * that lost everything. A hub notes at its start where it keeps them.
 */
import path from 'node:path';
import { existsSync, readFileSync } from 'node:fs';
import { err, ok, problem, type Problem, type Result } from '../../sync/result.ts';
import { ready } from '../../sync/verify/sodium.ts';
import type { BackedUp } from '../backup/backup.ts';
import { loadIdentity } from '../identity.ts';
import { Organization } from '../organization.ts';
import { writeFileDurably } from '../storage/durable-file.ts';
import { EmbeddedStorage } from '../storage/embedded-storage.ts';
import { controlName, PREFIX_DEFAULT } from '../storage/names.ts';

export interface OpenedData extends BackedUp { readonly close: () => Promise<void> }

export type BackEnd = 'embedded' | 'couchdb';
const BACK_END_FILE = 'back-end';

/** Notes in the data folder where the hub keeps its records. */
export function noteBackEnd(dataFolder: string, backEnd: BackEnd): void {
	if (notedBackEnd(dataFolder) !== backEnd) writeFileDurably(path.join(dataFolder, BACK_END_FILE), `${backEnd}\n`, 0o600);
}

function notedBackEnd(dataFolder: string): string | null {
	const file = path.join(dataFolder, BACK_END_FILE);
	return existsSync(file) ? readFileSync(file, 'utf8').trim() : null;
}

/** Opens the data folder of a hub; refused while a hub runs over it. */
export async function openData(dataFolder: string, prefix = PREFIX_DEFAULT): Promise<Result<OpenedData, Problem>> {
	await ready();
	if (notedBackEnd(dataFolder) === 'couchdb') return err(problem('in-couchdb', `The hub of ${dataFolder} keeps its records in CouchDB, and does not run or does not answer. Start it and try again: they are read through it.`));
	if (!existsSync(path.join(dataFolder, 'hub.key.pem'))) return err(problem('no-hub-data', `There is no data of a hub in ${dataFolder}. Name its folder with --data.`));
	const databases = path.join(dataFolder, 'databases');
	if (!existsSync(path.join(databases, controlName(prefix)))) return err(problem('no-databases', `The databases of the hub are not in ${dataFolder}: they were lost or moved, or are kept elsewhere. Nothing was changed.`));
	const identity = loadIdentity(dataFolder);
	if (!identity.ok) return identity;
	const storage = new EmbeddedStorage(databases);
	try {
		const organization = await Organization.load(await storage.get(controlName(prefix)), prefix);
		return ok({ identity: identity.value, storage, organization, prefix, dataFolder, close: () => storage.close() });
	} catch (error) {
		await storage.close();
		return err(problem('data-unusable', /lock/i.test(String(error)) ? `A hub uses ${dataFolder}, and does not answer. Stop it and try again.` : `The data in ${dataFolder} cannot be opened (${String(error)}).`));
	}
}
