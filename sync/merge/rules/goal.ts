/** Merge rules of Goal. */
import { EXTENSION, IDENTIFIER, NOTE, REFERENCE } from './keys.ts';
import { byConcept, progress } from './order.ts';
import type { Row } from './row.ts';

export const rows: readonly Row[] = [
	{ group: 'identifiers', rule: 'union', key: IDENTIFIER, sameKey: 'both', reason: 'Goals shared between programmes are recognized by their number.' },
	{ group: 'goal', rule: 'both', reason: 'A target pressure of 130 and one of 150 lead to two treatments: the measure and its due date were agreed as one.' },
	{ group: 'progress', rule: 'furthest', ...progress('lifecycleStatus', ['completed', 'active', 'on-hold', 'accepted', 'planned', 'proposed', 'rejected', 'cancelled', 'entered-in-error'], [['completed', 'cancelled'], ['active', 'cancelled'], ['accepted', 'rejected'], ['active', 'rejected'], ['active', 'on-hold']]), reason: 'A goal that was reached is not reopened by an old form; rejected by the patient against accepted is to be asked.' },
	{ group: 'achievement', rule: 'both', reason: 'Achieved and worsening about one goal are two judgements of the same patient.' },
	{ group: 'priority', rule: 'safest', order: byConcept('priority', ['high-priority', 'medium-priority', 'low-priority']), reason: 'A goal that somebody ranked high is not to sink in the list unseen.' },
	{ group: 'addresses', rule: 'union', key: REFERENCE, sameKey: 'both', reason: 'One goal may serve several problems, added at several visits.' },
	{ group: 'provenance', rule: 'last', reason: 'Who voiced a goal is credited by whoever asked last.' },
	{ group: 'notes', rule: 'append', key: NOTE, reason: 'Steps towards a goal are remarked on at each visit.' },
	{ group: 'narrative', rule: 'last', reason: 'The text of a goal repeats its description.' },
	{ group: 'extensions', rule: 'union', key: EXTENSION, sameKey: 'both', reason: 'Extensions of a goal (acceptance by a participant) are each person\'s own, under a url.' }
];
