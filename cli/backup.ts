/**
 * `saddlebag backup`: writes a backup of a hub on this machine, while it runs or not; or looks whether one is whole.
 */
import path from 'node:path';
import { checkBackup } from '../server/backup/restore.ts';
import { DraftFile } from './operator/files.ts';
import { openHubData } from './operator/hub-data.ts';
import { dataFolderOf, readArguments, text } from './operator/arguments.ts';

const ROOT = path.dirname(import.meta.dirname);
const USAGE = `saddlebag backup --to FILE [--data FOLDER]
saddlebag backup --check FILE

Writes everything of a hub into one file: its databases as of one moment, frontiers, certificates and the hub's key. The hub may run meanwhile.
Whoever has the file can pose as this hub: keep it as you keep a key. It opens no record.

  --to FILE      the file to write; one that is there is replaced when the new one is whole
  --data FOLDER  data folder of the hub (SADDLEBAG_DATA; ./data)
  --check FILE   reads a backup and says whether it is whole`;

/** The exit code. */
export async function main(args: readonly string[]): Promise<number> {
	const read = readArguments(args, { to: { type: 'string' }, data: { type: 'string' }, check: { type: 'string' } });
	if (!read.ok) return wrong(`${read.error.message}. See saddlebag backup --help.`);
	const { flags } = read.value;
	const [to, check] = [text(flags['to']), text(flags['check'])];
	if (flags['help'] === true || (to === null && check === null)) {
		console.log(USAGE);
		return flags['help'] === true ? 0 : 1;
	}
	return check === null ? write(to ?? '', dataFolderOf(flags['data'], ROOT)) : look(check);
}

async function write(to: string, folder: string): Promise<number> {
	const opened = await openHubData(folder);
	if (!opened.ok) return wrong(opened.error.message);
	let file: DraftFile | null = null;
	try {
		file = new DraftFile(path.resolve(to));
		for await (const bytes of opened.value.backup()) file.write(bytes);
		file.finish();
	} catch (error) {
		file?.drop();
		return wrong(`The backup was not written: ${error instanceof Error ? error.message : String(error)}`);
	} finally {
		await opened.value.close();
	}
	return look(to);
}

async function look(file: string): Promise<number> {
	const checked = await checkBackup(path.resolve(file));
	if (!checked.ok) return wrong(checked.error.message);
	const { header, databases, documents } = checked.value;
	console.log(`${file} is whole: ${documents} documents in ${databases} databases, as of ${new Date(header.at).toISOString()}.`);
	return 0;
}

function wrong(message: string): number {
	console.error(message);
	return 1;
}
