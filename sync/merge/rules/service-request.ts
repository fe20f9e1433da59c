/** Merge rules of ServiceRequest: orders and referrals. */
import { EXTENSION, IDENTIFIER, NOTE, REFERENCE } from './keys.ts';
import { byCode, progress } from './order.ts';
import type { Row } from './row.ts';

export const rows: readonly Row[] = [
	{ group: 'identifiers', rule: 'union', key: IDENTIFIER, sameKey: 'both', reason: 'The referral number is on the slip in the patient\'s hand and in the hospital\'s book.' },
	{ group: 'request', rule: 'both', reason: 'Left or right knee, with or without contrast, do or do not: two versions of an order would be carried out as one.' },
	{ group: 'progress', rule: 'furthest', ...progress('status', ['completed', 'active', 'on-hold', 'draft', 'unknown', 'revoked', 'entered-in-error'], [['completed', 'revoked'], ['active', 'revoked'], ['on-hold', 'revoked'], ['active', 'on-hold']]), reason: 'A request done must not become open again by a late edit, or it is done twice; revoked here and done there means a patient was treated without an order.' },
	{ group: 'priority', rule: 'safest', order: byCode('priority', ['stat', 'asap', 'urgent', 'routine']), reason: 'An urgent referral that becomes routine in a merge is a delay nobody decided.' },
	{ group: 'timing', rule: 'last', reason: 'When a test or visit is wanted moves with the patient\'s plans; the later wish is the current one.' },
	{ group: 'provenance', rule: 'last', reason: 'Requester and performer of a request are routing, and the latest routing is where it went.' },
	{ group: 'reason', rule: 'last', reason: 'The clinical question of a request is sharpened as findings come; the receiver asks if in doubt.' },
	{ group: 'specimens', rule: 'union', key: REFERENCE, sameKey: 'both', reason: 'Tubes drawn for one request at two times are all to be analysed.' },
	{ group: 'instruction', rule: 'both', reason: 'Fasting or not fasting: two instructions to the patient spoil the test or the diabetic.' },
	{ group: 'order', rule: 'last', reason: 'What a request is based on or replaces is order administration.' },
	{ group: 'notes', rule: 'append', key: NOTE, reason: 'Messages between requester and performer on one request are read as a thread.' },
	{ group: 'narrative', rule: 'last', reason: 'The text of a request is its letter, written again from the elements.' },
	{ group: 'extensions', rule: 'union', key: EXTENSION, sameKey: 'both', reason: 'Extensions of a request (precondition, questionnaire) bind the performer under their url.' }
];
