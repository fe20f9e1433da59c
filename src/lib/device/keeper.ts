/**
 * Keeps this tab's device worker, and ends it on locking.
 *
 * What is unlocked lives in a worker, and locking is the end of that worker, whatever it is doing: no key outlives it in some variable. A new one that
 * holds no key takes its place and goes on replicating. What was acknowledged is on the disk; a question that the end of the worker leaves
 * open is answered with "locked". Locking in one tab locks all of them, in the same instant, by a channel between them (attack 49).
 * PINs live in a second worker, which the device's worker reaches by a port of its own: the page sees neither keys nor what a PIN opens.
 */
import { proxy, transfer, wrap, type Remote } from 'comlink';
import type { DeviceEvent, LocalUser, LockState } from '$sync/device/api.ts';
import type { DeviceWorker, PinWorker } from './protocol.ts';

export type RemoteDevice = Awaited<ReturnType<Remote<DeviceWorker>['open']>>;

/** The worker was ended while it was asked: the device is locked. */
export class WorkerEnded extends Error {}

interface Running {
	readonly worker: Worker;
	readonly port: Remote<DeviceWorker>;
	readonly device: Promise<RemoteDevice>;
	/** rejects when the worker fails or is ended */
	readonly ended: Promise<never>;
	readonly end: () => void;
}

const CHANNEL = 'saddlebag-lock';

export class Keeper {
	readonly #listeners = new Map<number, (event: DeviceEvent) => void>();
	readonly #channel = new BroadcastChannel(CHANNEL);
	readonly #pins: Remote<PinWorker>;
	#next = 1;
	#running: Running;
	/** as last heard of */
	#state: LockState | null = null;
	#users: readonly LocalUser[] = [];
	#waitingToSend = 0;
	/** unlockings under way */
	#entering = 0;

	private constructor() {
		this.#pins = wrap<PinWorker>(new Worker(new URL('./pin.worker.ts', import.meta.url), { type: 'module', name: 'pin' }));
		this.#channel.addEventListener('message', () => void this.#lockHere());
		this.#running = this.#start();
	}

	/** Rejects when the worker does not come up: the app cannot run here. */
	static async create(): Promise<Keeper> {
		const keeper = new Keeper();
		await Promise.race([keeper.#running.device, keeper.#running.ended]);
		await keeper.#follow(keeper.#running);
		return keeper;
	}

	/** Asks the worker of now. Rejects with `WorkerEnded` when locking ends it first. */
	async ask<T>(question: (device: RemoteDevice, port: Remote<DeviceWorker>) => Promise<T>): Promise<T> {
		const { device, port, ended } = this.#running;
		return Promise.race([device.then((remote) => question(remote, port)), ended]);
	}

	/** The same for what is answered whether or not the device is locked: asked again of the worker that follows. */
	async still<T>(question: (device: RemoteDevice) => Promise<T>): Promise<T> {
		for (;;) {
			try {
				return await this.ask(question);
			} catch (failure) {
				if (!(failure instanceof WorkerEnded)) throw failure;
			}
		}
	}

	subscribe(listener: (event: DeviceEvent) => void): number {
		this.#listeners.set(this.#next, listener);
		return this.#next++;
	}
	unsubscribe(id: number): void {
		this.#listeners.delete(id);
	}

	/** Locks this tab and every other. */
	async lock(): Promise<void> {
		this.#channel.postMessage('lock');
		await this.#lockHere();
	}

	/** Asks for what unlocks. Whoever was unlocked is locked first: no worker ever holds the keys of two. */
	async enter<T>(question: (device: RemoteDevice) => Promise<T>): Promise<T> {
		if (this.#state?.kind === 'unlocked') await this.#lockHere();
		this.#entering++;
		try {
			return await this.ask(question);
		} finally {
			this.#entering--;
		}
	}

	async #lockHere(): Promise<void> {
		const user = this.#state?.kind === 'unlocked' ? this.#state.user : null;
		// a worker that is just opening somebody's keys holds them too
		if (user === null && this.#entering === 0) return;
		this.#running.end();
		const users = user === null || this.#users.some(({ member }) => member === user.member) ? this.#users : [...this.#users, user];
		// told at once; what the new worker reads from the disk corrects it
		this.#tell({ kind: 'lock', state: { kind: 'locked', users, waitingToSend: this.#waitingToSend, awaiting: [] } });
		this.#running = this.#start();
		await this.#follow(this.#running);
	}

	#start(): Running {
		const worker = new Worker(new URL('./device.worker.ts', import.meta.url), { type: 'module', name: 'device' });
		let reject: (reason: Error) => void = () => undefined;
		const ended = new Promise<never>((_, rejecting) => (reject = rejecting));
		ended.catch(() => undefined);
		worker.addEventListener('error', (event) => reject(new Error(event.message)), { once: true });
		const port = wrap<DeviceWorker>(worker);
		const { port1, port2 } = new MessageChannel();
		void this.#pins.connect(transfer(port1, [port1]));
		const device = port.open(transfer(port2, [port2]));
		device.catch(() => undefined);
		const end = (): void => {
			worker.terminate();
			reject(new WorkerEnded('The device was locked meanwhile.'));
		};
		return { worker, port, device, ended, end };
	}

	/** Passes on what a worker reports, and its state now. */
	async #follow(running: Running): Promise<void> {
		try {
			const device = await Promise.race([running.device, running.ended]);
			await Promise.race([device.subscribe(proxy((event: DeviceEvent) => (running === this.#running ? this.#tell(event) : undefined))), running.ended]);
			const state = await Promise.race([device.lockState(), running.ended]);
			if (running === this.#running) this.#tell({ kind: 'lock', state });
		} catch (failure) {
			if (!(failure instanceof WorkerEnded)) throw failure;
		}
	}

	#tell(event: DeviceEvent): void {
		if (event.kind === 'lock') {
			this.#state = event.state;
			if (event.state.kind === 'locked') this.#users = event.state.users;
		}
		if (event.kind === 'sync') this.#waitingToSend = event.status.waitingToSend;
		for (const listener of this.#listeners.values()) listener(event);
	}
}
