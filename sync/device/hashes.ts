/**
 * One hash for each (site, compartment) that this user can open: equal on every device that holds the same changes (D3).
 */
import type { Compartment, Hash, Id, VerifiedChange } from '../change/change.ts';
import { foldCharts } from '../merge/chart.ts';
import { stateHash } from '../merge/hash.ts';
import type { ChartState } from '../merge/state.ts';
import type { Store } from '../store/index.ts';
import { digestHash } from '../verify/digest.ts';
import type { Session } from './session.ts';

export interface PlaceHash {
	readonly site: Id;
	readonly comp: Compartment;
	readonly hash: Hash;
	/** distinct changes, relayed copies included */
	readonly changes: number;
}

const digest = (text: string): Hash => digestHash('saddlebag/state/1', text);

/** Folds everything once; seconds for a large site. */
export async function placeHashes(store: Store, session: Session): Promise<readonly PlaceHash[]> {
	const hashes: PlaceHash[] = [];
	for (const place of session.places) {
		const charts: ChartState[] = [];
		const seen = new Set<Hash>();
		for await (const { changes } of store.charts.scan(place.site, place.comp, session.seal(place))) {
			for (const { id } of changes) seen.add(id);
			charts.push(...foldCharts(preferNative(changes)));
		}
		hashes.push({ ...place, hash: stateHash(charts, place.comp, digest), changes: seen.size });
	}
	return hashes.sort((a, b) => (`${a.site}/${a.comp}` < `${b.site}/${b.comp}` ? -1 : 1));
}

/** A change held both natively and as a copy counts once. */
function preferNative(changes: readonly VerifiedChange[]): readonly VerifiedChange[] {
	const found = new Map<Hash, VerifiedChange>();
	for (const signed of changes) if (signed.via === 'native' || !found.has(signed.id)) found.set(signed.id, signed);
	return [...found.values()];
}
