/**
 * An import from the command line: join or unlock, import file by file, wait until the hub confirmed every change, report.
 *
 * A file is imported whole or not at all; one that is refused is named with its reason and does not stop the others. Nothing is said to
 * be at the hub before the hub said so (A3).
 */
import type { DeviceApi, SiteInfo } from '../../sync/device/api.ts';
import { err, ok, problem, type Problem, type Result } from '../../sync/result.ts';
import { openClerk, type ClerkOptions } from './clerk.ts';
import { readBundleFile, type BundleFile } from './files.ts';
import { untilAtHub } from './hub.ts';
import { ImportTally } from './report.ts';

export interface ImportOptions extends ClerkOptions {
	readonly files: readonly BundleFile[];
	/** name or id; null when the clerk is posted to one site only */
	readonly site: string | null;
	readonly progress: (doing: string, done?: number, total?: number) => void;
	/** calls the argument when the user wants to cancel */
	readonly onCancel: (cancel: () => void) => void;
}

export interface ImportOutcome {
	readonly tally: ImportTally;
	/** messages of files that were refused */
	readonly refused: readonly string[];
	readonly cancelled: boolean;
	/** null when every change is at the hub */
	readonly notAtHub: string | null;
}

const OPERATION = 'command-line';

export async function runImport(options: ImportOptions): Promise<Result<ImportOutcome, Problem>> {
	const clerk = await openClerk(options);
	if (!clerk.ok) return clerk;
	const { device, close } = clerk.value;
	try {
		// what is there already is known before anything is added
		await device.syncNow();
		const { line, problem: why } = await device.syncStatus();
		if (line !== 'connected') return err(problem('no-hub', `The hub cannot be reached: ${why ?? 'no answer'}.`));
		const site = await siteNamed(device, options.site);
		if (!site.ok) return site;
		options.onCancel(() => void device.cancel(OPERATION));
		const { tally, refused } = await importFiles(device, site.value, options);
		const sent = await untilAtHub(device, options.signal, ({ waitingToSend }) => options.progress(`waiting for the hub to confirm (${waitingToSend} left)`));
		return ok({ tally, refused, cancelled: options.signal.aborted, notAtHub: sent.ok ? null : await unsent(device, options, sent.error.message) });
	} finally {
		await close();
	}
}

async function importFiles(device: DeviceApi, site: SiteInfo, { files, signal, progress }: ImportOptions): Promise<{ tally: ImportTally; refused: string[] }> {
	const tally = new ImportTally();
	const refused: string[] = [];
	for (const [index, file] of files.entries()) {
		if (signal.aborted) break;
		progress(`importing into ${site.name}`, index, files.length);
		const read = readOne(file);
		const imported = read.ok ? await device.importBundles({ site: site.site, files: [read.value], operation: OPERATION }) : read;
		if (imported.ok) tally.add(imported.value);
		else if (imported.error.code !== 'cancelled') refused.push(imported.error.message);
	}
	return { tally, refused };
}

function readOne(file: BundleFile): Result<{ readonly name: string; readonly bytes: Uint8Array }, Problem> {
	try {
		return ok(readBundleFile(file));
	} catch (failure) {
		return err(problem('unreadable', `${file.name} was not imported: ${failure instanceof Error ? failure.message : 'it cannot be read'}`));
	}
}

/** What becomes of changes that the hub has not confirmed. */
async function unsent(device: DeviceApi, { folder }: ImportOptions, why: string): Promise<string | null> {
	const { waitingToSend } = await device.syncStatus();
	if (waitingToSend === 0) return null;
	return folder === null
		? `${why} ${waitingToSend} changes were not confirmed by the hub and end with this command: import the files again. What is at the hub already is not added twice.`
		: `${why} ${waitingToSend} changes are kept in ${folder} and not at the hub yet: run the same command again to send them.`;
}

async function siteNamed(device: DeviceApi, wanted: string | null): Promise<Result<SiteInfo, Problem>> {
	const organization = await device.organization();
	if (!organization.ok) return organization;
	const posted = organization.value.sites.filter((site) => site.posted);
	const found = wanted === null ? posted : posted.filter(({ name, site }) => site === wanted || name.toLowerCase() === wanted.trim().toLowerCase());
	const [site] = found;
	if (site !== undefined && found.length === 1) return ok(site);
	const names = posted.map(({ name }) => JSON.stringify(name)).join(', ') || 'no site';
	return err(problem('no-site', wanted === null ? `Say which site with --site: this device is posted to ${names}.` : `There is no one site called ${JSON.stringify(wanted)} here: this device is posted to ${names}.`));
}
