/**
 * Passing on a linked chart's changes: to the other site, and to the nearest site above both, as deposits that only they can open.
 *
 * The history goes once, by whichever device of the site comes first; a marker in the Linkage says through which position of each chain. It is
 * written when the hub has said that it has the copies: a device that is lost in between must not leave a site that takes them for sent. From
 * there on each author's own device passes on its own changes, in the same transaction in which they are saved; what it wrote before it knew
 * of the link it catches up with. Everything is stored in the outbox before it is sent, a repeat adds nothing at the receiver, and
 * with the link's end all of it stops. Never relayed: restricted entries, and the links themselves.
 */
import type { Change, Compartment, Hash, Id, SignedChange, VerifiedChange } from '../change/change.ts';
import { relayItem, relayKey, type RelayMarker } from '../fhir/linkage.ts';
import { readingTaken } from '../membership/closings.ts';
import { databaseOf } from '../membership/databases.ts';
import { usableEpochs } from '../membership/renewal.ts';
import { canRead, canWrite } from '../membership/selectors.ts';
import type { MembershipState } from '../membership/types.ts';
import { vouch } from '../author/voucher.ts';
import { sealDeposit } from '../seal/deposit.ts';
import type { NamedValues, NewOwn, Store } from '../store/index.ts';
import type { ChartRef } from './api.ts';
import type { LinkBook, Standing } from './link-book.ts';
import type { Projection } from './projection.ts';
import { changesOfLinked, DEPOSITS, unsentToTaken } from './stale-copies.ts';
import { following, type Companions, type Draft, type Saving } from './saving.ts';
import { placeName, type Session } from './session.ts';

const RELAYED: readonly Compartment[] = ['desk', 'clinical'];
/** deposits stored in one transaction */
const BATCH = 500;

/** One duty: the changes of one compartment of `chart`, to one site, because of one link. */
interface Duty {
	readonly link: Standing;
	readonly chart: ChartRef;
	readonly to: Id;
	readonly comp: Compartment;
}

/**
 * How far this author's own changes were passed on: the statement of the link it was for (linked again is another; '': there is something to
 * catch up with), and a position of the chain.
 */
interface Progress {
	readonly word: string;
	readonly seq: number;
	/** what had been taken from this author by then: what it passed on before something more was taken counts no more */
	readonly cuts: readonly Hash[];
}

/** Copies of a history that are stored to be sent: through which positions, and for what they were due. */
interface Unmarked {
	readonly cause: string;
	readonly through: RelayMarker['through'];
}
const UNMARKED = 'relay-unmarked|';

/** The nearest site above both, or null when one lies above the other. */
export function nearestAbove(state: Pick<MembershipState, 'sites'>, a: Id, b: Id): Id | null {
	const above = (site: Id): Id[] => {
		const path: Id[] = [];
		for (let here: Id | null = site; here !== null && !path.includes(here); here = state.sites.get(here)?.parent ?? null) path.push(here);
		return path;
	};
	const ofB = new Set(above(b));
	const nearest = above(a).find((site) => ofB.has(site)) ?? null;
	return nearest === a || nearest === b ? null : nearest;
}

export class Relay {
	readonly #session: Session;
	readonly #store: Store;
	readonly #links: LinkBook;
	readonly #projection: Projection;
	readonly #prefix: string;
	/** duty -> this author's progress, as far as it was read */
	readonly #progress = new Map<string, Progress>();
	/** place -> own changes that are known and not among this device's own rows: they came back to a device that was put back to an old state */
	readonly #returned = new Map<string, number>();
	/** duty -> the history that was passed on and is not marked yet, as on the disk when a run began */
	#unmarked = new Map<string, Unmarked>();
	/** is there a history whose copies the hub does not have yet? Then this is to be run when it has more */
	waits = false;
	#running: Promise<void> | null = null;

	constructor(session: Session, store: Store, links: LinkBook, projection: Projection, prefix: string) {
		this.#session = session;
		this.#store = store;
		this.#links = links;
		this.#projection = projection;
		this.#prefix = prefix;
	}

