/**
 * Replication between the store of this device and one hub, as long as it is not stopped: control first, then all databases, then waiting for news.
 *
 * One tab replicates at a time, under a lock; the others follow its notes. RxDB moves the rows and calls our handlers (`sync/store/rowMover.ts`).
 * The handlers never throw, and everything unacknowledged is swept at each session, whatever RxDB thinks it pushed.
 */
import type { Hash, Id } from '../change/change.ts';
import type { HeldIds, MovingRows, Store } from '../store/index.ts';
import { ControlExchange } from './control.ts';
import type { HubClient } from './hubClient.ts';
import type { HubProblem, HubProblemCode } from './hubProblem.ts';
import { Puller } from './pull.ts';
import { Sender } from './push.ts';
import { backoffMs, pause, type Scheduler } from './scheduler.ts';
import { Session, type Nudge } from './session.ts';
import { StatusBoard, type ReplicationStatus } from './status.ts';

/** Whom this device replicates as, and what: asked again whenever the membership log grew. */
export interface Scope {
	readonly org: Hash;
	readonly device: Id;
	/** the hub's public key as enrolled in the membership log */
	readonly hub: string;
	/** name of the control database */
	readonly control: string;
	/** names of the databases kept here whole */
	readonly databases: readonly string[];
}

export interface ReplicationOptions {
	readonly store: Store;
	readonly client: HubClient;
	readonly scheduler: Scheduler;
	/** null while this device belongs to no organization */
	readonly scope: () => Promise<Scope | null> | Scope | null;
	/** by the device's transport key: works while locked */
	readonly sign: (text: string) => string | Promise<string>;
	/** New control documents are stored; replication goes on when this resolves, with the scope asked again. */
	readonly onControl?: (ids: readonly string[]) => Promise<void> | void;
	/** The hub opens no session. True when that was seen to and it is worth asking again at once. */
	readonly onRefused?: () => Promise<boolean>;
	/** The hub cannot be reached, refuses a session, or (`forbidden`) some of what is kept here. True when `client` and `scope` now speak of another one, worth trying at once. */
	readonly onUnreachable?: (problem: HubProblem) => Promise<boolean>;
	readonly onStatus?: (status: ReplicationStatus) => void;
	/** ms that one longpoll lasts at most */
	readonly longpollMs?: number;
	/** bounds of the pause after a failure, ms */
	readonly backoff?: { readonly firstMs: number; readonly mostMs: number };
}

export interface Replication {
	status(): ReplicationStatus;
	/** Tries now, without waiting for the back-off; in whichever tab replicates. */
	now(): void;
	/** Resolves after the next complete exchange both ways, or the next failure, whichever comes first. */
	settled(): Promise<ReplicationStatus>;
	/** Compares ids with the hub at the next exchange, for when a gap was found (attack 27). */
	reconcile(database: string): void;
	/** Keys of own rows on their way at this moment. */
	underway(): ReadonlySet<string>;
	stop(): Promise<void>;
}

const BACKOFF = { firstMs: 1000, mostMs: 60_000 };
/** Of this hub: another may be better. */
const ELSEWHERE: readonly HubProblemCode[] = ['unreachable', 'timeout', 'wrong-hub', 'session-ended', 'hub-failed'];
const NUDGE = 'replication-nudge';

export function startReplication(options: ReplicationOptions): Replication {
	return new Leader(options);
}

/** What RxDB and the handlers need for one hub; made once the hub is known, kept across failures of the line. */
interface Machinery {
	readonly hub: string;
	readonly session: Session;
	readonly sender: Sender;
	readonly cancel: () => Promise<void>;
}

class Leader implements Replication {
	readonly #options: ReplicationOptions;
	readonly #board: StatusBoard;
	readonly #stopping = new AbortController();
	readonly #done: Promise<void>;
	readonly #unsubscribe: () => void;
	readonly #reconcile = new Set<string>();
	readonly #waiting = new Set<(status: ReplicationStatus) => void>();
	#leading = false;
	#machinery: Machinery | null = null;
	#wake: ((nudge: Nudge) => void) | null = null;
	/** a nudge that came while nothing was waiting */
	#pending: Nudge | null = null;

