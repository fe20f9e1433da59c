/** Who may read what is clinical at a site: those that a task or a message can be for. */
import { readsComp, reachesDown } from '$sync/membership/roles.ts';
import type { Session } from '$lib/device/session.svelte.ts';

export function colleagues(session: Session, site: string): readonly { readonly value: string; readonly label: string }[] {
	const { organization } = session;
	if (organization === null) return [];
	const above = new Set<string>();
	for (let at: string | null = site; at !== null && !above.has(at); at = organization.sites.find((one) => one.site === at)?.parent ?? null) above.add(at);
	const reaches = ({ site: at, role }: { readonly site: string; readonly role: Parameters<typeof readsComp>[0] }): boolean => readsComp(role, 'clinical') && (at === site || (above.has(at) && reachesDown(role)));
	return organization.members.filter(({ grants }) => grants.some(reaches)).map(({ member, name }) => ({ value: member, label: name })).toSorted((a, b) => a.label.localeCompare(b.label));
}
