/** Merge rules of FamilyMemberHistory. */
import { byParts, EXTENSION, IDENTIFIER, NOTE } from './keys.ts';
import type { Row } from './row.ts';

export const rows: readonly Row[] = [
	{ group: 'identifiers', rule: 'union', key: IDENTIFIER, sameKey: 'both', reason: 'Pedigree numbers tie relatives across charts in genetic counselling.' },
	{ group: 'relative', rule: 'both', reason: 'Mother or aunt, dead at 40 or at 80: who the relative is decides the risk that is computed, and two versions give two risks.' },
	{ group: 'conditions', rule: 'union', key: byParts([], ['code']), sameKey: 'both', reason: 'Diseases told of a relative add up over interviews; the age at onset of one disease told twice is to be asked.' },
	{ group: 'provenance', rule: 'last', reason: 'When and why the family was asked frames the story and is set by the last interview.' },
	{ group: 'notes', rule: 'append', key: NOTE, reason: 'What relatives tell at each interview is kept as told.' },
	{ group: 'narrative', rule: 'last', reason: 'The text of a family history is drawn from relative and conditions.' },
	{ group: 'extensions', rule: 'union', key: EXTENSION, sameKey: 'both', reason: 'Extensions of a family history (parent, genetics) describe a pedigree nobody may cut by rule.' }
];
