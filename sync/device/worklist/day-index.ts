/**
 * What every chart has for the day's lists: kept per compartment, sealed under its local key, so that the first screen opens no chart.
 *
 * Derived, of one compartment each, and small (`sync/programmes/chart-work.ts`). Brought up to date from what moved (`review/moved-log.ts`), made
 * again as a whole where it is missing, does not open, or was written by another version of the app: a slice at a time, what is known so far is shown.
 * A change rewrites one of many rows. A head row says how far was read and moves last, so that a crash repeats work and loses none; another tab that
 * wrote meanwhile is told by it, and then what is on the disk counts.
 */
import type { Compartment, Id, VerifiedChange } from '../../change/change.ts';
import { hlcMs } from '../../change/hlc.ts';
import { shownResource } from '../../merge/assemble.ts';
import { foldCharts } from '../../merge/chart.ts';
import { RULES_VERSION } from '../../merge/rules/table.ts';
import type { ChartState } from '../../merge/state.ts';
import { workOf, WORK_TYPES, type ChartWork } from '../../programmes/chart-work.ts';
import type { Store } from '../../store/index.ts';
import type { ChartRef } from '../api.ts';
import type { Ingest } from '../ingest.ts';
import { chartName } from '../link-book.ts';
import type { Projection } from '../projection.ts';
import type { MovedLog } from '../review/moved-log.ts';
import { Behind, Slice } from '../review/slice.ts';
import { placeName, type Place, type Session } from '../session.ts';

/** Changes with what is kept: rows of another version are made again. */
const VERSION = `2.${String(RULES_VERSION)}`;
const COLLECTION = 'day';
/** rows that the charts of a compartment are spread over */
const ROWS = 64;
/** Kept on the disk after so many charts, so that a first look that is cut off is not begun again. */
const KEEP_EVERY = 1_000;

const headName = ({ site, comp }: Place): string => `day-head|${site}|${comp}`;
const prefixOf = ({ site, comp }: Place): string => `day|${site}|${comp}|`;
/** Charts go to rows by the beginning of their ids, which are random. */
const rowOf = (ref: ChartRef): string => (Number.parseInt(ref.chart.slice(0, 2), 16) % ROWS).toString(16).padStart(2, '0');

/** What one compartment of one site's databases says of a chart. */
export interface KeptWork { readonly ref: ChartRef; readonly work: ChartWork }

interface Kept {
	/** how far the log of what moved was read */
	through: number;
	/** by chart name */
	readonly charts: Map<string, KeptWork>;
	readonly due: Map<string, ChartRef>;
	/** all charts are being looked at, in the order of their ids: the last one seen, null before the first */
	scan: { after: Id | null; looked: number } | 'done';
	/** rows that differ from the disk's */
	readonly dirty: Set<string>;
	unkept: number;
	/** the head as this tab last saw it on the disk */
	head: string | null;
	/** made again from the beginning: nothing on the disk counts */
	anew: boolean;
}

/** Compartments of which anything is kept. */
const isKept = ({ comp }: Place): boolean => comp === 'desk' || comp === 'clinical';

export class DayIndex {
	readonly #store: Store;
	readonly #session: Session;
	readonly #projection: Projection;
	readonly #ingest: Ingest;
	readonly #log: MovedLog;
	readonly #now: () => number;
	readonly #pause: () => Promise<void>;
	readonly #kept = new Map<string, Kept>();
	readonly #behind = new Behind();
	/** names of charts that moved since they were last taken; null: all */
	#moved: Set<string> | null = null;
	#turn: Promise<unknown> = Promise.resolve();

	constructor(store: Store, session: Session, projection: Projection, ingest: Ingest, log: MovedLog, now: () => number, pause: () => Promise<void>) {
		this.#store = store;
		this.#session = session;
		this.#projection = projection;
		this.#ingest = ingest;
		this.#log = log;
		this.#now = now;
		this.#pause = pause;
	}

