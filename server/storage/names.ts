/**
 * Names of the databases on a hub: `<prefix>-control`, and per site `<prefix>-<site>-desk`, `-care` and `-files`.
 */
import type { Id } from '../../sync/change/change.ts';
import { isId } from '../../sync/change/ids.ts';

export const SITE_DATABASES = ['desk', 'care', 'files'] as const;
export type SiteDatabase = (typeof SITE_DATABASES)[number];
export type DatabaseName = { readonly kind: 'control' } | { readonly kind: SiteDatabase; readonly site: Id };

export const PREFIX = /^[a-z][a-z0-9_]{0,31}$/;
export const PREFIX_DEFAULT = 'sb';

export const controlName = (prefix: string): string => `${prefix}-control`;
export const siteDatabaseName = (prefix: string, site: Id, kind: SiteDatabase): string => `${prefix}-${site}-${kind}`;

export const databaseName = (prefix: string, place: DatabaseName): string => (place.kind === 'control' ? controlName(prefix) : siteDatabaseName(prefix, place.site, place.kind));
/** What gateways before one CouchDB share, and no session reaches: frontiers, which organization was founded, used challenges. */
export const gatewayName = (prefix: string): string => `${prefix}-gateway`;

/** What a name says; null when it is not the name of a database of this hub. */
export function parseDatabaseName(prefix: string, name: string): DatabaseName | null {
	if (name === controlName(prefix)) return { kind: 'control' };
	if (!name.startsWith(`${prefix}-`)) return null;
	const [site, last, ...more] = name.slice(prefix.length + 1).split('-');
	const kind = SITE_DATABASES.find((each) => each === last);
	return more.length === 0 && kind && isId(site) ? { kind, site } : null;
}
