/** A disk of a few megabytes for tests that fill it: a tmpfs, which only root may mount. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface SmallDisk {
	readonly folder: string;
	readonly readOnly: (on: boolean) => void;
	readonly remove: () => void;
}

const run = (command: string, ...args: string[]): boolean => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** Null where it cannot be mounted. */
export function smallDisk(megabytes: number): SmallDisk | null {
	if (process.platform !== 'linux' || process.getuid?.() !== 0) return null;
	const folder = mkdtempSync(path.join(tmpdir(), 'saddlebag-disk-'));
	if (!run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'saddlebag-test', folder)) {
		rmSync(folder, { recursive: true });
		return null;
	}
	return {
		folder,
		readOnly: (on) => {
			if (!run('mount', '-o', `remount,${on ? 'ro' : 'rw'}`, folder)) throw new Error('the disk could not be mounted anew');
		},
		remove: () => {
			run('umount', '-l', folder);
			rmSync(folder, { recursive: true, force: true });
		}
	};
}
