/** Merge rules of Patient: who the person is. A wrong identity puts every later entry into the wrong chart. */
import { ADDRESS, ADDRESS_PLACE, EXTENSION, IDENTIFIER, NAME, NAME_PLACE, TELECOM, TELECOM_PLACE } from './keys.ts';
import { NONE, type Order, type Row } from './row.ts';

const DECEASED: Order = {
	of: 'deceased[x]',
	label: (value) => (typeof value['deceasedDateTime'] === 'string' || value['deceasedBoolean'] === true ? 'deceased' : value['deceasedBoolean'] === false ? 'alive' : NONE),
	ranks: ['deceased', 'alive', NONE]
};

export const rows: readonly Row[] = [
	{ group: 'identifiers', rule: 'union', key: IDENTIFIER, sameKey: 'both', reason: 'A person carries cards of several programmes at once; a dropped number sends the next visit to a new chart, and one number on two people (cht-core#7670) must be seen.' },
	{ group: 'names', rule: 'union', key: NAME, sameKey: 'both', place: NAME_PLACE, reason: 'People are found by name: a spelling that disappears makes the next registration a duplicate person (avni-server#902).' },
	{ group: 'birth', rule: 'both', reason: 'The birth date identifies the patient and scales every paediatric dose; of two dates one is wrong, and a later clock does not make it right.' },
	{ group: 'sex', rule: 'both', reason: 'Sex decides reference ranges, growth charts and pregnancy checks; two different entries need someone who asks the patient.' },
	{ group: 'deceased', rule: 'safest', order: DECEASED, reason: 'A deceased flag was overwritten by a concurrent edit and the patient listed for vaccination (msupply mobile#4843); a false death is found out sooner than a missed one.' },
	{ group: 'multiple-birth', rule: 'both', reason: 'Twins share surname, birth date and address: the birth order is what tells their charts apart.' },
	{ group: 'telecom', rule: 'union', key: TELECOM, sameKey: 'last', place: TELECOM_PLACE, reason: 'Every telephone number may be the one that reaches a patient lost to follow-up; only use and rank of one number may be overwritten.' },
	{ group: 'addresses', rule: 'union', key: ADDRESS, sameKey: 'last', place: ADDRESS_PLACE, reason: 'The village leads home visits and contact tracing; when two people note a move, the later note is the likelier home, and the earlier author hears of it.' },
	{ group: 'record', rule: 'safest', order: { of: 'active', label: (value) => (value['active'] === false ? 'inactive' : value['active'] === true ? 'active' : NONE), ranks: ['active', NONE, 'inactive'] }, reason: 'A chart marked as not in use leaves the lists from which patients are called; the mark that keeps the patient in sight is the safer.' },
	{ group: 'marital', rule: 'last', reason: 'Marital status changes no treatment; the later answer of the patient is the likelier one.' },
	{ group: 'languages', rule: 'last', reason: 'A preferred language that is out of date costs an interpreter, not health, and is corrected in the first sentence.' },
	{ group: 'contacts', rule: 'last', reason: 'Whom to call is asked at each visit; the later list was asked for last, and the earlier one is a tap away for its author.' },
	{ group: 'photo', rule: 'last', reason: 'The newer photograph looks more like the person at the desk (wrong-patient orders fall with a photograph, JAMA Netw Open 2020).' },
	{ group: 'care-provider', rule: 'last', reason: 'Which practitioner or clinic keeps the patient is an arrangement: the later one replaced the earlier.' },
	{ group: 'narrative', rule: 'last', reason: 'The text of a Patient repeats its elements for people; the elements themselves are merged above.' },
	{ group: 'extensions', rule: 'union', key: EXTENSION, sameKey: 'both', reason: 'Extensions of Patient carry ethnicity, religion or mother\'s name from other systems, by url: nobody here can say which of two is right.' }
];

