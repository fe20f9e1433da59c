/**
 * One installed app: composes the parts, and runs the loop between hub, disk and screen.
 *
 * Locked, it replicates envelopes and the membership log. Unlocked, it also opens, folds and relays. Whatever happens is worked off by one
 * loop (`worker.ts`), which an event wakes and which never runs twice at once; a failure in it is reported in the status and stops nothing else.
 */
import type { HubClient } from '../replication/hubClient.ts';
import { startReplication, type Replication, type Scope } from '../replication/replication.ts';
import { isActive } from '../membership/selectors.ts';
import { ok } from '../result.ts';
import { sign } from '../seal/keys.ts';
import type { ActorSecrets } from '../seal/passphrase.ts';
import type { StoreEvent } from '../store/index.ts';
import { ready } from '../verify/sodium.ts';
import type { DeviceApi, LocalUser, LockState, Outcome, SyncStatus } from './api.ts';
import { ControlPlane } from './control.ts';
import { AccessEnd } from './access-end.ts';
import { Events, type Listener } from './events.ts';
import { Hopeful } from './hopeful.ts';
import { moveElsewhere } from './hubs.ts';
import { Identities, userOf, type Account, type DeviceKeys, type HubAddress } from './identity.ts';
import type { Inside } from './inside.ts';
import { Joining } from './joining.ts';
import { accessEnded, locked, noHub, notArrived, refuse } from './outcome.ts';
import type { DevicePorts } from './ports.ts';
import { invitationOrigin, scopeOf } from './scope.ts';
import { FileCalls } from './file-calls.ts';
import { Session } from './session.ts';
import { nextExchange, StatusBoard } from './status.ts';
import { TakenOn } from './taken-on.ts';
import { adopt, handOverOf } from './take-over.ts';
import type { MembersParts } from './members-calls.ts';
import { membersOf } from './members.ts';
import { Unlocked } from './unlocked.ts';
import { Worker, type Job } from './worker.ts';

/** rounds of exchange that one `syncNow` makes at most: what one brings may call for another (a relayed copy, keys owed) */
const ROUNDS_MAX = 6;

export class Device extends FileCalls implements DeviceApi {
	readonly #ports: DevicePorts;
	#keys: DeviceKeys;
	readonly #identities: Identities;
	readonly #joining: Joining;
	protected override readonly members: MembersParts;
	readonly #takenOn: TakenOn;
	readonly #events = new Events();
	readonly #board: StatusBoard;
	readonly #worker: Worker;
	readonly #unsubscribe: () => void;
	#hub: HubAddress | null = null;
	#client: HubClient | null = null;
	#control: ControlPlane | null = null;
	#replication: Replication | null = null;
	#starting: Promise<void> | null = null;
	#unlocked: Unlocked | null = null;
	readonly #hopeful: Hopeful;
	readonly #accessEnd: AccessEnd;

