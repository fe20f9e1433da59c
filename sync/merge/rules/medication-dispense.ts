/** Merge rules of MedicationDispense: what was handed out. */
import { EXTENSION, IDENTIFIER, NOTE, REFERENCE } from './keys.ts';
import { finalWhen } from './order.ts';
import type { Row } from './row.ts';

export const rows: readonly Row[] = [
	{ group: 'identifiers', rule: 'union', key: IDENTIFIER, sameKey: 'both', reason: 'The number in the pharmacy\'s book proves a hand-out; controlled drugs are audited by it.' },
	{ group: 'dispense', rule: 'frozen', final: finalWhen('status', ['completed', 'declined']), reason: 'What left the counter is in the patient\'s hands: drug, strength and quantity stay on record for overdose and stock, whatever is corrected later.' },
	{ group: 'provenance', rule: 'last', reason: 'Who collected and from which counter is noted for asking back.' },
	{ group: 'order', rule: 'last', reason: 'The prescription that a hand-out answers can be matched after the fact.' },
	{ group: 'issues', rule: 'union', key: REFERENCE, sameKey: 'both', reason: 'Every interaction seen at the counter is evidence of what was known when the drug was given.' },
	{ group: 'notes', rule: 'append', key: NOTE, reason: 'Counselling given at the counter is written by each who gave it.' },
	{ group: 'narrative', rule: 'last', reason: 'The text of a hand-out is the label, made from its elements.' },
	{ group: 'extensions', rule: 'union', key: EXTENSION, sameKey: 'both', reason: 'Extensions of a hand-out (refills remaining, package) are pharmacy data by url.' }
];
