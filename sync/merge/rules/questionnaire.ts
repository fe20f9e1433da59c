/** Merge rules of Questionnaire: form templates in the register chart. */
import { EXTENSION, IDENTIFIER } from './keys.ts';
import type { Row } from './row.ts';

export const rows: readonly Row[] = [
	{ group: 'identifiers', rule: 'union', key: IDENTIFIER, sameKey: 'both', reason: 'A form template keeps the ministry\'s number and the local one.' },
	{ group: 'definition', rule: 'both', reason: 'Questions, order and skip logic of a form were tested as one: a form merged from two edits asks what nobody tested (Tangerine#2722).' },
	{ group: 'publication', rule: 'last', reason: 'Publisher and dates of a form are its imprint.' },
	{ group: 'scope', rule: 'last', reason: 'For which programme and country a form is meant files it in the catalogue.' },
	{ group: 'narrative', rule: 'last', reason: 'The text of a form template is a preview.' },
	{ group: 'extensions', rule: 'union', key: EXTENSION, sameKey: 'both', reason: 'Extensions of a form template steer rendering and scoring by url; two scorings are two instruments.' }
];
