/**
 * What a file carried by hand costs: time and the most memory held, at a hub and in the command line, for a number of documents and for five times as many. Every command runs with a heap
 * that is far smaller than the larger file: one whose memory grows with the file does not come to its end.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync, openSync, writeSync, closeSync } from 'node:fs';
import path from 'node:path';
import { writeBundle, type BundleEntry } from '../sync/verify/bundle.ts';
import { envelope, foundedHub, temporaryFolder } from '../server/testing/device.ts';

const QUICK = process.argv.includes('--quick');
const SIZES = QUICK ? [4_000, 20_000] : [20_000, 100_000];
/** bytes of a sealed change as most are: one observation, padded */
const PLAINTEXT = 1_024;
/** megabytes of heap that a command is given, whatever the size of the file */
const HEAP_MB = 96;
const MIB = 1024 * 1024;

const PROBE = `const done = (code) => { const peak = /VmHWM:\\s+(\\d+)/.exec(require('node:fs').readFileSync('/proc/self/status', 'utf8')); console.error('PEAK ' + (peak ? Number(peak[1]) * 1024 : 0)); process.exitCode = code; };`;

function command(root: string, args: readonly string[]): { readonly seconds: number; readonly peak: number } {
	const began = performance.now();
	const [name = '', ...rest] = args;
	const script = `${PROBE} import(${JSON.stringify(path.join(root, 'cli', `${name}.ts`))}).then(({ main }) => main(${JSON.stringify(rest)})).then(done);`;
	const ran = spawnSync(process.execPath, [`--max-old-space-size=${String(HEAP_MB)}`, '--import', 'tsx', '-e', script], { cwd: root, encoding: 'utf8' });
	if (ran.status !== 0) throw new Error(`${args.join(' ')}: ${ran.stderr}${ran.stdout}`);
	return { seconds: (performance.now() - began) / 1000, peak: Number(/PEAK (\d+)/.exec(ran.stderr)?.[1] ?? 0) };
}

const bytesIn = (folder: string): number => readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => sum + (entry.isDirectory() ? bytesIn(path.join(folder, entry.name)) : statSync(path.join(folder, entry.name)).size), 0);

const root = path.dirname(import.meta.dirname);
console.log('| documents | file | act | seconds | documents/s | most memory |\n| --- | --- | --- | --- | --- | --- |');
for (const size of SIZES) {
	const place = temporaryFolder();
	const data = path.join(place.folder, 'data');
	const founded = await foundedHub({ dataFolder: data });
	const { org } = founded.cast;
	const db = `${founded.cast.site('north')}-care`;
	await founded.hub.stop();
	const entries = function* (): Generator<BundleEntry> {
		for (const document of founded.cast.documents) yield { db: 'control', document };
		for (let n = 0; n < size; n++) yield { db, document: envelope('e1', PLAINTEXT) };
	};
	const file = path.join(place.folder, 'in.saddlebag');
	const handle = openSync(file, 'w');
	for await (const { bytes } of writeBundle({ org, hub: null }, entries(), Infinity)) writeSync(handle, bytes);
	closeSync(handle);
	const before = bytesIn(path.join(data, 'databases'));
	const acts: readonly (readonly [string, readonly string[]])[] = [
		['show', ['bundle', 'show', file]], ['take in, at a hub', ['bundle', 'import', file, '--data', data]],
		['write, at a hub', ['bundle', 'export', '--out', path.join(place.folder, 'out.saddlebag'), '--data', data]],
		['back up', ['backup', '--to', path.join(place.folder, 'hub.backup'), '--data', data]], ['restore', ['restore', path.join(place.folder, 'hub.backup'), '--data', path.join(place.folder, 'again')]]
	];
	for (const [act, args] of acts) {
		const { seconds, peak } = command(root, args);
		console.log(`| ${String(size)} | ${(statSync(file).size / MIB).toFixed(0)} MB | ${act} | ${seconds.toFixed(1)} | ${(size / seconds).toFixed(0)} | ${(peak / MIB).toFixed(0)} MB |`);
	}
	console.log(`On the hub's disk: ${((bytesIn(path.join(data, 'databases')) - before) / size).toFixed(0)} bytes a document of ${((statSync(file).size) / size).toFixed(0)} bytes in the file.`);
	place.remove();
}
