/** Merge rules of Procedure. */
import { CONCEPT, EXTENSION, IDENTIFIER, NOTE, REFERENCE } from './keys.ts';
import { finalWhen } from './order.ts';
import type { Row } from './row.ts';

export const rows: readonly Row[] = [
	{ group: 'identifiers', rule: 'union', key: IDENTIFIER, sameKey: 'both', reason: 'Theatre register and referral letter number one operation differently; both are looked up.' },
	{ group: 'procedure', rule: 'frozen', final: finalWhen('status', ['completed', 'not-done']), reason: 'What was cut, on which side and with which implant cannot be edited away after the fact; a correction stands beside it (wrong-site surgery, implant recalls).' },
	{ group: 'complications', rule: 'union', key: CONCEPT, sameKey: 'both', reason: 'Complications of a procedure are found by different people at different times, and each is true.' },
	{ group: 'complication-details', rule: 'union', key: REFERENCE, sameKey: 'both', reason: 'Each complication\'s own entry in the problem list stays tied to the operation that caused it.' },
	{ group: 'follow-up', rule: 'last', reason: 'Instructions after a procedure (remove sutures on day 10) replace one another as healing goes on.' },
	{ group: 'provenance', rule: 'last', reason: 'Who operated and where is noted for asking back; the signing author is verified.' },
	{ group: 'reason', rule: 'last', reason: 'The indication of a procedure is worded better once pathology is back.' },
	{ group: 'order', rule: 'last', reason: 'Request and protocol of a procedure connect it to planning.' },
	{ group: 'reports', rule: 'union', key: REFERENCE, sameKey: 'both', reason: 'Operation note, anaesthesia record and pathology arrive from three departments; none replaces another.' },
	{ group: 'notes', rule: 'append', key: NOTE, reason: 'Surgeon\'s and nurse\'s remarks on a procedure are both part of it.' },
	{ group: 'narrative', rule: 'last', reason: 'The text of a procedure is written from its code and date.' },
	{ group: 'extensions', rule: 'union', key: EXTENSION, sameKey: 'both', reason: 'Extensions of a procedure (approach, incision time, directed by) come from theatre systems by url.' }
];
