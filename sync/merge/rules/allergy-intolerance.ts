/** Merge rules of AllergyIntolerance. What is lost here is found out by giving the drug. */
import { isObject } from '../../change/canonical.ts';
import type { GroupValue } from '../../change/change.ts';
import { EXTENSION, IDENTIFIER, NOTE, REACTION } from './keys.ts';
import { byCode, codesOf, conceptIn } from './order.ts';
import { NONE, type Order, type Row } from './row.ts';

const CLINICAL = ['active', 'inactive', 'resolved'];

/** A refuted or erroneous allergy says nothing is to be feared, whatever its clinical status says. */
function statusLabel(value: GroupValue): string {
	const verification = isObject(value['verificationStatus']) ? codesOf(value['verificationStatus']) : [];
	const dismissed = ['entered-in-error', 'refuted'].find((code) => verification.includes(code));
	return dismissed ?? conceptIn(value, 'clinicalStatus', CLINICAL);
}
const STATUS: Order = { of: 'clinicalStatus and verificationStatus', label: statusLabel, ranks: [...CLINICAL.slice(0, 1), NONE, 'inactive', 'resolved', 'refuted', 'entered-in-error'] };

export const rows: readonly Row[] = [
	{ group: 'identifiers', rule: 'union', key: IDENTIFIER, sameKey: 'both', reason: 'The same allergy has a number in each system that reported it; they are how a repeated report is recognized.' },
	{ group: 'substance', rule: 'both', reason: 'Two substances are two things to avoid: the one not shown would be given.' },
	{ group: 'status', rule: 'safest', order: STATUS, reason: 'An allergy called resolved by one nurse and active by another can kill if the wrong one is believed; withholding a drug until someone looks rarely does.' },
	{ group: 'criticality', rule: 'safest', order: byCode('criticality', ['high', 'unable-to-assess', 'low']), reason: 'High criticality means that the next reaction may be the last; it is shown until someone who has seen both judgements lowers it.' },
	{ group: 'reactions', rule: 'union', key: REACTION, sameKey: 'both', reason: 'Each reaction is an event of its own (rash in March, anaphylaxis in June); a patch by list position hits the wrong one (android-fhir#1096).' },
	{ group: 'onset', rule: 'last', reason: 'When the allergy began is remembered, not measured, and the allergy is to be heeded whatever the date.' },
	{ group: 'provenance', rule: 'last', reason: 'Who is noted as having asserted the allergy helps to ask back; the verified author of every change is kept beside it in any case.' },
	{ group: 'notes', rule: 'append', key: NOTE, reason: 'Remarks on how an allergy showed itself are read together; a second remark does not answer the first.' },
	{ group: 'narrative', rule: 'last', reason: 'The text of an allergy is written from its elements; alerts rest on the elements.' },
	{ group: 'extensions', rule: 'union', key: EXTENSION, sameKey: 'both', reason: 'Extensions of an allergy (substance exposure risk, abatement) come from systems whose meaning a rule here cannot weigh.' }
];
