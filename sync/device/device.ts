/**
 * One installed app: composes the parts, and runs the loop between hub, disk and screen.
 *
 * Locked, it replicates envelopes and the membership log. Unlocked, it also opens, folds and relays. Whatever happens is worked off by one
 * loop (`worker.ts`), which an event wakes and which never runs twice at once; a failure in it is reported in the status and stops nothing else.
 */
import type { Id } from '../change/change.ts';
import type { EhrView } from '../ehr/view.ts';
import { CONTROL, databasesFor } from '../membership/databases.ts';
import type { HubClient } from '../replication/hubClient.ts';
import { startReplication, type Replication, type Scope } from '../replication/replication.ts';
import { ok } from '../result.ts';
import { sign } from '../seal/keys.ts';
import type { ActorSecrets } from '../seal/passphrase.ts';
import type { StoreEvent } from '../store/index.ts';
import { ready } from '../verify/sodium.ts';
import type { ChartRef, DeviceApi, ImportReport, LocalUser, LockState, Outcome, SaveRequest, SyncStatus } from './api.ts';
import { ControlPlane } from './control.ts';
import { Events, type Listener } from './events.ts';
import { placeHashes } from './hashes.ts';
import { Identities, userOf, type Account, type DeviceKeys, type HubAddress } from './identity.ts';
import { Joining } from './joining.ts';
import { locked, noHub, notArrived, notHere, refuse } from './outcome.ts';
import type { DevicePorts } from './ports.ts';
import { Session } from './session.ts';
import { nextExchange, StatusBoard } from './status.ts';
import { adopt, handOverOf } from './take-over.ts';
import { Unlocked } from './unlocked.ts';
import { Worker } from './worker.ts';

/** rounds of exchange that one `syncNow` makes at most: what one brings may call for another (a relayed copy, keys owed) */
const ROUNDS_MAX = 6;

export class Device implements DeviceApi {
	readonly #ports: DevicePorts;
	#keys: DeviceKeys;
	readonly #identities: Identities;
	readonly #joining: Joining;
	readonly #events = new Events();
	readonly #board: StatusBoard;
	readonly #worker: Worker;
	readonly #operations = new Map<string, AbortController>();
	readonly #unsubscribe: () => void;
	#hub: HubAddress | null = null;
	#client: HubClient | null = null;
	#control: ControlPlane | null = null;
	#replication: Replication | null = null;
	#unlocked: Unlocked | null = null;
	/** secrets of accounts that answered an invitation since the app was started: they open as soon as they are admitted */
	readonly #hopeful = new Map<Id, ActorSecrets>();

	private constructor(ports: DevicePorts, identities: Identities, keys: DeviceKeys) {
		this.#ports = ports;
		this.#identities = identities;
		this.#keys = keys;
		this.#joining = new Joining(ports, identities);
		this.#board = new StatusBoard(ports.store);
		this.#worker = new Worker((due) => this.#work(due), () => this.#count());
		this.#unsubscribe = ports.store.subscribe((event) => this.#stored(event));
	}

	static async open(ports: DevicePorts): Promise<Device> {
		await ready();
		const identities = new Identities(ports.store.identity, ports.random);
		const device = new Device(ports, identities, await identities.device());
		await device.#start();
		return device;
	}

	/** Ends everything; what was stored stays. */
	async close(): Promise<void> {
		await this.#stop();
		await this.#ports.store.close();
	}

