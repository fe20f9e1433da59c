/** Merge rules of Immunization. */
import { byParts, EXTENSION, IDENTIFIER, NOTE } from './keys.ts';
import { finalWhen } from './order.ts';
import type { Row } from './row.ts';

export const rows: readonly Row[] = [
	{ group: 'identifiers', rule: 'union', key: IDENTIFIER, sameKey: 'both', reason: 'The registry number of a dose is how two clinics see that they report the same dose.' },
	{ group: 'vaccination', rule: 'frozen', final: finalWhen('status', ['completed']), reason: 'A dose given cannot be ungiven: which vaccine and lot went into the arm stays on record, for the schedule and for recalls of a lot, beside any correction.' },
	{ group: 'provenance', rule: 'last', reason: 'From whom and where a dose was reported weighs its credibility and is refined as cards turn up.' },
	{ group: 'reactions', rule: 'union', key: byParts(['detail'], [], ['date']), sameKey: 'both', reason: 'Each adverse event after a dose is notified by itself; a lost one may decide the next dose.' },
	{ group: 'reason', rule: 'last', reason: 'Why a dose was given (travel, campaign) does not change that it was.' },
	{ group: 'programme', rule: 'last', reason: 'Funding and eligibility of a dose are settled in the office, after the needle.' },
	{ group: 'notes', rule: 'append', key: NOTE, reason: 'Remarks at a vaccination (fainted, mother declined the second leg) are each kept with their author.' },
	{ group: 'narrative', rule: 'last', reason: 'The text of a vaccination repeats vaccine and date, which are frozen above.' },
	{ group: 'extensions', rule: 'union', key: EXTENSION, sameKey: 'both', reason: 'Extensions of a vaccination carry national campaign or vial data by url; which of two is right is the registry\'s to say.' }
];
