/* eslint-disable house/import-direction -- a script for developers: it writes docs/reconciliation.md and is never part of the app */
/** Writes docs/reconciliation.md from the tables: `npx tsx sync/ehr/generate/page.ts`. */
import { writeFileSync } from 'node:fs';
import { reconciliationPage } from '../page.ts';

writeFileSync(new URL('../../../docs/reconciliation.md', import.meta.url), reconciliationPage());
