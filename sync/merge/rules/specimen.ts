/** Merge rules of Specimen. */
import { EXTENSION, IDENTIFIER, NOTE } from './keys.ts';
import { byCode } from './order.ts';
import type { Row } from './row.ts';

export const rows: readonly Row[] = [
	{ group: 'identifiers', rule: 'union', key: IDENTIFIER, sameKey: 'both', reason: 'A tube has a bar code from the clinic and one from the laboratory: both must find it.' },
	{ group: 'sample', rule: 'both', reason: 'A mislabelled tube is another patient\'s result: two versions of what was taken, from where and when, stop the analysis until resolved.' },
	{ group: 'status', rule: 'safest', order: byCode('status', ['entered-in-error', 'unsatisfactory', 'unavailable', 'available']), reason: 'A specimen that one bench calls unsatisfactory must not be reported on because another called it available.' },
	{ group: 'handling', rule: 'last', reason: 'Times of receipt and processing steps of a tube are logged by the bench that handled it last.' },
	{ group: 'order', rule: 'last', reason: 'Parent tube and request of a specimen are matched by the laboratory and corrected there.' },
	{ group: 'notes', rule: 'append', key: NOTE, reason: 'Haemolysed, short draw, left in the sun: each remark of each bench bears on the result.' },
	{ group: 'narrative', rule: 'last', reason: 'The text of a specimen repeats its label.' },
	{ group: 'extensions', rule: 'union', key: EXTENSION, sameKey: 'both', reason: 'Extensions of a specimen (special handling, sequence) come from laboratory systems by url.' }
];
