/**
 * Puts a backup back: into an empty data folder, or into a CouchDB (`target.ts`).
 *
 * The whole backup is read and checked before anything is written: count and hash of each section, the check of a push for each document, and that the membership
 * log begins with the organization. What is wrong is named, and nothing is restored. It is written beside its place and moved there at the end, so that a restore that was
 * interrupted leaves nothing that a hub would take for its data. The databases begin a new history, by which devices notice that the hub went back: they ask for
 * everything again and send what it lacks.
 */
import { createReadStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Hash } from '../../sync/change/change.ts';
import { isHash } from '../../sync/change/ids.ts';
import { MembershipLog } from '../../sync/membership/log.ts';
import { err, ok, problem, type Problem, type Result } from '../../sync/result.ts';
import type { StatementDocument } from '../../sync/verify/document.ts';
import { ready } from '../../sync/verify/sodium.ts';
import { admitDocument, storedForm } from '../documents.ts';
import { syncFolder } from '../storage/durable-file.ts';
import { controlName, parseDatabaseName, type DatabaseName } from '../storage/names.ts';
import type { StoredDocument } from '../storage/port.ts';
import { FILE_NAME, FILES, HUB_KEY, linked, readBackupLine, type BackupHeader, type BackupLine } from './lines.ts';
import { intoFolder, type OpenTarget, type RestoreTarget } from './target.ts';

/** written at once: what one push may carry */
const BATCH = 1_000;
const BATCH_CHARACTERS = 8 * 1024 * 1024;
const FAULTS_MAX = 20;

export interface Restored { readonly at: number; readonly hub: string; readonly documents: number; readonly databases: number }

/** Restores `file` into `folder`, which must be empty or missing, and what of it is kept elsewhere into `target`. */
export async function restoreBackup(file: string, folder: string, target: OpenTarget = intoFolder): Promise<Result<Restored, Problem>> {
	await ready();
	if (existsSync(folder) && readdirSync(folder).length > 0) return err(problem('not-empty', `The folder ${folder} is not empty. Name another with --data, or move what is in it away: a restore never replaces data.`));
	const checked = await checkBackup(file);
	if (!checked.ok) return checked;
	const draft = `${folder}.restoring`;
	rmSync(draft, { recursive: true, force: true });
	mkdirSync(draft, { recursive: true, mode: 0o700 });
	try {
		const opened = await target(checked.value.header, draft);
		if (!opened.ok) {
			rmSync(draft, { recursive: true });
			return opened;
		}
		try {
			await writeAll(file, checked.value.header, opened.value);
		} finally {
			await opened.value.close();
		}
	} catch (error) {
		return err(problem('not-restored', `The backup was not restored to its end (${error instanceof Error ? error.message : String(error)}). See that there is room and that the databases answer, and run the same command again.`));
	}
	syncFolder(draft);
	if (existsSync(folder)) rmSync(folder, { recursive: true });
	renameSync(draft, folder);
	syncFolder(path.dirname(path.resolve(folder)));
	const { header, documents, databases } = checked.value;
	return ok({ at: header.at, hub: header.hub, documents, databases });
}

async function writeAll(file: string, header: BackupHeader, target: RestoreTarget): Promise<void> {
	let name: string | null = null;
	let due: StoredDocument[] = [];
	let characters = 0;
	const flush = async (): Promise<void> => {
		if (name !== null && due.length > 0) await (await target.storage.get(name)).write(due);
		[due, characters] = [[], 0];
	};
	for await (const { line, text } of linesOf(file)) {
		if (line?.kind === 'file') await target.file(line.name, line.content);
		else if (line?.kind === 'database') {
			name = line.name;
			// an empty one is made too
			await target.storage.get(name);
		} else if (line?.kind === 'document') {
			const place = name === null ? null : parseDatabaseName(header.prefix, name);
			const admitted = place === null ? null : admitDocument(line.document, place);
			if (admitted?.ok === true) due.push(storedForm(admitted.value));
			characters += text.length;
			if (due.length >= BATCH || characters >= BATCH_CHARACTERS) await flush();
		} else if (line?.kind === 'end') await flush();
	}
}

interface NumberedLine { readonly number: number; readonly text: string; readonly line: BackupLine | null }

async function* linesOf(file: string): AsyncGenerator<NumberedLine> {
	let number = 0;
	for await (const text of createInterface({ input: createReadStream(file, { encoding: 'utf8' }), crlfDelay: Infinity })) yield { number: ++number, text, line: readBackupLine(text) };
}

export interface CheckedBackup {
	readonly header: BackupHeader;
	readonly documents: number;
	readonly databases: number;
	/** statements that are kept and count for nothing */
	readonly refused: number;
	/** documents that the hub had and no hub would take: they were not written */
	readonly omitted: number;
}

/** Reads all of a backup and changes nothing. The problem names what is damaged. */
export async function checkBackup(file: string): Promise<Result<CheckedBackup, Problem>> {
	await ready();
	if (!existsSync(file)) return err(problem('no-backup', `There is no file ${file}.`));
	const check = new BackupCheck();
	try {
		for await (const line of linesOf(file)) {
			check.take(line);
			if (check.faults.length >= FAULTS_MAX) break;
		}
	} catch (error) {
		return err(problem('unreadable', `The backup ${file} cannot be read to its end (${error instanceof Error ? error.message : String(error)}). Nothing was restored.`));
	}
	const result = check.end();
	if (result.ok) return result;
	const more = result.error.length > FAULTS_MAX ? '\n  and more' : '';
	return err(problem('damaged-backup', `The backup ${file} is damaged; nothing was restored. Use another backup.\n${result.error.slice(0, FAULTS_MAX).map((fault) => `  ${fault}`).join('\n')}${more}`));
}

