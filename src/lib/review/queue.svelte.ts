/**
 * The pairs of charts that may be of one person, one after the other. "Not sure" sets a pair aside for another look or another
 * reviewer and writes nothing; a pair that someone else decided meanwhile is said to be so.
 */
import type { ChartRef, LinkInfo, Outcome, PairProposal } from '$sync/device/api.ts';
import type { Session } from '$lib/device/session.svelte.ts';
import { m } from '$lib/paraglide/messages.js';

const PROPOSALS_MAX = 100;

const keyOf = (pair: PairProposal): string => [pair.a.chart, pair.b.chart].toSorted().join(' ');
const refOf = (ref: ChartRef): ChartRef => ({ site: ref.site, chart: ref.chart });

export class ReviewQueue {
	proposals = $state.raw<readonly PairProposal[] | null>(null);
	problem = $state<string | null>(null);
	said = $state<string | null>(null);
	busy = $state(false);
	#aside = $state.raw<readonly string[]>([]);

	constructor(private readonly session: Session) {}

	get #open(): readonly PairProposal[] {
		return (this.proposals ?? []).filter((pair) => !this.#aside.includes(keyOf(pair)));
	}
	get current(): PairProposal | null {
		return this.#open[0] ?? null;
	}
	get left(): number {
		return this.#open.length;
	}
	get setAside(): number {
		return (this.proposals ?? []).length - this.left;
	}

	async load(): Promise<void> {
		const outcome = await this.session.device.proposals({ limit: PROPOSALS_MAX });
		if (outcome.ok) this.proposals = outcome.value;
		else {
			this.proposals ??= [];
			this.problem = outcome.error.message;
		}
	}

	/** From the beginning, with what was set aside. */
	start(): void {
		this.#aside = [];
		this.said = null;
		this.proposals = null;
		void this.load();
	}

	notSure(pair: PairProposal): void {
		this.#aside = [...this.#aside, keyOf(pair)];
		this.said = m.review_not_sure_done();
	}

	link(pair: PairProposal): Promise<boolean> {
		return this.#decide(() => this.session.device.link({ a: refOf(pair.a), b: refOf(pair.b) }), m.review_linked);
	}

	keepApart(pair: PairProposal, reason: string): Promise<boolean> {
		return this.#decide(() => this.session.device.notSame({ a: refOf(pair.a), b: refOf(pair.b), reason }), m.not_same_done);
	}

	async #decide(act: () => Promise<Outcome<LinkInfo>>, done: () => string): Promise<boolean> {
		if (this.busy) return false;
		this.busy = true;
		this.problem = null;
		const outcome = await act();
		if (outcome.ok) {
			this.said = outcome.value.state === 'proposed' ? m.review_proposed() : done();
			await this.load();
		} else this.problem = outcome.error.message;
		this.busy = false;
		return outcome.ok;
	}
}
