/** Merge rules of Task. */
import { byParts, EXTENSION, IDENTIFIER, NOTE } from './keys.ts';
import { byCode, progress } from './order.ts';
import type { Row } from './row.ts';

export const rows: readonly Row[] = [
	{ group: 'identifiers', rule: 'union', key: IDENTIFIER, sameKey: 'both', reason: 'Tasks handed over on paper are found again by number.' },
	{ group: 'task', rule: 'both', reason: 'What is to be done, to what and with which input is one instruction: two halves of two tasks are a third that nobody gave.' },
	{ group: 'progress', rule: 'furthest', ...progress('status', ['completed', 'failed', 'in-progress', 'on-hold', 'ready', 'accepted', 'received', 'requested', 'draft', 'rejected', 'cancelled', 'entered-in-error'], [['completed', 'cancelled'], ['completed', 'failed'], ['completed', 'rejected'], ['in-progress', 'cancelled'], ['in-progress', 'rejected'], ['accepted', 'rejected']]), reason: 'A visit that was made must not come back as due because another phone synced later (cht-core#7020); cancelled against done is a question, not a race.' },
	{ group: 'priority', rule: 'safest', order: byCode('priority', ['stat', 'asap', 'urgent', 'routine']), reason: 'An urgent home visit stays urgent until someone who saw both judgements lowers it.' },
	{ group: 'owner', rule: 'last', reason: 'A task belongs to whom it was handed last; two owners at once would each wait for the other, and the earlier assigner is told.' },
	{ group: 'outputs', rule: 'union', key: byParts([], ['type']), sameKey: 'both', reason: 'What a task produced (a measurement, a photograph) comes in parts and none replaces another.' },
	{ group: 'reason', rule: 'last', reason: 'The reason of a task tells its owner why, and is reworded freely.' },
	{ group: 'order', rule: 'last', reason: 'Parent and protocol of a task are scheduling.' },
	{ group: 'notes', rule: 'append', key: NOTE, reason: 'Attempts at a task (nobody home, road flooded) are each noted and counted.' },
	{ group: 'narrative', rule: 'last', reason: 'The text of a task repeats its title.' },
	{ group: 'extensions', rule: 'union', key: EXTENSION, sameKey: 'both', reason: 'Extensions of a task are scheduling data of other systems by url.' }
];
