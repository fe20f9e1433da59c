/**
 * Keeps a hub honest about what it shows: states what this device holds, and compares what other devices stated with what the hub gave to this one.
 *
 * A round follows an exchange. What another device states and this one lacks may be on its way, so it becomes an alarm only when two further complete
 * exchanges did not bring it. Nothing is asked of the hub because something is lacking: it would learn what this device can open. Alarms end when what they name has arrived. Everything kept for this is
 * in the shelf; alarms are computed, so a restart forgets none that still holds.
 */
import type { Hash, Id } from '../change/change.ts';
import { databaseOf } from '../membership/databases.ts';
import { transportKeyOf } from '../membership/selectors.ts';
import type { HubClient } from '../replication/hubClient.ts';
import type { ReplicationStatus } from '../replication/status.ts';
import { ok } from '../result.ts';
import { openState, type FrontierPlace } from '../seal/frontier.ts';
import { carryFrontiers, checkFrontier, frontierId, readCarried, type CheckedFrontier } from '../verify/frontier.ts';
import type { Outcome } from './api.ts';
import type { AlarmKind, FrontierComparison, SyncAlarm } from './frontier-api.ts';
import { heldBy, partings, type Held, type PlacedChange, type StatedFrontier } from './frontier-compare.ts';
import { databaseIn, FrontierShelf, type Kept } from './frontier-shelf.ts';
import { FrontierStatements } from './frontier-state.ts';
import { alarmOf, peopleOf, type AlarmFacts } from './frontier-words.ts';
import type { DeviceKeys } from './identity.ts';
import { refuse } from './outcome.ts';
import type { DevicePorts } from './ports.ts';
import type { Session } from './session.ts';

/** What the watch needs of the exchange with a hub; null while there is none. */
export interface WatchedHub {
	readonly client: HubClient;
	/** what came is still being taken in: nothing can be said to be missing yet */
	busy(): boolean;
	/** alarms may have moved */
	changed(): void;
}

/** ms between rounds that nobody asked for */
const ROUND_MS = 60_000;
/** ms after which everything is compared with what the hub holds, not only what it took since */
const WHOLE_MS = 24 * 60 * 60_000;
/** complete exchanges that do not bring what is lacking before it is called withheld */
const PATIENCE = 2;
/** ms without news of any other device of a site before it is said (attack 28) */
export const SILENCE_MS = 7 * 24 * 60 * 60_000;
/** given back to a hub in one round */
const REFILL_MAX = 50;
const OPENED_MAX = 2_000;
const ALARMS_MAX = 50;
const GRAVITY: readonly AlarmKind[] = ['used-elsewhere', 'fork', 'log-withheld', 'withheld', 'hub-went-back', 'silent'];

interface Lacking { readonly facts: AlarmFacts; readonly firstRound: number }
interface Opened { readonly kept: Kept; readonly stated: StatedFrontier }

export class FrontierWatch {
	readonly #ports: DevicePorts;
	readonly #session: Session;
	readonly #device: DeviceKeys;
	readonly #hub: () => WatchedHub | null;
	readonly #shelf: FrontierShelf;
	readonly #statements: FrontierStatements;
	readonly #opened = new Map<Hash, readonly StatedFrontier[]>();
	/** by what is lacking: since which round */
	readonly #lacking = new Map<string, Lacking>();
	/** what happened and stays said until the app ends */
	readonly #events = new Map<string, AlarmFacts>();
	#facts: readonly AlarmFacts[] = [];
	#round = 0;
	/** where the hub's list was read to; null: from the beginning */
	#since: string | null = null;
	#wholeAt = -Infinity;
	#last = -Infinity;
	#running: Promise<void> | null = null;

	constructor(ports: DevicePorts, session: Session, device: DeviceKeys, hub: () => WatchedHub | null) {
		this.#ports = ports;
		this.#session = session;
		this.#device = device;
		this.#hub = hub;
		this.#shelf = new FrontierShelf(ports.store.cursors);
		this.#statements = new FrontierStatements(ports, session, device, this.#shelf);
	}

	get alarms(): readonly SyncAlarm[] {
		return this.#session.closed ? [] : this.#inWords(this.#facts);
	}

