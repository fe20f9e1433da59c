/** Merge rules of EpisodeOfCare: enrolment in a programme. */
import { byParts, EXTENSION, IDENTIFIER } from './keys.ts';
import { progress } from './order.ts';
import type { Row } from './row.ts';

export const rows: readonly Row[] = [
	{ group: 'identifiers', rule: 'union', key: IDENTIFIER, sameKey: 'both', reason: 'A programme number (antenatal, tuberculosis) is written on the patient\'s card and counted by the district.' },
	{ group: 'progress', rule: 'furthest', ...progress('status', ['finished', 'active', 'onhold', 'waitlist', 'planned', 'cancelled', 'entered-in-error'], [['finished', 'cancelled'], ['active', 'cancelled'], ['active', 'onhold'], ['finished', 'onhold']]), reason: 'An enrolment that ended must not be called overdue again after a late sync, and ended against paused decides whether someone is traced.' },
	{ group: 'episode', rule: 'both', reason: 'Which programme a patient is in decides the drugs handed out month by month.' },
	{ group: 'diagnoses', rule: 'union', key: byParts(['condition'], ['role']), sameKey: 'both', reason: 'Diagnoses treated within an enrolment add up as they are made.' },
	{ group: 'team', rule: 'last', reason: 'Case manager of an enrolment is who took it over last.' },
	{ group: 'order', rule: 'last', reason: 'Referral and account behind an enrolment are office links.' },
	{ group: 'narrative', rule: 'last', reason: 'The text of an enrolment restates programme and dates.' },
	{ group: 'extensions', rule: 'union', key: EXTENSION, sameKey: 'both', reason: 'Extensions of an enrolment (transfer in, outcome) are programme data under a url.' }
];
