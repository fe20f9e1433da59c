/**
 * From what a person changed to a signed change: clock, chain position, deps, membership heads, signature.
 *
 * A save is stamped once. Everything here is a function of its arguments, so a retry gives the same bytes, and a crash between
 * stamping and storing loses a clock tick and nothing else. The chain position is passed in by the one writer of that chain
 * (the device holds a lock around stamping and storing): two changes with one position would be equivocation.
 */
import type { Change, Compartment, Creation, GroupValue, Hash, Hlc, Id, Json, SignedChange } from '../change/change.ts';
import { CHANGE_TEXT_BYTES_MAX, CHANGE_VERSION, DEPS_MAX, SEEN_MAX } from '../change/change.ts';
import { encodeChange } from '../change/text.ts';
import { err, ok, problem, type Problem, type Result } from '../result.ts';
import { sign, type SigningKey } from '../seal/keys.ts';
import { changeId } from '../verify/ids.ts';

/** The last position an author has used in the chain of (actor, site, compartment). */
export interface ChainTip {
	readonly seq: number;
	readonly id: Hash;
}

/** What a change writes: the outcome of comparing a form with what was on screen. */
export interface ChangeBody {
	readonly set: { readonly [group: string]: GroupValue };
	readonly unset: readonly string[];
	readonly add: { readonly [group: string]: { readonly [key: string]: Json } };
	readonly remove: { readonly [group: string]: readonly string[] };
}

export interface Stamp {
	readonly org: Hash;
	readonly site: Id;
	readonly comp: Compartment;
	readonly chart: Id;
	readonly type: string;
	readonly id: Id;
	readonly actor: Hash;
	/** null at the beginning of a chain */
	readonly tip: ChainTip | null;
	/** heads of the resource on screen; empty for a beginning, which then needs `create` */
	readonly deps: readonly Hash[];
	readonly create?: Creation;
	readonly hlc: Hlc;
	readonly seen: readonly Hash[];
	readonly body: ChangeBody;
	readonly reason?: string;
}

export type StampError = Problem<'nothing-changed' | 'too-large' | 'not-encodable' | 'too-many-heads' | 'not-a-beginning'>;

const sorted = <T extends string>(list: readonly T[]): readonly T[] => [...new Set(list)].sort();

export function isEmptyBody(body: ChangeBody): boolean {
	return [body.set, body.add, body.remove].every((part) => Object.keys(part).length === 0) && body.unset.length === 0;
}

/**
 * Fills in a change.
 *
 * More than 64 heads cannot be cited by one change (attack 60): the first 64 in sorted order are, the others stay concurrent and a
 * following save joins them; a resolution therefore always fits.
 */
export function stampChange(stamp: Stamp): Result<Change, StampError> {
	if (isEmptyBody(stamp.body)) return err(problem('nothing-changed', 'Nothing was changed.'));
	if ((stamp.deps.length === 0) !== (stamp.create !== undefined)) {
		return err(problem('not-a-beginning', 'Only the first entry of a resource may have no predecessors.'));
	}
	if (stamp.seen.length > SEEN_MAX) return err(problem('too-many-heads', 'The membership log has too many open ends to cite. Synchronize first.'));
	const change: Change = {
		v: CHANGE_VERSION, org: stamp.org, site: stamp.site, comp: stamp.comp, chart: stamp.chart, type: stamp.type, id: stamp.id,
		actor: stamp.actor, seq: (stamp.tip?.seq ?? 0) + 1, prev: stamp.tip?.id ?? null,
		deps: sorted(stamp.deps).slice(0, DEPS_MAX), hlc: stamp.hlc, seen: sorted(stamp.seen),
		...(stamp.create === undefined ? {} : { create: stamp.create }),
		set: stamp.body.set, unset: sorted(stamp.body.unset), add: stamp.body.add,
		remove: Object.fromEntries(Object.entries(stamp.body.remove).map(([group, keys]) => [group, sorted(keys)])),
		...(stamp.reason === undefined || stamp.reason === '' ? {} : { reason: stamp.reason })
	};
	return ok(change);
}

/** Signs a change. The text is written here, once; from now on only these bytes count. */
export function signChange(change: Change, key: SigningKey): Result<SignedChange, StampError> {
	let text: string;
	try {
		text = encodeChange(change);
	} catch (failure) {
		// what people type or files hold can be unsignable: half a surrogate pair, an element beyond its limit
		return err(problem('not-encodable', `This entry cannot be saved: ${failure instanceof Error ? failure.message : 'it has no valid text.'}`));
	}
	if (new TextEncoder().encode(text).length > CHANGE_TEXT_BYTES_MAX) {
		return err(problem('too-large', 'This entry is too large to be saved as one. Attach large documents as files.'));
	}
	const sig = sign('saddlebag/change/1', text, key);
	return ok({ id: changeId(text, sig), text, sig, change });
}
