/**
 * Nothing acknowledged is lost, and chains are what their authors made of them.
 */
import type { VerifiedChange } from '../../sync/change/change.ts';
import type { Finding } from './expect.ts';
import { briefly } from './law.ts';

/** Of what was acknowledged to a user, what is on none of the given places (D1). `held`: ids of changes. */
export function lostChanges(acknowledged: Iterable<string>, held: ReadonlySet<string>, where: string): readonly Finding[] {
	return [...acknowledged].filter((id) => !held.has(id)).map((id) => ({ kind: 'lost', detail: `${id.slice(0, 8)} was acknowledged and is not ${where}` }));
}

/** Positions that were given twice. `excused`: by a device that could not know (it was put back to an old state and had not heard since). */
export function forkedChains(changes: readonly VerifiedChange[], excused: (actor: string, fork: readonly VerifiedChange[]) => boolean = () => false): readonly Finding[] {
	const positions = new Map<string, Map<string, VerifiedChange>>();
	for (const signed of changes) {
		const { actor, site, comp, seq } = signed.change;
		const name = [actor, site, comp, String(seq)].join('/');
		positions.set(name, (positions.get(name) ?? new Map<string, VerifiedChange>()).set(signed.id, signed));
	}
	return [...positions.values()].flatMap((here): readonly Finding[] => {
		const fork = [...here.values()];
		const [first] = fork;
		if (first === undefined || fork.length < 2 || excused(first.change.actor, fork)) return [];
		return [{ kind: 'forbidden', detail: `a place of a chain was given ${String(fork.length)} times: ${fork.map(({ id, change }) => briefly(id, change)).join(', ')}` }];
	});
}

/** Changes whose stated predecessor is here and is not the one before them. */
export function brokenChains(changes: readonly VerifiedChange[]): readonly Finding[] {
	const byId = new Map(changes.map((signed) => [signed.id, signed.change]));
	return changes.flatMap(({ id, change }): readonly Finding[] => {
		const before = change.prev === null ? undefined : byId.get(change.prev);
		if (before === undefined) return [];
		const follows = before.actor === change.actor && before.site === change.site && before.comp === change.comp && before.seq + 1 === change.seq;
		return follows ? [] : [{ kind: 'forbidden', detail: `${briefly(id, change)} names a predecessor that it does not follow` }];
	});
}

/** A save that was acknowledged: the change, and the heads that the form was opened on. */
export interface Acknowledged { readonly id: string; readonly heads: readonly string[] }

/**
 * Saves that do not cite what their author had on the screen: an edit would stand beside what it replaced, a resolution would leave a conflict. An
 * answer to a discrepancy was made over the heads of the entries that it is about: only heads of the entry itself are looked at.
 */
export function droppedHeads(saves: readonly Acknowledged[], byId: ReadonlyMap<string, VerifiedChange>): readonly Finding[] {
	return saves.flatMap(({ id, heads }): readonly Finding[] => {
		const signed = byId.get(id);
		const cited = new Set<string>(signed?.change.deps);
		const dropped = signed === undefined ? [] : heads.filter((head) => !cited.has(head) && byId.get(head)?.change.id === signed.change.id);
		return signed === undefined || dropped.length === 0 ? []
			: [{ kind: 'forbidden', detail: `${briefly(id, signed.change)} does not cite ${dropped.map((head) => head.slice(0, 8)).join(', ')}, which its author had on the screen` }];
	});
}
