/**
 * What exists only while a user is unlocked: secrets, epoch keys, local keys, chain positions, search entries. Locking drops all of it.
 */
import { APP_VERSION } from '../change/app-version.ts';
import { hlcMs, receive, tick } from '../change/hlc.ts';
import type { Compartment, Hash, Hlc, Id } from '../change/change.ts';
import { ChainKnowledge } from '../gate/chain.ts';
import { Gate } from '../gate/gate.ts';
import { Keyring } from '../gate/keyring.ts';
import { LateMarks } from '../gate/late.ts';
import { actorFrom, type ActorSecrets, type Pen } from '../membership/authoring/pen.ts';
import { readName } from '../membership/authoring/names.ts';
import { databaseOf, databasesFor } from '../membership/databases.ts';
import { rosterKey } from '../membership/authoring/epochs.ts';
import { rotate } from '../membership/authoring/rotate.ts';
import { usableEpochs } from '../membership/renewal.ts';
import { actorsOn, canRead, isActive, minimumVersion } from '../membership/selectors.ts';
import type { MembershipState, RosterSealed } from '../membership/types.ts';
import { epochKeys, type EpochKeys, type EpochSecret } from '../seal/epoch.ts';
import type { ActorSecrets as WrappedSecrets } from '../seal/passphrase.ts';
import type { RowSeal } from '../store/sealedCharts.ts';
import { isTooOld, type Outdated } from './app-versions.ts';
import { ChartIndex } from './chart-index.ts';
import type { ControlPlane } from './control.ts';
import { userOf, type Account, type DeviceKeys } from './identity.ts';
import { ChainLedger } from './ledger.ts';
import type { DevicePorts } from './ports.ts';
import type { TakenOn } from './taken-on.ts';
import { Vault, type Entitled } from './vault.ts';
import type { LocalUser } from './api.ts';

export interface Place {
	readonly site: Id;
	readonly comp: Compartment;
}

/** Name of the cursor that says what was taken in so far, by whichever tab. */
export const INGEST_CURSORS = 'ingest';

export const placeName = (place: Place): string => `${place.site}/${place.comp}`;

export class Session {
	readonly user: LocalUser;
	readonly self: ActorSecrets;
	readonly control: ControlPlane;
	readonly keyring = new Keyring();
	readonly chains = new ChainKnowledge();
	/** what was late when last judged; kept by whoever takes things in */
	readonly late = new LateMarks();
	readonly gate: Gate;
	readonly vault: Vault;
	readonly ledger: ChainLedger;
	readonly index = new ChartIndex();
	readonly #ports: DevicePorts;
	readonly #device: DeviceKeys;
	readonly takenOn: TakenOn;
	readonly #open = new Map<string, Place>();
	#held: readonly EpochSecret[] = [];
	#clock: Hlc | null = null;
	closed = false;
	/** keys are read one time after the other */
	#refreshing: Promise<unknown> = Promise.resolve();
	/** what had been taken in, by the cursor's text, when search entries and chain positions were first read; null before */
	loadedAt: string | null = null;

	constructor(ports: DevicePorts, device: DeviceKeys, control: ControlPlane, takenOn: TakenOn, account: Account, secrets: WrappedSecrets) {
		this.#ports = ports;
		this.#device = device;
		this.takenOn = takenOn;
		this.control = control;
		this.user = userOf(account);
		this.self = actorFrom(device.transport, secrets.sign, secrets.seal);
		this.gate = new Gate({ org: control.org, keyring: this.keyring, log: control, chains: this.chains, marks: this.late });
		this.vault = new Vault(ports.store.identity, ports.random);
		this.ledger = new ChainLedger(ports.store.cursors, ports.token);
	}

	/** Epoch keys held, the roster's included. */
	get held(): readonly EpochSecret[] {
		return this.#held;
	}

