/** Merge rules of MedicationRequest: what the patient is to be given. */
import { EXTENSION, IDENTIFIER, NOTE, REFERENCE } from './keys.ts';
import { byCode } from './order.ts';
import type { Row } from './row.ts';

export const rows: readonly Row[] = [
	{ group: 'identifiers', rule: 'union', key: IDENTIFIER, sameKey: 'both', reason: 'A prescription number is what the pharmacy looks for; a second number is a second paper in circulation.' },
	{ group: 'medication', rule: 'both', reason: 'Drug, dose, route and timing of two prescribers mixed give a prescription that nobody wrote (android-fhir#1096); of two whole ones a clinician chooses.' },
	{ group: 'status', rule: 'both', leads: byCode('status', ['active', 'on-hold', 'draft', 'unknown', 'completed', 'stopped', 'cancelled', 'entered-in-error']), reason: 'Stopped here and continued there: going on may harm and stopping may harm, so neither is passed over; while it may be taken, it counts as taken in the checks.' },
	{ group: 'priority', rule: 'safest', order: byCode('priority', ['stat', 'asap', 'urgent', 'routine']), reason: 'An order marked urgent by one prescriber is not to wait because another edited it.' },
	{ group: 'supply', rule: 'both', reason: 'Two quantities or numbers of refills cannot both hold, and the larger one of an opioid is a danger.' },
	{ group: 'reason', rule: 'last', reason: 'The reason for a prescription explains it; what is given does not depend on it.' },
	{ group: 'provenance', rule: 'last', reason: 'The noted requester of a prescription is for reading; who signed which version is verified apart from it.' },
	{ group: 'order', rule: 'last', reason: 'Which plan a prescription belongs to and which it replaces is bookkeeping between orders.' },
	{ group: 'issues', rule: 'union', key: REFERENCE, sameKey: 'both', reason: 'Every interaction that was seen at prescribing must stay visible to who dispenses; alerts that vanish are overridden unseen.' },
	{ group: 'notes', rule: 'append', key: NOTE, reason: 'Instructions to the pharmacy or the nurse are read together, each under its author.' },
	{ group: 'narrative', rule: 'last', reason: 'The text of a prescription repeats the dose; the dose itself is never merged from parts.' },
	{ group: 'extensions', rule: 'union', key: EXTENSION, sameKey: 'both', reason: 'Extensions of a prescription (medication adherence, renewal) come from pharmacies by url and are theirs to correct.' }
];
