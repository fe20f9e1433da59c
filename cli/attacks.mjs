/**
 * `npm run attacks`: the classes of attack by number, each with its tests and their outcome. Fails when a class has no test, or a test fails.
 *
 * Browser classes run in a real browser against the built app. `-- --only 27,28` takes some classes, `-- --no-browser` leaves out the browser.
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
	const { status } = spawnSync(process.execPath, [path.join(ROOT, 'node_modules', script), ...args], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...env } });
	return { held: status === 0, json: existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : null };
}

ensureDependencies();
mkdirSync(artifacts, { recursive: true });
ensureStrace();
const { ATTACK_CLASSES } = await importTypeScript(new URL('./attacks/classes.ts', import.meta.url));
const { judge, listing, playwrightOutcomes, strays, vitestOutcomes } = await importTypeScript(new URL('./attacks/outcomes.ts', import.meta.url));
const classes = ATTACK_CLASSES.filter((/** @type {{ number: number }} */ { number }) => asked === null || asked.includes(number));
const pattern = asked === null ? 'attack \\d' : `attack (\\d+(, | and ))*(${asked.map((number) => `0?${number}`).join('|')})((, | and )\\d+)*:`;

const unitReport = path.join(artifacts, 'attacks-node.json');
const unit = run('vitest/vitest.mjs', ['run', '-t', pattern, '--reporter=json', `--outputFile.json=${unitReport}`], unitReport);
const outcomes = [...vitestOutcomes(unit.json, ROOT)];
let held = unit.held;
if (withBrowser) {
	ensureBuild();
	const report = path.join(artifacts, 'attacks-browser.json');
	const env = { CHROMIUM_PATH: ensureBrowser(), PLAYWRIGHT_JSON_OUTPUT_NAME: report };
	const browser = run('@playwright/test/cli.js', ['test', '--config', 'e2e/playwright.config.ts', '--grep', pattern, '--reporter=json', '--pass-with-no-tests'], report, env);
	outcomes.push(...playwrightOutcomes(browser.json));
	held &&= browser.held;
}

const chosen = asked === null ? outcomes : outcomes.filter((outcome) => judge(classes, [outcome]).some((/** @type {{ tests: unknown[] }} */ { tests }) => tests.length > 0));
const results = judge(classes, chosen);
console.log(listing(results));
const unknown = strays(ATTACK_CLASSES, outcomes);
for (const { name, file } of unknown) console.log(`no such class: ${name} [${file}]`);
const count = (/** @type {string} */ verdict) => results.filter((/** @type {{ verdict: string }} */ result) => result.verdict === verdict).length;
console.log(`\n${count('holds')} classes hold, ${count('failed')} failed, ${count('no test')} without a test, ${count('waits')} wait for what is not built; ${chosen.length} tests`);
if (!held && count('failed') === 0) console.log('A test file did not load, or a runner failed; what it said stands above.');
process.exit(held && count('failed') + count('no test') + unknown.length === 0 ? 0 : 1);
