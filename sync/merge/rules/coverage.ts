/** Merge rules of Coverage: insurance. */
import { EXTENSION, IDENTIFIER } from './keys.ts';
import type { Row } from './row.ts';

export const rows: readonly Row[] = [
	{ group: 'identifiers', rule: 'union', key: IDENTIFIER, sameKey: 'both', reason: 'Card and certificate number of an insurance are both asked for at the hospital gate.' },
	{ group: 'coverage', rule: 'both', reason: 'Whose policy, until when and with which payer is one contract: a mixture of two is turned away at the gate, and the patient goes home untreated.' },
	{ group: 'costs', rule: 'last', reason: 'The patient\'s share of a policy is revised by the payer; the later figure is the tariff in force.' },
	{ group: 'narrative', rule: 'last', reason: 'The text of a policy is the card in words.' },
	{ group: 'extensions', rule: 'union', key: EXTENSION, sameKey: 'both', reason: 'Extensions of a policy are the payer\'s, under its url.' }
];
