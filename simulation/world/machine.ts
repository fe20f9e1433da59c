/**
 * A device of a simulated world: its disk, its clock, its line, its user, and the apps (tabs) that run on it, which come and go.
 */
import { seededRandom } from '../../sync/change/ports.ts';
import { toBase64url } from '../../sync/change/base64url.ts';
import type { Device } from '../../sync/device/device.ts';
import type { Store } from '../../sync/store/index.ts';
import { wrapContext, type Account } from '../../sync/device/identity.ts';
import { actorFrom } from '../../sync/membership/authoring/pen.ts';
import { openWrap } from '../../sync/seal/passphrase.ts';
import type { Dice } from '../dice.ts';
import { Disk, type DiskImage } from './disk.ts';
import { ORIGIN, PREFIX } from './hub.ts';
import { DeviceLocks } from './locks.ts';
import type { Line, Network } from './network.ts';
import { PASSPHRASE, type Founded, type Person } from './organization.ts';
import { Process } from './process.ts';
import { rxStore } from './rx-store.ts';
import { simulatedStore } from './store.ts';
import type { Timeline } from './timeline.ts';
import { deviceOf, type Version } from './versions.ts';

export interface MachineOptions {
	readonly number: number;
	readonly seed: number;
	readonly timeline: Timeline;
	readonly network: Network;
	readonly founded: Founded;
	readonly person: Person;
	/** by the origin that it leads to */
	readonly lineTo: (origin: string) => Line;
	/** told until when it is in use */
	readonly onAwake: (until: number) => void;
	readonly skew: () => number;
	readonly diskMs: number;
	/** names the databases of a run whose stores are RxDB's; null: storage is simulated */
	readonly rx: string | null;
	readonly dice: Dice;
	/** its user is no member yet, and its storage empty */
	readonly joins: boolean;
	/** numbers of the apps here that begin as an older version */
	readonly older: readonly number[];
	/** told who its user became */
	readonly known: (person: Person) => void;
	/** something that must never happen did: an act or the start of an app threw */
	readonly broken: (what: string) => void;
}

/** One running app. `device` is null until it has started. */
export interface Tab {
	readonly process: Process;
	readonly version: Version;
	device: Device | null;
	/** the last act of its user: one thing after the other */
	turn: Promise<void>;
}

export class Machine {
	readonly disk = new Disk();
	/** its user; of somebody who joins in the run, with the keys that their device made */
	person: Person;
	readonly number: number;
	readonly #options: MachineOptions;
	#locks = new DeviceLocks();
	/** by number of the tab */
	readonly #tabs = new Map<number, Tab>();
	readonly #older: Set<number>;
	#boots = 0;
	#awakeUntil = 0;
	/** times at which its storage was put back */
	restored = 0;

	constructor(options: MachineOptions) {
		this.#options = options;
		this.person = options.person;
		this.number = options.number;
		this.#older = new Set(options.older);
		this.#enrol();
	}

	/** As after joining: its keys, its account, and the log as it was then, all in its store. */
	#enrol(): void {
		const { founded, person } = this.#options;
		const account: Account = {
			member: person.member, organization: founded.org, actor: person.self.actor, keys: person.self.keys, label: 'M', color: 0, wrap: person.wrap, answered: null
		};
		const put = (name: string, body: unknown): void => this.disk.rows.set(`identity|${name}`, { key: `identity|${name}`, body: JSON.stringify(body), mark: '' });
		put('device', { transport: toBase64url(person.transport.seed) });
		if (this.#options.joins) return;
		put('organization', { org: founded.org, hub: { key: founded.hub.publicKey, origin: ORIGIN, prefix: PREFIX } });
		put(`account|${person.member}`, account);
		for (const document of founded.documents) {
			this.disk.rows.set(`control|${document._id}`, { key: `control|${document._id}`, body: JSON.stringify(document), mark: founded.hub.publicKey });
		}
	}

	/** The account of somebody who joins, whatever came of it yet; null before they answered an invitation. */
	get account(): Account | null {
		const names = this.disk.rows.keys({ from: 'identity|a', to: 'identity|b' }).filter((name) => name.startsWith('identity|account|') || name.startsWith('identity|answered|'));
		const text = names[0] === undefined ? undefined : this.disk.rows.get(names[0])?.body;
		return text === undefined ? null : (JSON.parse(text) as Account);
	}

