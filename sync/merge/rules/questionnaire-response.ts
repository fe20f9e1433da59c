/** Merge rules of QuestionnaireResponse: filled-in forms. */
import { EXTENSION } from './keys.ts';
import { finalWhen } from './order.ts';
import type { Row } from './row.ts';

export const rows: readonly Row[] = [
	{ group: 'identifier', rule: 'last', reason: 'The number of a filled form is a label of the survey office.' },
	{ group: 'answers', rule: 'frozen', final: finalWhen('status', ['completed', 'amended']), reason: 'Scores and skip logic make the answers of a form one whole; a submitted form is data of record, and a parallel edit must be seen as such (ODK labels it "conflict").' },
	{ group: 'provenance', rule: 'last', reason: 'Who was asked and at which visit is noted with the form and corrected by the interviewer.' },
	{ group: 'order', rule: 'last', reason: 'The plan that called for a form is a cross-reference.' },
	{ group: 'narrative', rule: 'last', reason: 'The text of a filled form is rendered from the answers.' },
	{ group: 'extensions', rule: 'union', key: EXTENSION, sameKey: 'both', reason: 'Extensions of a filled form (signature, mode of completion) are survey data by url.' }
];
