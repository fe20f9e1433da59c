/**
 * Copies for places that this device may not read: whether the hub still has them it cannot ask, so it gives them once more. A repeat is the same
 * bytes under the same name and adds nothing.
 *
 * Due when the hub was started anew, which is when it may have been put back to a backup, and on a later day for an `ok` that was not kept. After a
 * new start the copies of the last days go at once, as most backups are young; older ones follow in batches with pauses, so that a hub that is
 * merely restarted is not sent everything by everybody at the same moment. All are offered in the end.
 */
import type { NamedValues } from '../store/index.ts';
import { runOf, type Sequence } from './hubAnswers.ts';
import type { HubProblem } from './hubProblem.ts';
import type { Sender } from './push.ts';
import type { Scheduler } from './scheduler.ts';

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
/** of a new start: acknowledged within this time, all at once */
const RECENT_MS = 7 * DAY;
/** then so many at a time, and a pause */
const OLDER_BATCH = 500;
const PAUSE_MS = HOUR;

/** How far the offering has come. Times in ms since 1970, by this device's clock. */
interface Offered {
	/** a database and the start of the hub that its feed was read from */
	readonly run: string;
	/** when what had been acknowledged since the time before was offered */
	readonly at: number;
	/** what is still to be offered after a new start: acknowledged before `until`, from the row after `after`; `at`: the last batch */
	readonly older: { readonly until: number; readonly after: string | null; readonly at: number } | null;
}

export interface DepositsAgainOptions {
	readonly cursors: NamedValues;
	readonly scheduler: Scheduler;
	/** key of the hub */
	readonly hub: string;
	readonly sender: Pick<Sender, 'offerAgain'>;
}

export class DepositsAgain {
	readonly #options: DepositsAgainOptions;
	/** null before it is read */
	#offered: Offered | null = null;

	constructor(options: DepositsAgainOptions) {
		this.#options = options;
	}

	/** Offers what is due; `position` is where the feed of `db`, which this device reads, was read to. */
	async run(db: string, position: Sequence): Promise<HubProblem | null> {
		// not read yet
		if (position === 0) return null;
		const { scheduler, sender } = this.#options;
		const now = scheduler.now();
		const run = `${db}/${runOf(position)}`;
		const before = await this.#read();
		// a clock that fell back says nothing about what came since
		if (before.run !== run || before.at > now) {
			const { problem } = await sender.offerAgain({ from: now - RECENT_MS });
			if (problem !== null) return problem;
			await this.#note({ run, at: now, older: { until: now - RECENT_MS, after: null, at: 0 } });
		} else if (now - before.at > DAY) {
			const { problem } = await sender.offerAgain({ from: before.at });
			if (problem !== null) return problem;
			await this.#note({ ...before, at: now });
		}
		return this.#offerOlder(now);
	}

	async #offerOlder(now: number): Promise<HubProblem | null> {
		const noted = await this.#read();
		const { older } = noted;
		if (older === null || (now - older.at >= 0 && now - older.at < PAUSE_MS)) return null;
		const { problem, last } = await this.#options.sender.offerAgain({ until: older.until, after: older.after, limit: OLDER_BATCH });
		if (problem !== null) return problem;
		await this.#note({ ...noted, older: last === null ? null : { ...older, after: last, at: now } });
		return null;
	}

	async #read(): Promise<Offered> {
		this.#offered ??= parsed(await this.#options.cursors.get(this.#cursor));
		return this.#offered;
	}

	async #note(offered: Offered): Promise<void> {
		await this.#options.cursors.put(this.#cursor, JSON.stringify(offered));
		this.#offered = offered;
	}

	get #cursor(): string {
		return `deposits-offered-${this.#options.hub}`;
	}
}

/** What an earlier version noted says nothing of older ones: as if nothing had been offered. */
function parsed(text: string | null): Offered {
	return text?.startsWith('{') === true ? (JSON.parse(text) as Offered) : { run: '', at: 0, older: null };
}
