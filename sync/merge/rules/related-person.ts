/** Merge rules of RelatedPerson: who may speak, decide or collect for the patient. */
import { ADDRESS, ADDRESS_PLACE, EXTENSION, IDENTIFIER, NAME, NAME_PLACE, TELECOM, TELECOM_PLACE } from './keys.ts';
import type { Row } from './row.ts';

export const rows: readonly Row[] = [
	{ group: 'identifiers', rule: 'union', key: IDENTIFIER, sameKey: 'both', reason: 'A guardian\'s identity number is checked at the ward door; each number known stays usable.' },
	{ group: 'relation', rule: 'both', reason: 'Whether someone is still the guardian decides who consents for a child and who may take it home: two answers need a person.' },
	{ group: 'names', rule: 'union', key: NAME, sameKey: 'both', place: NAME_PLACE, reason: 'Relatives are traced by name in an outbreak; either spelling may be the one the village knows.' },
	{ group: 'birth', rule: 'both', reason: 'The age of a parent decides whether they may consent; two birth dates are not settled by a clock.' },
	{ group: 'sex', rule: 'both', reason: 'Mother or father is read from the sex of a related person, and feeds pedigree and consent.' },
	{ group: 'telecom', rule: 'union', key: TELECOM, sameKey: 'last', place: TELECOM_PLACE, reason: 'A relative\'s number is the way to a patient without a telephone; no number is dropped, only its use corrected.' },
	{ group: 'addresses', rule: 'union', key: ADDRESS, sameKey: 'last', place: ADDRESS_PLACE, reason: 'A relative\'s house is where a lost patient is looked for; of one address the later wording is tried first.' },
	{ group: 'languages', rule: 'last', reason: 'The language of a relative is asked again at the next call.' },
	{ group: 'photo', rule: 'last', reason: 'The newer picture of a guardian is the one to compare at the ward door.' },
	{ group: 'narrative', rule: 'last', reason: 'The text of a related person repeats the elements for readers elsewhere.' },
	{ group: 'extensions', rule: 'union', key: EXTENSION, sameKey: 'both', reason: 'Extensions of a related person (legal authority, caregiver) carry rights under a url that no rule here may weigh.' }
];
