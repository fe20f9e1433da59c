/** What of the site's referrals and laboratory orders waits for somebody, asked again whenever charts move. */
import type { OpenOrders } from '$sync/device/orders-api.ts';
import type { Session } from '$lib/device/session.svelte.ts';
import { refusal } from '$lib/language/refusals.ts';
import { rightsAt } from '$lib/organization/rights.ts';

const LIMIT = 200;
/** asked again after so long while charts have not been looked at yet */
const AGAIN_MS = 1_500;

export class OpenWork {
	answer = $state.raw<OpenOrders | null>(null);
	problem = $state<string | null>(null);
	#asked = 0;
	#later: ReturnType<typeof setTimeout> | undefined;

	constructor(private readonly session: Session) {}

	async ask(): Promise<void> {
		const site = this.session.site?.site;
		const mine = ++this.#asked;
		clearTimeout(this.#later);
		if (site === undefined || !rightsAt(this.session.organization, site).readsClinical) {
			this.answer = null;
			return;
		}
		const outcome = await this.session.device.openOrders({ site, limit: LIMIT });
		if (mine !== this.#asked) return;
		if (outcome.ok) {
			[this.answer, this.problem] = [outcome.value, null];
			if (outcome.value.unread > 0) this.#later = setTimeout(() => void this.ask(), AGAIN_MS);
		} else this.problem = refusal(outcome.error);
	}

	/** Asks now, whenever charts move and, `site` having changed, again. */
	watch(): () => void {
		void this.ask();
		const stop = this.session.onCharts(() => void this.ask());
		return () => {
			stop();
			this.#asked++;
			clearTimeout(this.#later);
		};
	}

	/** What somebody at this site is waited for with. */
	get waiting(): number {
		const { answer } = this;
		if (answer === null) return 0;
		return answer.incoming.total + answer.outgoing.rows.filter(({ state }) => state === 'answered' || state === 'declined').length + answer.laboratory.rows.filter(({ order }) => order.state === 'resulted').length;
	}
	get critical(): number {
		return this.answer?.laboratory.rows.filter(({ order }) => order.critical && order.state !== 'acknowledged').length ?? 0;
	}
}
