/** Merge rules of Observation: vital signs and results. */
import { EXTENSION, IDENTIFIER, NOTE } from './keys.ts';
import { finalWhen } from './order.ts';
import type { Row } from './row.ts';

export const rows: readonly Row[] = [
	{ group: 'identifiers', rule: 'union', key: IDENTIFIER, sameKey: 'both', reason: 'The laboratory\'s accession number ties a result to its tube; a lost one lets the same result count twice.' },
	{ group: 'result', rule: 'frozen', final: finalWhen('status', ['final', 'amended', 'corrected']), reason: 'Care was given on the reported value: it must stay readable beside its correction (42 CFR 493.1291(k)). Code, value, unit and range mean something only together, and two different values of one test need a person.' },
	{ group: 'category', rule: 'last', reason: 'The category sorts results into lists and changes no value.' },
	{ group: 'provenance', rule: 'last', reason: 'Performer, device and time of issue of a result are for asking back; the signed author of each version is kept.' },
	{ group: 'order', rule: 'last', reason: 'Which request a result answers is bookkeeping; a wrong one is seen at the request.' },
	{ group: 'panel', rule: 'last', reason: 'Which results form a panel is a grouping: each member has its own value and state.' },
	{ group: 'notes', rule: 'append', key: NOTE, reason: 'Comments of the laboratory and of the clinician on one result are both part of reading it.' },
	{ group: 'narrative', rule: 'last', reason: 'The text of a result is written from its value; the value is what was signed.' },
	{ group: 'extensions', rule: 'union', key: EXTENSION, sameKey: 'both', reason: 'Extensions of a result (body position, sequence, delta) come from devices by url, and two devices may disagree.' }
];
