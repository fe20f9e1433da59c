/**
 * The pairs of charts that may be of one person. "Not sure" sets a pair aside for another look or another reviewer and writes nothing; a
 * pair that someone else decided meanwhile is said to be so.
 */
import type { ChartRef, LinkInfo, Outcome, PairProposal } from '$sync/device/api.ts';
import type { Session } from '$lib/device/session.svelte.ts';
import { refusal } from '$lib/language/refusals.ts';
import { m } from '$lib/paraglide/messages.js';

const PROPOSALS_MAX = 100;

export const pairKey = (pair: PairProposal): string => [pair.a.chart, pair.b.chart].toSorted().join(' ');
const refOf = (ref: ChartRef): ChartRef => ({ site: ref.site, chart: ref.chart });

export class Pairs {
	proposals = $state.raw<readonly PairProposal[] | null>(null);
	problem = $state<string | null>(null);
	busy = $state(false);
	#aside = $state.raw<readonly string[]>([]);

	constructor(private readonly session: Session) {}

	get open(): readonly PairProposal[] {
		return (this.proposals ?? []).filter((pair) => !this.#aside.includes(pairKey(pair)));
	}
	get setAside(): number {
		return (this.proposals ?? []).length - this.open.length;
	}

	async load(): Promise<void> {
		const outcome = await this.session.device.proposals({ limit: PROPOSALS_MAX });
		if (outcome.ok) this.proposals = outcome.value;
		else {
			this.proposals ??= [];
			this.problem = refusal(outcome.error);
		}
		this.session.attention.pairs = this.open.length;
	}

	/** From the beginning, with what was set aside. */
	async again(): Promise<void> {
		this.#aside = [];
		this.proposals = null;
		await this.load();
	}

	/** @returns what to say */
	notSure(pair: PairProposal): string {
		this.#aside = [...this.#aside, pairKey(pair)];
		this.session.attention.pairs = this.open.length;
		return m.review_not_sure_done();
	}

	/** @returns what to say; null when it was refused, and `problem` says why */
	link(pair: PairProposal): Promise<string | null> {
		return this.#decide(() => this.session.device.link({ a: refOf(pair.a), b: refOf(pair.b) }), m.review_linked);
	}

	keepApart(pair: PairProposal, reason: string): Promise<string | null> {
		return this.#decide(() => this.session.device.notSame({ a: refOf(pair.a), b: refOf(pair.b), reason }), m.not_same_done);
	}

	async #decide(act: () => Promise<Outcome<LinkInfo>>, done: () => string): Promise<string | null> {
		if (this.busy) return null;
		this.busy = true;
		this.problem = null;
		const outcome = await act();
		if (outcome.ok) await this.load();
		else this.problem = refusal(outcome.error);
		this.busy = false;
		return !outcome.ok ? null : outcome.value.state === 'proposed' ? m.review_proposed() : done();
	}
}
