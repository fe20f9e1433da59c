/**
 * Copies for linked sites that no hub has and that somebody who was removed might open: found by the place they go to, as a copy does not say under
 * which key it lies. The relay makes them again, or takes them back (design S3).
 */
import type { Compartment, Hash, Id, VerifiedChange } from '../change/change.ts';
import { readingTaken } from '../membership/closings.ts';
import type { OwnEnvelope, OwnEnvelopes } from '../store/index.ts';
import { parseDatabase } from './ingest.ts';
import type { LinkBook } from './link-book.ts';
import type { Projection } from './projection.ts';
import type { Session } from './session.ts';

/** keys of own rows that are copies */
export const DEPOSITS = 'd|';
/** rows read at once */
const BATCH = 500;

export interface UnsentCopy {
	readonly row: OwnEnvelope;
	readonly to: Id;
	readonly comp: Compartment;
}

/** Unsent copies for places whose reading was taken from somebody. */
export async function unsentToTaken({ state }: Pick<Session, 'state'>, own: Pick<OwnEnvelopes, 'onThisDeviceOnly'>): Promise<readonly UnsentCopy[]> {
	if (state === null) return [];
	const wasTaken = (site: Id, comp: Compartment): boolean => [...state.closings.keys()].some((actor) => readingTaken(state, actor, site, comp).length > 0);
	const found: UnsentCopy[] = [];
	for (let after = DEPOSITS; ; ) {
		const rows = await own.onThisDeviceOnly(BATCH, after);
		for (const row of rows) {
			const to = row.key.startsWith(DEPOSITS) ? parseDatabase(row.db) : null;
			const comp = to?.kind === 'desk' ? 'desk' : 'clinical';
			if (to !== null && wasTaken(to.site, comp)) found.push({ row, to: to.site, comp });
		}
		const last = rows.at(-1);
		if (last === undefined || !last.key.startsWith(DEPOSITS)) return found;
		after = last.key;
	}
}

/** What may have been passed on of a compartment: the changes of all linked charts that are kept here. */
export async function changesOfLinked(
	session: Pick<Session, 'holds'>, links: Pick<LinkBook, 'all'>, projection: Pick<Projection, 'read'>, comp: Compartment
): Promise<ReadonlyMap<Hash, VerifiedChange>> {
	const found = new Map<Hash, VerifiedChange>();
	for (const link of links.all()) {
		for (const { site, chart } of link.charts) {
			if (session.holds(site, comp)) for (const signed of await projection.read(site, comp, chart)) found.set(signed.id, signed);
		}
	}
	return found;
}
