/**
 * Which charts have open questions, and whose values were outvoted: kept per compartment, sealed under its local key, so that the queue opens only the
 * charts that it shows.
 *
 * Derived, and of one compartment each: an entry lives in one, so nothing is mixed. Brought up to date from what moved since (`moved-log.ts`);
 * made again as a whole where it is missing, does not open, or was written under other rules: a slice at a time, what is known so far is shown. It only says where to look: what is shown is read
 * from the chart itself.
 */
import type { Compartment, Hash, Hlc, Id, VerifiedChange } from '../../change/change.ts';
import { foldCharts } from '../../merge/chart.ts';
import { outvotedValues } from '../../merge/notice.ts';
import { openQuestions } from '../../merge/review.ts';
import { RULES_VERSION } from '../../merge/rules/table.ts';
import type { ChartState } from '../../merge/state.ts';
import type { Severity } from '../../ehr/view.ts';
import type { Store } from '../../store/index.ts';
import type { ChartRef } from '../api.ts';
import type { Ingest } from '../ingest.ts';
import { chartName } from '../link-book.ts';
import type { Projection } from '../projection.ts';
import { placeName, type Place, type Session } from '../session.ts';
import type { MovedLog } from './moved-log.ts';
import { Behind, Slice } from './slice.ts';

/** Changes with what is kept: rows of another version are made again. */
const VERSION = `3.${String(RULES_VERSION)}`;
const COLLECTION = 'questions';
const nameOf = ({ site, comp }: Place): string => `questions|${site}|${comp}`;

export interface KeptQuestion { readonly id: Id; readonly group: string; readonly item: string | null; readonly severity: Severity; readonly since: Hlc }
export interface KeptNews { readonly id: Id; readonly group: string; readonly item: string | null; readonly change: Hash; readonly actor: Hash; readonly by: Hash | null; readonly at: Hlc }

/** What one compartment of a chart has open. */
export interface ChartNotes {
	readonly ref: ChartRef;
	readonly comp: Compartment;
	readonly questions: readonly KeptQuestion[];
	readonly news: readonly KeptNews[];
}

interface Kept {
	/** how far the log of what moved was read */
	through: number;
	readonly charts: Map<string, ChartNotes>;
	/** to be looked at, by name */
	readonly due: Map<string, ChartRef>;
	/** all charts are being looked at, in the order of their ids: the last one seen, null before the first. `done`: they were */
	scan: { after: Id | null; looked: number } | 'done';
	/** charts looked at since this was kept on the disk */
	unkept: number;
}

/** Kept on the disk after so many charts, so that a first look that is cut off is not begun again. */
const KEEP_EVERY = 1_000;

export class QuestionIndex {
	readonly #store: Store;
	readonly #session: Session;
	readonly #projection: Projection;
	readonly #ingest: Ingest;
	readonly #log: MovedLog;
	readonly #now: () => number;
	readonly #pause: () => Promise<void>;
	readonly #kept = new Map<string, Kept>();
	readonly #behind = new Behind();
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

