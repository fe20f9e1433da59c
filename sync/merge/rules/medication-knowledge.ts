/** Merge rules of MedicationKnowledge: a site's edits of the formulary, in its register chart. */
import { byParts, EXTENSION, REFERENCE } from './keys.ts';
import { byCode } from './order.ts';
import type { Row } from './row.ts';

export const rows: readonly Row[] = [
	{ group: 'product', rule: 'both', reason: 'What a local brand contains decides which allergy alerts it raises: of two different lists of ingredients both count until a pharmacist has looked at the box.' },
	{ group: 'status', rule: 'safest', order: byCode('status', ['entered-in-error', 'inactive', 'active']), reason: 'A product that one pharmacist marked as not stocked is not offered because another edited it; a mapping taken back makes its product unchecked, never safe.' },
	{ group: 'administration', rule: 'both', reason: 'Two local dose notes for one product, such as dilution of a concentrated ampoule, must not be mixed or chosen by a clock: a tenfold error is one line of such a note.' },
	{ group: 'related', rule: 'last', reason: 'Which other product a formulary entry points at helps finding, and is never followed by a check.' },
	{ group: 'pharmacology', rule: 'both', reason: 'Half-life and monitoring of a product set the interval to the next dose and the next blood test.' },
	{ group: 'contraindications', rule: 'union', key: REFERENCE, sameKey: 'both', reason: 'A contraindication that a site added stays until somebody who saw it removes it.' },
	{ group: 'classifications', rule: 'union', key: byParts([], ['type']), sameKey: 'both', reason: 'A class that one site filed a product under widens its alerts; the other site\'s class may not narrow them.' },
	{ group: 'monographs', rule: 'union', key: byParts(['source'], ['type']), sameKey: 'both', reason: 'National and local leaflets of a product stand beside each other.' },
	{ group: 'regulations', rule: 'union', key: byParts(['regulatoryAuthority']), sameKey: 'both', reason: 'Each authority schedules a controlled medicine on its own; the stricter must stay readable.' },
	{ group: 'costs', rule: 'union', key: byParts([], ['type'], ['source']), sameKey: 'last', reason: 'The price that was entered last is the one on the shelf.' },
	{ group: 'narrative', rule: 'last', reason: 'The text of a formulary entry is printed from its fields.' },
	{ group: 'extensions', rule: 'union', key: EXTENSION, sameKey: 'both', reason: 'Extensions of a formulary entry (pack, supplier) are kept by url beside what other stores added.' }
];