	constructor(options: ReplicationOptions) {
		this.#options = options;
		this.#board = new StatusBoard(options.store.cursors, (status) => options.onStatus?.(status));
		this.#unsubscribe = options.store.subscribe((event) => {
			if (event.kind !== 'cursor') return;
			if (event.keys.includes(NUDGE) && this.#leading) this.#nudged('asked');
			if (!this.#leading && event.keys.some((key) => StatusBoard.isNote(key))) this.#board.load().catch(() => undefined);
		});
		this.#done = this.#lead();
	}

	status(): ReplicationStatus {
		return this.#board.status;
	}

	now(): void {
		if (this.#leading) this.#nudged('asked');
		else this.#options.store.cursors.put(NUDGE, String(this.#options.scheduler.now())).catch(() => undefined);
	}

	settled(): Promise<ReplicationStatus> {
		return new Promise((resolve) => this.#waiting.add(resolve));
	}

	reconcile(database: string): void {
		this.#reconcile.add(database);
		this.now();
	}

	underway(): ReadonlySet<string> {
		return this.#machinery?.sender.underway ?? new Set();
	}

	async stop(): Promise<void> {
		this.#stopping.abort();
		this.#wake?.('internal');
		await this.#done;
		this.#unsubscribe();
		this.#settle();
	}

	async #lead(): Promise<void> {
		const { store } = this.#options;
		await this.#board.load().catch(() => undefined);
		try {
			await store.locks.exclusive(`saddlebag-replication-${store.name}`, () => this.#run(), this.#stopping.signal);
		} catch {
			// stopped while it was waiting for its turn; failures of the work itself are in the status
		} finally {
			this.#leading = false;
			await this.#machinery?.cancel().catch(() => undefined);
		}
	}

	/** Sessions one after the other; a failure is followed by a pause that grows. */
	async #run(): Promise<void> {
		this.#leading = true;
		const { scheduler, backoff = BACKOFF } = this.#options;
		let seenTo = false;
		let hopped = false;
		for (let failures = 0; !this.#stopping.signal.aborted; ) {
			const began = scheduler.now();
			const problem = await this.#session().catch((failure: unknown) => failedHere(failure));
			if (this.#stopping.signal.aborted) return;
			this.#machinery?.sender.shut();
			// once in a row: a hub that goes on refusing is asked again after a pause, as for any failure
			seenTo = problem?.code === 'session-ended' && !seenTo && ((await this.#options.onRefused?.().catch(() => false)) ?? false);
			if (seenTo) continue;
			if (problem === null) {
				failures = 0;
				this.#board.update({ line: 'no-hub', sending: null, receiving: null, problem: null });
			} else {
				failures = scheduler.now() - began > backoff.mostMs ? 0 : failures + 1;
				this.#board.update({ line: 'offline', sending: null, receiving: null, problem: problem.message });
			}
			await this.#board.note().catch(() => undefined);
			// once between two pauses: hubs that all fail are not asked in a circle
			hopped = !hopped && problem !== null && ELSEWHERE.includes(problem.code) && ((await this.#options.onUnreachable?.(problem).catch(() => false)) ?? false);
			if (hopped) continue;
			this.#settle();
			await this.#sleep(backoffMs(Math.max(0, failures - 1), backoff.firstMs, backoff.mostMs, scheduler.fraction()));
		}
	}

	/** One connected stretch. Ends with what broke it; null when there is no organization to replicate. */
	async #session(): Promise<HubProblem | null> {
		const { client, sign, scope } = this.#options;
		const first = await scope();
		if (first === null) return null;
		this.#board.update({ line: 'connecting', hub: client.origin });
		const machinery = await this.#ready(first.hub);
		client.use({ hub: first.hub, org: first.org, device: first.device, databases: [first.control, ...first.databases], sign });
		const connected = new AbortController();
		const stop = (): void => connected.abort();
		this.#stopping.signal.addEventListener('abort', stop);
		if (this.#stopping.signal.aborted) stop();
		machinery.sender.open(connected.signal);
		try {
			return await machinery.session.run(first, connected.signal, {
				reconcile: this.#reconcile,
				scope: async () => (await scope()) ?? first,
				settle: () => this.#settle(),
				wake: (wake) => {
					this.#wake = wake;
					const nudge = this.#pending;
					if (wake === null || nudge === null) return;
					this.#pending = null;
					wake(nudge);
				}
			});
		} finally {
			this.#stopping.signal.removeEventListener('abort', stop);
			connected.abort();
			this.#wake = null;
		}
	}

	async #ready(hub: string): Promise<Machinery> {
		if (this.#machinery?.hub === hub) return this.#machinery;
		await this.#machinery?.cancel();
		this.#machinery = await assemble(this.#options, hub, this.#board, () => this.#nudged('internal'));
		return this.#machinery;
	}

	#nudged(nudge: Nudge): void {
		if (this.#wake !== null) this.#wake(nudge);
		else if (this.#pending !== 'asked') this.#pending = nudge;
	}

	async #sleep(ms: number): Promise<void> {
		const waking = new AbortController();
		const wake = (): void => waking.abort();
		this.#wake = (nudge) => (nudge === 'asked' || this.#stopping.signal.aborted ? wake() : undefined);
		// what failed to be sent waits for the back-off; a person does not
		if (this.#pending === 'asked' || this.#stopping.signal.aborted) wake();
		this.#pending = null;
		await pause(this.#options.scheduler, ms, waking.signal);
		this.#wake = null;
	}

	#settle(): void {
		const waiting = [...this.#waiting];
		this.#waiting.clear();
		for (const resolve of waiting) resolve(this.status());
	}
}

const failedHere = (failure: unknown): HubProblem => ({
	code: 'stopped',
	status: null,
	message: `Exchange stopped by a failure on this device: ${failure instanceof Error ? failure.message.slice(0, 200) : 'unknown'}`
});

async function assemble(options: ReplicationOptions, hub: string, board: StatusBoard, nudge: () => void): Promise<Machinery> {
	const { store, client, scheduler } = options;
	const held = await ownHeld(store, await store.pages.held());
	let moving: MovingRows | null = null;
	const puller = new Puller({
		store, client, held, scheduler, newest: await store.pages.newest(),
		resync: () => moving?.resync(),
		onReceived: (_, documents, pending) => {
			const done = (board.status.receiving?.done ?? 0) + documents;
			board.update({ receiving: { done, total: pending === null ? null : done + pending } });
		}
	});
	const sender = new Sender({
		store, client, held, scheduler, hub,
		onProgress: (sent, refused) => {
			const { sending } = board.status;
			if (sending !== null) board.update({ sending: { ...sending, done: sending.done + sent + refused } });
			if (sent > 0) board.update({ lastSent: scheduler.now() });
		}
	});
	const moved = await store.replicate(hub, {
		pull: (checkpoint) => puller.pull(checkpoint),
		written: (ids) => puller.written(ids),
		failed: () => puller.failed(),
		async push(keys) {
			const outcome = await sender.send(keys);
			if (outcome.problem !== null && outcome.problem.code !== 'stopped') nudge();
		}
	});
	moving = moved;
	return {
		hub,
		sender,
		session: new Session({ options, hub, board, puller, sender, held, control: new ControlExchange(store, client, hub) }),
		async cancel() {
			puller.failed();
			await moved.cancel();
		}
	};
}

/** Own changes that may be at the hub without this device knowing: their echo is not another's. */
async function ownHeld(store: Store, held: HeldIds): Promise<HeldIds> {
	for (const own of await store.own.onThisDeviceOnly(100_000)) if (own.kind === 'change') held.add(own.db, [own.document._id]);
	return held;
}
