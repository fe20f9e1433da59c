/** The schedules that a site works by, from the app and from its register. */
import type { ChartRef, Entry } from '$sync/device/api.ts';
import type { Id } from '$sync/change/change.ts';
import { scheduleOf, type SiteSchedule } from '$sync/programmes/plan.ts';
import { refusal } from '$lib/language/refusals.ts';
import type { Session } from '$lib/device/session.svelte.ts';

export interface SitePlans extends SiteSchedule { readonly register: readonly Entry[]; readonly ref: ChartRef | null; readonly writable: boolean; readonly problem: string | null }

export async function siteSchedule(session: Session, site: Id): Promise<SitePlans> {
	const outcome = await session.device.register(site);
	const register = outcome.ok ? outcome.value.entries.filter((entry) => !entry.retracted && entry.type === 'PlanDefinition') : [];
	return {
		...scheduleOf(register.map(({ id, resource }) => ({ id, resource }))), register, ref: outcome.ok ? outcome.value.ref : null, writable: outcome.ok && outcome.value.writable,
		problem: outcome.ok ? null : refusal(outcome.error)
	};
}
