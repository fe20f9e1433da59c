/** Merge rules of Flag: warnings such as do-not-resuscitate or infection control. */
import { EXTENSION, IDENTIFIER } from './keys.ts';
import { byCode } from './order.ts';
import type { Row } from './row.ts';

export const rows: readonly Row[] = [
	{ group: 'identifiers', rule: 'union', key: IDENTIFIER, sameKey: 'both', reason: 'The order number of a do-not-resuscitate form must lead to the form.' },
	{ group: 'flag', rule: 'safest', order: byCode('status', ['active', 'inactive', 'entered-in-error']), reason: 'A warning that one site lifted and another renewed is shown until looked at: an unseen do-not-resuscitate order or infection flag harms at once.' },
	{ group: 'provenance', rule: 'last', reason: 'Category and noted author of a flag sort and explain it; the warning itself is in its code and status.' },
	{ group: 'narrative', rule: 'last', reason: 'The text of a flag is written from its code.' },
	{ group: 'extensions', rule: 'union', key: EXTENSION, sameKey: 'both', reason: 'Extensions of a flag (priority, detail) qualify a warning, and neither of two may be passed over.' }
];
