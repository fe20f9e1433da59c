/**
 * `docs/formulary-rows.md`, written from the table: every statement of the formulary that can raise or silence an alert, with the source and where it is looked
 * up, so that a pharmacist can go through it line by line with the source beside it.
 */
import { CLASSES, CROSS_REACTIONS, INGREDIENTS, NO_CROSS_REACTIONS, PREGNANCY, SOURCES } from './table/index.ts';

const INTRODUCTION = `# The formulary, row by row

For the pharmacist who reviews it. Generated from \`sync/formulary/table/\` by \`npx tsx sync/formulary/generate/page.ts\`; a test fails when it is stale. What the answers mean, and how far the table was checked, is in [formulary.md](formulary.md).
Critical interrupts the prescriber, warning stands beside the entry, info is a note. To report a wrong line, name the row and the passage of the source.
`;

const EML_AT = 'https://www.who.int/publications/i/item/WHO-MHP-HPS-EML-2023.02';
const DAILYMED_AT = 'https://dailymed.nlm.nih.gov/dailymed/';

/** Where a source is opened; of an article, its citation is enough. */
export function placeOf(citation: string): string | null {
	if (citation.includes('WHO/MHP/HPS/EML/2023.02')) return EML_AT;
	const label = /^Prescribing information: ([a-z0-9 -]+)/iu.exec(citation)?.[1]?.trim();
	if (label !== undefined) return `${DAILYMED_AT}search.cfm?query=${encodeURIComponent(label)}`;
	if (citation.includes('DailyMed')) return DAILYMED_AT;
	if (citation.startsWith('US Food and Drug Administration')) return 'https://www.fda.gov/drugs/drug-safety-and-availability/drug-safety-communications';
	return null;
}

/** The whole page. */
export const formularyPage = (): string => [
	INTRODUCTION, '## Pregnancy', '', table(['medicine', 'severity', 'why', 'source'], PREGNANCY.map((row) => [subject(row.on, row.except), row.severity, row.why, row.source])),
	'## Classes within which an allergy to one counts against the others', '',
	table(['class', 'severity', 'ingredients', 'source'], CLASSES.flatMap(({ id, label, within }) => (within === null ? [] : [[label, within.severity, membersOf(id), within.source]]))),
	'## Classes that are a way of recording only', '', table(['class', 'ingredients', 'source'], CLASSES.filter(({ within }) => within === null).map(({ id, label, source }) => [label, membersOf(id), source])),
	'## Cross-reactions', '', table(['between', 'and', 'severity', 'why', 'source'], CROSS_REACTIONS.map((row) => [subject(row.a), subject(row.b), row.severity, row.why, row.source])),
	'## Feared cross-reactions that are answered as safe', '', table(['between', 'and', 'why', 'source'], NO_CROSS_REACTIONS.map((row) => [subject(row.a), subject(row.b), row.why, row.source])),
	'## Sources', '', table(['key', 'source', 'where'], [...SOURCES].map(([key, citation]) => [key, citation, placeOf(citation) ?? '']))
].join('\n');

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
	[line(head), line(head.map(() => '---')), ...rows.map(line), ''].join('\n');
const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '/')).join(' | ')} |`;

const membersOf = (id: string): string => INGREDIENTS.filter(({ classes }) => classes.includes(id)).map(({ inn }) => inn).sort().join(', ');

/** A class by its label, an ingredient by its name. */
function subject(on: string, except: readonly string[] = []): string {
	const name = on.startsWith('=') ? on.slice(1) : (CLASSES.find(({ id }) => id === on)?.label ?? on);
	return except.length === 0 ? name : `${name}, except ${except.join(' and ')}`;
}
