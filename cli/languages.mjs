/**
 * `npm run languages`: what is missing, left over or unsafe in the words of each language, beside English; and the pages of words that
 * a clinician who speaks the language has to read. Fails where a language is incomplete or unsafe.
 */
import { importTypeScript } from './typescript.mjs';

const USAGE = `npm run languages [-- --write] [-- --notices]

  --write      writes the pages for reviewers, docs/languages/safety-<language>.md, anew
  --notices    lists long and untranslated words too`;
if (process.argv.includes('--help')) {
	console.log(USAGE);
	process.exit(0);
}
const { report } = await importTypeScript(new URL('./languages/report.ts', import.meta.url));
process.exit(report({ write: process.argv.includes('--write'), notices: process.argv.includes('--notices') }) ? 0 : 1);
