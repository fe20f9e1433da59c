/** Merge rules of DiagnosticReport. */
import { EXTENSION, IDENTIFIER } from './keys.ts';
import { finalWhen } from './order.ts';
import type { Row } from './row.ts';

export const rows: readonly Row[] = [
	{ group: 'identifiers', rule: 'union', key: IDENTIFIER, sameKey: 'both', reason: 'The report number is how a clinician asks the laboratory; a lost one makes the report an orphan.' },
	{ group: 'report', rule: 'frozen', final: finalWhen('status', ['final', 'amended', 'corrected', 'appended']), reason: 'Surgery is planned on an issued report: a conclusion that changes must stand beside the issued one (42 CFR 493.1291(k)), with its results and images.' },
	{ group: 'category', rule: 'last', reason: 'The discipline of a report sorts the list and is the laboratory\'s own heading.' },
	{ group: 'provenance', rule: 'last', reason: 'Who performed and who interpreted a report is for asking back; signatures are verified apart.' },
	{ group: 'order', rule: 'last', reason: 'The request that a report answers can be corrected without touching the report.' },
	{ group: 'narrative', rule: 'last', reason: 'The text of a report is generated; the issued conclusion and forms are frozen above.' },
	{ group: 'extensions', rule: 'union', key: EXTENSION, sameKey: 'both', reason: 'Extensions of a report (addendum of, summary of) relate it to others under the laboratory\'s urls.' }
];
