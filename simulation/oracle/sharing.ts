/**
 * What sharing a linked chart owes: at the other site and at the nearest above both, a copy of every change of the chart that may be passed on
 * (docs/architecture.md, "Sharing a linked chart").
 */
import type { VerifiedChange } from '../../sync/change/change.ts';
import type { Finding } from './expect.ts';
import { briefly, upward, type Law } from './law.ts';
import { naiveLinks } from './links.ts';

/** One place as one device holds it. */
export interface Holding { readonly device: string; readonly site: string; readonly comp: string; readonly changes: ReadonlySet<string> }

/** The nearest site above both; null when one lies above the other. */
export function nearestAbove(law: Law, a: string, b: string): string | null {
	const ofB = upward(law, b);
	const nearest = upward(law, a).find((site) => ofB.includes(site)) ?? null;
	return nearest === a || nearest === b ? null : nearest;
}

/**
 * Copies that are owed under the links in force and are missing on a device that holds the place. `all`: every change that counts anywhere, native
 * ones of every place among them. `canPassOn`: is there anybody who may, of this site and compartment?
 */
export function missingCopies(law: Law, all: readonly VerifiedChange[], holdings: readonly Holding[], canPassOn: (site: string, comp: string) => boolean): readonly Finding[] {
	const natives = [...new Map(all.filter(({ via }) => via === 'native').map((signed) => [signed.id, signed])).values()];
	return naiveLinks(law, natives).filter(({ standing }) => standing === 'in-force').flatMap(({ charts }) => [charts, [charts[1], charts[0]] as const].flatMap(([from, to]) => {
		const [site = '', chart = ''] = from.split('/');
		const other = to.split('/')[0] ?? '';
		if (site === other) return [];
		const above = nearestAbove(law, site, other);
		const owed = natives.filter(({ change }) => change.site === site && change.chart === chart && change.comp !== 'restricted' && change.type !== 'Linkage' && canPassOn(site, change.comp));
		return [other, ...(above === null ? [] : [above])].flatMap((receiver) => owed.flatMap(({ id, change }): readonly Finding[] =>
			holdings.filter((place) => place.site === receiver && place.comp === change.comp && !place.changes.has(id))
				.map(({ device }) => ({ kind: 'hidden', detail: `${briefly(id, change)} of a linked chart was not passed on to ${receiver.slice(0, 6)} (asked of ${device})` }))));
	}));
}
