/** Roles, kinds of site and lists of grants in words. */
import { m } from '$lib/paraglide/messages.js';
import { getLocale } from '$lib/paraglide/runtime.js';
import type { Role, SiteKind } from '$sync/membership/types.ts';

export function roleName(role: Role): string {
	switch (role) {
		case 'owner': return m.role_owner();
		case 'lead': return m.role_lead();
		case 'clinician': return m.role_clinician();
		case 'health-worker': return m.role_health_worker();
		case 'receptionist': return m.role_receptionist();
		case 'laboratory': return m.role_laboratory();
		case 'reviewer': return m.role_reviewer();
	}
}

/** What a role may do, for whoever chooses one. */
export function roleHint(role: Role): string {
	switch (role) {
		case 'owner': return m.role_owner_hint();
		case 'lead': return m.role_lead_hint();
		case 'clinician': return m.role_clinician_hint();
		case 'health-worker': return m.role_health_worker_hint();
		case 'receptionist': return m.role_receptionist_hint();
		case 'laboratory': return m.role_laboratory_hint();
		case 'reviewer': return m.role_reviewer_hint();
	}
}

export function siteKindName(kind: SiteKind): string {
	switch (kind) {
		case 'region': return m.kind_region();
		case 'clinic': return m.kind_clinic();
		case 'outreach': return m.kind_outreach();
	}
}

/** A list in the language's own way: "a, b and c". */
export const listed = (items: readonly string[]): string => new Intl.ListFormat(getLocale(), { type: 'conjunction' }).format(items);
