/** Merge rules of DetectedIssue: what somebody answered to a discrepancy. */
import type { GroupValue } from '../../change/change.ts';
import { judgementOf } from '../../fhir/detected-issue.ts';
import { byParts, EXTENSION, IDENTIFIER } from './keys.ts';
import { codeIn } from './order.ts';
import { NONE, type Order, type Row } from './row.ts';

const RETRACTED = 'entered-in-error';

/** An answer that was taken back answers nothing, whatever it said. */
const judgement = (value: GroupValue): string => (codeIn(value, 'status') === RETRACTED ? RETRACTED : (judgementOf(value) ?? NONE));
const CAUTION: Order = {
	of: 'status and mitigation.action', label: judgement, ranks: [RETRACTED, 'not-sure', NONE, 'will-follow-up', 'accepted-risk', 'not-a-problem']
};

export const rows: readonly Row[] = [
	{ group: 'identifiers', rule: 'union', key: IDENTIFIER, sameKey: 'both', reason: 'An issue that a decision support system raised is reported back to it under its number.' },
	{ group: 'judgement', rule: 'safest', order: CAUTION, reason: 'Of two answers to one alert the one that keeps somebody looking holds: an alert closed by the later clock is how a known clash reaches the patient.' },
	{ group: 'evidence', rule: 'union', key: byParts([], ['code']), sameKey: 'both', reason: 'Each finding that supports or refutes an alert was seen by someone; dropping one changes how the alert reads.' },
	{ group: 'provenance', rule: 'last', reason: 'The guideline that an alert cites is looked up anew; who answered stands in the signed header.' },
	{ group: 'narrative', rule: 'last', reason: 'The text of an answer repeats its judgement and note.' },
	{ group: 'extensions', rule: 'union', key: EXTENSION, sameKey: 'both', reason: 'Extensions of an alert come from decision support by url (rule number, score), and two scores are two findings.' }
];