	/**
	 * Brings the index up to date, or begins to: answers how many charts are left to be looked at, which is done behind the caller's back.
	 * The first time after unlocking only what is on the disk is read, and at least one is left: a first screen waits for nothing else.
	 */
	async refresh(): Promise<number> {
		const first = await this.#inTurn(async () => {
			let loaded = false;
			for (const place of this.#session.places.filter(isKept)) {
				if (this.#kept.has(placeName(place))) continue;
				const kept = await this.#load(place);
				if (kept === null) continue;
				this.#put(place, kept);
				loaded = true;
			}
			return loaded;
		});
		if (!first) await this.#inTurn(() => this.#collectAndWork());
		let collected = !first;
		this.#behind.run(() => (!collected || this.#unread > 0) && !this.#session.closed, async () => {
			await this.#inTurn(() => (collected ? this.#work() : this.#collectAndWork()));
			collected = true;
			await this.#pause();
		});
		return Math.max(collected ? 0 : 1, this.#unread);
	}

	/** What is kept of a chart: of its own site's databases, else of copies that were relayed here. */
	of(ref: ChartRef): readonly ChartWork[] {
		const name = chartName(ref);
		return (['desk', 'clinical'] as const).flatMap((comp) => {
			const own = this.#kept.get(placeName({ site: ref.site, comp }));
			if (own !== undefined) return own.charts.get(name)?.work ?? [];
			for (const [place, kept] of this.#kept) {
				const copy = place.endsWith(`/${comp}`) ? kept.charts.get(name) : undefined;
				if (copy !== undefined) return copy.work;
			}
			return [];
		});
	}

	/** Everything that is kept of charts of a site, in one compartment. */
	*at(site: Id, comp: Compartment): Generator<KeptWork> {
		for (const kept of this.#kept.get(placeName({ site, comp }))?.charts.values() ?? []) if (kept.ref.site === site) yield kept;
	}

	/** Everything that is held at a site, copies of other sites' charts included. */
	*heldAt(site: Id, comp: Compartment): Generator<KeptWork> {
		yield* this.#kept.get(placeName({ site, comp }))?.charts.values() ?? [];
	}

	/** Names of the charts that moved since this was last asked; null: any may have. */
	takeMoved(): ReadonlySet<string> | null {
		const moved = this.#moved;
		this.#moved = new Set();
		return moved;
	}

	get #unread(): number {
		let left = 0;
		const places = this.#session.places.filter(isKept);
		for (const place of places) {
			const kept = this.#kept.get(placeName(place));
			if (kept === undefined) continue;
			const unseen = kept.scan === 'done' ? 0 : Math.max(1, this.#session.index.countAt(place.site) - kept.scan.looked);
			left += (kept.due.size + unseen) / places.filter(({ site }) => site === place.site).length;
		}
		return Math.ceil(left);
	}

	#inTurn<T>(section: () => Promise<T>): Promise<T> {
		const turn = this.#turn.then(section, section);
		this.#turn = turn.catch(() => undefined);
		return turn;
	}

	#put(place: Place, kept: Kept): void {
		this.#kept.set(placeName(place), kept);
		this.#moved = null;
	}

	async #collectAndWork(): Promise<void> {
		const open = new Set(this.#session.places.filter(isKept).map(placeName));
		// a compartment that this user lost since is on no list
		for (const name of this.#kept.keys()) if (!open.has(name)) [this.#moved] = [null, this.#kept.delete(name)];
		for (const place of this.#session.places.filter(isKept)) await this.#collect(place);
		await this.#work();
	}

	/** What moved since it was last asked. */
	async #collect(place: Place): Promise<void> {
		const kept = this.#kept.get(placeName(place)) ?? (await this.#load(place));
		const { through, charts: moved } = await this.#ingest.exclusive(() => this.#log.since(place, kept?.through ?? null));
		if (kept === null || moved === null) {
			this.#put(place, { through, charts: new Map(), due: new Map(), scan: { after: null, looked: 0 }, dirty: new Set(), unkept: 0, head: await this.#store.cursors.get(headName(place)), anew: true });
			return;
		}
		kept.through = through;
		for (const ref of moved) kept.due.set(chartName(ref), ref);
		if (!this.#kept.has(placeName(place))) this.#put(place, kept);
	}

	/** One slice of what is to be looked at. */
	async #work(): Promise<void> {
		const slice = new Slice(this.#now);
		for (const place of this.#session.places.filter(isKept)) {
			const kept = this.#kept.get(placeName(place));
			if (kept === undefined) continue;
			const before = kept.unkept;
			if (kept.scan !== 'done') await this.#scan(place, kept, slice);
			for (const [name, ref] of kept.scan === 'done' ? kept.due : []) {
				if (slice.over || this.#session.closed) break;
				const changes = (await this.#projection.read(place.site, place.comp, ref.chart)).filter(({ change }) => change.site === ref.site);
				kept.due.delete(name);
				this.#take(kept, ref, changes);
				await this.#looked(kept, slice);
			}
			if (this.#session.closed) return;
			const whole = kept.scan === 'done' && kept.due.size === 0;
			if ((whole && kept.unkept > before) || kept.unkept >= KEEP_EVERY) await this.#keep(place, kept);
		}
	}

	async #looked(kept: Kept, slice: Slice): Promise<void> {
		kept.unkept++;
		if (slice.spend() % 20 === 0) await this.#pause();
	}

	/** Goes through all charts of a compartment, from where it stopped. */
	async #scan(place: Place, kept: Kept, slice: Slice): Promise<void> {
		if (kept.scan === 'done' || slice.over) return;
		const { scan } = kept;
		for await (const { chart, changes } of this.#store.charts.scan(place.site, place.comp, this.#session.seal(place), scan.after)) {
			if (this.#session.closed) return;
			// copies that were relayed here are of the sites that they name
			for (const site of new Set(changes.map(({ change }) => change.site))) this.#take(kept, { site, chart }, changes.filter(({ change }) => change.site === site));
			scan.after = chart;
			scan.looked++;
			await this.#looked(kept, slice);
			if (slice.over) return;
		}
		kept.scan = 'done';
		// an empty compartment is known, too
		kept.unkept++;
	}

	#take(kept: Kept, ref: ChartRef, changes: readonly VerifiedChange[]): void {
		const name = chartName(ref);
		const work = workIn(changes);
		kept.dirty.add(rowOf(ref));
		if (work === null) kept.charts.delete(name);
		else kept.charts.set(name, { ref, work });
		this.#moved?.add(name);
	}

	async #load(place: Place): Promise<Kept | null> {
		const stored = await this.#store.cursors.get(headName(place));
		const text = stored === null ? null : this.#session.seal(place).open(COLLECTION, headName(place), stored);
		if (text === null) return null;
		// sealed by this device: its shape is its own, of the version that it says
		const head = JSON.parse(text) as { readonly v: string; readonly through: number; readonly due: readonly ChartRef[]; readonly scan: Kept['scan'] };
		if (head.v !== VERSION) return null;
		const charts = new Map<string, KeptWork>();
		for (const [name, sealed] of await this.#store.cursors.list(prefixOf(place))) {
			const row = this.#session.seal(place).open(COLLECTION, name, sealed);
			if (row === null) return null;
			for (const kept of JSON.parse(row) as readonly KeptWork[]) charts.set(chartName(kept.ref), kept);
		}
		return { through: head.through, charts, due: new Map(head.due.map((ref) => [chartName(ref), ref])), scan: head.scan, dirty: new Set(), unkept: 0, head: stored, anew: false };
	}

	async #keep(place: Place, kept: Kept): Promise<void> {
		if (await this.#ingest.exclusive(() => this.#write(place, kept))) return;
		// another tab wrote: what it kept counts, and what moved since is looked at again
		this.#kept.delete(placeName(place));
		await this.#collect(place);
	}

	/** Rows first, then the head that vouches for them. To be called under ingest's lock; false: another tab wrote meanwhile, and nothing was written. */
	async #write(place: Place, kept: Kept): Promise<boolean> {
		const { cursors } = this.#store;
		if (this.#session.closed) return true;
		if ((await cursors.get(headName(place))) !== kept.head) return false;
		if (kept.anew) await cursors.remove([headName(place), ...(await cursors.list(prefixOf(place))).keys()]);
		const byRow = new Map([...kept.dirty].map((row): [string, KeptWork[]] => [row, []]));
		for (const one of kept.charts.values()) byRow.get(rowOf(one.ref))?.push(one);
		const seal = this.#session.seal(place);
		for (const [row, charts] of byRow) {
			const name = prefixOf(place) + row;
			if (charts.length === 0) await cursors.remove([name]);
			else await cursors.put(name, seal.seal(COLLECTION, name, JSON.stringify(charts)));
		}
		const { through, due, scan } = kept;
		kept.head = seal.seal(COLLECTION, headName(place), JSON.stringify({ v: VERSION, through, due: [...due.values()], scan }));
		await cursors.put(headName(place), kept.head);
		kept.dirty.clear();
		[kept.unkept, kept.anew] = [0, false];
		return true;
	}
}

/** What is kept of one chart, of all changes of a compartment. */
export function workIn(changes: readonly VerifiedChange[]): ChartWork | null {
	const [state] = foldCharts(changes.filter(({ change }) => WORK_TYPES.has(change.type)));
	return state === undefined ? null : workOfState(state);
}

function workOfState({ resources }: ChartState): ChartWork | null {
	return workOf([...resources.values()].filter(({ retracted }) => !retracted).flatMap((state) => {
		const [first] = state.changes;
		return first === undefined ? [] : [{ id: state.id, resource: shownResource(state), by: first.change.actor, at: hlcMs(first.change.hlc) }];
	}));
}