	/** Reads from its storage who its user became by answering an invitation. */
	async learnUser(): Promise<void> {
		const { account } = this;
		if (account === null || (account.actor === this.person.self.actor && account.member === this.person.member)) return;
		const secrets = await openWrap(PASSPHRASE, account.wrap, wrapContext(account));
		if (!secrets.ok) return this.#options.broken(`the keys of who joins on device ${this.number} do not open`);
		const { transport } = this.person;
		this.person = { member: account.member, transport, self: actorFrom(transport, secrets.value.sign, secrets.value.seal), wrap: account.wrap };
		this.#options.known(this.person);
	}

	tab(number: number): Tab | null {
		const tab = this.#tabs.get(number);
		return tab?.process.alive === true ? tab : null;
	}

	get tabs(): readonly Tab[] {
		return [...this.#tabs.values()].filter(({ process }) => process.alive);
	}

	/** Starts the app, unlocked by its user. */
	start(number: number): void {
		if (this.tab(number) !== null) return;
		const { timeline, network, lineTo, skew, diskMs, dice, seed, rx } = this.#options;
		const boot = ++this.#boots;
		const process = new Process({ timeline, dice, skew, diskMs, onDeath: () => undefined });
		const tab: Tab = { process, version: this.#older.has(number) ? 'older' : 'present', device: null, turn: Promise.resolve() };
		this.#tabs.set(number, tab);
		process.asleep = timeline.now >= this.#awakeUntil;
		const locks = this.#locks.for(process);
		const token = `t${number}b${boot}`;
		const ports = {
			clock: process.clock, scheduler: process.scheduler, random: seededRandom(`${seed}/${this.number}/${number}/${boot}`), token, requireStrict: true,
			fetch: network.fetchFor(process, lineTo)
		};
		const { disk } = this;
		const open = (): Promise<Store> => rx === null ? Promise.resolve(simulatedStore({ name: `machine-${this.number}`, token, disk, process, locks }))
			: rxStore({ name: `${rx}-${this.number}`, token, disk, locks });
		tab.turn = this.#boot(tab, open, ports);
	}

	async #boot(tab: Tab, open: () => Promise<Store>, ports: Omit<Parameters<(typeof Device)['open']>[0], 'store'>): Promise<void> {
		try {
			const device = await deviceOf(tab.version).open({ ...ports, store: await open() });
			if (this.#options.joins) await this.learnUser();
			const unlocked = await device.unlock({ member: this.person.member, passphrase: PASSPHRASE });
			if (!unlocked.ok && !this.#options.joins) this.#options.broken(`device ${this.number} does not unlock: ${unlocked.error.message}`);
			tab.device = device;
		} catch (failure) {
			this.#options.broken(`device ${this.number} does not start: ${String(failure instanceof Error ? failure.stack : failure)}`);
		}
	}

	/** Its user comes back to an app that is locked: removed, and no more so by what the device heard since. */
	comeBack(number: number): void {
		const tab = this.tab(number);
		if (tab === null) return;
		tab.turn = tab.turn.then(async () => {
			if (this.#options.joins) await this.learnUser();
			if (tab.process.alive && (await tab.device?.lockState())?.kind === 'locked') await tab.device?.unlock({ member: this.person.member, passphrase: PASSPHRASE });
		});
	}

	/** Is this app still an older version? */
	isOlder(number: number): boolean {
		return this.#older.has(number);
	}

	/** The present version is installed, and the app started again. Does nothing where it is there already. */
	upgrade(number: number): void {
		if (!this.#older.delete(number)) return;
		this.tab(number)?.process.die();
		this.start(number);
	}

	/** In use until then; afterwards in standby. */
	awakeUntil(time: number): void {
		const { timeline } = this.#options;
		if (time <= this.#awakeUntil) return;
		this.#awakeUntil = time;
		this.#options.onAwake(time);
		for (const { process } of this.tabs) process.wake();
		timeline.at(time, () => {
			if (timeline.now < this.#awakeUntil) return;
			for (const { process } of this.tabs) process.asleep = true;
		});
	}

	/** The power goes: all tabs at once. */
	crash(): void {
		for (const { process } of this.tabs) process.die();
		this.#locks = new DeviceLocks();
	}

	/** Ends the apps as people do, everything written and closed. */
	async close(): Promise<void> {
		for (const tab of this.tabs) await tab.device?.close();
		this.crash();
	}

	/** Somebody puts the storage of an earlier day back. */
	restore(image: DiskImage): void {
		this.crash();
		this.restored++;
		this.disk.restore(image);
	}
}
