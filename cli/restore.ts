/**
 * `saddlebag restore`: puts a backup back. Nothing is written unless all of the backup is sound, and no data is ever replaced.
 */
import path from 'node:path';
import { restoreBackup } from '../server/backup/restore.ts';
import { dataFolderOf, readArguments } from './operator/arguments.ts';

const ROOT = path.dirname(import.meta.dirname);
const USAGE = `saddlebag restore FILE [--data FOLDER]

Puts a backup into an empty data folder. Then start the hub over it: devices notice that it went back, and send what it lacks.

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
	const restored = await restoreBackup(path.resolve(file), folder);
	if (!restored.ok) return wrong(restored.error.message);
	const { at, databases, documents } = restored.value;
	console.log(`Restored into ${folder}: ${documents} documents in ${databases} databases, as of ${new Date(at).toISOString()}.\nStart the hub over it; devices send what came later.`);
	return 0;
}

function wrong(message: string): number {
	console.error(message);
	return 1;
}
