/**
 * Writing files that must be whole or not there: beside their place first, then moved.
 */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { syncFolder } from '../../server/storage/durable-file.ts';

/** Numbered after the first: `carry.saddlebag`, `carry-2.saddlebag`. */
export function partName(file: string, part: number): string {
	if (part === 1) return file;
	const { dir, name, ext } = path.parse(file);
	return path.join(dir, `${name}-${String(part)}${ext}`);
}

export class DraftFile {
	readonly #file: string;
	readonly #draft: string;
	readonly #handle: number;
	#closed = false;
	bytes = 0;

	/** Readable by its owner only: a backup holds a key, and a file of records says how much is recorded where. */
	constructor(file: string) {
		this.#file = file;
		this.#draft = `${file}.${process.pid}.part`;
		this.#handle = openSync(this.#draft, 'w', 0o600);
	}

	write(bytes: Uint8Array): void {
		for (let at = 0; at < bytes.length; ) at += writeSync(this.#handle, bytes, at);
		this.bytes += bytes.length;
	}

	/** On the disk, beside its place, to be read before it takes it. The name it has there. */
	close(): string {
		if (!this.#closed) {
			fsyncSync(this.#handle);
			closeSync(this.#handle);
			this.#closed = true;
		}
		return this.#draft;
	}

	/** On the disk, under its name. Of files that were there before, the last `before` are kept, as `name.1` (the newest) and so on. */
	finish(before = 0): void {
		this.close();
		for (let age = before; age > 0; age--) {
			const younger = age === 1 ? this.#file : `${this.#file}.${String(age - 1)}`;
			if (existsSync(younger)) renameSync(younger, `${this.#file}.${String(age)}`);
		}
		renameSync(this.#draft, this.#file);
		syncFolder(path.dirname(path.resolve(this.#file)));
	}

	drop(): void {
		if (!this.#closed) closeSync(this.#handle);
		this.#closed = true;
		if (existsSync(this.#draft)) rmSync(this.#draft);
	}
}
