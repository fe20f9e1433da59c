/**
 * `saddlebag bundle`: files of sealed records that are carried by hand, from and to a hub on this machine or a kept device.
 *
 * Files are read and written piece by piece: a file may be larger than memory.
 */
import { createReadStream, existsSync } from 'node:fs';
import { stat, open } from 'node:fs/promises';
import path from 'node:path';
import type { BundleReport } from '../server/bundles.ts';
import type { BundleImport, BundleSource, BundleTarget } from '../sync/device/bundle-api.ts';
import type { Device } from '../sync/device/device.ts';
import { err, ok, problem, type Problem, type Result } from '../sync/result.ts';
import { BundleReader, writeBundle, type BundleChunk, type BundleEntry, type BundleHeader, type BundleSummary } from '../sync/verify/bundle.ts';
import { ready } from '../sync/verify/sodium.ts';
import { openClerk } from './import/clerk.ts';
import { askPassphrase } from './import/prompt.ts';
import { dataFolderOf, readArguments, text, texts, type Arguments } from './operator/arguments.ts';
import { DraftFile, partName } from './operator/files.ts';
import { openHubData } from './operator/hub-data.ts';

const ROOT = path.dirname(import.meta.dirname);
const MIB = 1024 * 1024;
const REASONS_SHOWN = 20;
const OPERATION = 'command-line';
const USAGE = `saddlebag bundle export --out FILE [--data FOLDER | --device FOLDER] [--site ID …] [--for NAME] [--frontier FILE] [--max-mb N]
saddlebag bundle import FILE … [--data FOLDER | --device FOLDER]
saddlebag bundle show FILE …

Files of sealed records and signed statements, as they would go over a line. Nobody can read them without a key; each document is checked
wherever it is taken in. Files may be taken in in any order and twice; of a damaged one everything that is sound.

  --data FOLDER    from or to the hub with this data folder, whether it runs or not (SADDLEBAG_DATA; ./data)
  --device FOLDER  from or to a kept device (saddlebag import --device); its passphrase is asked for, or taken from SADDLEBAG_PASSPHRASE
  --out FILE       the file to write; further ones get a number
  --max-mb N       size of a file at most (1024)
  --site ID        of a hub: only the databases of this site, with all statements; may be given several times
  --for NAME       of a device: only what the device of this person, or this site, is not known to hold
  --frontier FILE  what another device stated of itself (its text), to be known for --for`;

/** The exit code: 0 when all went well, 2 when a file was damaged or not whole, else 1. */
export async function main(args: readonly string[]): Promise<number> {
	const read = readArguments(args, { out: { type: 'string' }, data: { type: 'string' }, device: { type: 'string' }, site: { type: 'string', multiple: true }, for: { type: 'string' }, frontier: { type: 'string' }, 'max-mb': { type: 'string' } });
	if (!read.ok) return wrong(`${read.error.message}. See saddlebag bundle --help.`);
	const [act, ...files] = read.value.files;
	const given = { flags: read.value.flags, files };
	if (given.flags['help'] === true) console.log(USAGE);
	if (given.flags['help'] === true) return 0;
	await ready();
	const missing = act === 'export' ? undefined : files.find((file) => !existsSync(file));
	if (missing !== undefined) return wrong(`There is no file ${missing}.`);
	try {
		if (act === 'export' && text(given.flags['out']) !== null) return await writeFiles(given);
		if (act === 'import' && files.length > 0) return await takeFiles(given);
		if (act === 'show' && files.length > 0) return await show(files);
	} catch (error) {
		return wrong(error instanceof Error ? error.message : String(error));
	}
	console.log(USAGE);
	return 1;
}

// --- writing -----------------------------------------------------------------------------------------------------------------------------

async function writeFiles(given: Arguments): Promise<number> {
	const { flags } = given;
	const out = path.resolve(text(flags['out']) ?? '');
	const megabytes = Number(text(flags['max-mb']) ?? '1024');
	if (!Number.isFinite(megabytes) || megabytes < 1) return wrong('--max-mb is a number of megabytes, 1 or more.');
	const writer = new FileWriter(out);
	try {
		const written = text(flags['device']) === null ? await fromHub(given, writer, megabytes * MIB) : await fromDevice(given, writer, megabytes * MIB);
		if (!written.ok) {
			writer.drop();
			return wrong(written.error.message);
		}
		for (const { file, bytes } of writer.written) console.log(`${file}: ${(bytes / MIB).toFixed(1)} MB`);
		console.log(`${String(written.value)} documents.`);
		return 0;
	} catch (error) {
		writer.drop();
		throw error;
	}
}

