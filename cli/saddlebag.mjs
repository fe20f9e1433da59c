#!/usr/bin/env node
/**
 * `saddlebag`: the command line. Each command is a file of its own that reads the rest of the arguments.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDependencies } from './prepare.mjs';

const START = path.join(path.dirname(fileURLToPath(import.meta.url)), 'start.mjs');
const USAGE = `saddlebag COMMAND [options]

  start    run a hub and serve the app
  demo     run a hub with a demo organization
  import   bring FHIR R4 bundles into the charts of a site
  bundle   write, take in or look at a file of sealed records that is carried by hand
  backup   back up a hub, while it runs or not
  restore  put a backup back into an empty data folder
  release  sign the files of a built app, and see whether a hub serves them
  provision  make a CouchDB ready for the hub
  doctor     look at a hub and its CouchDB, and say what is wrong

saddlebag COMMAND --help says more.`;

/** Commands in TypeScript: each file has `main(args)`, which answers the exit code. */
const COMMANDS = new Map([['import', './import.ts'], ['bundle', './bundle.ts'], ['backup', './backup.ts'], ['restore', './restore.ts'], ['release', './release.ts'], ['provision', './provision.ts'], ['doctor', './doctor.ts']]);

/** @param {string[]} args */
function start(args) {
	// The command gets Ctrl-C itself, as it runs in the same terminal; this process only waits for it.
	process.on('SIGINT', () => undefined);
	return spawnSync(process.execPath, [START, ...args], { stdio: 'inherit' }).status ?? 1;
}

const [name = '--help', ...rest] = process.argv.slice(2);
switch (name) {
	case '--help':
	case '-h':
		console.log(USAGE);
		break;
	case 'start':
		process.exitCode = start(rest);
		break;
	case 'demo':
		process.exitCode = start(['--demo', ...rest]);
		break;
	default: {
		const file = COMMANDS.get(name);
		if (file !== undefined) {
			ensureDependencies();
			const { importTypeScript } = await import('./typescript.mjs');
			const { main } = await importTypeScript(new URL(file, import.meta.url));
			process.exitCode = await main(rest);
			break;
		}
		console.error(`There is no command ${JSON.stringify(name)}.\n\n${USAGE}`);
		process.exitCode = 1;
	}
}
