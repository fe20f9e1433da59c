/* eslint-disable house/import-direction -- a script for developers: it writes docs/formulary-rows.md and is never part of the app */
/** Writes docs/formulary-rows.md from the table: `npx tsx sync/formulary/generate/page.ts`. */
import { writeFileSync } from 'node:fs';
import { formularyPage } from '../page.ts';

writeFileSync(new URL('../../../docs/formulary-rows.md', import.meta.url), formularyPage());