class FileWriter {
	readonly written: { readonly file: string; readonly bytes: number }[] = [];
	readonly #out: string;
	#part = 0;
	#draft: DraftFile | null = null;

	constructor(out: string) {
		this.#out = out;
	}

	write({ part, bytes, last }: Pick<BundleChunk, 'part' | 'bytes' | 'last'>): void {
		this.#draft ??= new DraftFile(partName(this.#out, part));
		this.#part = part;
		this.#draft.write(bytes);
		if (!last) return;
		this.#draft.finish();
		this.written.push({ file: partName(this.#out, this.#part), bytes: this.#draft.bytes });
		this.#draft = null;
	}
	drop(): void {
		this.#draft?.drop();
	}
}

async function fromHub({ flags }: Arguments, writer: FileWriter, bytesMax: number): Promise<Result<number, Problem>> {
	const data = await openHubData(dataFolderOf(flags['data'], ROOT));
	if (!data.ok) return data;
	const sites = texts(flags['site']);
	const reader = new BundleReader();
	let documents = 0;
	let summary: BundleSummary | null = null;
	const chunks = data.value.bundle(sites.length === 0 ? null : sites)[Symbol.asyncIterator]();
	// what comes over the door is checked on its way, and split into files here
	const waiting: BundleEntry[] = [];
	const first = await chunks.next();
	if (first.done !== true) waiting.push(...reader.push(first.value));
	async function* entries(): AsyncGenerator<BundleEntry> {
		yield* waiting;
		for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield* reader.push(next.value);
		const end = reader.end();
		summary = end.summary;
		yield* end.entries;
	}
	try {
		const header: Pick<BundleHeader, 'org' | 'hub'> | null = reader.header;
		if (header === null) return err(problem('no-bundle', 'The hub gave nothing.'));
		for await (const chunk of writeBundle({ org: header.org, hub: header.hub }, counting(entries(), () => documents++), bytesMax)) writer.write(chunk);
		return isWhole(summary) ? ok(documents) : err(problem('broken-off', 'The hub broke off before the end.'));
	} finally {
		await data.value.close();
	}
}

const isWhole = (summary: BundleSummary | null): boolean => summary?.whole === true;

async function* counting<T>(from: AsyncIterable<T>, count: () => void): AsyncGenerator<T> {
	for await (const one of from) {
		count();
		yield one;
	}
}

async function fromDevice(given: Arguments, writer: FileWriter, bytesMax: number): Promise<Result<number, Problem>> {
	return withDevice(given, async (device) => {
		const frontier = text(given.flags['frontier']);
		if (frontier !== null) {
			const compared = await device.compareFrontier((await (await open(frontier)).readFile('utf8')).trim());
			if (!compared.ok) return compared;
		}
		const lacking = await targetNamed(device, text(given.flags['for']));
		if (!lacking.ok) return lacking;
		const written = await device.exportBundle({ lacking: lacking.value, bytesMax, operation: OPERATION, write: (piece) => writer.write(piece) });
		return written.ok ? ok(written.value.documents) : written;
	});
}

async function targetNamed(device: Device, name: string | null): Promise<Result<{ readonly device: Extract<BundleTarget, { kind: 'device' }>['device'] } | { readonly site: Extract<BundleTarget, { kind: 'site' }>['site'] } | null, Problem>> {
	if (name === null) return ok(null);
	const targets = await device.bundleTargets();
	if (!targets.ok) return targets;
	for (const target of targets.value) {
		if (target.kind === 'site' && (target.site === name || target.name === name)) return ok({ site: target.site });
		if (target.kind === 'device' && (target.device === name || target.names.includes(name))) return ok({ device: target.device });
	}
	const known = targets.value.map((target) => (target.kind === 'site' ? target.name : target.names.join(', ')));
	return err(problem('no-target', `Nothing is known of what ${JSON.stringify(name)} holds${known.length === 0 ? '' : `; known are ${[...new Set(known)].join('; ')}`}.`));
}

/** An unlocked device that is kept in a folder. */
async function withDevice<T>({ flags }: Arguments, act: (device: Device) => Promise<Result<T, Problem>>): Promise<Result<T, Problem>> {
	const clerk = await openClerk({
		folder: path.resolve(text(flags['device']) ?? ''), invitation: null, name: '', signal: { aborted: false }, pollMs: 1000, print: (line) => console.log(line),
		passphrase: async () => process.env['SADDLEBAG_PASSPHRASE'] ?? (await askPassphrase('Passphrase of this device: '))
	});
	if (!clerk.ok) return clerk;
	try {
		return await act(clerk.value.device);
	} finally {
		await clerk.value.close();
	}
}

// --- taking in ---------------------------------------------------------------------------------------------------------------------------

interface Taken { readonly fresh: number; readonly already: number; readonly elsewhere: number; readonly damaged: number; readonly whole: boolean; readonly more: boolean; readonly reasons: readonly { readonly reason: string }[] }

async function takeFiles(given: Arguments): Promise<number> {
	let code = 0;
	const tell = (file: string, taken: Result<Taken, Problem>): void => {
		if (!taken.ok) {
			console.error(`${file}: ${taken.error.message}`);
			code = 1;
			return;
		}
		const { fresh, already, elsewhere, damaged, whole, more, reasons } = taken.value;
		console.log(`${file}: ${String(fresh)} new documents, ${String(already)} were here already${elsewhere > 0 ? `, ${String(elsewhere)} were refused, or are not for here` : ''}.${more ? ' Another file belongs to it.' : ''}`);
		if (!whole) console.error(`${file}: not whole: ${String(damaged)} damaged parts. Everything else was taken in; copy the file again for the rest.`);
		for (const { reason } of reasons.slice(0, REASONS_SHOWN)) console.error(`  ${reason}`);
		if (!whole && code === 0) code = 2;
	};
	if (text(given.flags['device']) !== null) {
		const taken = await withDevice(given, async (device) => {
			for (const file of given.files) tell(file, await intoDevice(device, file));
			return ok(null);
		});
		return taken.ok ? code : wrong(taken.error.message);
	}
	const data = await openHubData(dataFolderOf(given.flags['data'], ROOT));
	if (!data.ok) return wrong(data.error.message);
	try {
		const statements = new Map<string, BundleReport>();
		// of all files first: an envelope in one may be of a site that a statement in another made
		for (const file of given.files) {
			const taken = await data.value.take(file, 'statements');
			if (taken.ok) statements.set(file, taken.value);
		}
		for (const file of given.files) {
			const taken = await data.value.take(file, 'envelopes');
			const before = statements.get(file);
			tell(file, taken.ok ? ok({
				...taken.value, fresh: taken.value.stored + (before?.stored ?? 0), already: taken.value.already + (before?.already ?? 0),
				elsewhere: taken.value.refused + (before?.refused ?? 0), reasons: [...(before?.reasons.slice(0, before.refused) ?? []), ...taken.value.reasons]
			}) : taken);
		}
		return code;
	} finally {
		await data.value.close();
	}
}

async function intoDevice(device: Device, name: string): Promise<Result<Taken, Problem>> {
	const handle = await open(name);
	try {
		const { size } = await handle.stat();
		const file: BundleSource = {
			size,
			slice: (from, to) => ({
				arrayBuffer: async () => {
					const bytes = new Uint8Array(to - from);
					const { bytesRead } = await handle.read(bytes, 0, to - from, from);
					return bytes.buffer.slice(0, bytesRead);
				}
			})
		};
		const taken = await device.importBundle({ file, operation: OPERATION });
		if (!taken.ok) return taken;
		await device.syncNow();
		const { envelopes, statements, ...rest }: BundleImport = taken.value;
		return ok({ ...rest, fresh: envelopes + statements, reasons: taken.value.refused });
	} finally {
		await handle.close();
	}
}

// --- looking -----------------------------------------------------------------------------------------------------------------------------

/** What files hold, without keys: how many documents for which databases. */
async function show(files: readonly string[]): Promise<number> {
	let code = 0;
	for (const file of files) {
		const reader = new BundleReader();
		const databases = new Map<string, number>();
		const note = (entries: readonly BundleEntry[]): void => {
			for (const { db } of entries) databases.set(db, (databases.get(db) ?? 0) + 1);
		};
		for await (const chunk of createReadStream(file)) note(reader.push(chunk as Uint8Array));
		const { entries, summary } = reader.end();
		note(entries);
		if (reader.problem !== null && summary.documents === 0) {
			code = wrong(`${file}: ${reader.problem.message}`);
			continue;
		}
		const { header, whole, documents, damaged, refused, more } = summary;
		console.log(`${file}: ${((await stat(file)).size / MIB).toFixed(1)} MB, organization ${header?.org ?? 'unknown'}, part ${String(header?.part ?? '?')}${more ? ', another follows' : ''}, ${String(documents)} documents`);
		for (const [db, count] of [...databases].sort()) console.log(`  ${db}: ${String(count)}`);
		if (whole) continue;
		console.error(`${file}: not whole, ${String(damaged)} damaged parts`);
		for (const { reason } of refused.slice(0, REASONS_SHOWN)) console.error(`  ${reason}`);
		code = Math.max(code, 2);
	}
	return code;
}

function wrong(message: string): number {
	console.error(message);
	return 1;
}
