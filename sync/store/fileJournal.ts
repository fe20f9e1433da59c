/**
 * The journal of a headless device as a file: appended and fdatasynced, rewritten by way of a second file. Node only.
 *
 * One process at a time: a lock file names the one that has it open. A lock left by a process that is gone is taken over.
 */
import { open, readFile, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { Journal } from './journal.ts';

/** Opens or creates the journal. Throws, with a message for people, when another process has it open. */
export async function openFileJournal(file: string): Promise<Journal> {
	const lock = `${file}.lock`;
	await takeLock(lock, file);
	const lines = await readWholeLines(file);
	let handle = await open(file, 'a', 0o600);
	let waiting: { readonly line: string; readonly done: () => void; readonly failed: (reason: unknown) => void }[] = [];
	let writing: Promise<void> | null = null;

	/** Appends that arrive while one is being written share the next flush. */
	const flush = async (): Promise<void> => {
		await Promise.resolve();
		while (waiting.length > 0) {
			const group = waiting;
			waiting = [];
			try {
				await handle.appendFile(group.map(({ line }) => `${line}\n`).join(''));
				await handle.datasync();
				for (const { done } of group) done();
			} catch (failure) {
				for (const { failed } of group) failed(failure);
			}
		}
		writing = null;
	};

	return {
		read: () => Promise.resolve(lines.splice(0)),
		append: (line) =>
			new Promise((done, failed) => {
				waiting.push({ line, done, failed });
				writing ??= flush();
			}),
		async rewrite(all) {
			await writing;
			const next = `${file}.next`;
			const replacement = await open(next, 'w', 0o600);
			for (const line of all) await replacement.appendFile(`${line}\n`);
			await replacement.sync();
			await replacement.close();
			await handle.close();
			await rename(next, file);
			await syncFolder(path.dirname(file));
			handle = await open(file, 'a', 0o600);
		},
		async close() {
			await writing;
			await handle.close();
			await rm(lock, { force: true });
		}
	};
}

async function takeLock(lock: string, file: string): Promise<void> {
	for (let attempt = 0; ; attempt++) {
		try {
			await writeFile(lock, String(process.pid), { flag: 'wx', mode: 0o600 });
			return;
		} catch (failure) {
			const holder = Number(await readFile(lock, 'utf8').catch(() => ''));
			if (attempt > 0 || (holder > 0 && isRunning(holder))) {
				throw new Error(`${file} is open in another process (${holder}). End it first, or use another folder.`, { cause: failure });
			}
			await rm(lock, { force: true });
		}
	}
}

function isRunning(process_: number): boolean {
	try {
		process.kill(process_, 0);
		return true;
	} catch (failure) {
		return failure instanceof Error && 'code' in failure && failure.code === 'EPERM';
	}
}

/** Lines up to the last line break; what follows it was being written when the power went, and is cut off. */
async function readWholeLines(file: string): Promise<string[]> {
	let bytes: Buffer;
	try {
		bytes = await readFile(file);
	} catch {
		return [];
	}
	const end = bytes.lastIndexOf(10) + 1;
	if (end < bytes.length) await truncate(file, end);
	const lines: string[] = [];
	for (let from = 0; from < end; ) {
		const to = bytes.indexOf(10, from);
		lines.push(bytes.toString('utf8', from, to));
		from = to + 1;
	}
	return lines;
}

async function truncate(file: string, length: number): Promise<void> {
	const handle = await open(file, 'r+');
	try {
		await handle.truncate(length);
		await handle.datasync();
	} finally {
		await handle.close();
	}
}

async function syncFolder(folder: string): Promise<void> {
	const handle: FileHandle = await open(folder, 'r');
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}
