#!/usr/bin/env node
/**
 * `saddlebag`: the command line. Each command is a file of its own that reads the rest of the arguments.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const USAGE = `saddlebag COMMAND [options]

  start    run a hub and serve the app
  demo     run a hub with a demo organization
  import   bring FHIR R4 bundles into the charts of a site

saddlebag COMMAND --help says more.`;

/** @type {Map<string, string[]>} arguments to Node, before those of the user */
const COMMANDS = new Map([
	['start', [path.join(HERE, 'start.mjs')]],
	['demo', [path.join(HERE, 'start.mjs'), '--demo']],
	['import', ['--import', 'tsx', path.join(HERE, 'import.ts')]]
]);

const [name = '--help', ...rest] = process.argv.slice(2);
const command = COMMANDS.get(name);
if (name === '--help' || name === '-h') console.log(USAGE);
else if (!command || !existsSync(command.find((part) => part.startsWith(HERE)) ?? '')) {
	console.error(`There is no command ${JSON.stringify(name)}.\n\n${USAGE}`);
	process.exitCode = 1;
} else {
	// The command gets Ctrl-C itself, as it runs in the same terminal; this process only waits for it.
	process.on('SIGINT', () => undefined);
	const ended = spawnSync(process.execPath, [...command, ...rest], { stdio: 'inherit' });
	process.exitCode = ended.status ?? 1;
}
