/**
 * Where a backup is put back: into the data folder of a hub, or into a CouchDB with the few files that are not kept there.
 *
 * A folder must be empty. A CouchDB must have no organization, or this one: the first thing said there is whose it is, so that a gateway that is started too early
 * founds no other one in it, and documents are written once, so that a restore that was interrupted is simply run again. Nothing that is there is ever replaced.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Logger } from 'pino';
import { parseJson } from '../../sync/change/canonical.ts';
import { err, ok, problem, type Problem, type Result } from '../../sync/result.ts';
import { checkFrontier } from '../../sync/verify/frontier.ts';
import type { CouchOptions } from '../couchdb/client.ts';
import { CouchStorage } from '../couchdb/couch-storage.ts';
import { writeFileDurably } from '../storage/durable-file.ts';
import { EmbeddedStorage } from '../storage/embedded-storage.ts';
import type { HubStorage } from '../storage/port.ts';
import { FRONTIERS, type BackupHeader } from './lines.ts';

export interface RestoreTarget {
	readonly storage: HubStorage;
	/** A small file of the hub, by its name below the data folder. Settles when it is durable. */
	readonly file: (name: string, content: string) => Promise<void>;
	readonly close: () => Promise<void>;
}

/** Opens it for what a backup says of itself; `draft` is a new folder, which becomes the data folder when all is there. */
export type OpenTarget = (header: BackupHeader, draft: string) => Promise<Result<RestoreTarget, Problem>>;

const intoDraft = (draft: string) => (name: string, content: string): Promise<void> => {
	const file = path.join(draft, name);
	mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
	writeFileDurably(file, content, 0o600);
	return Promise.resolve();
};

/** All of it into the data folder. */
export const intoFolder: OpenTarget = (_header, draft) => {
	const storage = new EmbeddedStorage(path.join(draft, 'databases'));
	return Promise.resolve(ok({ storage, file: intoDraft(draft), close: () => storage.close() }));
};

/** Databases and frontiers into a CouchDB, which is provisioned as it is by a gateway; the hub's key and certificates into the data folder. */
export const intoCouch = (options: CouchOptions, log: Logger): OpenTarget => async ({ org, prefix }, draft) => {
	const storage = await CouchStorage.open(options, prefix, log);
	const held = org === null ? null : ((await storage.shared.organization()) ?? (await storage.shared.claim(org)));
	if (held === null || held !== org) {
		await storage.close();
		return err(problem('other-organization', `The CouchDB at ${options.url} holds another organization under the prefix ${prefix}. Name another CouchDB, or remove its databases: a restore never replaces data.`));
	}
	const file = intoDraft(draft);
	return ok({
		storage,
		file: (name, content) => (name.startsWith(FRONTIERS) ? putFrontier(storage, content) : file(name, content)),
		close: () => storage.close()
	});
};

/** What is none is left out: its device states anew. One that is there with a higher counter stays. */
async function putFrontier(storage: CouchStorage, content: string): Promise<void> {
	const checked = checkFrontier(parsed(content));
	if (checked.ok) await storage.frontiers.put(checked.value);
}

function parsed(text: string): unknown {
	try {
		return parseJson(text);
	} catch {
		return null;
	}
}
