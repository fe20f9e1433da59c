/** Entries marked as made in error: which value says so. An entry is retracted while some value on screen does, whatever else stands beside it. */
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

/** Some status on screen says so. */
export function isRetracted(groups: Iterable<GroupState>): boolean {
	for (const { shown } of groups) for (const { value } of shown) if (saysRetracted(value)) return true;
	return false;
}

/** The write that says so; null while none does. */
export function leadsRetracted({ groups }: ResourceState): Write | null {
	for (const { shown } of groups.values()) for (const write of shown) if (saysRetracted(write.value)) return write;
	return null;
}
