/**
 * Small files that must survive a power cut whole: written beside their place, fsynced, renamed, and the folder fsynced.
 */
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';

export function writeFileDurably(file: string, content: string | Uint8Array, mode: number): void {
	const draft = `${file}.${process.pid}.new`;
	const bytes = typeof content === 'string' ? Buffer.from(content) : content;
	const handle = openSync(draft, 'w', mode);
	try {
		for (let written = 0; written < bytes.length; ) written += writeSync(handle, bytes, written);
		fsyncSync(handle);
	} finally {
		closeSync(handle);
	}
	renameSync(draft, file);
	syncFolder(path.dirname(file));
}

/** Makes the names in a folder durable. Windows has no such call and needs none. */
export function syncFolder(folder: string): void {
	if (process.platform === 'win32') return;
	const handle = openSync(folder, 'r');
	try {
		fsyncSync(handle);
	} finally {
		closeSync(handle);
	}
}
