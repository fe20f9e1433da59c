/** Merge rules of CarePlan. */
import { byParts, EXTENSION, IDENTIFIER, NOTE, REFERENCE } from './keys.ts';
import { progress } from './order.ts';
import type { ItemKey, Row } from './row.ts';
import { isObject } from '../../change/canonical.ts';

const DETAIL = byParts([], ['code'], ['description']);
const BY_REFERENCE = byParts(['reference']);
const ACTIVITY: ItemKey = { of: 'reference, or code of the detail', key: (item) => BY_REFERENCE.key(item) ?? (isObject(item) && item['detail'] !== undefined ? DETAIL.key(item['detail']) : null) };

export const rows: readonly Row[] = [
	{ group: 'identifiers', rule: 'union', key: IDENTIFIER, sameKey: 'both', reason: 'A plan shared with a hospital is known there by its number.' },
	{ group: 'plan', rule: 'both', reason: 'Palliative or curative intent of a plan is not for a clock to choose between two clinicians.' },
	{ group: 'progress', rule: 'furthest', ...progress('status', ['completed', 'active', 'on-hold', 'draft', 'unknown', 'revoked', 'entered-in-error'], [['completed', 'revoked'], ['active', 'revoked'], ['active', 'on-hold'], ['completed', 'on-hold']]), reason: 'A plan that was completed must not send reminders again; a plan revoked by one and followed by another needs a word between them.' },
	{ group: 'activities', rule: 'union', key: ACTIVITY, sameKey: 'both', reason: 'Physiotherapy added here and a diet added there are both to be done (Tangerine#2410: one of two edits of a plan vanished).' },
	{ group: 'addresses', rule: 'union', key: REFERENCE, sameKey: 'both', reason: 'The problems that a plan is for add up; a dropped one loses its treatment.' },
	{ group: 'goals', rule: 'union', key: REFERENCE, sameKey: 'both', reason: 'Goals agreed with the patient in two visits hold side by side.' },
	{ group: 'team', rule: 'last', reason: 'Author and care team of a plan are whoever holds it now.' },
	{ group: 'order', rule: 'last', reason: 'Protocol and predecessors of a plan are its filing.' },
	{ group: 'notes', rule: 'append', key: NOTE, reason: 'Comments on a plan are a conversation among those who carry it out.' },
	{ group: 'narrative', rule: 'last', reason: 'The text of a plan is generated from its activities, each merged above.' },
	{ group: 'extensions', rule: 'union', key: EXTENSION, sameKey: 'both', reason: 'Extensions of a plan come from programme systems, each under its url.' }
];
