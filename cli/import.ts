/**
 * `saddlebag import`: FHIR R4 bundles into the charts of a site, by a device of its own.
 */
import path from 'node:path';
import { defineCommand, parseArgs, renderUsage } from 'citty';
import { ProgressLine } from './demo/progress.ts';
import { findBundles } from './import/files.ts';
import { askPassphrase } from './import/prompt.ts';
import { runImport, type ImportOutcome } from './import/run.ts';

const POLL_MS = 2000;

const ARGS = {
	files: { type: 'positional', required: true, description: 'Files or folders with FHIR R4 bundles (.json, .json.gz)', valueHint: 'FILES' },
	invitation: { type: 'string', description: 'Link of an invitation; needed when the device joins', valueHint: 'LINK' },
	site: { type: 'string', description: 'Site to import into; not needed when posted to one only', valueHint: 'NAME' },
	name: { type: 'string', default: 'Import clerk', description: 'Name under which the device joins' },
	device: { type: 'string', description: 'Keep the device in this folder, so that an interrupted import goes on; its passphrase is asked for, or taken from SADDLEBAG_PASSPHRASE', valueHint: 'DIR' }
} as const;

const COMMAND = defineCommand({ meta: { name: 'saddlebag import', description: 'Bring FHIR R4 bundles into the charts of a site' }, args: ARGS });

/** The exit code: 0 when everything was imported and is at the hub, 130 when cancelled, else 1. */
export async function main(rawArgs: string[]): Promise<number> {
	if (rawArgs.length === 0 || rawArgs.includes('--help') || rawArgs.includes('-h')) {
		console.log(await renderUsage(COMMAND));
		return rawArgs.length === 0 ? 1 : 0;
	}
	const args = parseArgs<typeof ARGS>(rawArgs, ARGS);
	const unknown = Object.keys(args).find((key) => key !== '_' && !(key in ARGS));
	if (unknown !== undefined) return wrong(`There is no option --${unknown}. See saddlebag import --help.`);
	const files = findBundles(args._.length > 0 ? args._ : [args.files]);
	if (!files.ok) return wrong(files.error.message);
	const line = new ProgressLine();
	const cancelling = new AbortController();
	process.on('SIGINT', () => {
		if (cancelling.signal.aborted) process.exit(130);
		line.end();
		console.error('Cancelling … (Ctrl-C again ends at once)');
		cancelling.abort();
	});
	const outcome = await runImport({
		files: files.value, invitation: args.invitation ?? null, site: args.site ?? null, name: args.name,
		folder: args.device === undefined ? null : path.resolve(args.device),
		passphrase: async () => process.env['SADDLEBAG_PASSPHRASE'] ?? (await askPassphrase('Passphrase of this device: ')),
		signal: cancelling.signal, pollMs: POLL_MS,
		print: (text) => console.log(text),
		progress: (doing, done, total) => line.show(doing, done, total),
		onCancel: (cancel) => cancelling.signal.addEventListener('abort', cancel)
	});
	line.end();
	return outcome.ok ? tell(outcome.value) : wrong(outcome.error.message);
}

function tell({ tally, refused, cancelled, notAtHub }: ImportOutcome): number {
	for (const text of tally.lines()) console.log(text);
	for (const text of refused) console.error(text);
	if (cancelled) console.error('Cancelled: files imported before that are recorded, of the others nothing is.');
	if (notAtHub === null) console.log('Everything recorded is at the hub.');
	else console.error(notAtHub);
	if (cancelled) return 130;
	return refused.length > 0 || notAtHub !== null ? 1 : 0;
}

function wrong(message: string): number {
	console.error(message);
	return 1;
}
