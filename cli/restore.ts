/**
 * `saddlebag restore`: puts a backup back. Nothing is written unless all of the backup is sound, and no data is ever replaced.
 */
import path from 'node:path';
import { pino } from 'pino';
import { restoreBackup } from '../server/backup/restore.ts';
import { intoCouch, intoFolder, type OpenTarget } from '../server/backup/target.ts';
import { openCouch } from '../server/couchdb/settings.ts';
import { ok, type Problem, type Result } from '../sync/result.ts';
import { dataFolderOf, readArguments } from './operator/arguments.ts';
import { readCouch } from './options/start.mjs';

const ROOT = path.dirname(import.meta.dirname);
const USAGE = `saddlebag restore FILE [--data FOLDER]

Puts a backup into an empty data folder. Then start the hub over it: devices notice that it went back, and send what it lacks.
Where COUCHDB_URL is set (with COUCHDB_SECRET or COUCHDB_SECRET_FILE, or with an administrator, as for npm start), databases and frontiers are put into that CouchDB,
and the hub's key and certificates into the data folder. The CouchDB may hold no other organization under the same prefix; a restore that was interrupted is run again.

  --data FOLDER  data folder of the hub, empty or not there yet (SADDLEBAG_DATA; ./data)`;

/** The exit code. */
export async function main(args: readonly string[]): Promise<number> {
	const read = readArguments(args, { data: { type: 'string' } });
	if (!read.ok) return wrong(`${read.error.message}. See saddlebag restore --help.`);
	const { flags, files } = read.value;
	const [file, ...more] = files;
	if (flags['help'] === true || file === undefined || more.length > 0) {
		console.log(USAGE);
		return flags['help'] === true ? 0 : 1;
	}
	const folder = dataFolderOf(flags['data'], ROOT);
	const target = await targetOf(process.env);
	if (!target.ok) return wrong(target.error.message);
	const restored = await restoreBackup(path.resolve(file), folder, target.value.open);
	if (!restored.ok) return wrong(restored.error.message);
	const { at, databases, documents } = restored.value;
	console.log(`Restored into ${target.value.name ?? folder}: ${documents} documents in ${databases} databases, as of ${new Date(at).toISOString()}.\nStart the hub over it; devices send what came later.`);
	return 0;
}

/** `name`: of a CouchDB, for people. */
async function targetOf(env: NodeJS.ProcessEnv): Promise<Result<{ readonly open: OpenTarget; readonly name: string | null }, Problem>> {
	const settings = readCouch(env);
	if (settings === null) return ok({ open: intoFolder, name: null });
	const opened = await openCouch(settings);
	if (!opened.ok) return opened;
	return ok({ open: intoCouch(opened.value.options, pino({ level: 'silent' })), name: `the CouchDB at ${opened.value.options.url}` });
}

function wrong(message: string): number {
	console.error(message);
	return 1;
}
