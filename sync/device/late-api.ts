/**
 * The late lane for screens: what somebody recorded after their chain was closed, or with a right that fell, and taking it over.
 *
 * Nothing of it is in any chart, and nothing of it is dropped. Adopting writes ordinary changes in the adopter's name: what began an entry becomes an entry
 * whose beginning cites the late change (as a moved entry cites its original), so that who recorded it first is read from that change's own header;
 * what edited an entry is written over the same heads, so that it meets later edits as it would have. Repeating it writes nothing twice.
 */
import type { Hash, Id } from '../change/change.ts';
import type { ChartRef, Outcome } from './api.ts';
import type { LateWork } from './members-api.ts';

export interface LateApi {
	/** By actor and chart, oldest first. Adopted ones are left out. `site` null: everywhere. */
	lateWork(request: { readonly site: Id | null }): Promise<Outcome<readonly LateWork[]>>;
	/** `changes` absent: all of that actor in that chart, in one act. */
	adoptLate(request: { readonly actor: Hash; readonly ref: ChartRef; readonly changes?: readonly Hash[]; readonly reason: string }): Promise<Outcome<{ readonly adopted: number }>>;
}
