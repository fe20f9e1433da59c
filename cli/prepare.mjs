/**
 * What a fresh clone needs before anything else runs: the exact locked dependencies, and for tests a browser and strace.
 *
 * Plain JavaScript without dependencies, because it runs before there are any. Each step is skipped when its result is there already.
 */
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const NODE_MINIMUM = { major: 20, minor: 19 };

/** @param {string} message */
const fail = (message) => {
	console.error(message);
	process.exit(1);
};

/** @param {string} command @param {string[]} args @param {{ quiet?: boolean, env?: NodeJS.ProcessEnv }} [options] @returns {boolean} */
export function run(command, args, options = {}) {
	const result = spawnSync(command, args, { cwd: ROOT, stdio: options.quiet ? 'ignore' : 'inherit', env: options.env ?? process.env });
	return result.status === 0;
}

/** Ends the process with a plain sentence when Node is older than what the dependencies need. */
export function requireNode() {
	const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
	if (major < NODE_MINIMUM.major || (major === NODE_MINIMUM.major && minor < NODE_MINIMUM.minor))
		fail(`Saddlebag needs Node ${NODE_MINIMUM.major}.${NODE_MINIMUM.minor} or newer; this is ${process.version}. Install a newer Node and run the command again.`);
}

/** Installs the locked dependencies when they are missing or belong to another lockfile. */
export function ensureDependencies() {
	requireNode();
	const lock = createHash('sha256').update(readFileSync(path.join(ROOT, 'package-lock.json'))).digest('hex');
	const stamp = path.join(ROOT, 'node_modules', '.saddlebag-lock');
	if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
	console.log('Installing the locked dependencies (npm ci) …');
	if (!run(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']))
		fail('The dependencies could not be installed. Check the connection to the npm registry and run the command again.');
	writeFileSync(stamp, lock);
}

/** @param {string} folder @param {(file: string) => void} visit */
function walk(folder, visit) {
	for (const name of readdirSync(folder).sort()) {
		if (name === 'node_modules' || name === 'paraglide' || name.endsWith('.test.ts')) continue;
		const file = path.join(folder, name);
		if (statSync(file).isDirectory()) walk(file, visit);
		else visit(file);
	}
}

/** Hash of everything the built app is made from. */
function sourceHash() {
	const hash = createHash('sha256');
	/** @param {string} file */
	const add = (file) => {
		hash.update(path.relative(ROOT, file)).update('\0').update(readFileSync(file)).update('\0');
	};
	for (const folder of ['src', 'sync', 'static', 'messages']) walk(path.join(ROOT, folder), add);
	// of the translation project only the settings: the build itself writes the rest
	for (const file of ['project.inlang/settings.json', 'package-lock.json', 'svelte.config.js', 'vite.config.ts', 'tsconfig.json']) add(path.join(ROOT, file));
	return hash.digest('hex');
}

/** Builds the app when its sources differ from those of the last build. */
export function ensureBuild() {
	const stamp = path.join(ROOT, 'build', '.saddlebag-sources');
	const sources = sourceHash();
	if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return;
	console.log('Building the app …');
	const vite = path.join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
	if (!run(process.execPath, [vite, 'build', '--logLevel', 'error'])) fail('The app could not be built; what went wrong stands above.');
	mkdirSync(path.dirname(stamp), { recursive: true });
	writeFileSync(stamp, sources);
}

const CHROMIUM_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

/** @param {string} command */
const onPath = (command) => (process.env.PATH ?? '').split(path.delimiter).some((folder) => existsSync(path.join(folder, command)));
const isDebianRoot = () => process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');

/** @param {string[]} packages */
function installDebian(packages) {
	console.log(`Installing ${packages.join(', ')} (Debian) …`);
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
	return run('apt-get', ['update', '-qq'], { quiet: true, env }) && run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { quiet: true, env });
}

/**
 * A Chromium for the browser tests: one that is there, else Debian's, else Playwright's.
 * @returns {string} path of the executable; empty when Playwright is to use its own
 */
export function ensureBrowser() {
	const named = process.env.CHROMIUM_PATH;
	if (named && existsSync(named)) return named;
	const found = CHROMIUM_PATHS.find((file) => existsSync(file));
	if (found) return found;
	if (isDebianRoot() && installDebian(['chromium']) && existsSync('/usr/bin/chromium')) return '/usr/bin/chromium';
	const playwright = path.join(ROOT, 'node_modules', '@playwright', 'test', 'cli.js');
	if (!run(process.execPath, [playwright, 'install', 'chromium']))
		fail('No browser for the browser tests: install Chromium, or name one in CHROMIUM_PATH, and run the command again.');
	return '';
}

/** strace, for the test that an acknowledged write is fsynced. @returns {boolean} whether it is there */
export function ensureStrace() {
	if (onPath('strace')) return true;
	return isDebianRoot() && installDebian(['strace']) && onPath('strace');
}
