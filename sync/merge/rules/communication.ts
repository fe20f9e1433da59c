/** Merge rules of Communication: messages sent. */
import { EXTENSION, IDENTIFIER, NOTE } from './keys.ts';
import { byCode, finalWhen } from './order.ts';
import type { Row } from './row.ts';

export const rows: readonly Row[] = [
	{ group: 'identifiers', rule: 'union', key: IDENTIFIER, sameKey: 'both', reason: 'A text message has the gateway\'s number, by which delivery is proved.' },
	{ group: 'message', rule: 'frozen', final: finalWhen('status', ['completed', 'stopped']), reason: 'A message that went out was read as it was: to whom it went and what it said cannot be edited afterwards.' },
	{ group: 'priority', rule: 'safest', order: byCode('priority', ['stat', 'asap', 'urgent', 'routine']), reason: 'A critical result that is called in keeps its urgency until it is acknowledged.' },
	{ group: 'reason', rule: 'last', reason: 'Why a message was sent is a heading for the sender\'s own list.' },
	{ group: 'order', rule: 'last', reason: 'The thread that a message belongs to is arranged by the mail screen.' },
	{ group: 'notes', rule: 'append', key: NOTE, reason: 'Remarks on a conversation are added by each who took part.' },
	{ group: 'narrative', rule: 'last', reason: 'The text of a message repeats its payload, which is frozen when sent.' },
	{ group: 'extensions', rule: 'union', key: EXTENSION, sameKey: 'both', reason: 'Extensions of a message (media, gateway state) are the gateway\'s by url.' }
];