	/** Compartments whose databases this device keeps whole and whose keys this user holds: what can be shown. */
	get places(): readonly Place[] {
		return [...this.#open.values()];
	}

	get state(): MembershipState | null {
		return this.control.state;
	}

	/** The user was removed: no key is read for them any more, and nothing is written in their name. */
	get ended(): boolean {
		const { state } = this;
		return state !== null && state.actors.has(this.self.actor) && !isActive(state, this.self.actor);
	}

	/** The oldest version of the app that may write in this organization; null when none is required. */
	get required(): string | null {
		return this.state === null ? null : minimumVersion(this.state);
	}

	get running(): string {
		return this.#ports.appVersion ?? APP_VERSION;
	}

	/** This app is older than the organization requires: it reads, and writes nothing (attack 6). */
	get outdated(): Outdated | null {
		const { running, required } = this;
		return isTooOld(running, required) ? { running, required } : null;
	}

	/**
	 * Reads the keys anew from the log and opens the local keys of what they open. Answers the compartments that are new here; what
	 * lay under a local key that this user could not open is erased, to be made again from the envelopes.
	 */
	refreshKeys(): Promise<readonly (Place & { readonly rebuild: boolean })[]> {
		const turn = this.#refreshing.then(async () => {
			try {
				return await this.#refreshKeys();
			} catch (failure) {
				// cut off by locking: all of it is done again at the next unlocking
				if (this.closed) return [];
				throw failure;
			}
		});
		this.#refreshing = turn.catch(() => undefined);
		return turn;
	}

	async #refreshKeys(): Promise<readonly (Place & { readonly rebuild: boolean })[]> {
		const state = this.state;
		if (state === null || this.closed) return [];
		this.#held = this.control.keysOf(this.self, this.ended).keys;
		this.keyring.retain(new Set(this.#held.map(({ epoch }) => epoch)));
		for (const { site, comp, key } of this.#held) {
			if (site !== null && comp !== 'roster') this.keyring.add(epochKeys(this.control.org, site, comp, key));
		}
		this.loadedAt ??= (await this.#ports.store.cursors.get(INGEST_CURSORS)) ?? '';
		const replicated = new Set(databasesFor(state, this.#device.device, this.takenOn.sites).replicates);
		const opened: (Place & { rebuild: boolean })[] = [];
		for (const place of this.places) {
			const outlived = await this.vault.isOutlived(place.site, place.comp, this.#entitled(state, place));
			if (outlived) this.vault.forget(place.site, place.comp);
			// what is not replicated any more would grow old on the screen without a word
			if (outlived || !replicated.has(databaseOf(place.site, place.comp))) this.#shut(place);
		}
		for (const place of this.keyring.compartments()) {
			if (this.#open.has(placeName(place)) || !replicated.has(databaseOf(place.site, place.comp))) continue;
			if (this.vault.holds(place.site, place.comp) && (await this.vault.isOutlived(place.site, place.comp, this.#entitled(state, place)))) this.vault.forget(place.site, place.comp);
			const local = await this.vault.open(place.site, place.comp, { actor: this.self.actor, seal: this.self.keys.seal, key: this.self.seal }, this.#entitled(state, place));
			const chains = await this.ledger.load(place.site, place.comp, this.seal(place));
			let rebuild = local !== 'kept' || chains.damaged;
			for (const entry of chains.entries) this.chains.learn(entry);
			if (place.comp === 'desk' && !rebuild) {
				const index = await this.#ports.store.index.load(place.site, this.seal(place));
				if (this.closed) break;
				this.index.put(index.entries);
				rebuild = index.damaged > 0;
			}
			this.#open.set(placeName(place), place);
			opened.push({ ...place, rebuild });
		}
		return opened;
	}

	#shut(place: Place): void {
		this.#open.delete(placeName(place));
		if (place.comp === 'desk') this.index.dropSite(place.site);
	}

	/** Another tab took in changes: its knowledge of chains is on the disk. */
	async reloadChains(): Promise<void> {
		for (const place of this.places) for (const entry of (await this.ledger.load(place.site, place.comp, this.seal(place))).entries) this.chains.learn(entry);
	}

	#entitled(state: MembershipState, { site, comp }: Place): readonly Entitled[] {
		return actorsOn(state, this.#device.device)
			.filter(({ actor }) => canRead(state, actor, site, comp))
			.map(({ actor, keys }) => ({ actor, seal: keys.seal }));
	}

	holds(site: Id, comp: Compartment): boolean {
		return this.#open.has(placeName({ site, comp }));
	}

	seal({ site, comp }: Place): RowSeal {
		return this.vault.seal(site, comp);
	}

	/** The epoch to seal own changes under: the newest in the log's order that nobody removed can open (S3), and whose key is held. */
	sealingEpoch(site: Id, comp: Compartment): EpochKeys | null {
		const state = this.state;
		const newest = state === null ? undefined : usableEpochs(state, { site, comp }).findLast(({ epoch }) => this.keyring.epoch(epoch) !== undefined);
		return newest === undefined ? null : (this.keyring.epoch(newest.epoch) ?? null);
	}

	/** Sees to an epoch to seal under: where every known one is open to somebody who was removed, or its key has not come, this device starts one (S3). */
	async ensureSealing(place: Place): Promise<boolean> {
		if (this.sealingEpoch(place.site, place.comp) !== null) return true;
		if (this.closed || this.keyring.of(place.site, place.comp).length === 0) return false;
		const made = rotate(this.pen(), [place]);
		if (!made.ok) return false;
		await this.control.publish(made.value);
		await this.refreshKeys();
		return this.sealingEpoch(place.site, place.comp) !== null;
	}

	/** The same for names and reasons: any member may start a roster epoch. */
	async ensureRoster(): Promise<void> {
		const { state } = this;
		if (state === null || this.closed || rosterKey(state, this.#held) !== null || !this.#held.some(({ comp }) => comp === 'roster')) return;
		const made = rotate(this.pen(), [{ site: null, comp: 'roster' }]);
		if (!made.ok) return;
		await this.control.publish(made.value);
		await this.refreshKeys();
	}

	/** The next clock reading, after all that was seen; readings far ahead of this clock do not drag it along (D6). */
	tick(after: readonly Hlc[] = []): Hlc {
		const wall = this.#ports.clock.now();
		for (const remote of after) this.#clock = receive(this.#clock, remote, wall);
		this.#clock = tick(this.#clock, wall);
		return this.#clock;
	}

	/** Notes what was seen, so that what is written next comes after it. */
	noticed(readings: Iterable<Hlc>): void {
		const wall = this.#ports.clock.now();
		for (const remote of readings) this.#clock = receive(this.#clock, remote, wall);
	}

	/** What authoring acts on the membership log write with. */
	pen(): Pen {
		return { log: this.control.log, self: this.self, held: this.#held, hlc: this.tick(), random: this.#ports.random };
	}

	/** A name in the log, or null when it is not readable here. */
	name(sealed: RosterSealed | null): string | null {
		return readName(this.#held, sealed);
	}

	siteName(site: Id): string {
		return this.name(this.state?.sites.get(site)?.name ?? null) ?? `Site ${site.slice(0, 6)}`;
	}

	memberName(member: Id): string {
		return this.name(this.state?.members.get(member)?.name ?? null) ?? `Member ${member.slice(0, 6)}`;
	}

	authorName(actor: Hash): string {
		const member = this.state?.actors.get(actor)?.member;
		return member === undefined ? `Unknown author ${actor.slice(0, 6)}` : this.memberName(member);
	}

	/** Drops all keys and everything in the clear. */
	close(): void {
		this.closed = true;
		this.vault.close();
		this.index.clear();
		for (const { key } of this.#held) key.fill(0);
		this.self.sign.seed.fill(0);
		this.self.sign.expanded.fill(0);
		this.self.seal.secret.fill(0);
		this.#held = [];
		this.#open.clear();
	}
}

/** Milliseconds since 1970 of the newer of two readings. */
export const newerMs = (a: number | null, b: Hlc): number => Math.max(a ?? 0, hlcMs(b));
