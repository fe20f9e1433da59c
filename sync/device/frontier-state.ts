/**
 * This device's own statements: what it holds of a database, made anew when that may have moved.
 *
 * When one is made depends on what the hub gave and took and on the membership log, never on whether this device could open it: else a hub could tell from the
 * requests which envelopes a device opens, hence which compartment they are of (attacks 11 and 45). Own entries that no hub has confirmed are not stated: they
 * are no news that a hub could withhold. A statement is on the disk before it is sent, so that its counter is never used twice. Of a compartment that the
 * present user holds no key of, the part of the statement before is carried over as it is.
 */
import type { Hash, Id } from '../change/change.ts';
import { compartmentsOf } from '../gate/context.ts';
import { actorsOn } from '../membership/selectors.ts';
import { encodeState, openState, partBytes, sealStates, type FrontierPlace, type FrontierState } from '../seal/frontier.ts';
import { sign } from '../seal/keys.ts';
import { encodeFrontier, sortParts, type FrontierPart, type FrontierStatement } from '../verify/frontier.ts';
import { positionsHeld } from './frontier-compare.ts';
import type { FrontierShelf, Kept } from './frontier-shelf.ts';
import type { DeviceKeys } from './identity.ts';
import { parseDatabase } from './ingest.ts';
import type { DevicePorts } from './ports.ts';
import type { Session } from './session.ts';

/** ms between statements that nobody asked for: each is fetched by every device of the site, over whatever line */
const PAUSE_MS = 30 * 60_000;
/** ms after which a statement is made again though nothing moved: a sign of life */
const LIFE_MS = 12 * 60 * 60_000;
const UNSENT_MAX = 100_000;
const PAGES_AT_ONCE = 4;

export class FrontierStatements {
	readonly #ports: DevicePorts;
	readonly #session: Session;
	readonly #device: DeviceKeys;
	readonly #shelf: FrontierShelf;
	/** database, without prefix -> number of its newest pulled page, as far as was looked */
	readonly #newest = new Map<string, number>();
	#looked: number | null = null;

	constructor(ports: DevicePorts, session: Session, device: DeviceKeys, shelf: FrontierShelf) {
		this.#ports = ports;
		this.#session = session;
		this.#device = device;
		this.#shelf = shelf;
	}

	/** The statement about a database (without prefix): the present one if it still says what is so, or is recent enough, else a new one. */
	async state(database: string, when: 'anew' | 'if-moved' | 'now-and-then'): Promise<Kept> {
		const place = parseDatabase(database);
		if (place === null) throw new TypeError('not the name of a site\'s database');
		const before = this.#shelf.get(this.#device.device, database);
		const now = this.#ports.clock.now();
		if (when === 'now-and-then' && before !== undefined && Math.abs(now - before.heard) < PAUSE_MS) return before;
		const n = (before?.statement.n ?? 0) + 1;
		await this.#look();
		const asOf = this.#newest.get(database) ?? before?.asOf ?? 0;
		const unsent = await this.#firstUnsent();
		const held = compartmentsOf(place.kind).map((comp) => {
			const keys = this.#session.holds(place.site, comp) ? this.#session.sealingEpoch(place.site, comp) : null;
			if (keys === null) return null;
			const chains = positionsHeld({ site: place.site, comp }, this.#session.chains, (actor) => (unsent.get(`${actor}|${place.site}|${comp}`) ?? Infinity) - 1);
			const state: FrontierState = { v: 1, n, at: now, seen: this.#session.state?.heads ?? [], chains };
			return { place: { device: this.#device.device, keys }, state };
		});
		if (when !== 'anew' && before !== undefined && now - before.heard < LIFE_MS && asOf === before.asOf && held.every((one) => one === null || this.#says(before, one))) return before;
		const parts = this.#parts(held.map((one) => (one === null ? null : { place: one.place, text: encodeState(one.state) })), before);
		const statement: FrontierStatement = { v: 1, org: this.#session.control.org, device: this.#device.device, site: place.site, kind: place.kind, n, parts };
		const text = encodeFrontier(statement);
		const document = { v: 'f1', text, sig: sign('saddlebag/frontier/1', text, this.#device.transport) } as const;
		await this.#shelf.take({ document, statement }, this.#device.transport.publicKey, now, false, asOf);
		return { document, statement, heard: now, atHub: false, asOf };
	}

	/** A part that cannot be made here is the one before that none of the keys here opens, where its size allows; else one that says nothing. */
	#parts(held: readonly ({ readonly place: FrontierPlace; readonly text: string } | null)[], before: Kept | undefined): readonly FrontierPart[] {
		const places = held.flatMap((one) => (one === null ? [] : this.#session.keyring.of(one.place.keys.site, one.place.keys.comp).map((keys) => ({ device: one.place.device, keys }))));
		const foreign = held.includes(null) ? before?.statement.parts.find((part) => openState(places, [part]) === null) : undefined;
		const made = sealStates(held, this.#ports.random, foreign === undefined ? 0 : partBytes(foreign));
		const carried = made.map((part, i) => (held[i] === null && foreign !== undefined && foreign.c.length === part.c.length ? foreign : part));
		return sortParts(carried);
	}

	/** Which databases pages came for since the statements that stand. */
	async #look(): Promise<void> {
		const { pages } = this.#ports.store;
		this.#looked ??= Math.min(...this.#shelf.all().filter(({ statement }) => statement.device === this.#device.device).map(({ asOf }) => asOf), await pages.newest());
		for (;;) {
			const next = await pages.after(this.#looked, PAGES_AT_ONCE);
			for (const { db, number } of next) {
				const place = parseDatabase(db);
				if (place !== null) this.#newest.set(`${place.site}-${place.kind}`, number);
				this.#looked = number;
			}
			if (next.length === 0) return;
		}
	}

	/** Does the statement say what a hub may know to have changed: the log, and how far own entries were taken? Under the present epoch. */
	#says(before: Kept, { place, state }: { readonly place: FrontierPlace; readonly state: FrontierState }): boolean {
		const own = new Set(this.#session.state === null ? [] : actorsOn(this.#session.state, this.#device.device).map(({ actor }) => actor));
		const told = ({ seen, chains }: FrontierState): string => JSON.stringify([seen, chains.filter(({ actor }) => own.has(actor))]);
		const stated = openState([place], before.statement.parts)?.state;
		return stated !== undefined && told(stated) === told(state);
	}

	/** Chain -> the first position that no hub has confirmed. */
	async #firstUnsent(): Promise<ReadonlyMap<string, number>> {
		const first = new Map<string, number>();
		for (const row of await this.#ports.store.own.onThisDeviceOnly(UNSENT_MAX)) {
			if (row.kind !== 'change' || row.chain === null) continue;
			const chain = chainOf(row.chain.actor, row.chain.site, row.chain.comp);
			first.set(chain, Math.min(first.get(chain) ?? Infinity, row.seq));
		}
		return first;
	}
}

const chainOf = (actor: Hash, site: Id, comp: string): string => `${actor}|${site}|${comp}`;
