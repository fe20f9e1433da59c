/** The tree of sites as a list with depths, parents before children, by name; a site whose parent is not here yet stands at the top. */
import type { SiteInfo } from '$sync/device/api.ts';

export interface SiteRow {
	readonly site: SiteInfo;
	readonly depth: number;
}

export function siteRows(sites: readonly SiteInfo[]): readonly SiteRow[] {
	const known = new Set<string>(sites.map((s) => s.site));
	const below = (parent: string | null): readonly SiteInfo[] =>
		sites.filter((s) => (parent === null ? s.parent === null || !known.has(s.parent) : s.parent === parent)).toSorted((a, b) => a.name.localeCompare(b.name));
	const seen = new Set<string>();
	const walk = (parent: string | null, depth: number): SiteRow[] =>
		below(parent).flatMap((site) => {
			// the log refuses cycles; a screen must not hang on one all the same
			if (seen.has(site.site)) return [];
			seen.add(site.site);
			return [{ site, depth }, ...walk(site.site, depth + 1)];
		});
	return walk(null, 0);
}

/** A site's name for a list, indented by its place in the tree. */
export const indented = (row: SiteRow): string => `${'\u2003'.repeat(row.depth)}${row.site.name}`;
