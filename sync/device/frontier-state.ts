/**
 * This device's own statements: what it holds of a database, made anew when that moved.
 *
 * Own entries that no hub has confirmed are not stated: they are no news that a hub could withhold. A statement is on the disk before it is sent, so that its
 * counter is never used twice. Of a compartment that the present user holds no key of, the part of the statement before is carried over as it is.
 */
import type { Hash, Id } from '../change/change.ts';
import { compartmentsOf } from '../gate/context.ts';
import { encodeState, openState, partBytes, sealStates, type FrontierPlace, type FrontierState } from '../seal/frontier.ts';
import { sign } from '../seal/keys.ts';
import { encodeFrontier, sortParts, type FrontierPart, type FrontierStatement } from '../verify/frontier.ts';
import { positionsHeld } from './frontier-compare.ts';
import type { FrontierShelf, Kept } from './frontier-shelf.ts';
import type { DeviceKeys } from './identity.ts';
import { parseDatabase } from './ingest.ts';
import type { DevicePorts } from './ports.ts';
import type { Session } from './session.ts';

/** ms after which a statement is made again though nothing moved: a sign of life */
const LIFE_MS = 12 * 60 * 60_000;
const UNSENT_MAX = 100_000;

export class FrontierStatements {
	readonly #ports: DevicePorts;
	readonly #session: Session;
	readonly #device: DeviceKeys;
	readonly #shelf: FrontierShelf;

	constructor(ports: DevicePorts, session: Session, device: DeviceKeys, shelf: FrontierShelf) {
		this.#ports = ports;
		this.#session = session;
		this.#device = device;
		this.#shelf = shelf;
	}

	/** The statement about a database (without prefix): the present one if it still says what is so, else a new one. `anew` makes one in any case. */
	async state(database: string, anew: boolean): Promise<Kept> {
		const place = parseDatabase(database);
		if (place === null) throw new TypeError('not the name of a site\'s database');
		const before = this.#shelf.get(this.#device.device, database);
		const now = this.#ports.clock.now();
		const n = (before?.statement.n ?? 0) + 1;
		const unsent = await this.#firstUnsent();
		const held = compartmentsOf(place.kind).map((comp) => {
			const keys = this.#session.holds(place.site, comp) ? this.#session.sealingEpoch(place.site, comp) : null;
			if (keys === null) return null;
			const chains = positionsHeld({ site: place.site, comp }, this.#session.chains, (actor) => (unsent.get(`${actor}|${place.site}|${comp}`) ?? Infinity) - 1);
			const state: FrontierState = { v: 1, n, at: now, seen: this.#session.state?.heads ?? [], chains };
			return { place: { device: this.#device.device, keys }, state };
		});
		if (!anew && before !== undefined && now - before.heard < LIFE_MS && held.every((one) => one === null || says(before, one))) return before;
		const parts = this.#parts(held.map((one) => (one === null ? null : { place: one.place, text: encodeState(one.state) })), before);
		const statement: FrontierStatement = { v: 1, org: this.#session.control.org, device: this.#device.device, site: place.site, kind: place.kind, n, parts };
		const text = encodeFrontier(statement);
		const document = { v: 'f1', text, sig: sign('saddlebag/frontier/1', text, this.#device.transport) } as const;
		await this.#shelf.take({ document, statement }, this.#device.transport.publicKey, now, false);
		return { document, statement, heard: now, atHub: false };
	}

	/** A part that cannot be made here is the one before that none of the keys here opens, where its size allows; else one that says nothing. */
	#parts(held: readonly ({ readonly place: FrontierPlace; readonly text: string } | null)[], before: Kept | undefined): readonly FrontierPart[] {
		const places = held.flatMap((one) => (one === null ? [] : this.#session.keyring.of(one.place.keys.site, one.place.keys.comp).map((keys) => ({ device: one.place.device, keys }))));
		const foreign = held.includes(null) ? before?.statement.parts.find((part) => openState(places, [part]) === null) : undefined;
		const made = sealStates(held, this.#ports.random, foreign === undefined ? 0 : partBytes(foreign));
		const carried = made.map((part, i) => (held[i] === null && foreign !== undefined && foreign.c.length === part.c.length ? foreign : part));
		return sortParts(carried);
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

/** Does the statement say of this compartment what is held now? Its counter and its time aside. */
function says(before: Kept, { place, state }: { readonly place: FrontierPlace; readonly state: FrontierState }): boolean {
	const stated = openState([place], before.statement.parts)?.state;
	return stated !== undefined && JSON.stringify([stated.seen, stated.chains]) === JSON.stringify([state.seen, state.chains]);
}
