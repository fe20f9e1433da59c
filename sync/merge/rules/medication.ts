/** Merge rules of Medication: the product. */
import { EXTENSION, IDENTIFIER } from './keys.ts';
import { byCode } from './order.ts';
import type { Row } from './row.ts';

export const rows: readonly Row[] = [
	{ group: 'identifiers', rule: 'union', key: IDENTIFIER, sameKey: 'both', reason: 'A product has a national and a supplier\'s number; recalls name either.' },
	{ group: 'product', rule: 'both', reason: 'Ingredient, strength and form of a product decide the dose that reaches the patient: 5 mg and 50 mg tablets must not be one entry.' },
	{ group: 'status', rule: 'safest', order: byCode('status', ['entered-in-error', 'inactive', 'active']), reason: 'A product withdrawn by one pharmacist is not to be given out because another edited it.' },
	{ group: 'batch', rule: 'both', reason: 'A recall names lot and maker: of two batch numbers for one product the wrong one spares the wrong patients.' },
	{ group: 'narrative', rule: 'last', reason: 'The text of a product is its label again.' },
	{ group: 'extensions', rule: 'union', key: EXTENSION, sameKey: 'both', reason: 'Extensions of a product (price, storage) come from supply systems by url.' }
];
