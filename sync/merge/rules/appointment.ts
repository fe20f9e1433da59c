/** Merge rules of Appointment. */
import { byParts, EXTENSION, IDENTIFIER } from './keys.ts';
import { progress } from './order.ts';
import type { Row } from './row.ts';

export const rows: readonly Row[] = [
	{ group: 'identifiers', rule: 'union', key: IDENTIFIER, sameKey: 'both', reason: 'The number on the appointment card must find the appointment, whichever desk printed it.' },
	{ group: 'progress', rule: 'furthest', ...progress('status', ['fulfilled', 'checked-in', 'arrived', 'noshow', 'booked', 'waitlist', 'pending', 'proposed', 'cancelled', 'entered-in-error'], [['cancelled', 'fulfilled'], ['cancelled', 'checked-in'], ['cancelled', 'arrived'], ['noshow', 'fulfilled'], ['noshow', 'checked-in'], ['noshow', 'arrived']]), reason: 'A patient who has arrived must not go back to booked when an old edit syncs; cancelled or no-show against arrived means someone is waiting unseen.' },
	{ group: 'time', rule: 'last', reason: 'An appointment is moved by agreement: the later agreement is the one the patient was told.' },
	{ group: 'service', rule: 'last', reason: 'Which clinic an appointment is for is settled by the desk that touched it last.' },
	{ group: 'priority', rule: 'last', reason: 'The priority of an appointment orders a waiting list; urgency of care itself is in the request.' },
	{ group: 'participants', rule: 'union', key: byParts(['actor'], ['type']), sameKey: 'both', reason: 'Each participant accepts or declines alone; accepted and declined by the same person is to be asked.' },
	{ group: 'reason', rule: 'last', reason: 'The reason of an appointment prepares the room, and is asked again in it.' },
	{ group: 'comment', rule: 'last', reason: 'The desk\'s remark on an appointment is rewritten as plans change.' },
	{ group: 'instruction', rule: 'last', reason: 'What the patient is to bring or avoid is said anew with each booking; the later instruction was given last.' },
	{ group: 'narrative', rule: 'last', reason: 'The text of an appointment is made for the slip and holds no more than the elements.' },
	{ group: 'extensions', rule: 'union', key: EXTENSION, sameKey: 'both', reason: 'Extensions of an appointment come from booking systems, each under its url.' }
];
