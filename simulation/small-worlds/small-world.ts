/**
 * A world small enough to try every order: up to six deliveries, and what a device makes of them in each.
 *
 * A delivery is an envelope, or the arrival of a key or of a statement of the membership log. They go one by one through the real gate, with its
 * chains, and what it accepts through the real fold; what waits is inspected again when a key or statement comes, and what a later change vouches
 * for when it does, as `sync/device/ingest.ts` does.
 *
 * Which orders: a device's state is a function of what reached it and in which order, and devices reach each other only through the hub, which may
 * deliver anything in any order. So the joint orders of three devices (two authors, one that only reads) are the product of those of each, and it
 * is enough to try all orders on one device. An author's own changes come to it in the order of its chain and after what they cite, since it could
 * not have written them otherwise: its orders are among those of the reader, and it runs the same code. This is the one reduction made.
 */
import type { Change, Compartment, VerifiedChange } from '../../sync/change/change.ts';
import { linkedCharts } from '../../sync/ehr/links.ts';
import { ChainKnowledge } from '../../sync/gate/chain.ts';
import type { DatabaseName, Membership } from '../../sync/gate/context.ts';
import { Gate } from '../../sync/gate/gate.ts';
import { Keyring } from '../../sync/gate/keyring.ts';
import { ChartFold } from '../../sync/merge/chart.ts';
import { stateHash } from '../../sync/merge/hash.ts';
import type { ChartState } from '../../sync/merge/state.ts';
import type { EpochKeys } from '../../sync/seal/epoch.ts';
import { digestHash } from '../../sync/verify/digest.ts';

export type Delivery =
	| { readonly kind: 'envelope'; readonly database: DatabaseName; readonly document: { readonly _id: string }; readonly change: Change | null; readonly id: string }
	| { readonly kind: 'key'; readonly key: EpochKeys }
	| { readonly kind: 'statement' };

export interface SmallWorld {
	readonly org: Change['org'];
	/** keys held from the beginning */
	readonly keys: readonly EpochKeys[];
	/** the log before and after its statement came */
	readonly log: (withStatement: boolean) => Membership;
	readonly mayLink: (actor: string, sites: readonly string[]) => boolean;
	readonly deliveries: readonly Delivery[];
}

const COMPARTMENTS: readonly Compartment[] = ['desk', 'clinical', 'restricted'];

/** One device of a small world. */
export class SmallDevice {
	readonly #world: SmallWorld;
	readonly #keyring = new Keyring();
	readonly #chains = new ChainKnowledge();
	readonly #gate: Gate;
	#log: Membership;
	/** accepted, by envelope; what is taken back leaves it */
	readonly #accepted = new Map<string, VerifiedChange>();
	/** inspected and not accepted, with where it was found */
	readonly #rest = new Map<string, Extract<Delivery, { kind: 'envelope' }>>();
	#folds = new Map<string, ChartFold>();

	constructor(world: SmallWorld) {
		this.#world = world;
		this.#log = world.log(!world.deliveries.some(({ kind }) => kind === 'statement'));
		for (const key of world.keys) this.#keyring.add(key);
		const current = (): Membership => this.#log;
		this.#gate = new Gate({ org: world.org, keyring: this.#keyring, chains: this.#chains, log: { get state() { return current().state; }, at: (heads) => current().at(heads), isBefore: (older, newer) => current().isBefore(older, newer) } });
	}

	deliver(delivery: Delivery): void {
		if (delivery.kind === 'envelope') return this.#inspect([delivery]);
		if (delivery.kind === 'key') this.#keyring.add(delivery.key);
		else this.#log = this.#world.log(true);
		this.#inspect([...this.#rest.values()]);
	}

	/** Everything that it says of what it holds. */
	get state(): string {
		const charts = this.charts;
		const { links, persons } = linkedCharts(charts.flatMap((chart) => [...chart.resources.values()]), (actor, sites) => this.#world.mayLink(actor, sites));
		const linked = [links.map(({ charts: pair, standing }) => [...pair.map(({ chart }) => chart), standing]), persons.map((person) => person.charts.map(({ chart }) => chart))];
		return JSON.stringify([COMPARTMENTS.map((comp) => stateHash(charts, comp, (text) => digestHash('saddlebag/state/1', text))), linked]);
	}

	get charts(): readonly ChartState[] {
		return [...this.#folds.values()].map((fold) => fold.chart).filter(({ resources }) => resources.size > 0);
	}

	/** Distinct changes, a native copy before a relayed one. */
	get applied(): readonly VerifiedChange[] {
		const found = new Map<string, VerifiedChange>();
		for (const signed of this.#accepted.values()) if (signed.via === 'native' || !found.has(signed.id)) found.set(signed.id, signed);
		return [...found.values()];
	}

	#inspect(due: readonly Extract<Delivery, { kind: 'envelope' }>[]): void {
		for (const delivery of due) {
			const { verdicts, revised, reconsider } = this.#gate.inspect([delivery.document], delivery.database);
			const [verdict] = verdicts;
			if (verdict?.kind === 'accepted') {
				this.#rest.delete(delivery.document._id);
				this.#accepted.set(delivery.document._id, verdict.change);
				this.#foldOf(verdict.change).apply(verdict.change);
			} else this.#rest.set(delivery.document._id, delivery);
			if (revised.length > 0) this.#takeBack(new Set(revised.map(({ change }) => change)));
			const again = [...this.#rest.values()].filter(({ document }) => reconsider.includes(document._id));
			if (again.length > 0) this.#inspect(again);
		}
	}

	/** A verdict was overturned: made again without it. */
	#takeBack(changes: ReadonlySet<string>): void {
		for (const [envelope, signed] of this.#accepted) if (changes.has(signed.id)) this.#accepted.delete(envelope);
		this.#folds = new Map();
		for (const signed of this.#accepted.values()) this.#foldOf(signed).apply(signed);
	}

	#foldOf({ change: { site, chart } }: VerifiedChange): ChartFold {
		const name = `${site}/${chart}`;
		const known = this.#folds.get(name) ?? new ChartFold(site, chart);
		this.#folds.set(name, known);
		return known;
	}
}

/** Every order of a list. */
export function* ordersOf<T>(list: readonly T[]): Generator<readonly T[]> {
	if (list.length === 0) {
		yield [];
		return;
	}
	for (const [at, item] of list.entries()) for (const rest of ordersOf([...list.slice(0, at), ...list.slice(at + 1)])) yield [item, ...rest];
}
