/**
 * Looks for canaries in a folder: every file raw and unpacked, every LevelDB also opened as a database.
 */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { formsOf, type Form } from './forms.ts';
import { Level } from './level.ts';
import { unpack } from './unpack.ts';

export interface Finding {
	readonly canary: string;
	readonly form: string;
	/** file, relative to the folder scanned, or the name of what was searched */
	readonly where: string;
}

/** Finds in one piece of bytes; each canary and form once. */
export function findIn(where: string, bytes: Buffer, forms: readonly Form[]): Finding[] {
	return forms.filter((form) => bytes.includes(form.bytes)).map(({ canary, form }) => ({ canary, form, where }));
}

function* filesBelow(folder: string): Generator<string> {
	for (const name of readdirSync(folder)) {
		const file = path.join(folder, name);
		const stat = statSync(file, { throwIfNoEntry: false });
		if (stat?.isDirectory()) yield* filesBelow(file);
		else if (stat?.isFile()) yield file;
	}
}

/** Every key and value of a LevelDB, through LevelDB itself, on a copy so that a running owner keeps its lock. */
async function levelContents(folder: string): Promise<Buffer[]> {
	const copy = mkdtempSync(path.join(tmpdir(), 'scan-level-'));
	cpSync(folder, copy, { recursive: true });
	rmSync(path.join(copy, 'LOCK'), { force: true });
	let db: Level;
	try {
		db = await Level.open(copy, false);
	} catch {
		// Chromium's IndexedDB orders keys its own way, and LevelDB refuses to open it here: its blocks and records are read by `unpack`.
		rmSync(copy, { recursive: true, force: true });
		return [];
	}
	const found = await db.contents();
	await db.close();
	rmSync(copy, { recursive: true, force: true });
	return found;
}

export interface Scan {
	readonly findings: readonly Finding[];
	readonly files: number;
	readonly bytes: number;
	readonly databases: number;
}

/** @param folder of a hub's data, or of a browser profile @param canaries secret texts of at least 6 characters */
export async function scanFolder(folder: string, canaries: readonly string[]): Promise<Scan> {
	const forms = canaries.flatMap(formsOf);
	const findings: Finding[] = [];
	const tally = { files: 0, bytes: 0, databases: 0 };
	const look = (where: string, bytes: Buffer) => {
		tally.bytes += bytes.length;
		findings.push(...findIn(where, bytes, forms));
	};
	for (const file of filesBelow(folder)) {
		const where = path.relative(folder, file);
		const bytes = readFileSync(file);
		tally.files++;
		look(where, bytes);
		look(`${where} (name)`, Buffer.from(where));
		const parts = unpack(file, bytes);
		if (parts.length > 0) look(`${where} (unpacked)`, joined(parts));
		if (path.basename(file) === 'CURRENT' && existsSync(path.dirname(file))) {
			const rows = await levelContents(path.dirname(file));
			if (rows.length > 0) {
				tally.databases++;
				look(`${path.dirname(where)} (as a database)`, joined(rows));
			}
		}
	}
	return { findings, ...tally };
}

/** One buffer with a separator, so that a thousand rows are searched at once and no find spans two of them. */
function joined(parts: readonly Buffer[]): Buffer {
	const separator = Buffer.from([0, 1, 0, 1]);
	return Buffer.concat(parts.flatMap((part) => [part, separator]));
}

/** Canaries of a list that were not found at all: what the control run must show to be none. */
export const missed = (canaries: readonly string[], scan: Scan): string[] => canaries.filter((canary) => !scan.findings.some((finding) => finding.canary === canary));
