/**
 * What of a site's referrals and laboratory orders waits for somebody: referrals to it and from it, samples to be taken, results to be looked at.
 * Writing is `save`, as for any entry.
 */
import type { Id } from '../change/change.ts';
import type { KeptLabOrder, KeptReferral } from '../programmes/kept-orders.ts';
import type { ReferralState } from '../referrals/referral.ts';
import type { Outcome } from './api.ts';
import type { Page, WorkPerson } from './worklist-api.ts';

/** `person`: the chart of the site that is asked about, where the next step is recorded. */
export interface ReferralLine { readonly person: WorkPerson; readonly referral: KeptReferral; readonly state: ReferralState; /** names of the sites */ readonly from: string; readonly to: string }
export interface LabLine { readonly person: WorkPerson; readonly order: KeptLabOrder }

export interface OpenOrders {
	/** charts that were not looked at yet */
	readonly unread: number;
	/** to this site, from charts that are linked to one of it */
	readonly incoming: Page<ReferralLine>;
	/** from this site, those with an answer first */
	readonly outgoing: Page<ReferralLine>;
	/** critical results first, then others that nobody has seen */
	readonly laboratory: Page<LabLine>;
}

export interface OrdersApi {
	openOrders(request: { readonly site: Id; readonly limit: number }): Promise<Outcome<OpenOrders>>;
}
