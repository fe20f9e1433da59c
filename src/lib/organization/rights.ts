/**
 * What the member's role at a site lets them do there, so that a screen offers nothing that would be refused and never takes "no key" for
 * "nothing recorded". The table of roles decides; this only asks it.
 */
import { allows, readsComp, writesComp } from '$sync/membership/roles.ts';
import type { OrganizationInfo, SiteInfo } from '$sync/device/api.ts';

export interface Rights {
	readonly readsClinical: boolean;
	readonly writesDesk: boolean;
	readonly writesClinical: boolean;
	readonly writesRestricted: boolean;
	readonly registers: boolean;
	readonly unlinks: boolean;
}

/** A site where the member holds no role is seen through copies that were sent here: readable, not writable. */
const COPIES: Rights = { readsClinical: true, writesDesk: false, writesClinical: false, writesRestricted: false, registers: false, unlinks: false };

/** May the member let other sites find the patients of this one, or this one find theirs? */
export const sharesIndexOf = ({ role }: Pick<SiteInfo, 'role'>): boolean => role !== null && allows(role, 'share');

export function rightsAt(organization: OrganizationInfo | null, site: string | undefined): Rights {
	const role = organization?.sites.find((s) => s.site === site)?.role ?? null;
	if (role === null) return COPIES;
	return {
		readsClinical: readsComp(role, 'clinical'), writesDesk: writesComp(role, 'desk'), writesClinical: writesComp(role, 'clinical'), writesRestricted: writesComp(role, 'restricted'), registers: allows(role, 'register'), unlinks: allows(role, 'unlink')
	};
}
