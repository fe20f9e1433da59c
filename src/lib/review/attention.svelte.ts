/**
 * What waits for this person, for the badge of the navigation and the line on the first screen: open reviews and notices. Counted again
 * when charts move, one question at a time. Counting looks at every chart: on a large device it takes its time, so it is asked for the more
 * seldom the longer it took, and never takes more than a small part of the worker from whoever waits for a chart to open.
 */
import type { DeviceApi } from '$sync/device/api.ts';
import { refusal } from '$lib/language/refusals.ts';
import type { Notice } from '$sync/device/review-api.ts';

const QUIET_MS = 1_000;
/** a count that took one second is not asked for again within this many */
const SHARE = 15;

export class Attention {
	/** conflicts and discrepancies; null before the first answer */
	reviews = $state<number | null>(null);
	/** pairs of charts, as counted when the work list was last open: comparing all charts is too dear for a badge */
	pairs = $state(0);
	notices = $state.raw<readonly Notice[] | null>(null);
	problem = $state<string | null>(null);
	#timer: ReturnType<typeof setTimeout> | null = null;
	#asking: Promise<void> | null = null;
	#lastTook = 0;
	/** grows when the person locks: an answer to an earlier question is then nobody's */
	#turn = 0;

	constructor(private readonly device: DeviceApi) {}

	get count(): number {
		return (this.reviews ?? 0) + this.pairs;
	}

	/** Asks again soon; many calls in a row are one question. */
	soon(): void {
		this.#timer ??= setTimeout(() => {
			this.#timer = null;
			void this.now();
		}, Math.max(QUIET_MS, SHARE * this.#lastTook));
	}

	/** Asks now, after a question that is still open. */
	async now(): Promise<void> {
		const turn = this.#turn;
		await this.#asking;
		if (turn !== this.#turn) return;
		this.#asking = this.#ask(turn);
		await this.#asking;
	}

	/** Forgets everything: the device locked. */
	clear(): void {
		this.#turn += 1;
		if (this.#timer !== null) clearTimeout(this.#timer);
		this.#timer = null;
		[this.reviews, this.pairs, this.notices, this.problem] = [null, 0, null, null];
	}

	async #ask(turn: number): Promise<void> {
		const began = performance.now();
		const reviews = await this.device.reviews({ site: null, limit: 0 });
		const notices = await this.device.notices();
		this.#lastTook = performance.now() - began;
		if (turn !== this.#turn) return;
		if (reviews.ok) {
			this.reviews = reviews.value.total;
			if ((reviews.value.unread ?? 0) > 0) this.soon();
		}
		if (notices.ok) this.notices = notices.value;
		this.problem = notices.ok ? null : refusal(notices.error);
	}
}