	/** Does what is due under all links in force: history, and own changes from before the link was known here. */
	run(saving: Saving): Promise<void> {
		this.#running ??= this.#run(saving).finally(() => (this.#running = null));
		return this.#running;
	}

	/** Copies of own changes just made, for charts whose link has been caught up with; the others are caught up with later. */
	async companions(written: readonly SignedChange[]): Promise<Companions> {
		const rows: NewOwn[] = [];
		const reached = new Map<string, readonly [Duty, number]>();
		for (const signed of written) {
			const { site, chart, comp, type, seq } = signed.change;
			if (type === 'Linkage' || !RELAYED.includes(comp)) continue;
			for (const duty of this.#duties({ site, chart }, comp)) {
				// from the disk: another tab may have noted that something is to be caught up with
				const progress = await this.#readProgress(duty, 'disk');
				if (progress === null || progress.word !== this.#wordOf(duty)) continue;
				const row = this.#deposit(signed, duty.to);
				if (row === null) {
					// noted beforehand: what comes after it must not count as if this had been passed on too
					await this.#noteBehind(duty, progress);
					reached.delete(this.#keyOf(duty));
					continue;
				}
				rows.push(row);
				reached.set(this.#keyOf(duty), [duty, seq]);
			}
		}
		// noted once they are stored: what was not saved after all was not passed on either
		return { rows, stored: async () => void (await Promise.all([...reached.values()].map(([duty, seq]) => this.#writeProgress(duty, seq)))) };
	}

	/**
	 * Copies of some changes for a site that is to read who wrote them, link or no link: stored to be sent. What cannot be sealed to that site yet is
	 * left out: the copies are for showing authors, and nothing rests on them.
	 */
	async copies(changes: readonly SignedChange[], to: Id): Promise<void> {
		await this.#send(changes, to);
	}

	/**
	 * Copies that no hub has, for places whose reading was taken from somebody: made again under the present key (S3), or taken back until there is one.
	 * A copy does not say under which key it lies, so that of such a place all are made again. `takeIn`: brings charts up to date, as news of a removal
	 * may have charts made anew.
	 */
	async sealAgain(takeIn: () => Promise<void>): Promise<void> {
		await this.#running;
		const stale = await unsentToTaken(this.#session, this.#store.own);
		if (stale.length === 0) return;
		await takeIn();
		const sources = new Map(await Promise.all(RELAYED.map(async (comp) => [comp, await changesOfLinked(this.#session, this.#links, this.#projection, comp)] as const)));
		for (const { row: { key, change }, to, comp } of stale) {
			const signed = sources.get(comp)?.get(change);
			const again = signed === undefined ? null : this.#deposit(signed, to);
			if (this.#session.closed) return;
			if (again?.kind === 'deposit') {
				await this.#store.own.replaceUnsent(key, again.document);
				continue;
			}
			// first what says that it was passed on, lest it be taken for sent
			if (signed !== undefined) await this.#forget(signed.change, to);
			await this.#store.own.takeBack([key]);
		}
	}

	/** Everything is due once more that a copy of this change was part of. */
	async #forget({ site, chart, comp }: Change, to: Id): Promise<void> {
		const keys = this.#duties({ site, chart }, comp).filter((duty) => duty.to === to).map((duty) => this.#keyOf(duty));
		await this.#cursors.remove(keys.flatMap((key) => [key, UNMARKED + key]));
		for (const key of keys) {
			this.#progress.delete(key);
			this.#unmarked.delete(key);
		}
	}

	async #run(saving: Saving): Promise<void> {
		await this.#countReturned();
		this.waits = false;
		const prefix = `${UNMARKED}relay|${this.#session.self.actor}|`;
		this.#unmarked = new Map([...(await this.#cursors.list(prefix))].map(([name, text]) => [name.slice(UNMARKED.length), JSON.parse(text) as Unmarked]));
		for (const link of this.#links.all()) {
			if (link.state !== 'in-force' || this.#session.closed) continue;
			for (const chart of link.charts) {
				for (const comp of RELAYED) for (const duty of this.#duties(chart, comp, link)) await this.#fulfil(duty, saving);
			}
		}
	}

	/** Duties that this device can fulfil: it holds the compartment whole at the chart's own site, and its user may vouch for it. */
	#duties(chart: ChartRef, comp: Compartment, only?: Standing): readonly Duty[] {
		const state = this.#session.state;
		if (state === null || !this.#session.holds(chart.site, comp) || !canRead(state, this.#session.self.actor, chart.site, comp)) return [];
		const links = only === undefined ? this.#links.of(chart).filter((link) => link.state === 'in-force') : [only];
		return links.flatMap((link) => {
			const other = link.charts.find((one) => one.chart !== chart.chart);
			if (other === undefined || other.site === chart.site) return [];
			const above = nearestAbove(state, chart.site, other.site);
			return [other.site, ...(above === null ? [] : [above])].map((to) => ({ link, chart, to, comp }));
		});
	}

	async #fulfil(duty: Duty, saving: Saving): Promise<void> {
		const done = (await this.#readProgress(duty))?.word === this.#wordOf(duty);
		if (done && !this.#unmarked.has(this.#keyOf(duty))) return;
		const mine = this.#session.self.actor;
		const marker = this.#marker(duty);
		if (marker !== null) await this.#noteMarked(duty);
		const through = marker ?? (await this.#passOnHistory(duty, saving));
		if (through === null || done) return;
		const marked = through.find(({ actor }) => actor === mine)?.seq ?? 0;
		// no save may slip in between looking for what is due and noting that it was done: it would take itself for passed on
		await saving.alone(async () => {
			const progress = await this.#readProgress(duty, 'disk');
			const own = progress !== null && this.#ownCuts(duty).every((cut) => progress.cuts.includes(cut)) ? progress.seq : 0;
			const from = Math.max(own, marked);
			const due = (await this.#ownOf(duty)).filter(({ change }) => change.actor === mine && (change.seq > from || this.#isForked(change)));
			if (await this.#send(due, duty.to)) await this.#writeProgress(duty, Math.max(from, ...due.map(({ change }) => change.seq)));
		});
	}

	/** Stores copies of the whole history, and marks them once the hub has them. Answers through which positions; null while that cannot be done here. */
	async #passOnHistory(duty: Duty, saving: Saving): Promise<RelayMarker['through'] | null> {
		if (!this.#mayMark(duty)) return null;
		const key = this.#keyOf(duty);
		let made = this.#unmarked.get(key);
		if (made?.cause !== this.#causeOf(duty)) {
			// one moment for both: what is saved or taken in afterwards is in neither, and comes from its author
			const history = await saving.alone(async () => {
				const changes = await this.#ownOf(duty);
				return { changes, through: await this.#through(changes, duty) };
			});
			if (!(await this.#send(history.changes, duty.to))) return null;
			made = { cause: this.#causeOf(duty), through: history.through };
			await this.#cursors.put(UNMARKED + key, JSON.stringify(made));
			this.#unmarked.set(key, made);
		}
		if (await this.#isUnsent(duty)) this.waits = true;
		else if (await this.#mark(duty, made.through, saving)) await this.#noteMarked(duty);
		return made.through;
	}

	async #noteMarked(duty: Duty): Promise<void> {
		const key = this.#keyOf(duty);
		if (this.#unmarked.delete(key)) await this.#cursors.remove([UNMARKED + key]);
	}

	/** Is there a copy of this chart for that site that no hub has acknowledged? */
	async #isUnsent(duty: Duty): Promise<boolean> {
		const db = this.#databaseOf(duty.to, duty.comp);
		const owed = new Set((await this.#ownOf(duty)).map(({ id }) => id));
		for (let after = DEPOSITS; ; ) {
			const rows = await this.#store.own.onThisDeviceOnly(BATCH, after);
			if (rows.some(({ key, change, db: to }) => key.startsWith(DEPOSITS) && to === db && owed.has(change))) return true;
			const last = rows.at(-1);
			if (last === undefined || !last.key.startsWith(DEPOSITS)) return false;
			after = last.key;
		}
	}

	/**
	 * What passing on is due for: the link's statement, and what took the reading of the place from anybody. The vouchers of whom it was taken from
	 * count no more, so that all of it is passed on again, by somebody who may. And how many own changes came back to a device that had lost them:
	 * they were not there when it looked for what is due, and no save of this device passes them on.
	 */
	#wordOf(duty: Duty): string {
		const returned = this.#returned.get(placeName({ site: duty.chart.site, comp: duty.comp })) ?? 0;
		return [this.#causeOf(duty), ...(returned > 0 ? [`+${String(returned)}`] : [])].join(' ');
	}

	#causeOf(duty: Duty): string {
		return [duty.link.word, ...this.#cuts(duty)].join(' ');
	}

	async #countReturned(): Promise<void> {
		const { actor } = this.#session.self;
		for (const { site, comp } of this.#session.places) {
			const known = this.#session.chains.count(actor, site, comp);
			const returned = known === 0 ? 0 : known - (await this.#store.own.head({ actor, site, comp })).seq;
			this.#returned.set(placeName({ site, comp }), Math.max(0, returned));
		}
	}

	/** What took the reading of the place from anybody. */
	#cuts({ chart: { site }, comp }: Duty): readonly Hash[] {
		const { state } = this.#session;
		return state === null ? [] : [...new Set([...state.closings.keys()].flatMap((actor) => readingTaken(state, actor, site, comp)))].sort();
	}
	#ownCuts({ chart: { site }, comp }: Duty): readonly Hash[] {
		const { state, self } = this.#session;
		return state === null ? [] : readingTaken(state, self.actor, site, comp);
	}

	/** Actors who could vouch for changes of a place once, and cannot now. */
	#gone({ chart: { site }, comp }: Duty): readonly Hash[] {
		const { state } = this.#session;
		if (state === null) return [];
		return [...state.closings.keys()].filter((actor) => readingTaken(state, actor, site, comp).length > 0 && !canRead(state, actor, site, comp)).sort();
	}

	/** How far the history was passed on, as somebody who is still a member says, with everything that those who were removed had passed on. */
	#marker(duty: Duty): RelayMarker['through'] | null {
		const { link, chart, to, comp } = duty;
		const through = this.#links.markers(link.id, chart).find((marker) => marker.to === to && marker.comp === comp)?.through ?? null;
		const { chains } = this.#session;
		const short = this.#gone(duty).some((actor) => chains.unbrokenTo(actor, chart.site, comp) > (through?.find((one) => one.actor === actor)?.seq ?? 0));
		return short ? null : through;
	}

	/**
	 * Was its position given twice, by a device that was put back to an older state? A marker names positions: it may mean the other change, so
	 * each device passes on its own.
	 */
	#isForked(change: Change): boolean {
		return this.#session.chains.idsAt(change).length > 1;
	}

	/** The chart's own changes that are passed on, of all authors. */
	async #ownOf({ chart, comp }: Duty): Promise<readonly VerifiedChange[]> {
		const held = await this.#projection.read(chart.site, comp, chart.chart);
		return held.filter((signed) => signed.via === 'native' && signed.change.site === chart.site && signed.change.type !== 'Linkage');
	}

	/** May the history be passed on, and the link's own copy say so? */
	#mayMark({ link, chart }: Duty): boolean {
		const state = this.#session.state;
		const copy = this.#links.copy(link.id, chart);
		return state !== null && copy !== null && this.#session.holds(chart.site, 'desk') && canWrite(state, this.#session.self.actor, chart.site, 'desk');
	}

	/** Positions before which nothing is missing here, and nothing waits: what a gap or a verdict to come still hides is left to its author. */
	async #through(history: readonly VerifiedChange[], duty: Duty): Promise<RelayMarker['through']> {
		const { chart: { site }, comp } = duty;
		const waiting = new Set<string>();
		for (const verdicts of (await this.#store.verdicts.all()).values()) for (const { kind, envelope } of verdicts) if (kind === 'waiting') waiting.add(envelope);
		// of those who were removed too, though they wrote nothing here: it is asked for all of them
		const through = [...new Set([...history.map(({ change }) => change.actor), ...this.#gone(duty)])].sort()
			.map((actor) => ({ actor, seq: this.#session.chains.unbrokenTo(actor, site, comp, ({ envelope }) => !waiting.has(envelope)) }));
		return through.filter(({ seq }) => seq > 0);
	}

	async #mark(duty: Duty, through: RelayMarker['through'], saving: Saving): Promise<boolean> {
		const copy = this.#links.copy(duty.link.id, duty.chart);
		if (copy === null) return false;
		const marker: RelayMarker = { to: duty.to, comp: duty.comp, through };
		const draft: Draft = {
			ref: duty.chart, comp: 'desk', type: 'Linkage', id: duty.link.id, ...following(copy),
			body: { set: {}, unset: [], add: { relay: { [relayKey(marker)]: relayItem(marker) } }, remove: {} }
		};
		return (await saving.write([draft])).ok;
	}

	/** Stores copies to be sent. False when some could not be made: the receiving site has no epoch to seal to. */
	async #send(changes: readonly SignedChange[], to: Id): Promise<boolean> {
		for (let from = 0; from < changes.length; from += BATCH) {
			const batch = changes.slice(from, from + BATCH);
			const rows = batch.map((signed) => this.#deposit(signed, to)).filter((row) => row !== null);
			// what locking cuts off is not noted as done: it is done at the next unlocking
			if (this.#session.closed) throw new Error('The device was locked meanwhile.');
			if (rows.length < batch.length) return false;
			const stored = await this.#store.own.append(() => rows);
			if (!stored.ok) throw new Error(stored.error.message);
		}
		if (this.#session.closed) throw new Error('The device was locked meanwhile.');
		return true;
	}

	/** A copy with this user's voucher; null while the receiving site has no usable epoch to seal to, or when the device was locked. */
	#deposit(signed: SignedChange, to: Id): NewOwn | null {
		const { state, self } = this.#session;
		const { comp } = signed.change;
		// nothing for a key that somebody removed holds: the site starts another, and then it is sent
		const epoch = state === null ? undefined : usableEpochs(state, { site: to, comp }).at(-1);
		if (state === null || epoch === undefined || this.#session.closed) return null;
		const voucher = vouch(signed.id, signed.change, { to, actor: self.actor, seen: state.heads, key: self.sign });
		const sealed = sealDeposit({ org: state.org, site: to, comp, epoch: epoch.epoch, pub: epoch.pub }, signed, voucher);
		if (!sealed.ok) return null;
		return { kind: 'deposit', change: signed.id, db: this.#databaseOf(to, comp), document: sealed.value };
	}

	#databaseOf(site: Id, comp: Compartment): string {
		return `${this.#prefix}-${databaseOf(site, comp)}`;
	}

	async #readProgress(duty: Duty, from: 'memory' | 'disk' = 'memory'): Promise<Progress | null> {
		const key = this.#keyOf(duty);
		const known = this.#progress.get(key);
		if (known !== undefined && from === 'memory') return known;
		const text = await this.#cursors.get(key);
		if (text === null) return null;
		const progress = JSON.parse(text) as Progress;
		this.#progress.set(key, progress);
		return progress;
	}

	#writeProgress(duty: Duty, seq: number): Promise<void> {
		return this.#note(duty, { word: this.#wordOf(duty), seq, cuts: this.#ownCuts(duty) });
	}

	/** Something was saved that could not be sealed to the receiving site: from there on it is caught up with, once there is a key. */
	#noteBehind(duty: Duty, progress: Progress): Promise<void> {
		return this.#note(duty, { ...progress, word: '' });
	}

	async #note(duty: Duty, progress: Progress): Promise<void> {
		const key = this.#keyOf(duty);
		await this.#cursors.put(key, JSON.stringify(progress));
		this.#progress.set(key, progress);
	}

	get #cursors(): NamedValues {
		return this.#store.cursors;
	}

	#keyOf({ link, chart, to, comp }: Duty): string {
		return `relay|${this.#session.self.actor}|${link.id}|${chart.chart}|${to}|${comp}`;
	}
}
