/**
 * `npm test`: everything that must hold before a change is kept, on a machine that has only Node and npm.
 *
 * Types, lint, unit and property tests, then browser tests against the built app and a real hub. Ends with one line,
 * `N passed, N failed`, in which types and lint count as one check each. `--long` adds the fault runs and full repetitions.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ensureBrowser, ensureBuild, ensureDependencies, ensureStrace, ROOT } from './prepare.mjs';

const LONG = process.argv.includes('--long');
const USAGE = `npm test [-- --long] [-- --only types,lint,unit,sim,browser]

  --long         adds fault runs, all languages and full repetitions (what continuous integration runs)
  --only LIST    runs only the named parts`;
if (process.argv.includes('--help')) {
	console.log(USAGE);
	process.exit(0);
}
const only = process.argv.includes('--only') ? (process.argv[process.argv.indexOf('--only') + 1] ?? '').split(',') : null;
const artifacts = path.join(ROOT, 'artifacts');

/** @typedef {{ name: string, passed: number, failed: number, skipped: number }} Tally */

/** @param {string} script path below node_modules @param {string[]} args @param {NodeJS.ProcessEnv} [env] */
const node = (script, args, env = {}) =>
	spawnSync(process.execPath, [path.join(ROOT, 'node_modules', script), ...args], { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...env } }).status === 0;

/** @param {string} file */
const readReport = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null);

/** One check that either holds or does not. @param {string} name @param {() => boolean} check @returns {Tally} */
function single(name, check) {
	const held = check();
	return { name, passed: held ? 1 : 0, failed: held ? 0 : 1, skipped: 0 };
}

/** @returns {Tally} */
function unit() {
	const report = path.join(artifacts, 'unit.json');
	rmSync(report, { force: true });
	const args = ['run', '--reporter=dot', '--reporter=json', `--outputFile.json=${report}`];
	const held = node('vitest/vitest.mjs', args, { SADDLEBAG_LONG: LONG ? '1' : '' });
	const json = readReport(report);
	const passed = json?.numPassedTests ?? 0;
	const failed = json?.numFailedTests ?? 0;
	// A file that does not even load has no failed test to count, and still is a failure.
	return { name: 'unit', passed, failed: failed === 0 && (!held || passed === 0) ? 1 : failed, skipped: json?.numPendingTests ?? 0 };
}

/** @returns {Tally} */
function browser() {
	const report = path.join(artifacts, 'browser.json');
	rmSync(report, { force: true });
	const env = { CHROMIUM_PATH: ensureBrowser(), PLAYWRIGHT_JSON_OUTPUT_NAME: report, SADDLEBAG_LONG: LONG ? '1' : '' };
	const held = node('@playwright/test/cli.js', ['test', '--config', 'e2e/playwright.config.ts', '--reporter=list,json'], env);
	const stats = readReport(report)?.stats;
	const passed = (stats?.expected ?? 0) + (stats?.flaky ?? 0);
	const failed = stats?.unexpected ?? 0;
	return { name: 'browser', passed, failed: failed === 0 && (!held || passed === 0) ? 1 : failed, skipped: stats?.skipped ?? 0 };
}

ensureDependencies();
mkdirSync(artifacts, { recursive: true });
if (!ensureStrace()) console.log('strace is not here and could not be installed: the test that traces fsync will say that it was skipped.');
node('@sveltejs/kit/svelte-kit.js', ['sync']);
ensureBuild();

/** The simulator: 50 seeds, in the long form 200. @returns {boolean} */
function sim() {
	return node('tsx/dist/cli.mjs', ['simulation/main.ts', '--from', '1', '--seeds', LONG ? '200' : '50']);
}

/** Worlds in which people are removed, join and change posts: 25 seeds (docs/simulation.md names those outside of them that fail). @returns {boolean} */
function removals() {
	return node('tsx/dist/cli.mjs', ['simulation/main.ts', '--from', '1000035', '--seeds', '25']);
}

/** Worlds with clinic boxes and with files that people carry: 12 seeds, in the long form 30. @returns {boolean} */
function boxes() {
	return node('tsx/dist/cli.mjs', ['simulation/main.ts', '--from', '2000000', '--seeds', LONG ? '30' : '12']);
}

/** @type {Record<string, () => Tally>} */
const parts = {
	types: () => single('types', () => node('svelte-check/bin/svelte-check', ['--tsconfig', './tsconfig.json', '--fail-on-warnings', '--output', 'human'])),
	lint: () => single('lint', () => node('eslint/bin/eslint.js', ['.', '--max-warnings', '0'])),
	unit,
	sim: () => single('sim', () => [sim(), removals(), boxes()].every(Boolean)),
	browser
};
const started = Date.now();
const tallies = Object.entries(parts)
	.filter(([name]) => !only || only.includes(name))
	.map(([name, part]) => {
		console.log(`\n== ${name}`);
		return part();
	});
/** @param {'passed' | 'failed' | 'skipped'} key */
const sum = (key) => tallies.reduce((total, tally) => total + tally[key], 0);
console.log('');
for (const t of tallies) console.log(`${t.name}: ${t.passed} passed, ${t.failed} failed${t.skipped ? `, ${t.skipped} skipped` : ''}`);
console.log(`in ${Math.round((Date.now() - started) / 1000)} s`);
if (sum('skipped')) console.log(`skipped: ${sum('skipped')}`);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exit(sum('failed') === 0 ? 0 : 1);
