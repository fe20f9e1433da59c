/** Merge rules of Consent: what the patient allows and objects to. */
import { isObject } from '../../change/canonical.ts';
import type { GroupValue } from '../../change/change.ts';
import { byParts, EXTENSION, IDENTIFIER } from './keys.ts';
import { codeIn } from './order.ts';
import { NONE, type Order, type Row } from './row.ts';

/** An objection in force is the strictest, a permission in force the loosest. */
function stance(value: GroupValue): string {
	const status = codeIn(value, 'status');
	if (status !== 'active') return status;
	const provision = value['provision'];
	const type = isObject(provision) ? codeIn(provision, 'type') : NONE;
	return type === 'permit' ? 'permitted' : type === 'deny' ? 'denied' : 'unspecified';
}
const STANCE: Order = {
	of: 'status and provision.type', label: stance, ranks: ['denied', 'rejected', 'inactive', 'unspecified', NONE, 'draft', 'proposed', 'entered-in-error', 'permitted']
};

export const rows: readonly Row[] = [
	{ group: 'identifiers', rule: 'union', key: IDENTIFIER, sameKey: 'both', reason: 'The signed paper is found by its number when consent is disputed.' },
	{ group: 'consent', rule: 'safest', order: STANCE, reason: 'What was shared cannot be called back: an objection holds against a concurrent permission until the patient was asked.' },
	{ group: 'verifications', rule: 'union', key: byParts(['verifiedWith'], [], ['verificationDate']), sameKey: 'both', reason: 'Each time the family confirmed a consent is an act of its own.' },
	{ group: 'provenance', rule: 'last', reason: 'Who took down a consent and for which body is noted for asking back.' },
	{ group: 'narrative', rule: 'last', reason: 'The text of a consent restates its provisions, and those are what is compared and shown as in force.' },
	{ group: 'extensions', rule: 'union', key: EXTENSION, sameKey: 'both', reason: 'Extensions of a consent come from legal registries by url, and neither of two may be set aside.' }
];
