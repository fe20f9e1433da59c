/**
 * Which charts have open questions, and whose values were outvoted: kept per compartment, sealed under its local key, so that the queue opens only the
 * charts that it shows.
 *
 * Derived, and of one compartment each: an entry lives in one, so nothing is mixed. Brought up to date from what moved since (`moved-log.ts`);
 * made again as a whole where it is missing, does not open, or was written under other rules. It only says where to look: what is shown is read
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

/** Changes with what is kept: rows of another version are made again. */
const VERSION = `2.${String(RULES_VERSION)}`;
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

interface Kept { readonly through: number; readonly charts: ReadonlyMap<string, ChartNotes> }

export class QuestionIndex {
	readonly #store: Store;
	readonly #session: Session;
	readonly #projection: Projection;
	readonly #ingest: Ingest;
	readonly #log: MovedLog;
	readonly #pause: () => Promise<void>;
	readonly #kept = new Map<string, Kept>();
	#refreshing: Promise<unknown> = Promise.resolve();

	constructor(store: Store, session: Session, projection: Projection, ingest: Ingest, log: MovedLog, pause: () => Promise<void>) {
		this.#store = store;
		this.#session = session;
		this.#projection = projection;
		this.#ingest = ingest;
		this.#log = log;
		this.#pause = pause;
	}

	/** Of every compartment held here, the charts that have something open, as of now. */
	async all(): Promise<readonly ChartNotes[]> {
		const turn = this.#refreshing.then(() => this.#refreshAll(), () => this.#refreshAll());
		this.#refreshing = turn.catch(() => undefined);
		await turn;
		return this.#session.places.flatMap((place) => [...(this.#kept.get(placeName(place))?.charts.values() ?? [])]);
	}

	async #refreshAll(): Promise<void> {
		for (const place of this.#session.places) await this.#refresh(place);
	}

	async #refresh(place: Place): Promise<void> {
		const kept = this.#kept.get(placeName(place)) ?? (await this.#load(place));
		const { through, charts: moved } = await this.#ingest.exclusive(() => this.#log.since(place, kept?.through ?? null));
		if (kept !== null && moved?.length === 0) {
			this.#kept.set(placeName(place), kept);
			return;
		}
		const charts = new Map(moved === null || kept === null ? [] : kept.charts);
		if (moved === null || kept === null) await this.#readAll(place, charts);
		else {
			for (const ref of moved) {
				const changes = (await this.#projection.read(place.site, place.comp, ref.chart)).filter(({ change }) => change.site === ref.site);
				charts.delete(chartName(ref));
				take(charts, place.comp, changes);
			}
		}
		if (this.#session.closed) return;
		const next: Kept = { through, charts };
		await this.#write(place, next);
		this.#kept.set(placeName(place), next);
	}

	/** Everything of a compartment, once: a first look, or one after the rules changed. */
	async #readAll(place: Place, charts: Map<string, ChartNotes>): Promise<void> {
		let read = 0;
		for await (const { changes } of this.#store.charts.scan(place.site, place.comp, this.#session.seal(place))) {
			take(charts, place.comp, changes);
			if (++read % 64 === 0) await this.#pause();
			if (this.#session.closed) return;
		}
	}

	async #load(place: Place): Promise<Kept | null> {
		const sealed = await this.#store.cursors.get(nameOf(place));
		const text = sealed === null ? null : this.#session.seal(place).open(COLLECTION, nameOf(place), sealed);
		if (text === null) return null;
		// sealed by this device: its shape is its own, of the version that it says
		const row = JSON.parse(text) as { readonly v: string; readonly through: number; readonly charts: readonly ChartNotes[] };
		return row.v === VERSION ? { through: row.through, charts: new Map(row.charts.map((notes) => [chartName(notes.ref), notes])) } : null;
	}

	async #write(place: Place, { through, charts }: Kept): Promise<void> {
		const text = JSON.stringify({ v: VERSION, through, charts: [...charts.values()] });
		await this.#store.cursors.put(nameOf(place), this.#session.seal(place).seal(COLLECTION, nameOf(place), text));
	}
}

function take(charts: Map<string, ChartNotes>, comp: Compartment, changes: readonly VerifiedChange[]): void {
	// one change of each resource: nothing can stand side by side
	if (changes.length < 2) return;
	for (const chart of foldCharts(changes)) {
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
