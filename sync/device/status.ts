/**
 * How the exchange with the hub stands, in one value for the screen: what replication says, and what is counted here.
 */
import type { Replication } from '../replication/replication.ts';
import type { Scheduler } from '../replication/scheduler.ts';
import { NO_STATUS, type ReplicationStatus } from '../replication/status.ts';
import type { Store } from '../store/index.ts';
import type { SyncStatus } from './api.ts';
import type { SyncAlarm } from './frontier-api.ts';

export class StatusBoard {
	readonly #store: Store;
	#replication: ReplicationStatus = NO_STATUS;
	#waitingToSend = 0;
	#waiting = 0;
	#quarantined = 0;
	#sites: SyncStatus['sites'] = [];
	/** what the device's own work last failed with */
	failure: Error | null = null;
	alarms: readonly SyncAlarm[] = [];
	/** entries taken in since there was nothing to take in; null while there is nothing */
	#opened: number | null = null;

	constructor(store: Store) {
		this.#store = store;
	}

	replication(status: ReplicationStatus): void {
		this.#replication = status;
	}

	/** Entries came out of their envelopes, or (0) are about to. */
	opened(entries: number): void {
		this.#opened = (this.#opened ?? 0) + entries;
	}

	/** How the work of this device stands. What came is not here, for a person, before it can be read. */
	worked({ failure, takingIn }: { readonly failure: Error | null; readonly takingIn: boolean }): void {
		this.failure = failure;
		if (!takingIn) this.#opened = null;
	}

	/** Counts anew; `sites` as far as the present user can read. */
	async count(sites: SyncStatus['sites']): Promise<void> {
		const [waitingToSend, verdicts] = await Promise.all([this.#store.own.countOnThisDeviceOnly(), this.#store.verdicts.counts()]);
		this.#waitingToSend = waitingToSend;
		this.#waiting = verdicts.waiting;
		this.#quarantined = verdicts.quarantined;
		this.#sites = sites;
	}

	get waitingToSend(): number {
		return this.#waitingToSend;
	}

	get status(): SyncStatus {
		const { line, sending, receiving, lastSent, lastReceived, problem, hub } = this.#replication;
		return {
			line, waitingToSend: this.#waitingToSend, sending, receiving: receiving ?? (this.#opened === null ? null : { done: this.#opened, total: null }), lastSent, lastReceived, waiting: this.#waiting, quarantined: this.#quarantined, hub,
			problem: problem ?? (this.failure === null ? null : `This device could not work off what came: ${this.failure.message}`),
			sites: this.#sites,
			alarms: this.alarms
		};
	}
}

const EXCHANGE_MS_MAX = 60_000;

/** The next completed exchange, or the next failure; null when another tab replicates and does not say so in time. */
export function nextExchange(replication: Replication, scheduler: Scheduler): Promise<ReplicationStatus | null> {
	return new Promise((resolve) => {
		const cancel = scheduler.after(EXCHANGE_MS_MAX, () => resolve(null));
		void replication.settled().then((status) => {
			cancel();
			resolve(status);
		});
	});
}
