/**
 * A question to the device that is asked again when charts move, and soon again while the device says that charts are left to be looked at. The newest
 * answer counts.
 */
import type { Outcome } from '$sync/device/api.ts';
import type { Session } from '$lib/device/session.svelte.ts';
import { refusal } from '$lib/language/refusals.ts';

/** ms between two questions while the index is being made */
const SOON_MS = 700;
/** ms after which many moves of charts are one question */
const QUIET_MS = 80;

export class Asking<T> {
	value = $state.raw<T | null>(null);
	problem = $state<string | null>(null);
	#asked = 0;
	#timer: ReturnType<typeof setTimeout> | null = null;
	readonly #session: Session;
	readonly #question: () => Promise<Outcome<T>> | null;
	readonly #unread: (value: T) => number;

	/** `question`: null where there is nothing to ask. `unread`: of an answer. */
	constructor(session: Session, question: () => Promise<Outcome<T>> | null, unread: (value: T) => number = () => 0) {
		this.#session = session;
		this.#question = question;
		this.#unread = unread;
	}

	async ask(): Promise<void> {
		const mine = ++this.#asked;
		const outcome = await this.#question();
		if (outcome === null || mine !== this.#asked) return;
		if (!outcome.ok) {
			this.problem = refusal(outcome.error);
			return;
		}
		[this.value, this.problem] = [outcome.value, null];
		if (this.#unread(outcome.value) > 0) this.#soon(SOON_MS);
	}

	/** Asks now and whenever charts move, until the returned function is called. */
	watch(): () => void {
		void this.ask();
		const stop = this.#session.onCharts(() => this.#soon(QUIET_MS));
		return () => {
			stop();
			this.#asked++;
			if (this.#timer !== null) clearTimeout(this.#timer);
			this.#timer = null;
		};
	}

	#soon(ms: number): void {
		this.#timer ??= setTimeout(() => {
			this.#timer = null;
			void this.ask();
		}, ms);
	}
}
