/* eslint-disable house/import-direction -- a script for developers: it writes docs/merge-rules.md and is never part of the app */
/** Writes docs/merge-rules.md from the table: `npx tsx sync/merge/rules/generate/page.ts`. */
import { writeFileSync } from 'node:fs';
import { rulesPage } from '../page.ts';

writeFileSync(new URL('../../../../docs/merge-rules.md', import.meta.url), rulesPage());
