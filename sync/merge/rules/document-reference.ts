/** Merge rules of DocumentReference: scans and letters. */
import type { GroupValue } from '../../change/change.ts';
import { byParts, EXTENSION, IDENTIFIER } from './keys.ts';
import { codeIn } from './order.ts';
import { NONE, type Row } from './row.ts';

/** A document without a docStatus is what was filed, and final: a scan has no draft. */
const isFiled = (value: GroupValue): boolean => ['final', 'amended', NONE].includes(codeIn(value, 'docStatus')) && ['current', 'superseded'].includes(codeIn(value, 'status'));

export const rows: readonly Row[] = [
	{ group: 'identifiers', rule: 'union', key: IDENTIFIER, sameKey: 'both', reason: 'A letter carries the sender\'s and the archive\'s number.' },
	{ group: 'document', rule: 'frozen', final: { of: 'docStatus is final, amended or absent, and status is current or superseded', is: isFiled }, reason: 'A scanned letter or consent form is evidence: another scan is filed beside it, never in its place.' },
	{ group: 'provenance', rule: 'last', reason: 'Author, custodian and context of a document are cataloguing, which improves.' },
	{ group: 'security', rule: 'both', reason: 'A label that makes a document confidential must not disappear because another label was edited at once.' },
	{ group: 'relations', rule: 'union', key: byParts(['target'], [], ['code']), sameKey: 'both', reason: 'That a document replaces or transforms another adds up; without it an outdated letter reads as current.' },
	{ group: 'narrative', rule: 'last', reason: 'The text of a document entry is its title in a list.' },
	{ group: 'extensions', rule: 'union', key: EXTENSION, sameKey: 'both', reason: 'Extensions of a document are archive data by url.' }
];
