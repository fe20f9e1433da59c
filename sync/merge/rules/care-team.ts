/** Merge rules of CareTeam. */
import { byParts, EXTENSION, IDENTIFIER, NOTE, TELECOM, TELECOM_PLACE } from './keys.ts';
import { progress } from './order.ts';
import type { Row } from './row.ts';

export const rows: readonly Row[] = [
	{ group: 'identifiers', rule: 'union', key: IDENTIFIER, sameKey: 'both', reason: 'A team is found in referral directories by number.' },
	{ group: 'team', rule: 'last', reason: 'The name of a team is a label on the wall.' },
	{ group: 'progress', rule: 'furthest', ...progress('status', ['active', 'suspended', 'inactive', 'proposed', 'entered-in-error'], [['active', 'inactive'], ['active', 'suspended']]), reason: 'A team called dissolved by one and active by another leaves a patient whom nobody visits.' },
	{ group: 'members', rule: 'union', key: byParts(['member'], ['role']), sameKey: 'both', reason: 'Two clinics each add their nurse: dropping one cuts her off from the patient\'s messages.' },
	{ group: 'telecom', rule: 'union', key: TELECOM, sameKey: 'last', place: TELECOM_PLACE, reason: 'Every number of the team may be the one that answers at night.' },
	{ group: 'reason', rule: 'last', reason: 'Why a team was formed is history once it works.' },
	{ group: 'order', rule: 'last', reason: 'The organization that runs a team is office data.' },
	{ group: 'notes', rule: 'append', key: NOTE, reason: 'Arrangements within a team are noted by each member.' },
	{ group: 'narrative', rule: 'last', reason: 'The text of a team lists its members, who are merged one by one.' },
	{ group: 'extensions', rule: 'union', key: EXTENSION, sameKey: 'both', reason: 'Extensions of a team (alias) belong to directories by url.' }
];
