/**
 * Referrals and laboratory orders of a site that wait for somebody, from what the index keeps of every chart.
 *
 * A referral to this site stands in a chart of another one, held here as copies of a linked chart; what was done about it may stand in any chart of the
 * person. Links decide which those are, so a referral goes from this list when its link does.
 */
import type { Id } from '../../change/change.ts';
import type { KeptLabOrder, KeptReferral } from '../../programmes/kept-orders.ts';
import { isOpen, standing, type ReferralState } from '../../referrals/referral.ts';
import type { ChartRef } from '../api.ts';
import type { LinkBook } from '../link-book.ts';
import type { LabLine, OpenOrders, ReferralLine } from '../orders-api.ts';
import type { Session } from '../session.ts';
import type { WorkPerson } from '../worklist-api.ts';
import type { DayIndex } from './day-index.ts';

const URGENCY = { stat: 0, urgent: 1, routine: 2 } as const;
const WAITS: Readonly<Record<ReferralState, number>> = { answered: 0, declined: 0, sent: 1, received: 1, accepted: 2, arrived: 2, cancelled: 3, closed: 3 };
const LAB: Readonly<Record<KeptLabOrder['state'], number>> = { resulted: 0, 'specimen-rejected': 1, partial: 2, ordered: 3, 'specimen-taken': 4, acknowledged: 5, cancelled: 5 };

export class OpenOrdersList {
	readonly #session: Session;
	readonly #index: DayIndex;
	readonly #links: LinkBook;

	constructor(session: Session, index: DayIndex, links: LinkBook) {
		this.#session = session;
		this.#index = index;
		this.#links = links;
	}

	async of(site: Id, limit: number): Promise<OpenOrders> {
		const unread = await this.#index.refresh();
		const page = <T>(rows: readonly T[]) => ({ total: rows.length, rows: rows.slice(0, limit) });
		const byUrgency = (a: ReferralLine, b: ReferralLine): number =>
			WAITS[a.state] - WAITS[b.state] || URGENCY[a.referral.urgency] - URGENCY[b.referral.urgency] || a.referral.on.localeCompare(b.referral.on) || (a.referral.id < b.referral.id ? -1 : 1);
		return {
			unread, incoming: page(this.#incoming(site).sort(byUrgency)), outgoing: page(this.#outgoing(site).sort(byUrgency)),
			laboratory: page(this.#laboratory(site).sort((a, b) => Number(b.order.critical) - Number(a.order.critical) || LAB[a.order.state] - LAB[b.order.state] || Number(b.order.urgent) - Number(a.order.urgent) || a.order.on.localeCompare(b.order.on) || (a.order.id < b.order.id ? -1 : 1)))
		};
	}

	#incoming(site: Id): ReferralLine[] {
		const lines: ReferralLine[] = [];
		for (const { ref, work } of this.#index.heldAt(site, 'clinical')) {
			for (const referral of work.orders.referrals) {
				if (referral.site !== site) continue;
				const here = this.#links.person(ref).find((chart) => chart.site === site);
				const line = here === undefined ? null : this.#line(ref, here, referral);
				// what is answered or declined waits for the sender
				if (line !== null && line.state !== 'answered' && line.state !== 'declined') lines.push(line);
			}
		}
		return lines;
	}

	#outgoing(site: Id): ReferralLine[] {
		const lines: ReferralLine[] = [];
		for (const { ref, work } of this.#index.at(site, 'clinical')) {
			for (const referral of work.orders.referrals) {
				const line = referral.site === site ? null : this.#line(ref, ref, referral);
				if (line !== null) lines.push(line);
			}
		}
		return lines;
	}

	#laboratory(site: Id): LabLine[] {
		const lines: LabLine[] = [];
		for (const { ref, work } of this.#index.at(site, 'clinical')) {
			const person = work.orders.laboratory.length === 0 ? null : this.#person(ref);
			if (person !== null) for (const order of work.orders.laboratory) lines.push({ person, order });
		}
		return lines;
	}

	/** Null: over and done with, or nobody knows whose it is. */
	#line(ref: ChartRef, here: ChartRef, referral: KeptReferral): ReferralLine | null {
		const steps = this.#links.person(ref).flatMap((chart) => this.#index.of(chart)).flatMap(({ orders }) => orders.steps).filter(({ request }) => request === referral.id);
		const state = standing(referral.status, steps.map(({ step }) => step));
		const person = isOpen({ state }) ? this.#person(here) : null;
		return person === null ? null : { person, referral, state, from: this.#session.siteName(ref.site), to: referral.to };
	}

	#person({ site, chart }: ChartRef): WorkPerson | null {
		const entry = this.#session.index.get(site, chart);
		if (entry === null || entry.identity === null) return null;
		const { name, birthDate, gender, village, phone, deceased } = entry;
		return { site, chart, name, birthDate, gender, village, phone, deceased };
	}
}
