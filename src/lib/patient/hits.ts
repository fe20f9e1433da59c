/** The found charts as they are listed: those of the present site first, then site by site, and people of one name told apart. */
import type { PatientHit } from '$sync/device/api.ts';

export interface SiteGroup {
	readonly site: string;
	readonly siteName: string;
	readonly here: boolean;
	readonly hits: readonly PatientHit[];
}

/** In the order found within each site; `here` leads. */
export function grouped(hits: readonly PatientHit[], here: string | null): readonly SiteGroup[] {
	const bySite = new Map<string, PatientHit[]>();
	for (const hit of hits) bySite.set(hit.site, [...(bySite.get(hit.site) ?? []), hit]);
	const groups = [...bySite].map(([site, found]) => ({ site, siteName: found[0]?.siteName ?? '', here: site === here, hits: found }));
	return [...groups.filter((g) => g.here), ...groups.filter((g) => !g.here)];
}

/** The same name more than once, and not as linked charts of one person. */
export function sharesName(hit: PatientHit, among: readonly PatientHit[]): boolean {
	const name = hit.name.toLowerCase();
	return among.some((other) => other.chart !== hit.chart && other.name.toLowerCase() === name && !hit.linked.some((l) => l.chart === other.chart));
}
