/** `npm run conformance`: does a hub, or a CouchDB, answer as the protocol says? `-- --url URL`, `-- --help` says more. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ensureDependencies, ROOT } from './prepare.mjs';

ensureDependencies();
process.exit(spawnSync(process.execPath, ['--import', 'tsx', path.join(ROOT, 'conformance/main.ts'), ...process.argv.slice(2)], { cwd: ROOT, stdio: 'inherit' }).status ?? 2);
