/** `npm run sim`: the simulator. `-- --seeds N --from S`, `--minutes M` to stop earlier, `--threads T`; `--mutants` runs it on known bugs. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ensureDependencies, ROOT } from './prepare.mjs';

ensureDependencies();
process.exit(spawnSync(process.execPath, ['--import', 'tsx', path.join(ROOT, 'simulation/main.ts'), ...process.argv.slice(2)], { cwd: ROOT, stdio: 'inherit' }).status ?? 1);
