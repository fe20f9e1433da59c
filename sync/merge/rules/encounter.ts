/** Merge rules of Encounter: a visit. */
import { byParts, EXTENSION, IDENTIFIER } from './keys.ts';
import { progress } from './order.ts';
import type { Row } from './row.ts';

export const rows: readonly Row[] = [
	{ group: 'identifiers', rule: 'union', key: IDENTIFIER, sameKey: 'both', reason: 'A visit number is printed on slips and bills; both desks\' numbers must lead to the visit.' },
	{ group: 'progress', rule: 'furthest', ...progress('status', ['finished', 'onleave', 'in-progress', 'triaged', 'arrived', 'planned', 'unknown', 'cancelled', 'entered-in-error'], [['cancelled', 'finished'], ['cancelled', 'in-progress'], ['cancelled', 'onleave'], ['cancelled', 'triaged'], ['cancelled', 'arrived']]), reason: 'A visit only moves forward; a late message of its arrival must not reopen it (cht-core#7020), while cancelled against seen means someone is wrong about who was here.' },
	{ group: 'visit', rule: 'both', reason: 'Emergency or outpatient, and of which kind, decides what care is due; two entries of one visit disagree about the patient in the room.' },
	{ group: 'reason', rule: 'last', reason: 'The stated reason of a visit is refined as the patient talks; the later wording knows the earlier.' },
	{ group: 'diagnoses', rule: 'union', key: byParts(['condition'], ['use']), sameKey: 'both', reason: 'Two clinicians at one visit each add a diagnosis; both were made.' },
	{ group: 'participants', rule: 'union', key: byParts(['individual'], ['type']), sameKey: 'last', reason: 'Everyone who took part in a visit took part; only the hours of one person may be corrected.' },
	{ group: 'place', rule: 'last', reason: 'The room of a visit is where it was last said to be.' },
	{ group: 'hospitalization', rule: 'both', reason: 'Admission source and discharge disposition (home, died, transferred) of two writers cannot both be true.' },
	{ group: 'order', rule: 'last', reason: 'Episode, appointment and account of a visit connect it to office work, which corrects them.' },
	{ group: 'narrative', rule: 'last', reason: 'The text of a visit is written from its elements; the notes of the visit are resources of their own.' },
	{ group: 'extensions', rule: 'union', key: EXTENSION, sameKey: 'both', reason: 'Extensions of a visit (mode of arrival, associated encounter) are other systems\' facts under their url.' }
];
