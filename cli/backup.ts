/**
 * `saddlebag backup`: writes a backup of a hub on this machine, while it runs or not; or looks whether one is whole.
 */
import path from 'node:path';
import { checkBackup, type CheckedBackup } from '../server/backup/restore.ts';
import { DraftFile } from './operator/files.ts';
import { openHubData } from './operator/hub-data.ts';
import { dataFolderOf, readArguments, text } from './operator/arguments.ts';

const ROOT = path.dirname(import.meta.dirname);
const USAGE = `saddlebag backup --to FILE [--keep N] [--data FOLDER]
saddlebag backup --check FILE

Writes everything of a hub into one file: its databases as of one moment, frontiers, certificates and the hub's key. The hub may run meanwhile.
Whoever has the file can pose as this hub: keep it as you keep a key. It opens no record.

  --to FILE      the file to write; one that is there is replaced when the new one was read again and is whole
  --keep N       keeps the N backups before it too, as FILE.1 (the newest) to FILE.N (0)
  --data FOLDER  data folder of the hub (SADDLEBAG_DATA; ./data)
  --check FILE   reads a backup and says whether it is whole`;

/** The exit code. */
export async function main(args: readonly string[]): Promise<number> {
	const read = readArguments(args, { to: { type: 'string' }, keep: { type: 'string' }, data: { type: 'string' }, check: { type: 'string' } });
	if (!read.ok) return wrong(`${read.error.message}. See saddlebag backup --help.`);
	const { flags } = read.value;
	const [to, check] = [text(flags['to']), text(flags['check'])];
	if (flags['help'] === true || (to === null && check === null)) {
		console.log(USAGE);
		return flags['help'] === true ? 0 : 1;
	}
	if (to === null) return look(check ?? '');
	const keep = text(flags['keep']) ?? '0';
	if (!/^\d{1,3}$/u.test(keep)) return wrong('--keep is a number of backups, 0 to 999.');
	return write(to, Number(keep), dataFolderOf(flags['data'], ROOT));
}

async function write(to: string, keep: number, folder: string): Promise<number> {
	const opened = await openHubData(folder);
	if (!opened.ok) return wrong(opened.error.message);
	let file: DraftFile | null = null;
	try {
		file = new DraftFile(path.resolve(to));
		for await (const bytes of opened.value.backup()) file.write(bytes);
		// read again before it takes the place of one that is known to be good
		const checked = await checkBackup(file.close());
		if (!checked.ok) {
			file.drop();
			return wrong(`The backup was not written, and what was there is as it was. ${checked.error.message}`);
		}
		file.finish(keep);
		tell(to, checked.value);
		return 0;
	} catch (error) {
		file?.drop();
		return wrong(`The backup was not written: ${error instanceof Error ? error.message : String(error)}`);
	} finally {
		await opened.value.close();
	}
}

async function look(file: string): Promise<number> {
	const checked = await checkBackup(path.resolve(file));
	if (!checked.ok) return wrong(checked.error.message);
	tell(file, checked.value);
	return 0;
}

function tell(file: string, { header, databases, documents, omitted }: CheckedBackup): void {
	console.log(`${file} is whole: ${documents} documents in ${databases} databases, as of ${new Date(header.at).toISOString()}.`);
	if (omitted > 0) console.error(`${String(omitted)} documents that no hub would take were left out: the disk may decay, or somebody wrote past the hub.`);
}

function wrong(message: string): number {
	console.error(message);
	return 1;
}