	private constructor(ports: DevicePorts, identities: Identities, keys: DeviceKeys) {
		super();
		this.#ports = ports;
		this.#identities = identities;
		this.#keys = keys;
		this.#joining = new Joining(ports, identities);
		this.#hopeful = new Hopeful(this.#inside());
		this.#accessEnd = new AccessEnd(this.#inside());
		this.members = membersOf(this.#inside());
		this.#takenOn = new TakenOn(ports.store.identity);
		this.#board = new StatusBoard(ports.store);
		this.#worker = new Worker((due) => this.#work(due), () => this.#count());
		this.#unsubscribe = ports.store.subscribe((event) => this.#stored(event));
	}

	static async open(ports: DevicePorts): Promise<Device> {
		await ready();
		const identities = new Identities(ports.store.identity, ports.random);
		const device = new Device(ports, identities, await identities.device());
		await device.#takenOn.load();
		await device.#joining.resumeFounding();
		await device.#start();
		device.#joining.persist(() => device.#start());
		return device;
	}

	/** Ends everything; what was stored stays. */
	async close(): Promise<void> {
		await this.#stop();
		await this.#ports.store.close();
	}

	async #stop(): Promise<void> {
		this.#unsubscribe();
		for (const part of [this.#joining, this.members.exchange]) part.stop();
		for (const operation of this.operations.values()) operation.abort();
		await this.#replication?.stop();
		this.#unlocked?.session.close();
		await this.#worker.stop();
	}

	async subscribe(listener: Listener): Promise<number> {
		return this.#events.subscribe(listener);
	}
	async unsubscribe(id: number): Promise<void> {
		this.#events.unsubscribe(id);
	}

	async lockState(): Promise<LockState> {
		const unlocked = this.#unlocked;
		if (unlocked !== null) {
			return { kind: 'unlocked', user: unlocked.session.user, ...this.#accessEnd.limits(unlocked.session) };
		}
		const accounts = await this.#identities.accounts();
		// an account that was taken over is a member's, though the log that says so may not have arrived yet
		const members = this.#control === null ? [] : accounts.filter((account) => account.answered === null || this.#isMember(account));
		const awaiting = accounts.flatMap(({ label, answered }) => (answered === null ? [] : [{ invitation: answered.invitation, label, code: answered.code }]));
		if (members.length > 0) return { kind: 'locked', users: members.map(userOf), waitingToSend: await this.#ports.store.own.countOnThisDeviceOnly(), awaiting };
		return awaiting[0] === undefined ? { kind: 'empty' } : { kind: 'awaiting-admission', ...awaiting[0] };
	}

	async syncStatus(): Promise<SyncStatus> {
		await this.#recount();
		return this.#board.status;
	}

	/** Exchanges until both sides have what the other had, or the line fails. */
	async syncNow(): Promise<void> {
		const replication = this.#replication;
		if (replication === null) return;
		for (const account of await this.#identities.accounts()) await this.#joining.deliver(account);
		for (let round = 0; round < ROUNDS_MAX; round++) {
			const settled = nextExchange(replication, this.#ports.scheduler);
			replication.now();
			const status = await settled;
			await Promise.all([this.#worker.finish('everything'), this.members.exchange.round()]);
			if (status?.line === 'connected') await this.#unlocked?.frontiers.round();
			await this.#count();
			if (status?.line !== 'connected') return;
			// the first exchange to end may have begun before it was asked for
			if (round > 0 && this.#board.waitingToSend === 0 && !(await this.#unsentControl())) return;
		}
	}

	async createOrganization(request: Parameters<DeviceApi['createOrganization']>[0]): Promise<Outcome<LocalUser>> {
		const joined = await this.#joining.found(request);
		if (!joined.ok) return joined;
		await this.#start();
		return this.#open(joined.value.account, joined.value.secrets);
	}

	async previewInvitation(link: string): ReturnType<DeviceApi['previewInvitation']> {
		return this.#joining.preview(link);
	}

	async answerInvitation(request: Parameters<DeviceApi['answerInvitation']>[0]): ReturnType<DeviceApi['answerInvitation']> {
		const joined = await this.#joining.answer(request);
		if (!joined.ok) return joined;
		this.#hopeful.remember(joined.value.account, joined.value.secrets);
		await this.#start();
		this.#joining.persist(() => this.#start());
		await this.#emitLock();
		return ok({ code: joined.value.code });
	}

	async takeOver(given: string): Promise<Outcome<LocalUser>> {
		const adopted = await adopt(given, this.#ports.store, this.#identities, (origin) => this.#joining.client(origin));
		if (!adopted.ok) return adopted;
		await this.#start();
		// everything is fetched before the first unlocking: what this identity may have written elsewhere is known before it writes
		await this.syncNow();
		await this.#emitLock();
		return this.#isMember(adopted.value) ? ok(userOf(adopted.value)) : notArrived();
	}

	/** Gives this device away under `name`, and erases it here. Not part of what screens can do. */
	async handOver(name: string): Promise<Outcome<string>> {
		const text = await handOverOf(this.#ports.store, this.#identities, this.#keys, name);
		if (!text.ok) return text;
		await this.#stop();
		await this.#ports.store.erase();
		return text;
	}

	async unlock({ member, passphrase }: Parameters<DeviceApi['unlock']>[0]): Promise<Outcome<LocalUser>> {
		return this.members.accounts.unlock({ member, passphrase });
	}

	async lock(): Promise<void> {
		const unlocked = this.#unlocked;
		if (unlocked === null) return;
		this.#unlocked = null;
		for (const operation of this.operations.values()) operation.abort();
		unlocked.session.close();
		await this.#emitLock();
	}

	protected override async withNewKeys<T>(act: (unlocked: Unlocked) => Promise<Outcome<T>>): Promise<Outcome<T>> {
		return this.writing(async (unlocked) => {
			const outcome = await act(unlocked);
			if (outcome.ok) await this.#keysChanged(unlocked);
			return outcome;
		});
	}

	protected override invitingHub(): { readonly key: string; readonly origin: string } | null {
		const hub = this.#hub;
		return hub === null ? null : { key: hub.key, origin: invitationOrigin(this.#control, hub) };
	}

	/** Locking in between ends it with a sentence instead of a crash. */
	protected async reading<T>(act: (unlocked: Unlocked) => Promise<Outcome<T>>): Promise<Outcome<T>> {
		const unlocked = this.#unlocked;
		if (unlocked === null) return locked();
		try {
			const outcome = await act(unlocked);
			return !outcome.ok && unlocked.session.ended && ['not-allowed', 'unknown-chart'].includes(outcome.error.code) ? accessEnded() : outcome;
		} catch (failure) {
			if (unlocked.session.closed) return locked();
			return refuse('failed', `This did not work: ${failure instanceof Error ? failure.message : 'unknown failure'}. What was saved before is safe.`);
		}
	}

	protected async writing<T>(act: (unlocked: Unlocked) => Promise<Outcome<T>>): Promise<Outcome<T>> {
		const outcome = await this.reading(act);
		if (outcome.ok) this.#worker.wake('relay');
		return outcome;
	}

	/** Reads what is on the disk and begins to replicate, as soon as there is an organization. */
	#start(): Promise<void> {
		// the same news may come by a call and by the store's event: begun once
		this.#starting ??= this.#begin().finally(() => (this.#starting = null));
		return this.#starting;
	}

	async #begin(): Promise<void> {
		if (this.#replication !== null) return;
		const organization = await this.#identities.organization();
		if (organization === null) return;
		this.#keys = await this.#identities.device();
		this.#control ??= await ControlPlane.load(organization.org, this.#ports.store.control);
		this.#hub = (await this.#joining.learnHub()) ?? organization.hub;
		// answered without a line: what the hub's databases are called is learned when there is one
		if (this.#hub.prefix === '') return;
		const client = (this.#client = this.#joining.client(organization.hub.origin));
		this.#replication = startReplication({
			store: this.#ports.store, client, scheduler: this.#ports.scheduler, scope: () => this.#scope(),
			sign: (text) => sign('saddlebag/session/1', text, this.#keys.transport),
			onControl: (ids) => this.#controlArrived(ids),
			onRefused: () => this.#accessEnd.refused(client),
			onUnreachable: async ({ code }) => this.#hub !== (this.#hub = await moveElsewhere(code, client, this.#hub, organization, this.#control, this.#keys.device, this.#takenOn.sites, this.#joining)),
			onStatus: (status) => {
				this.#board.replication(status);
				this.#unlocked?.frontiers.heard(status);
				this.#events.emit({ kind: 'sync', status: this.#board.status });
			}
		});
	}

	#inside(): Inside {
		return {
			ports: this.#ports, identities: this.#identities, joining: this.#joining,
			control: () => this.#control, hub: () => this.#hub, unlocked: () => this.#unlocked, scope: () => this.#scope(),
			isMember: (account) => this.#isMember(account),
			wasRemoved: ({ actor }) => this.#control?.state?.actors.has(actor) === true,
			enter: async (account, secrets) => {
				await this.lock();
				return this.#open(account, secrets);
			},
			lock: () => this.lock(), start: () => this.#start(), controlArrived: async (ids) => {
				await this.#controlArrived(ids);
				// the store's own event may have been faster
				await this.#hopeful.welcome();
			}, usersChanged: () => this.#emitLock(),
			envelopesArrived: () => {
				this.#worker.wake('everything');
				this.#replication?.now();
			},
			erase: async () => {
				await this.#stop();
				await this.#ports.store.erase();
			}
		};
	}

	#scope(): Scope | null {
		const [control, hub] = [this.#control, this.#hub];
		return control === null || hub === null ? null : scopeOf(control, hub, this.#keys.device, this.#takenOn.sites);
	}

	async #open(account: Account, secrets: ActorSecrets): Promise<Outcome<LocalUser>> {
		const [control, hub] = [this.#control, this.#hub];
		if (control === null || hub === null || hub.prefix === '') return noHub();
		const session = new Session(this.#ports, this.#keys, control, this.#takenOn, account, secrets);
		const unlocked = new Unlocked(this.#ports, this.#keys, session, hub.prefix, {
			moved: (charts) => this.#events.emit({ kind: 'charts', charts }),
			pause: () => new Promise((go) => this.#ports.scheduler.after(0, go)), after: (ms, go) => this.#ports.scheduler.after(ms, go),
			progress: (entries) => this.#board.opened(entries),
			ingestDue: () => this.#worker.wake('ingest'),
			organizationChanged: () => {
				this.#events.emit({ kind: 'organization' });
				this.#replication?.now();
			},
			underway: () => this.#replication?.underway() ?? new Set(),
			exchange: () => this.#client === null ? null : {
				client: this.#client, busy: () => this.#worker.busy, changed: () => this.#worker.wake('count')
			}
		});
		await unlocked.refreshKeys();
		this.#unlocked = unlocked;
		await this.#emitLock();
		this.#worker.wake('everything');
		return ok(session.user);
	}

	#isMember(account: Account): boolean {
		const state = this.#control?.state ?? null;
		return state !== null && isActive(state, account.actor);
	}

	async #controlArrived(ids: readonly string[]): Promise<void> {
		if (!(await this.#control?.arrived(ids))) return;
		this.#events.emit({ kind: 'organization' });
		const unlocked = this.#unlocked;
		if (unlocked !== null) await this.#keysChanged(unlocked);
		await this.#hopeful.welcome();
		this.#worker.wake('everything');
	}

	async #keysChanged(unlocked: Unlocked): Promise<void> {
		const { endedBefore, tooOldFor, session } = unlocked;
		// what was open is closed at once; who unlocks again is told why
		if (session.ended && !endedBefore) return this.lock();
		await unlocked.refreshKeys();
		if ((endedBefore && !session.ended) || tooOldFor !== unlocked.tooOldFor) await this.#emitLock();
		this.#replication?.now();
		this.#worker.wake('everything');
	}

	/** A site was taken on, here or in another tab: its care is asked for and opened. */
	async #tookOn(): Promise<void> {
		await this.#takenOn.load();
		const unlocked = this.#unlocked;
		if (unlocked !== null) await this.#keysChanged(unlocked);
		else this.#replication?.now();
	}

	/** What this or another tab has stored. */
	#stored(event: StoreEvent): void {
		switch (event.kind) {
			case 'identity':
				if (event.keys.includes('organization')) void this.#start().then(() => this.#emitLock());
				if (event.keys.some((key) => TakenOn.isName(key))) void this.#tookOn();
				break;
			case 'index':
			case 'chart': {
				const moved = this.#unlocked?.followed.notice(event.kind, event.keys) ?? [];
				if (moved.length > 0) this.#events.emit({ kind: 'charts', charts: moved });
				if (event.kind === 'index' && this.#unlocked?.followed.stale === true) this.#worker.wake('follow');
				break;
			}
			case 'own':
				this.#unlocked?.custody.moved(event.keys);
				this.#worker.wake(this.#unlocked?.waits === true ? 'relay' : 'count');
				break;
			case 'pages':
				this.#worker.wake('ingest');
				break;
			case 'verdict':
				this.#worker.wake('count');
				break;
			case 'control':
				void this.#controlArrived(event.keys);
				break;
			default:
				break;
		}
	}

	async #work(due: Job): Promise<void> {
		const unlocked = this.#unlocked;
		if (unlocked === null) return;
		try {
			if (due === 'follow') await this.#follow(unlocked);
			else if (due === 'relay') await unlocked.passOn();
			else await unlocked.work(due === 'everything');
		} catch (failure) {
			// what locking interrupts is taken up at the next unlocking
			if (!unlocked.session.closed) throw failure;
		}
	}

	/** Reads search entries that another tab wrote. */
	async #follow(unlocked: Unlocked): Promise<void> {
		await unlocked.followed.read();
		this.#events.emit({ kind: 'charts', charts: 'all' });
	}

	async #count(): Promise<void> {
		await this.#recount();
		this.#events.emit({ kind: 'sync', status: this.#board.status });
	}

	async #recount(): Promise<void> {
		const session = this.#unlocked?.session;
		const sites = [...new Set(session?.places.map(({ site }) => site) ?? [])];
		this.#board.worked(this.#worker);
		this.#board.alarms = this.#unlocked?.frontiers.alarms ?? [];
		await this.#board.count(sites.map((site) => ({ site, newest: session?.index.newest.get(site) ?? null })));
	}

	async #unsentControl(): Promise<boolean> {
		const hub = this.#hub;
		return hub !== null && (await this.#ports.store.control.unsent(hub.key)).some(({ v }) => v !== 'a1');
	}

	async #emitLock(): Promise<void> {
		this.#events.emit({ kind: 'lock', state: await this.lockState() });
	}
}
