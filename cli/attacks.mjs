/**
 * `npm run attacks`: the classes of attack by number, each with its tests and their outcome. Fails when a class has no test, or a test fails.
 *
 * Whole files run, as what a test rests on may stand in one before it. Browser classes run in a real browser against the built app. `-- --only 27,28` takes some classes, `-- --no-browser` leaves out the browser.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ensureBrowser, ensureBuild, ensureDependencies, ensureStrace, ROOT } from './prepare.mjs';
import { importTypeScript } from './typescript.mjs';

const USAGE = `npm run attacks [-- --only 27,28] [-- --no-browser]

  --only LIST     runs only these classes
  --no-browser    leaves out the tests in a browser; classes that have no other then fail`;
if (process.argv.includes('--help')) {
	console.log(USAGE);
	process.exit(0);
}
const asked = process.argv.includes('--only') ? (process.argv[process.argv.indexOf('--only') + 1] ?? '').split(',').map(Number) : null;
const withBrowser = !process.argv.includes('--no-browser');
const artifacts = path.join(ROOT, 'artifacts');

/** Runs one of the two runners and reads its report. @param {string} script @param {string[]} args @param {string} report @param {NodeJS.ProcessEnv} [env] */
function run(script, args, report, env = {}) {
	rmSync(report, { force: true });
	spawnSync(process.execPath, [path.join(ROOT, 'node_modules', script), ...args], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...env } });
	return existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : null;
}

ensureDependencies();
mkdirSync(artifacts, { recursive: true });
ensureStrace();
// a fresh clone has no generated types, without which no test file loads
spawnSync(process.execPath, [path.join(ROOT, 'node_modules/@sveltejs/kit/svelte-kit.js'), 'sync'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
const { ATTACK_CLASSES } = await importTypeScript(new URL('./attacks/classes.ts', import.meta.url));
const { namedTests } = await importTypeScript(new URL('./attacks/names.ts', import.meta.url));
const { judge, listing, playwrightOutcomes, strays, vitestOutcomes } = await importTypeScript(new URL('./attacks/outcomes.ts', import.meta.url));
const classes = ATTACK_CLASSES.filter((/** @type {{ number: number }} */ { number }) => asked === null || asked.includes(number));
const numbers = new Set(classes.map((/** @type {{ number: number }} */ { number }) => number));
/** Files with a test of a chosen class. @param {string} kind @returns {string[]} */
const filesWith = (kind) => [...new Set(namedTests(ROOT)
	.filter((/** @type {{ file: string, classes: number[] }} */ test) => test.file.includes(kind) && test.classes.some((number) => numbers.has(number)))
	.map((/** @type {{ file: string }} */ { file }) => file))];

const unitReport = path.join(artifacts, 'attacks-node.json');
const unit = run('vitest/vitest.mjs', ['run', ...filesWith('.test.'), '--reporter=json', `--outputFile.json=${unitReport}`, '--passWithNoTests'], unitReport);
const outcomes = [...vitestOutcomes(unit, ROOT)];
// a file that does not load has no test that could fail
const broken = (unit?.testResults ?? []).filter((/** @type {{ status: string, assertionResults: unknown[] }} */ file) => file.status !== 'passed' && file.assertionResults.length === 0);
for (const { name, message } of broken) console.log(`does not load: ${path.relative(ROOT, name)}\n${message}`);
let loaded = unit !== null && broken.length === 0;
if (withBrowser && filesWith('.spec.').length > 0) {
	ensureBuild();
	const report = path.join(artifacts, 'attacks-browser.json');
	const env = { CHROMIUM_PATH: ensureBrowser(), PLAYWRIGHT_JSON_OUTPUT_NAME: report };
	const browser = run('@playwright/test/cli.js', ['test', '--config', 'e2e/playwright.config.ts', ...filesWith('.spec.'), '--reporter=json'], report, env);
	outcomes.push(...playwrightOutcomes(browser));
	loaded &&= browser?.errors?.length === 0;
}

const chosen = asked === null ? outcomes : outcomes.filter((outcome) => judge(classes, [outcome]).some((/** @type {{ tests: unknown[] }} */ { tests }) => tests.length > 0));
const results = judge(classes, chosen);
console.log(listing(results));
const unknown = strays(ATTACK_CLASSES, outcomes);
for (const { name, file } of unknown) console.log(`no such class: ${name} [${file}]`);
const count = (/** @type {string} */ verdict) => results.filter((/** @type {{ verdict: string }} */ result) => result.verdict === verdict).length;
console.log(`\n${count('holds')} classes hold, ${count('failed')} failed, ${count('no test')} without a test, ${count('waits')} wait for what is not built; ${chosen.length} tests`);
if (!loaded) console.log('A test file did not load, or a runner failed; what it said stands above.');
process.exit(loaded && count('failed') + count('no test') + unknown.length === 0 ? 0 : 1);
