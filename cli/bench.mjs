/** `npm run bench`: builds the page of the benchmarks and runs them. `-- --quick` takes a fifth of the records, once. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ensureBrowser, ensureDependencies, ROOT } from './prepare.mjs';

ensureDependencies();
const node = (/** @type {string[]} */ args) => spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, CHROMIUM_PATH: ensureBrowser() } }).status ?? 1;
const node_modules = path.join(ROOT, 'node_modules');
node([path.join(node_modules, '@sveltejs/kit/svelte-kit.js'), 'sync']);
const built = node([path.join(node_modules, 'vite/bin/vite.js'), 'build', '--config', 'bench/vite.config.ts', '--logLevel', 'error']);
const parts = ['bench/run.ts', 'bench/matching.ts', 'bench/fold.ts', 'bench/ehr.ts', 'bench/membership.ts', 'bench/hub.ts', 'bench/line.ts', 'bench/bundle.ts'];
process.exit(built === 0 ? Math.max(...parts.map((part) => node(['--import', 'tsx', part, ...process.argv.slice(2)]))) : built);
