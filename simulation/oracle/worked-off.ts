/**
 * What a device has worked off must be accounted for, at any moment and in any version of the app: applied, or noted as waiting or put away. What
 * only a newer version knows waits; it is never put away.
 */
import type { VerifiedChange } from '../../sync/change/change.ts';
import type { Finding } from './expect.ts';
import { briefly } from './law.ts';

/** What a device says of an envelope that it did not apply. */
export type Noted = 'waiting' | 'late' | 'quarantined';

export interface WorkedOff {
	/** that count by the law, in pages that the device's own cursor says were taken in, of places that it holds */
	readonly taken: readonly VerifiedChange[];
	/** ids of the changes that it applies, by `site/compartment` */
	readonly applied: ReadonlyMap<string, ReadonlySet<string>>;
	/** by envelope */
	readonly noted: ReadonlyMap<string, Noted>;
	/** is this left waiting by the version of the app that runs here? */
	readonly isUnknown: (signed: VerifiedChange) => boolean;
	/** has nothing but that version ever worked on this disk? Another tab may have applied what this one does not know */
	readonly alone: boolean;
}

export function unaccounted({ taken, applied, noted, isUnknown, alone }: WorkedOff): readonly Finding[] {
	return taken.flatMap((signed): readonly Finding[] => {
		const { id, change, heldAt, envelope } = signed;
		const note = noted.get(envelope);
		if (applied.get(`${heldAt}/${change.comp}`)?.has(id) === true) {
			return alone && isUnknown(signed) ? [{ kind: 'forbidden', detail: `${briefly(id, change)} is of a newer version, and was applied by one that does not know all of it` }] : [];
		}
		if (note === undefined) return [{ kind: 'hidden', detail: `${briefly(id, change)} was taken in, and is neither applied nor noted as waiting` }];
		return note === 'quarantined' && isUnknown(signed) ? [{ kind: 'hidden', detail: `${briefly(id, change)} is of a newer version, and was put away instead of waiting for the upgrade` }] : [];
	});
}
