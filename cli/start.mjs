/**
 * `npm start`: from a fresh clone to a running hub. Installs and builds what is missing or stale, then runs the hub in this process.
 *
 * Plain JavaScript without dependencies, because it runs before there are any.
 */
import { ensureBuild, ensureDependencies, ROOT } from './prepare.mjs';
import { DEMO_USAGE, readDemo } from './options/demo.mjs';
import { readStart, USAGE } from './options/start.mjs';

const args = process.argv.slice(2);
if (args.includes('--demo')) {
	const choice = readDemo(args.filter((arg) => arg !== '--demo'), ROOT, process.env['INIT_CWD'] ?? process.cwd());
	if (choice.kind === 'help') console.log(DEMO_USAGE);
	else if (choice.kind === 'wrong') {
		console.error(choice.message);
		process.exitCode = 1;
	} else {
		ensureDependencies();
		ensureBuild();
		const { runDemo } = await runTypeScript('./demo.ts');
		process.exitCode = await runDemo(choice.settings, ROOT);
	}
} else {
	const choice = readStart(args, process.env, ROOT);
	if (choice.kind === 'help') console.log(USAGE);
	else if (choice.kind === 'wrong') {
		console.error(choice.message);
		process.exitCode = 1;
	} else {
		ensureDependencies();
		ensureBuild();
		const { runHub } = await runTypeScript('../server/run.ts');
		process.exitCode = await runHub(choice.settings);
	}
}

/** @param {string} file relative to this one */
async function runTypeScript(file) {
	// tsx is one of the dependencies that were just installed
	const { importTypeScript } = await import('./typescript.mjs');
	return importTypeScript(new URL(file, import.meta.url));
}
