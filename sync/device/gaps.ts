/**
 * Holes in chains: a later change commits to one that has not arrived. Each is looked into once by comparing ids with the hub, which
 * tells what was withheld from what is still on its way (attack 27).
 */
import type { Hash } from '../change/change.ts';
import { databaseOf } from '../membership/databases.ts';
import type { Session } from './session.ts';

export class GapWatch {
	readonly #asked = new Set<Hash>();

	/** Databases (without prefix) in which something is missing that was not asked for yet. */
	newlyMissing(session: Session): readonly string[] {
		const databases = new Set<string>();
		for (const { site, comp, missing } of session.chains.gaps((at, of) => session.holds(at, of))) {
			if (this.#asked.has(missing)) continue;
			this.#asked.add(missing);
			databases.add(databaseOf(site, comp));
		}
		return [...databases];
	}
}