	async #stop(): Promise<void> {
		this.#unsubscribe();
		for (const operation of this.#operations.values()) operation.abort();
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
		if (unlocked !== null) return { kind: 'unlocked', user: unlocked.session.user };
		const accounts = await this.#identities.accounts();
		// an account that was taken over is a member's, though the log that says so may not have arrived yet
		const members = this.#control === null ? [] : accounts.filter((account) => account.answered === null || this.#isMember(account));
		if (members.length > 0) return { kind: 'locked', users: members.map(userOf), waitingToSend: await this.#ports.store.own.countOnThisDeviceOnly() };
		const answered = accounts.find((account) => account.answered !== null);
		return answered?.answered ? { kind: 'awaiting-admission', label: answered.label, code: answered.answered.code } : { kind: 'empty' };
	}

	async syncStatus(): Promise<SyncStatus> {
		await this.#count();
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
			await this.#worker.finish('everything');
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
		this.#hopeful.set(joined.value.account.member, joined.value.secrets);
		await this.#start();
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
		const account = (await this.#identities.accounts()).find((candidate) => candidate.member === member);
		if (account === undefined) return refuse('unknown-user', 'This person does not use this device.');
		if (this.#control?.state === null) return notArrived();
		if (!this.#isMember(account)) return refuse('not-admitted', 'You have not been admitted yet. Ask the person who invited you.');
		const secrets = await this.#identities.unlock(account, passphrase);
		if (!secrets.ok) return secrets;
		await this.lock();
		return this.#open(account, secrets.value);
	}

	async lock(): Promise<void> {
		const unlocked = this.#unlocked;
		if (unlocked === null) return;
		this.#unlocked = null;
		for (const operation of this.#operations.values()) operation.abort();
		unlocked.session.close();
		await this.#emitLock();
	}

	async organization(): ReturnType<DeviceApi['organization']> {
		return this.#with(async ({ organization }) => organization.info());
	}
	async addSite(request: Parameters<DeviceApi['addSite']>[0]): ReturnType<DeviceApi['addSite']> {
		return this.#with(async (unlocked) => {
			const added = await unlocked.organization.addSite(request);
			if (added.ok) await this.#keysChanged(unlocked);
			return added;
		});
	}
	async invite(request: Parameters<DeviceApi['invite']>[0]): ReturnType<DeviceApi['invite']> {
		const hub = this.#hub;
		if (hub === null) return noHub();
		return this.#with(({ organization }) => organization.invite(request, { key: hub.key, origin: this.#invitationOrigin(hub) }));
	}
	async pendingAnswers(): ReturnType<DeviceApi['pendingAnswers']> {
		return this.#with(({ organization }) => organization.pendingAnswers());
	}
	async admit(request: Parameters<DeviceApi['admit']>[0]): ReturnType<DeviceApi['admit']> {
		return this.#with(({ organization }) => organization.admit(request));
	}
	async refuse(request: Parameters<DeviceApi['refuse']>[0]): ReturnType<DeviceApi['refuse']> {
		return this.#with(({ organization }) => organization.refuse(request));
	}
	async post(request: Parameters<DeviceApi['post']>[0]): ReturnType<DeviceApi['post']> {
		return this.#with(async (unlocked) => {
			const posted = await unlocked.organization.post(request);
			if (posted.ok) await this.#keysChanged(unlocked);
			return posted;
		});
	}

	async search(request: Parameters<DeviceApi['search']>[0]): ReturnType<DeviceApi['search']> {
		return this.#with(async ({ finding }) => ok(await finding.search(request)));
	}
	async possibleDuplicates(patient: Parameters<DeviceApi['possibleDuplicates']>[0]): ReturnType<DeviceApi['possibleDuplicates']> {
		return this.#with(async ({ finding }) => ok(await finding.duplicatesOf(patient)));
	}
	async registerPatient(request: Parameters<DeviceApi['registerPatient']>[0]): ReturnType<DeviceApi['registerPatient']> {
		return this.#with(({ linking }) => linking.register(request));
	}
	async bringHere(request: Parameters<DeviceApi['bringHere']>[0]): ReturnType<DeviceApi['bringHere']> {
		return this.#with(({ linking }) => linking.bringHere(request));
	}
	async openChart(ref: ChartRef): ReturnType<DeviceApi['openChart']> {
		return this.#with(async ({ views }) => {
			const view = await views.open(ref);
			return view === null ? notHere() : ok(view);
		});
	}
	async save(request: SaveRequest): ReturnType<DeviceApi['save']> {
		return this.#with(({ saving }) => saving.save(request));
	}
	async alertsBefore(request: SaveRequest): Promise<Outcome<EhrView['discrepancies']>> {
		return this.#with(async ({ saving, views }) => {
			const draft = await saving.draft(request);
			if (!draft.ok) return draft;
			const imagined = draft.value === null ? null : saving.imagine(draft.value);
			return ok(imagined === null ? [] : await views.alertsWith(request.ref, imagined));
		});
	}

	async proposals({ limit }: { readonly limit: number }): ReturnType<DeviceApi['proposals']> {
		return this.#with(async ({ finding }) => ok(await finding.proposals(limit)));
	}
	async link({ a, b }: { readonly a: ChartRef; readonly b: ChartRef }): ReturnType<DeviceApi['link']> {
		return this.#with(({ linking }) => linking.state(a, b, 'linked'));
	}
	async unlink({ a, b, reason }: { readonly a: ChartRef; readonly b: ChartRef; readonly reason: string }): ReturnType<DeviceApi['unlink']> {
		return this.#with(({ linking }) => linking.state(a, b, 'unlinked', reason));
	}
	async notSame({ a, b, reason }: { readonly a: ChartRef; readonly b: ChartRef; readonly reason: string }): ReturnType<DeviceApi['notSame']> {
		return this.#with(({ linking }) => linking.state(a, b, 'not-same', reason));
	}

	async importBundles({ operation, ...request }: Parameters<DeviceApi['importBundles']>[0]): Promise<Outcome<ImportReport>> {
		if (this.#operations.has(operation)) return refuse('already-running', 'This import is running already.');
		const running = new AbortController();
		this.#operations.set(operation, running);
		try {
			return await this.#with(({ importing }) => importing.run(request, running.signal));
		} finally {
			this.#operations.delete(operation);
		}
	}
	async cancel(operation: string): Promise<void> {
		this.#operations.get(operation)?.abort();
	}

	async stateHashes(): ReturnType<DeviceApi['stateHashes']> {
		return this.#with(async ({ session }) => ok(await placeHashes(this.#ports.store, session)));
	}

	/** Runs what needs open keys; locking in between ends it with a sentence instead of a crash. */
	async #with<T>(act: (unlocked: Unlocked) => Promise<Outcome<T>>): Promise<Outcome<T>> {
		const unlocked = this.#unlocked;
		if (unlocked === null) return locked();
		try {
			const outcome = await act(unlocked);
			if (outcome.ok) this.#worker.wake('relay');
			return outcome;
		} catch (failure) {
			if (unlocked.session.closed) return locked();
			return refuse('failed', `This did not work: ${failure instanceof Error ? failure.message : 'unknown failure'}. What was saved before is safe.`);
		}
	}

	/** Reads what is on the disk and begins to replicate, as soon as there is an organization. */
	async #start(): Promise<void> {
		const organization = await this.#identities.organization();
		if (organization === null || this.#replication !== null) return;
		this.#hub = organization.hub;
		this.#keys = await this.#identities.device();
		this.#control ??= await ControlPlane.load(organization.org, this.#ports.store.control);
		this.#client = this.#joining.client(organization.hub.origin);
		this.#replication = startReplication({
			store: this.#ports.store, client: this.#client, scheduler: this.#ports.scheduler, scope: () => this.#scope(),
			sign: (text) => sign('saddlebag/session/1', text, this.#keys.transport),
			onControl: (ids) => this.#controlArrived(ids),
			onStatus: (status) => {
				this.#board.replication(status);
				this.#events.emit({ kind: 'sync', status: this.#board.status });
			}
		});
	}

	#scope(): Scope | null {
		const [control, hub] = [this.#control, this.#hub];
		if (control === null || hub === null) return null;
		const replicated = control.state === null ? [] : databasesFor(control.state, this.#keys.device).replicates;
		return {
			org: control.org, device: this.#keys.device, hub: hub.key, control: `${hub.prefix}-${CONTROL}`,
			databases: replicated.filter((name) => name !== CONTROL).map((name) => `${hub.prefix}-${name}`)
		};
	}

	/** An address of the hub for others: the first that is not this very machine, where there is one. */
	#invitationOrigin(hub: HubAddress): string {
		const origins = this.#control?.state?.hubs.find(({ key }) => key === hub.key)?.origins ?? [];
		return origins.find((origin) => !/^https?:\/\/(localhost|127\.|\[::1\])/.test(origin)) ?? hub.origin;
	}

	async #open(account: Account, secrets: ActorSecrets): Promise<Outcome<LocalUser>> {
		const [control, hub] = [this.#control, this.#hub];
		if (control === null || hub === null) return noHub();
		const session = new Session(this.#ports, this.#keys, control, account, secrets);
		const unlocked = new Unlocked(this.#ports, session, hub.prefix, {
			moved: (charts) => this.#events.emit({ kind: 'charts', charts }),
			pause: () => new Promise((resume) => this.#ports.scheduler.after(0, resume)),
			progress: () => undefined,
			organizationChanged: () => {
				this.#events.emit({ kind: 'organization' });
				this.#replication?.now();
			},
			underway: () => this.#replication?.underway() ?? new Set()
		});
		await unlocked.refreshKeys();
		this.#unlocked = unlocked;
		await this.#emitLock();
		this.#worker.wake('everything');
		return ok(session.user);
	}

	#isMember(account: Account): boolean {
		return this.#control?.state?.actors.has(account.actor) === true;
	}

	async #controlArrived(ids: readonly string[]): Promise<void> {
		if (!(await this.#control?.arrived(ids))) return;
		this.#events.emit({ kind: 'organization' });
		const unlocked = this.#unlocked;
		if (unlocked !== null) await this.#keysChanged(unlocked);
		else await this.#welcome();
		this.#worker.wake('everything');
	}

	/** Whoever just answered an invitation on this device, and was admitted, is let in: the passphrase was given a moment ago. */
	async #welcome(): Promise<void> {
		for (const account of await this.#identities.accounts()) {
			const secrets = this.#hopeful.get(account.member);
			if (!this.#isMember(account)) continue;
			if (account.answered !== null) await this.#identities.put({ ...account, answered: null });
			this.#hopeful.delete(account.member);
			if (secrets !== undefined && this.#unlocked === null) await this.#open(account, secrets);
			else await this.#emitLock();
		}
	}

	async #keysChanged(unlocked: Unlocked): Promise<void> {
		await unlocked.refreshKeys();
		this.#replication?.now();
		this.#worker.wake('everything');
	}

	/** What this or another tab has stored. */
	#stored(event: StoreEvent): void {
		switch (event.kind) {
			case 'own':
				this.#unlocked?.custody.moved();
				this.#worker.wake('count');
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

	async #work(due: 'ingest' | 'relay' | 'everything'): Promise<void> {
		const unlocked = this.#unlocked;
		if (unlocked === null) return;
		try {
			if (due === 'relay') await unlocked.relay.run(unlocked.saving);
			else await unlocked.work(due === 'everything');
		} catch (failure) {
			// what locking interrupts is taken up at the next unlocking
			if (!unlocked.session.closed) throw failure;
		}
	}

	async #count(): Promise<void> {
		const session = this.#unlocked?.session;
		const sites = [...new Set(session?.places.map(({ site }) => site) ?? [])];
		await this.#board.count(sites.map((site) => ({ site, newest: session?.index.newest.get(site) ?? null })));
		this.#events.emit({ kind: 'sync', status: this.#board.status });
	}

	async #unsentControl(): Promise<boolean> {
		const hub = this.#hub;
		return hub !== null && (await this.#ports.store.control.unsent(hub.key)).some(({ v }) => v !== 'a1');
	}

	async #emitLock(): Promise<void> {
		this.#events.emit({ kind: 'lock', state: await this.lockState() });
	}
}