	/** Of every compartment held here, the charts that have something open, as far as they were looked at, and how many were not. */
	async all(): Promise<{ readonly notes: readonly ChartNotes[]; readonly unread: number }> {
		await this.#inTurn(async () => {
			for (const place of this.#session.places) await this.#collect(place);
			await this.#work();
		});
		this.#behind.run(() => this.#unread > 0 && !this.#session.closed, async () => {
			await this.#inTurn(() => this.#work());
			await this.#pause();
		});
		return { notes: this.#places.flatMap(([, { charts }]) => [...charts.values()]), unread: this.#unread };
	}

	get #places(): readonly (readonly [Place, Kept])[] {
		return this.#session.places.flatMap((place) => {
			const kept = this.#kept.get(placeName(place));
			return kept === undefined ? [] : [[place, kept] as const];
		});
	}

	/** Charts, each counted by the share of its compartments that is left. */
	get #unread(): number {
		const places = this.#places;
		let left = 0;
		for (const [{ site }, { due, scan }] of places) {
			const unseen = scan === 'done' ? 0 : Math.max(1, this.#session.index.countAt(site) - scan.looked);
			left += (due.size + unseen) / places.filter(([other]) => other.site === site).length;
		}
		return Math.ceil(left);
	}

	#inTurn<T>(section: () => Promise<T>): Promise<T> {
		const turn = this.#turn.then(section, section);
		this.#turn = turn.catch(() => undefined);
		return turn;
	}

	/** What moved since it was last asked. */
	async #collect(place: Place): Promise<void> {
		const name = placeName(place);
		const kept = this.#kept.get(name) ?? (await this.#load(place));
		const { through, charts: moved } = await this.#ingest.exclusive(() => this.#log.since(place, kept?.through ?? null));
		if (kept === null || moved === null) {
			this.#kept.set(name, { through, charts: new Map(), due: new Map(), scan: { after: null, looked: 0 }, unkept: 0 });
			return;
		}
		kept.through = through;
		for (const ref of moved) kept.due.set(chartName(ref), ref);
		this.#kept.set(name, kept);
	}

	/** One slice of what is to be looked at. */
	async #work(): Promise<void> {
		const slice = new Slice(this.#now);
		for (const [place, kept] of this.#places) {
			const before = kept.unkept;
			if (kept.scan !== 'done') await this.#scan(place, kept, slice);
			for (const [name, ref] of kept.scan === 'done' ? kept.due : []) {
				if (slice.over || this.#session.closed) break;
				const changes = (await this.#projection.read(place.site, place.comp, ref.chart)).filter(({ change }) => change.site === ref.site);
				kept.due.delete(name);
				kept.charts.delete(name);
				take(kept.charts, place.comp, changes);
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
			take(kept.charts, place.comp, changes);
			scan.after = chart;
			scan.looked++;
			await this.#looked(kept, slice);
			if (slice.over) return;
		}
		kept.scan = 'done';
		// an empty compartment is known, too
		kept.unkept++;
	}

	async #load(place: Place): Promise<Kept | null> {
		const sealed = await this.#store.cursors.get(nameOf(place));
		const text = sealed === null ? null : this.#session.seal(place).open(COLLECTION, nameOf(place), sealed);
		if (text === null) return null;
		// sealed by this device: its shape is its own, of the version that it says
		const row = JSON.parse(text) as {
			readonly v: string; readonly through: number; readonly charts: readonly ChartNotes[]; readonly due: readonly ChartRef[]; readonly scan: Kept['scan'];
		};
		if (row.v !== VERSION) return null;
		const named = <T>(items: readonly T[], ref: (item: T) => ChartRef): Map<string, T> => new Map(items.map((item) => [chartName(ref(item)), item]));
		return { through: row.through, charts: named(row.charts, (notes) => notes.ref), due: named(row.due, (ref) => ref), scan: row.scan, unkept: 0 };
	}

	async #keep(place: Place, kept: Kept): Promise<void> {
		const { through, charts, due, scan } = kept;
		const text = JSON.stringify({ v: VERSION, through, charts: [...charts.values()], due: [...due.values()], scan });
		await this.#store.cursors.put(nameOf(place), this.#session.seal(place).seal(COLLECTION, nameOf(place), text));
		kept.unkept = 0;
	}
}

function take(charts: Map<string, ChartNotes>, comp: Compartment, changes: readonly VerifiedChange[]): void {
	// one change of a resource: nothing can stand side by side
	const times = new Map<Id, number>();
	for (const { change: { id } } of changes) times.set(id, (times.get(id) ?? 0) + 1);
	const several = changes.filter(({ change: { id } }) => (times.get(id) ?? 0) > 1);
	for (const chart of foldCharts(several)) {
		const notes = notesOf(chart, comp);
		if (notes.questions.length > 0 || notes.news.length > 0) charts.set(chartName(notes.ref), notes);
	}
}

function notesOf({ site, chart, resources }: ChartState, comp: Compartment): ChartNotes {
	const states = [...resources.values()].filter((state) => state.changes.length > 1);
	return {
		ref: { site, chart }, comp,
		questions: states.flatMap((state) => openQuestions(state).map(({ group, item, gravity, since }): KeptQuestion => ({ id: state.id, group, item, severity: gravity, since }))),
		news: states.flatMap((state) => outvotedValues(state).map(({ group, item, change, actor, by, hlc }): KeptNews =>
			({ id: state.id, group, item, change, actor, by: by?.change ?? null, at: by?.hlc ?? hlc })))
	};
}