	/** The status moved: after a complete exchange, a round, now and then. */
	heard(status: ReplicationStatus): void {
		if (status.line !== 'connected' || status.receiving !== null || status.sending !== null) return;
		if (this.#ports.clock.now() - this.#last < ROUND_MS) return;
		this.#run(false).catch(() => undefined);
	}

	/** One round, after an exchange: fetches, compares, states. A second call while one runs waits for it. */
	round(): Promise<void> {
		return this.#run(true);
	}

	#run(asked: boolean): Promise<void> {
		this.#running ??= this.#ports.store.locks.exclusive(`saddlebag-frontier-${this.#ports.store.name}`, () => this.#take(asked)).finally(() => (this.#running = null));
		return this.#running;
	}

	/** Devices that stated that they hold a change. */
	heldBy(change: PlacedChange): readonly { readonly device: Id; readonly at: number }[] {
		const stated = this.#shelf.all().filter(({ statement }) => statement.device !== this.#device.device).flatMap((kept) => this.#open(kept));
		return heldBy(change, stated, this.#session.chains);
	}

	/** Other devices whose statements are at hand: when they made the newest, by their clocks; the newest first. Only what this user can open. */
	stated(): readonly { readonly device: Id; readonly at: number }[] {
		const newest = new Map<Id, number>();
		for (const { stated } of this.#all()) if (stated.device !== this.#device.device) newest.set(stated.device, Math.max(newest.get(stated.device) ?? 0, stated.state.at));
		return [...newest].map(([device, at]) => ({ device, at })).sort((a, b) => b.at - a.at);
	}

	/** Databases, without prefix, of which a device stated what it holds. */
	databasesStatedBy(device: Id): readonly string[] {
		return this.#shelf.all().filter(({ statement }) => statement.device === device).map(databaseIn);
	}

	async own(): Promise<Outcome<string>> {
		await this.#shelf.load();
		const documents = [];
		for (const database of this.#databases()) documents.push((await this.#statements.state(database, 'anew')).document);
		return documents.length === 0 ? refuse('no-key', 'This user can read no records on this device yet.') : ok(carryFrontiers(documents));
	}

	async compare(text: string): Promise<Outcome<FrontierComparison>> {
		const carried = readCarried(text);
		const { state, control } = this.#session;
		if (carried === null || state === null) return refuse('bad-frontier', 'This is not what a device of this app states. Scan the code again.');
		const [first] = carried;
		const devices = new Set(carried.map(({ statement }) => statement.device));
		if (first === undefined || devices.size !== 1) return refuse('bad-frontier', 'This names more than one device.');
		const { device } = first.statement;
		if (device === this.#device.device) return refuse('own-frontier', 'This is what this very device stated.');
		if (carried.some(({ statement }) => statement.org !== control.org)) return refuse('other-organization', 'This device belongs to another organization.');
		const key = transportKeyOf(state, device);
		const now = this.#ports.clock.now();
		await this.#shelf.load();
		for (const frontier of carried) if ((await this.#shelf.take(frontier, key, now, false)) === 'not-signed') return refuse('not-a-member', 'This was not stated by a device of this organization, or it was changed on its way.');
		const count = { same: 0, behind: 0, ahead: 0 };
		const facts: AlarmFacts[] = [];
		let at = 0;
		let notCompared = 0;
		for (const frontier of carried) {
			const opened = this.#open(frontier);
			if (opened.length === 0) notCompared++;
			for (const stated of opened) {
				at = Math.max(at, stated.state.at);
				const found = this.#factsOf(stated, now);
				facts.push(...found);
				const parted = found.filter(({ actor }) => actor).length;
				count.behind += parted;
				count.same += stated.state.chains.length - parted;
				count.ahead += this.#aheadOf(stated);
			}
		}
		return ok({ others: peopleOf(this.#session, device), at, ...count, alarms: this.#inWords(facts), notCompared });
	}

	async #take(asked: boolean): Promise<void> {
		const hub = this.#hub();
		if (hub === null || this.#session.closed || (!asked && hub.busy())) return;
		this.#last = this.#ports.clock.now();
		const before = JSON.stringify(this.#facts);
		await this.#shelf.load();
		if (this.#last - this.#wholeAt > WHOLE_MS) this.#since = null;
		const known = this.#shelf.all().map((kept) => ({ device: kept.statement.device, database: databaseIn(kept), n: kept.statement.n }));
		const answer = await hub.client.frontiers(this.#since, known);
		if (!answer.ok || this.#session.closed) return;
		const { held, documents, lastSeq, whole } = answer.value;
		this.#round++;
		this.#since = lastSeq === '0' ? null : lastSeq;
		for (const raw of documents) await this.#arrived(raw);
		if (whole) {
			this.#wholeAt = this.#last;
			await this.#giveBack(hub, new Map(held.map(({ device, database, n }) => [`${device}|${database}`, n])));
		}
		if (this.#session.closed) return;
		this.#compareAll();
		await this.#stateAll(hub, asked);
		if (JSON.stringify(this.#facts) !== before) hub.changed();
	}

	/** A frontier that the hub serves. */
	async #arrived(raw: unknown): Promise<void> {
		const checked = checkFrontier(raw);
		const { state, control } = this.#session;
		if (!checked.ok || state === null || checked.value.statement.org !== control.org) return;
		const { device } = checked.value.statement;
		const mine = device === this.#device.device;
		const now = this.#ports.clock.now();
		const taken = await this.#shelf.take(checked.value, transportKeyOf(state, device), now, true);
		const facts = { site: checked.value.statement.site, since: now };
		if (taken === 'other-under-one-counter' || (mine && taken === 'newer')) this.#happened(mine ? { kind: 'used-elsewhere', ...facts } : { kind: 'fork', ...facts, devices: [device] });
	}

	/** What the hub had, and has no longer: it went back, is named, and gets it again. */
	async #giveBack(hub: WatchedHub, held: ReadonlyMap<string, number>): Promise<void> {
		let given = 0;
		const readable = new Set(this.#databases());
		for (const kept of this.#shelf.all()) {
			const { device, site, n } = kept.statement;
			const served = held.get(`${device}|${databaseIn(kept)}`) ?? 0;
			if (served >= n || !readable.has(databaseIn(kept))) continue;
			if (kept.atHub) this.#happened({ kind: 'hub-went-back', site, devices: [device], from: served, to: n, since: this.#ports.clock.now() });
			if (given++ < REFILL_MAX && (await hub.client.putFrontier(kept.document)).ok) await this.#shelf.confirm(kept);
		}
	}

	#compareAll(): void {
		const now = this.#ports.clock.now();
		const chains = remembering(this.#session.chains);
		const found = this.#all().flatMap(({ stated }) => this.#factsOf(stated, now, chains));
		const present = new Map<string, AlarmFacts>();
		for (const facts of found) {
			const key = [facts.kind, facts.site, facts.comp, facts.actor].join('|');
			const known = present.get(key);
			present.set(key, known === undefined ? facts : joined(known, facts));
		}
		for (const key of this.#lacking.keys()) if (!present.has(key)) this.#lacking.delete(key);
		for (const [key, facts] of present) {
			const before = this.#lacking.get(key);
			this.#lacking.set(key, { facts: { ...facts, since: before?.facts.since ?? now }, firstRound: before?.firstRound ?? this.#round });
		}
		const due = [...this.#lacking.values()].filter(({ facts, firstRound }) => facts.kind === 'fork' || this.#round - firstRound >= PATIENCE);
		this.#facts = [...this.#events.values(), ...due.map(({ facts }) => facts), ...this.#silences(now)];
	}

	/** Where one stated view parts from what is held here. */
	#factsOf({ site, comp, device, state }: StatedFrontier, since: number, chains: Held = this.#session.chains): readonly AlarmFacts[] {
		const facts: AlarmFacts[] = partings({ site, comp }, state, chains).map((parting) => {
			const shared = { site, comp, actor: parting.actor, devices: [device], since };
			return parting.kind === 'behind' ? { kind: 'withheld', ...shared, from: parting.from, to: parting.to } : { kind: 'fork', ...shared, from: parting.after, to: parting.by };
		});
		if (state.seen.some((head) => !this.#session.control.log.knows(head))) facts.push({ kind: 'log-withheld', devices: [device], since });
		return facts;
	}

	#aheadOf({ site, comp, state }: StatedFrontier): number {
		const { chains } = this.#session;
		const stated = new Map(state.chains.map(({ actor, seq }) => [actor, seq]));
		return chains.actorsOf(site, comp).filter((actor) => chains.unbrokenTo(actor, site, comp) > (stated.get(actor) ?? 0)).length;
	}

	/** Sites whose other devices were heard of once, and not for long, though the hub answers. */
	#silences(now: number): readonly AlarmFacts[] {
		const heard = new Map<Id, number>();
		for (const { statement, heard: at } of this.#shelf.all()) {
			if (statement.device !== this.#device.device) heard.set(statement.site, Math.max(heard.get(statement.site) ?? 0, at));
		}
		return [...heard].filter(([, at]) => now - at > SILENCE_MS).map(([site, at]) => ({ kind: 'silent', site, since: at }));
	}

	async #stateAll(hub: WatchedHub, asked: boolean): Promise<void> {
		for (const database of this.#databases()) {
			const own = await this.#statements.state(database, asked ? 'if-moved' : 'now-and-then');
			if (own.atHub || this.#session.closed) continue;
			if ((await hub.client.putFrontier(own.document)).ok) await this.#shelf.confirm(own);
		}
	}

	/** Databases of which this user can open something, without prefix. */
	#databases(): readonly string[] {
		return [...new Set(this.#session.places.map(({ site, comp }) => databaseOf(site, comp)))].sort();
	}

	#all(): readonly Opened[] {
		return this.#shelf.all().flatMap((kept) => this.#open(kept).map((stated) => ({ kept, stated })));
	}

	/** The parts that this user can open. */
	#open(frontier: CheckedFrontier): readonly StatedFrontier[] {
		const { site, device, kind } = frontier.statement;
		const name = frontierId(frontier.document);
		const known = this.#opened.get(name);
		if (known !== undefined && known.length > 0) return known;
		const comps = this.#session.places.filter((place) => place.site === site && databaseOf(site, place.comp) === `${site}-${kind}`).map(({ comp }) => comp);
		const places = comps.flatMap((comp) => this.#session.keyring.of(site, comp).map((keys): FrontierPlace => ({ device, keys })));
		const opened = frontier.statement.parts.flatMap((part): StatedFrontier[] => {
			const one = openState(places, [part]);
			return one === null || one.state.n > frontier.statement.n ? [] : [{ site, comp: one.comp, device, state: one.state }];
		});
		if (this.#opened.size >= OPENED_MAX) this.#opened.clear();
		this.#opened.set(name, opened);
		return opened;
	}

	/** Each sentence once, the gravest first, and no more than can be read. */
	#inWords(facts: readonly AlarmFacts[]): readonly SyncAlarm[] {
		const said = new Map<string, SyncAlarm>();
		for (const one of facts) {
			const alarm = alarmOf(this.#session, one);
			if (!said.has(alarm.message)) said.set(alarm.message, alarm);
		}
		return [...said.values()].sort((a, b) => GRAVITY.indexOf(a.kind) - GRAVITY.indexOf(b.kind)).slice(0, ALARMS_MAX);
	}

	#happened(facts: AlarmFacts): void {
		const key = [facts.kind, facts.site, ...(facts.devices ?? [])].join('|');
		if (!this.#events.has(key)) this.#events.set(key, facts);
	}
}

/** Walking a chain costs its length: once for all devices that state something of it. */
function remembering(chains: Held): Held {
	const known = new Map<string, number>();
	return {
		idsAt: (place) => chains.idsAt(place),
		unbrokenTo: (actor, site, comp) => {
			const key = `${actor}/${site}/${comp}`;
			const before = known.get(key);
			if (before !== undefined) return before;
			const to = chains.unbrokenTo(actor, site, comp);
			known.set(key, to);
			return to;
		}
	};
}

/** The same said by several devices: from the first that is missing to the last that anybody states. */
function joined(a: AlarmFacts, b: AlarmFacts): AlarmFacts {
	return {
		...a, from: Math.min(a.from ?? Infinity, b.from ?? Infinity), to: Math.max(a.to ?? 0, b.to ?? 0),
		devices: [...new Set([...(a.devices ?? []), ...(b.devices ?? [])])].sort()
	};
}
