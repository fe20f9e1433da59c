/** Merge rules of Composition: a note. */
import { byParts, EXTENSION } from './keys.ts';
import { byCode, finalWhen } from './order.ts';
import type { Row } from './row.ts';

export const rows: readonly Row[] = [
	{ group: 'identifier', rule: 'last', reason: 'The number of a note names the document across systems; it says nothing of the patient.' },
	{ group: 'note', rule: 'frozen', final: finalWhen('status', ['final', 'amended']), reason: 'A signed note is evidence of what was known when it was signed: it is amended beside, never overwritten (ODK marks parallel updates, Tangerine#2410 loses one).' },
	{ group: 'category', rule: 'last', reason: 'The category files a note under a heading and is no part of what was signed.' },
	{ group: 'confidentiality', rule: 'safest', order: byCode('confidentiality', ['V', 'R', 'N', 'M', 'L', 'U']), reason: 'A note marked as very restricted by one author must not be handed out because another marked it normal.' },
	{ group: 'attesters', rule: 'union', key: byParts(['party'], [], ['mode']), sameKey: 'both', reason: 'Each signature under a note is an act of its own person; one does not replace another.' },
	{ group: 'relations', rule: 'union', key: byParts(['targetReference'], [], ['code']), sameKey: 'both', reason: 'Which notes a note appends or replaces adds up: a lost relation leaves a superseded note looking current.' },
	{ group: 'provenance', rule: 'last', reason: 'Custodian and visit of a note are filing; the visit can be corrected without touching the text.' },
	{ group: 'narrative', rule: 'last', reason: 'The summary text of a document is generated from its sections, which are frozen once signed.' },
	{ group: 'extensions', rule: 'union', key: EXTENSION, sameKey: 'both', reason: 'Extensions of a note come from dictation and document systems by url, and are theirs to settle.' }
];
