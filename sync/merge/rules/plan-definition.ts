/** Merge rules of PlanDefinition: protocols and schedules in the register chart. */
import { EXTENSION, IDENTIFIER } from './keys.ts';
import type { Row } from './row.ts';

export const rows: readonly Row[] = [
	{ group: 'identifiers', rule: 'union', key: IDENTIFIER, sameKey: 'both', reason: 'A protocol is cited by the guideline\'s number and by the district\'s.' },
	{ group: 'definition', rule: 'both', reason: 'A vaccination or dosing schedule is safe only as a whole: intervals of one edit under doses of another harm every patient at once.' },
	{ group: 'publication', rule: 'last', reason: 'Approval dates and publisher of a protocol are its imprint.' },
	{ group: 'credits', rule: 'last', reason: 'Authors and sources of a protocol are acknowledgements.' },
	{ group: 'scope', rule: 'last', reason: 'Topic and jurisdiction of a protocol place it in the catalogue.' },
	{ group: 'narrative', rule: 'last', reason: 'The text of a protocol is printed from its actions.' },
	{ group: 'extensions', rule: 'union', key: EXTENSION, sameKey: 'both', reason: 'Extensions of a protocol carry computable logic by url that must not be chosen by a clock.' }
];