class BackupCheck {
	readonly faults: string[] = [];
	#header: BackupHeader | null = null;
	#section: string | null = null;
	#place: DatabaseName | null = null;
	#hash = '';
	#count = 0;
	#sections = 0;
	#all = '';
	#tail = false;
	#key = false;
	#documents = 0;
	#refused = 0;
	#omitted = 0;
	readonly #databases = new Set<string>();
	readonly #statements: StatementDocument[] = [];

	take({ number, text, line }: NumberedLine): void {
		if (this.#header === null) {
			if (line?.kind !== 'header') this.faults.push(`line 1: this is not a backup of a hub, or its first line is damaged`);
			this.#header = line?.kind === 'header' ? line.header : { backup: 1, at: 0, hub: '', org: null, prefix: '' };
			[this.#all, this.#section] = [linked('', text), FILES];
			return;
		}
		if (this.#tail) return void this.faults.push(`line ${number}: there is something behind the end`);
		if (line?.kind === 'end') return this.#end(number, text, line);
		if (line?.kind === 'tail') {
			this.#tail = true;
			if (line.sections !== this.#sections || line.hash !== this.#all) this.faults.push(`line ${number}: a part of the backup is missing, or parts were exchanged`);
			return;
		}
		if (line?.kind === 'database') {
			this.#place = parseDatabaseName(this.#header.prefix, line.name);
			if (this.#place === null || this.#databases.has(line.name)) this.faults.push(`line ${number}: ${JSON.stringify(line.name.slice(0, 80))} is not the name of a database, or there twice`);
			this.#databases.add(line.name);
			this.#section = line.name;
			return;
		}
		this.#hash = linked(this.#hash, text);
		this.#count++;
		const fault = this.#faultOf(line);
		if (fault !== null) this.faults.push(`line ${number}, ${this.#inWords()}: ${fault}`);
	}

	#faultOf(line: BackupLine | null): string | null {
		if (line?.kind === 'file') {
			if (line.name === HUB_KEY) this.#key = true;
			return this.#section === FILES && FILE_NAME.test(line.name) ? null : `${JSON.stringify(line.name.slice(0, 80))} is no file of a hub`;
		}
		if (line?.kind !== 'document') return 'the line is damaged';
		if (this.#place === null) return 'a document without a database';
		const admitted = admitDocument(line.document, this.#place);
		if (!admitted.ok) return `document ${admitted.error.id ?? 'without a name'} is damaged: ${admitted.error.reason}`;
		this.#documents++;
		if (admitted.value.v === 's1') this.#statements.push(admitted.value);
		return null;
	}

	#end(number: number, text: string, { section, count, hash, omitted }: Extract<BackupLine, { kind: 'end' }>): void {
		const at = this.#inWords();
		if (section !== this.#section) this.faults.push(`line ${number}: the end of ${JSON.stringify(section.slice(0, 80))} within ${at}`);
		else if (count !== this.#count) this.faults.push(`${at}: ${this.#count} of ${count} entries are there`);
		else if (hash !== this.#hash) this.faults.push(`${at}: an entry was altered or moved`);
		this.#all = linked(this.#all, text);
		this.#sections++;
		this.#omitted += omitted;
		[this.#hash, this.#count, this.#section, this.#place] = ['', 0, null, null];
	}

	#inWords(): string {
		return this.#section === null ? 'between two parts' : this.#section === FILES ? 'the files of the hub' : `database ${this.#section}`;
	}

	end(): Result<CheckedBackup, readonly string[]> {
		if (this.#header === null) this.faults.push('the file is empty');
		else if (!this.#tail) this.faults.push(`the backup is cut short, in ${this.#inWords()}`);
		else if (!this.#key) this.faults.push('the key of the hub is missing');
		if (this.faults.length === 0) this.#judge();
		const header = this.#header;
		return this.faults.length > 0 || header === null ? err(this.faults) : ok({ header, documents: this.#documents, databases: this.#databases.size, refused: this.#refused, omitted: this.#omitted });
	}

	/**
	 * The membership log from its beginning. A statement that it refuses is no damage: a hub keeps what cites a statement that has not arrived, and that one may show
	 * that it never counted. Whoever reads the log refuses it again, so what is demanded is that the organization was founded.
	 */
	#judge(): void {
		const { org, prefix } = this.#header ?? { org: null, prefix: '' };
		if (org === null) return void this.faults.push('it is of a hub without an organization, and holds nothing');
		const log = new MembershipLog(isHash(org) ? org : ('' as Hash));
		this.#refused = log.add(this.#statements).refused.length;
		if (log.state === null) this.faults.push(`database ${controlName(prefix)}: the statement that founded the organization is missing`);
		for (const name of this.#databases) {
			const place = parseDatabaseName(prefix, name);
			if (place !== null && place.kind !== 'control' && log.state !== null && !log.state.sites.has(place.site)) this.faults.push(`database ${name}: no statement made its site`);
		}
	}
}
