/**
 * Entries marked as made in error: which value says so. An entry is retracted when its status says so and nobody who had not seen that says
 * otherwise on screen: an order that one person took back while another renewed it is an open question, and stays where orders are read and checked.
 */
import { isObject } from '../change/canonical.ts';
import type { GroupValue } from '../change/change.ts';
import type { GroupState, ResourceState, Write } from './state.ts';

const RETRACTED = 'entered-in-error';

/** Does a group's value say that the entry was made in error? */
export function saysRetracted(value: GroupValue | null): boolean {
	if (value === null) return false;
	if (value['status'] === RETRACTED || value['lifecycleStatus'] === RETRACTED) return true;
	const verification = value['verificationStatus'];
	const codings = isObject(verification) ? verification['coding'] : null;
	return Array.isArray(codings) && codings.some((coding) => isObject(coding) && coding['code'] === RETRACTED);
}

/** Some status says so, and no other value of it stands on screen. The original of what was final stays beside its retraction, and contradicts nothing. */
export function isRetracted(groups: Iterable<GroupState>): boolean {
	for (const { heads, outvoted } of groups) {
		if (heads.some(({ value }) => saysRetracted(value)) && heads.every((head) => saysRetracted(head.value) || outvoted.includes(head))) return true;
	}
	return false;
}

/** The write that says so; null while none does. */
export function leadsRetracted({ groups }: ResourceState): Write | null {
	for (const { shown } of groups.values()) for (const write of shown) if (saysRetracted(write.value)) return write;
	return null;
}
