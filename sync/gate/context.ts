/**
 * The parts of a verdict that concern one opened change alone: is it where it says it belongs, does its id commit to its beginning,
 * are its elements FHIR. No membership, no chain, no order of arrival: the same answer on every device of the same version.
 */
import type { Change, Compartment, Hash, Id } from '../change/change.ts';
import { resourceIdFor } from '../verify/ids.ts';
import { validateWrites } from '../fhir/validate.ts';
import type { MembershipState } from '../membership/types.ts';
import type { LateReason, QuarantineReason, WaitingReason } from './verdict.ts';

/** Why a change is not accepted: either nothing will cure it, or a later arrival may. */
export type Objection =
	| { readonly kind: 'quarantined'; readonly reason: QuarantineReason; readonly detail: string }
	| { readonly kind: 'waiting'; readonly reason: WaitingReason }
	| { readonly kind: 'late'; readonly reason: LateReason };

export const quarantined = (reason: QuarantineReason, detail: string): Objection => ({ kind: 'quarantined', reason, detail });
export const waiting = (reason: WaitingReason): Objection => ({ kind: 'waiting', reason });

/** One database of a hub: where a document was found decides which keys and which contexts can be right. */
export interface DatabaseName {
	readonly kind: 'desk' | 'care';
	readonly site: Id;
}

/** Compartments whose envelopes a database may hold. `care` holds two that look alike from outside. */
export const compartmentsOf = (kind: 'desk' | 'care'): readonly Compartment[] => (kind === 'desk' ? ['desk'] : ['clinical', 'restricted']);

/** Is the change in the right organization, under the key of the compartment it names, at its own site? (attacks 2, 35, 54) */
export function nativeContext(change: Change, found: { readonly org: Hash; readonly site: Id; readonly comp: Compartment }): Objection | null {
	if (change.org !== found.org) return quarantined('wrong-context', 'made for another organization');
	if (change.comp !== found.comp) return quarantined('wrong-context', `a change of compartment ${change.comp} under a key of ${found.comp}`);
	if (change.site !== found.site) return quarantined('wrong-context', 'a change of another site that was not relayed as a deposit');
	return null;
}

/** Does the id of a new resource commit to how it began? A dep-less change for someone else's resource does not (attack 55). */
export function creationCommits(change: Change): Objection | null {
	if (change.create === undefined) return null;
	const committed = resourceIdFor(change.create, change.chart, change.comp, change.type, change.actor);
	if (committed !== change.id) return quarantined('bad-creation', 'the resource id does not commit to this beginning');
	if (change.create.kind === 'link' && !change.create.charts.includes(change.chart)) {
		return quarantined('bad-creation', 'a link kept in a chart that it does not link');
	}
	// These names do not commit to a type: without this, an entry of another type could be planted under the name of a link or an answer.
	const only = change.create.kind === 'link' ? 'Linkage' : change.create.kind === 'answer' ? 'DetectedIssue' : change.type;
	if (change.type !== only) return quarantined('bad-creation', `a ${change.type} under the name of a ${only}`);
	return null;
}

/** Are all writes of known, well-formed elements? What is unknown waits for an upgrade; what is malformed never applies (D7, attacks 41, 42). */
export function writesAreFhir(change: Change): Objection | null {
	const { errors, unknown } = validateWrites(change.type, change.comp, change);
	const first = errors[0];
	if (first !== undefined) return quarantined('bad-resource', `${first.path} ${first.message}`);
	return unknown.length > 0 ? waiting('unknown-element') : null;
}

/** What the gate asks of the membership log. `at` gives the state at cited heads, null while one of them has not arrived. */
export interface Membership {
	readonly state: MembershipState | null;
	at(heads: readonly Hash[]): MembershipState | null;
	/** `older` is `newer` or in its past, whether or not it has any effect there */
	isBefore(older: Hash, newer: Hash): boolean;
}
