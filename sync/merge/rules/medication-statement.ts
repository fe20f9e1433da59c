/** Merge rules of MedicationStatement: what the patient says or is known to take. */
import { EXTENSION, IDENTIFIER, NOTE } from './keys.ts';
import { byCode } from './order.ts';
import type { Row } from './row.ts';

export const rows: readonly Row[] = [
	{ group: 'identifiers', rule: 'union', key: IDENTIFIER, sameKey: 'both', reason: 'A statement copied from another record keeps that record\'s number, so that it is not counted twice.' },
	{ group: 'medication', rule: 'both', reason: 'What a patient takes, and how much, is told differently to two people: an interaction check must see both until the boxes are looked at.' },
	{ group: 'taking', rule: 'both', leads: byCode('status', ['active', 'intended', 'on-hold', 'unknown', 'completed', 'stopped', 'not-taken', 'entered-in-error']), reason: 'Still taken or stopped: assuming stopped hides an interaction, assuming taken doubles a dose; it counts as taken in the checks until asked.' },
	{ group: 'provenance', rule: 'last', reason: 'Who told of the medicine and when weighs the statement, and the last to ask knows best whom they asked.' },
	{ group: 'reason', rule: 'last', reason: 'Why a patient takes a medicine is the patient\'s explanation, refined in each talk.' },
	{ group: 'order', rule: 'last', reason: 'The prescription behind a statement is a cross-reference that is found later.' },
	{ group: 'notes', rule: 'append', key: NOTE, reason: 'Remarks on how a medicine is really taken (skips Fridays, shares with sister) add up.' },
	{ group: 'narrative', rule: 'last', reason: 'The text of a medication statement says the drug and dose once more.' },
	{ group: 'extensions', rule: 'union', key: EXTENSION, sameKey: 'both', reason: 'Extensions of a medication statement (adherence) are scores of other systems under their url.' }
];
