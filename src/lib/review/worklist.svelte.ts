/**
 * The one list of what waits for a person: values that no rule may decide, entries that do not fit together, charts that may be of one
 * person. Most dangerous first, as the device orders them; proposals of pairs come last. One item is open at a time.
 *
 * Which one is open is held in memory only: the key of an item may contain what an entry says, and browsers keep addresses on disk.
 */
import type { PairProposal } from '$sync/device/api.ts';
import type { ReviewItem, ReviewLine } from '$sync/device/review-api.ts';
import { m } from '$lib/paraglide/messages.js';
import { refusal } from '$lib/language/refusals.ts';
import type { Session } from '$lib/device/session.svelte.ts';
import { pairKey, Pairs } from './pairs.svelte.ts';

const STEP = 100;

export const WORK_KINDS = ['conflict', 'discrepancy', 'duplicate'] as const;
export type WorkKind = (typeof WORK_KINDS)[number];
export type WorkItem =
	| { readonly kind: 'conflict' | 'discrepancy'; readonly key: string; readonly review: ReviewLine }
	| { readonly kind: 'duplicate'; readonly key: string; readonly pair: PairProposal };

export class WorkList {
	readonly pairs: Pairs;
	reviews = $state.raw<readonly ReviewLine[] | null>(null);
	total = $state(0);
	/** charts not looked at yet, after a first sync: asked again until there are none */
	unread = $state(0);
	problem = $state<string | null>(null);
	said = $state<string | null>(null);
	kind = $state<WorkKind | 'all'>('all');
	site = $state('');
	#open = $state<string | null>(null);
	/** the open line as it was when it was opened: it must not change, or vanish, under somebody who is reading it */
	#held = $state.raw<WorkItem | null>(null);
	/** what the open line is about, with its values: asked for when it is opened, and noted in the access log; null until it is here */
	item = $state.raw<ReviewItem | null>(null);
	#limit = STEP;
	#asked = 0;

	constructor(private readonly session: Session) {
		this.pairs = new Pairs(session);
	}

	get #all(): readonly WorkItem[] {
		const site = this.site;
		const reviews = (this.reviews ?? []).map((review): WorkItem => ({ kind: review.kind, key: review.key, review }));
		const pairs = this.session.organization?.can.link !== true ? [] : this.pairs.open.filter(({ a, b }) => site === '' || a.site === site || b.site === site).map((pair): WorkItem => ({ kind: 'duplicate', key: pairKey(pair), pair }));
		return [...reviews, ...pairs];
	}

	get shown(): readonly WorkItem[] {
		return this.kind === 'all' ? this.#all : this.#all.filter(({ kind }) => kind === this.kind);
	}

	/** on the device and not fetched yet */
	get further(): number {
		return this.kind === 'duplicate' ? 0 : Math.max(0, this.total - (this.reviews?.length ?? 0));
	}

	get loading(): boolean {
		return this.reviews === null;
	}

	get comparing(): boolean {
		return this.session.organization?.can.link === true && this.pairs.proposals === null && (this.kind === 'all' || this.kind === 'duplicate');
	}

	get current(): WorkItem | null {
		return this.#open === null ? null : this.#held;
	}

	show(item: WorkItem | null): void {
		this.#open = item?.key ?? null;
		this.#held = item;
		this.item = null;
		this.said = null;
		if (item !== null && item.kind !== 'duplicate') void this.#look(item.review);
	}

	/** Asks for the item of a line. Nothing is left to decide: it says so, and the list is read again. */
	async #look(line: ReviewLine): Promise<ReviewItem | null> {
		const outcome = await this.session.device.openReview({ ref: line.ref, key: line.key });
		if (this.#open !== line.key) return null;
		if (!outcome.ok) this.problem = refusal(outcome.error);
		else if (outcome.value === null) await this.done(m.review_stale_lost());
		else this.item = outcome.value;
		return outcome.ok ? outcome.value : null;
	}

	async load(): Promise<void> {
		const mine = ++this.#asked;
		const site = this.session.organization?.sites.find((s) => s.site === this.site)?.site ?? null;
		const outcome = await this.session.device.reviews({ site, limit: this.#limit });
		if (mine !== this.#asked) return;
		if (outcome.ok) {
			[this.reviews, this.total, this.unread, this.problem] = [outcome.value.items, outcome.value.total, outcome.value.unread ?? 0, null];
		} else {
			this.reviews ??= [];
			this.problem = refusal(outcome.error);
		}
		this.session.attention.soon();
	}

	more(): void {
		this.#limit += STEP;
		void this.load();
	}

	/** The item of that key as it is now; null when nothing is left to decide. */
	async again({ ref, key }: ReviewItem): Promise<ReviewItem | null> {
		const [outcome] = await Promise.all([this.session.device.openReview({ ref, key }), this.load()]);
		if (!outcome.ok) this.problem = refusal(outcome.error);
		else if (outcome.value !== null && this.#open === key) this.item = outcome.value;
		return outcome.ok ? outcome.value : null;
	}

	/** The open item was dealt with: back to the list, which says what was done. */
	async done(said: string): Promise<void> {
		this.show(null);
		this.said = said;
		await this.load();
	}

	/** The neighbour of an item in the list as it is shown. */
	neighbour(key: string | null, step: 1 | -1): WorkItem | null {
		const at = this.shown.findIndex((item) => item.key === key);
		return at < 0 ? (this.shown[0] ?? null) : (this.shown[at + step] ?? null);
	}
}
