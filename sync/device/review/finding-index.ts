/**
 * Which persons have discrepancies that nobody answered: kept for one user, since a person's record is what that user holds of it.
 *
 * A view mixes sites and compartments, so this is sealed under a key that only the user's own secrets give, and holds names of discrepancies, no values.
 * Brought up to date from what moved since. A first look at a large site takes longer than a screen can wait: it is done a slice at a time, the
 * queue says how many charts have not been looked at, and what is known so far is shown.
 */
import { hlcMs } from '../../change/hlc.ts';
import { toBase64url } from '../../change/base64url.ts';
import type { AnsweredDiscrepancy } from '../../ehr/answers.ts';
import type { Severity } from '../../ehr/view.ts';
import { RULES_VERSION } from '../../merge/rules/table.ts';
import type { NamedValues } from '../../store/plainRows.ts';
import { digest } from '../../verify/digest.ts';
import { registerChartId } from '../../verify/ids.ts';
import type { ChartRef } from '../api.ts';
import type { Ingest } from '../ingest.ts';
import { chartName, type LinkBook } from '../link-book.ts';
import { placeName, type Session } from '../session.ts';
import type { Answering } from './answering.ts';
import type { MovedLog } from './moved-log.ts';
import type { OwnSeal } from './own-seal.ts';
import { Behind, Slice } from './slice.ts';

const VERSION = `3.${String(RULES_VERSION)}`;
const COLLECTION = 'findings';
/** Kept on the disk after so many charts, so that a first look that is cut off is not begun again. */
const KEEP_EVERY = 1_000;

export interface KeptFinding { readonly id: string; readonly severity: Severity; readonly since: number }
/** A person with open discrepancies: the charts that make the person up, the first one held natively first. */
export interface PersonNotes { readonly charts: readonly ChartRef[]; readonly findings: readonly KeptFinding[] }

interface Kept {
	/** how far each compartment's log was read */
	readonly through: Map<string, number>;
	/** digest of the links in force */
	links: string;
	/** by the name of each chart of the person */
	readonly persons: Map<string, PersonNotes>;
}

/** Is this for a person to look at? What rests on one entry alone is an open question of that entry, and stands in the queue as such. */
export const isQueued = ({ discrepancy }: AnsweredDiscrepancy): boolean =>
	discrepancy.kind === 'linked-and-not-same' || (discrepancy.kind !== 'value-conflict' && discrepancy.severity !== 'info' && discrepancy.between.length > 1);

/** ms since 1970: since when it can have been so, at most; the latest of what it is between. */
export const foundSince = ({ discrepancy }: AnsweredDiscrepancy): number => Math.max(0, ...discrepancy.between.map(({ hlc }) => hlcMs(hlc)));

export class FindingIndex {
	readonly #values: NamedValues;
	readonly #session: Session;
	readonly #ingest: Ingest;
	readonly #links: LinkBook;
	readonly #answering: Answering;
	readonly #log: MovedLog;
	readonly #seal: OwnSeal;
	readonly #now: () => number;
	readonly #pause: () => Promise<void>;
	#kept: Kept | null = null;
	/** charts to be looked at, by name */
	readonly #due = new Map<string, ChartRef>();
	#turn: Promise<unknown> = Promise.resolve();
	readonly #behind = new Behind();
	/** charts looked at since this was kept on the disk */
	#unkept = 0;

	constructor(
		values: NamedValues, session: Session, ingest: Ingest, links: LinkBook, answering: Answering, log: MovedLog, seal: OwnSeal, now: () => number, pause: () => Promise<void>
	) {
		this.#now = now;
		this.#values = values;
		this.#session = session;
		this.#ingest = ingest;
		this.#links = links;
		this.#answering = answering;
		this.#log = log;
		this.#seal = seal;
		this.#pause = pause;
	}

