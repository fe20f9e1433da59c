/** All checks, in the order in which they are asked: the first group stores what the others find. */
import type { Group } from './check.ts';
import { allDocs, bulkGet, local } from './cases/by-name.ts';
import { changes, waiting } from './cases/changes.ts';
import { clients } from './cases/clients.ts';
import { errors, information, origins, updates } from './cases/server.ts';
import { writing } from './cases/writing.ts';

export const GROUPS: readonly Group[] = [
	['_bulk_docs', writing], ['information', information], ['_changes', changes], ['waiting', waiting], ['_all_docs', allDocs], ['by name', bulkGet], ['_local', local],
	['_db_updates', updates], ['errors', errors], ['other origins', origins], ['clients', clients]
];
