/**
 * The data of a hub that does not run, opened for the command line: the same parts, without a listener.
 */
import path from 'node:path';
import { existsSync } from 'node:fs';
import { err, ok, problem, type Problem, type Result } from '../../sync/result.ts';
import { ready } from '../../sync/verify/sodium.ts';
import type { BackedUp } from '../backup/backup.ts';
import { loadIdentity } from '../identity.ts';
import { Organization } from '../organization.ts';
import { EmbeddedStorage } from '../storage/embedded-storage.ts';
import { controlName, PREFIX_DEFAULT } from '../storage/names.ts';

export interface OpenedData extends BackedUp { readonly close: () => Promise<void> }

/** Opens the data folder of a hub; refused while a hub runs over it. */
export async function openData(dataFolder: string, prefix = PREFIX_DEFAULT): Promise<Result<OpenedData, Problem>> {
	await ready();
	if (!existsSync(path.join(dataFolder, 'hub.key.pem'))) return err(problem('no-hub-data', `There is no data of a hub in ${dataFolder}. Name its folder with --data.`));
	const identity = loadIdentity(dataFolder);
	if (!identity.ok) return identity;
	const storage = new EmbeddedStorage(path.join(dataFolder, 'databases'));
	try {
		const organization = await Organization.load(await storage.get(controlName(prefix)), prefix);
		return ok({ identity: identity.value, storage, organization, prefix, dataFolder, close: () => storage.close() });
	} catch (error) {
		await storage.close();
		return err(problem('data-unusable', /lock/i.test(String(error)) ? `A hub uses ${dataFolder}, and does not answer. Stop it and try again.` : `The data in ${dataFolder} cannot be opened (${String(error)}).`));
	}
}
