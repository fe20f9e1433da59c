/** Merge rules of Condition: the problem list. */
import { isObject } from '../../change/canonical.ts';
import type { GroupValue } from '../../change/change.ts';
import { byParts, EXTENSION, IDENTIFIER, NOTE } from './keys.ts';
import { codesOf, conceptIn } from './order.ts';
import { NONE, type Order, type Row } from './row.ts';

const CLINICAL = ['active', 'relapse', 'recurrence', 'remission', 'inactive', 'resolved'];

function statusLabel(value: GroupValue): string {
	const verification = isObject(value['verificationStatus']) ? codesOf(value['verificationStatus']) : [];
	const dismissed = ['entered-in-error', 'refuted'].find((code) => verification.includes(code));
	return dismissed ?? conceptIn(value, 'clinicalStatus', CLINICAL);
}
const STATUS: Order = {
	of: 'clinicalStatus and verificationStatus', label: statusLabel,
	ranks: ['active', 'relapse', 'recurrence', NONE, 'remission', 'inactive', 'resolved', 'refuted', 'entered-in-error']
};

/** SNOMED CT codes of the value set condition-severity (FHIR R4), and its words. */
const SEVERITY = ['24484000', '6736007', '255604002'];
const SEVERITY_ORDER: Order = { of: 'severity (SNOMED CT 24484000 severe, 6736007 moderate, 255604002 mild)', label: (value) => conceptIn(value, 'severity', SEVERITY), ranks: [...SEVERITY, NONE] };

export const rows: readonly Row[] = [
	{ group: 'identifiers', rule: 'union', key: IDENTIFIER, sameKey: 'both', reason: 'A diagnosis keeps the number of the register that notified it (tuberculosis, cancer); losing it breaks the notification.' },
	{ group: 'problem', rule: 'both', reason: 'Two diagnoses under one entry are two opinions; treating by the one that synced last is how a diagnosis is missed.' },
	{ group: 'status', rule: 'safest', order: STATUS, reason: 'A problem that one site calls resolved and another active loses its follow-up if the wrong one is believed (cht-core#7020: replication undid clinical state).' },
	{ group: 'severity', rule: 'safest', order: SEVERITY_ORDER, reason: 'Severity decides referral; the graver judgement stands until someone has looked again.' },
	{ group: 'stage', rule: 'both', reason: 'Two stages of one disease mean two treatments; neither follows from the other.' },
	{ group: 'onset', rule: 'last', reason: 'The onset of a problem is recalled better by whoever asked last, and changes no immediate care.' },
	{ group: 'evidence', rule: 'union', key: byParts([], ['code', 'detail']), sameKey: 'both', reason: 'Signs that support a diagnosis add up: a second sign is no answer to the first.' },
	{ group: 'provenance', rule: 'last', reason: 'The noted recorder of a problem and its visit help to look it up; the signed author of each change stands beside it.' },
	{ group: 'notes', rule: 'append', key: NOTE, reason: 'The course of a problem is told in remarks, each by its own hand and day.' },
	{ group: 'narrative', rule: 'last', reason: 'The text of a problem is written from its elements and decides nothing.' },
	{ group: 'extensions', rule: 'union', key: EXTENSION, sameKey: 'both', reason: 'Extensions of a problem (due to, occurred following) state causes that nobody here may choose between.' }
];
