/**
 * Processor time of a browser with all its processes: what a measurement takes of the machine, whatever else the machine does meanwhile. Linux only (`/proc`).
 */
import { readdirSync, readFileSync } from 'node:fs';

/** ms of one tick of the kernel's accounting (USER_HZ is 100 on every Linux that Node runs on) */
const TICK_MS = 10;

interface Process { readonly pid: number; readonly parent: number; readonly ms: number }

/** The fields after the name, which may hold spaces and brackets. */
function processes(): readonly Process[] {
	return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name): readonly Process[] => {
		try {
			const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
			const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
			return [{ pid: Number(name), parent: Number(fields[1]), ms: (Number(fields[11]) + Number(fields[12])) * TICK_MS }];
		} catch {
			// ended meanwhile
			return [];
		}
	});
}

function commandOf(pid: number): string {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
	} catch {
		return '';
	}
}

/** ms of processor time that the browser over a profile folder has used, all its processes together; null where that is not told. */
export function browserProcessorMs(profile: string): number | null {
	if (process.platform !== 'linux') return null;
	const all = processes();
	const family = new Set(all.filter(({ pid }) => commandOf(pid).includes(`--user-data-dir=${profile}`)).map(({ pid }) => pid));
	if (family.size === 0) return null;
	for (let size = 0; size !== family.size; ) {
		size = family.size;
		for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
	}
	return all.reduce((sum, { pid, ms }) => (family.has(pid) ? sum + ms : sum), 0);
}