	/** Persons with open discrepancies, each once, and how many charts have not been looked at yet. */
	async all(): Promise<{ readonly persons: readonly PersonNotes[]; readonly unread: number }> {
		await this.#inTurn(async () => {
			await this.#collect();
			await this.#work();
		});
		this.#behind.run(() => this.#due.size > 0 && !this.#session.closed, async () => {
			await this.#inTurn(() => this.#work());
			await this.#pause();
		});
		return { persons: [...new Set(this.#kept?.persons.values() ?? [])], unread: this.#due.size };
	}

	#inTurn<T>(section: () => Promise<T>): Promise<T> {
		const turn = this.#turn.then(section, section);
		this.#turn = turn.catch(() => undefined);
		return turn;
	}

	/** What moved since it was last asked, and persons who are made up of other charts now. */
	async #collect(): Promise<void> {
		const kept = (this.#kept ??= (await this.#load()) ?? { through: new Map<string, number>(), links: '', persons: new Map<string, PersonNotes>() });
		for (const place of this.#session.places) {
			const name = placeName(place);
			const { through, charts } = await this.#ingest.exclusive(() => this.#log.since(place, kept.through.get(name) ?? null));
			// what the register says of medicines is read with every chart of its site
			const all = charts === null || charts.some(({ chart }) => chart === registerChartId(place.site));
			for (const ref of all ? this.#chartsAt(place.site) : charts) this.#due.set(chartName(ref), ref);
			kept.through.set(name, through);
		}
		const links = this.#linksNow();
		if (links === kept.links) return;
		kept.links = links;
		for (const { charts } of this.#links.linked.persons) for (const ref of charts) this.#due.set(chartName(ref), ref);
		for (const { charts } of kept.persons.values()) for (const ref of charts) this.#due.set(chartName(ref), ref);
	}

	#chartsAt(site: ChartRef['site']): readonly ChartRef[] {
		return this.#session.index.chartsAt(site).map((chart) => ({ site, chart }));
	}

	#linksNow(): string {
		const said = this.#links.all().map(({ id, state, word }) => `${id} ${state} ${word}`).sort();
		return toBase64url(digest('saddlebag/links-known/1', ...said).subarray(0, 16));
	}

	async #work(): Promise<void> {
		const kept = this.#kept;
		if (kept === null) return;
		const slice = new Slice(this.#now);
		for (const ref of [...this.#due.values()]) {
			if (slice.over || this.#session.closed) break;
			if (!this.#due.has(chartName(ref))) continue;
			await this.#look(kept, ref);
			this.#unkept++;
			if (slice.spend() % 20 === 0) await this.#pause();
		}
		// kept with what is still due: what a crash cuts off is looked at again
		if (this.#session.closed || this.#unkept === 0 || (this.#due.size > 0 && this.#unkept < KEEP_EVERY)) return;
		await this.#write(kept);
		this.#unkept = 0;
	}

	async #look(kept: Kept, ref: ChartRef): Promise<void> {
		const charts = this.#links.person(ref);
		for (const { charts: former } of [kept.persons.get(chartName(ref))].filter((notes) => notes !== undefined)) {
			for (const other of former) kept.persons.delete(chartName(other));
			// who is no longer of this person is looked at alone
			for (const other of former) if (!charts.some((one) => chartName(one) === chartName(other)) && chartName(other) !== chartName(ref)) this.#due.set(chartName(other), other);
		}
		for (const one of charts) this.#due.delete(chartName(one));
		// charts known by copies alone are seen through the chart that they are linked to
		const own = charts.filter(({ site, chart }) => this.#session.index.has(site, chart));
		const [lead] = own;
		if (lead === undefined) return;
		const { open: all } = await this.#answering.standing(await this.#answering.chartsOf(lead));
		const open = all.filter(isQueued);
		const findings = open.map((one): KeptFinding => ({ id: one.discrepancy.id, severity: one.discrepancy.severity, since: foundSince(one) }));
		for (const one of charts) kept.persons.delete(chartName(one));
		if (findings.length === 0) return;
		const notes: PersonNotes = { charts: [...own, ...charts.filter((one) => !own.includes(one))], findings };
		for (const one of charts) kept.persons.set(chartName(one), notes);
	}

	get #name(): string {
		return `findings|${this.#session.self.actor}`;
	}

	async #load(): Promise<Kept | null> {
		const sealed = await this.#values.get(this.#name);
		const text = sealed === null ? null : this.#seal.open(COLLECTION, this.#name, sealed);
		if (text === null) return null;
		// sealed by this device: its shape is its own, of the version that it says
		const row = JSON.parse(text) as { readonly v: string; readonly through: readonly (readonly [string, number])[]; readonly links: string; readonly persons: readonly PersonNotes[]; readonly due: readonly ChartRef[] };
		// a compartment was taken from this user: nothing that it contributed to is kept
		if (row.v !== VERSION || row.through.some(([name]) => !this.#session.places.some((place) => placeName(place) === name))) return null;
		for (const ref of row.due) this.#due.set(chartName(ref), ref);
		return { through: new Map(row.through), links: row.links, persons: new Map(row.persons.flatMap((notes) => notes.charts.map((ref): [string, PersonNotes] => [chartName(ref), notes]))) };
	}

	async #write(kept: Kept): Promise<void> {
		const text = JSON.stringify({ v: VERSION, through: [...kept.through], links: kept.links, persons: [...new Set(kept.persons.values())], due: [...this.#due.values()] });
		await this.#values.put(this.#name, this.#seal.seal(COLLECTION, this.#name, text));
	}
}

