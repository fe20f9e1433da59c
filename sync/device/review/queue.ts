/**
 * The queue of what waits for a person: open questions and unanswered discrepancies of all places that the user reads, the gravest first, then the
 * oldest; and what the user is to be told.
 *
 * The indexes say where to look; only charts that are shown are opened, and what no longer holds there is passed over.
 */
import type { Hash, Id } from '../../change/change.ts';
import { hlcMs } from '../../change/hlc.ts';
import type { Answer, AnsweredDiscrepancy } from '../../ehr/answers.ts';
import type { Severity } from '../../ehr/view.ts';
import { outvotedValues, type OutvotedValue } from '../../merge/notice.ts';
import { openQuestion, openQuestions, type OpenQuestion } from '../../merge/review.ts';
import type { ChartState, ResourceState } from '../../merge/state.ts';
import type { ChartRef } from '../api.ts';
import { attributeIn } from '../attribution.ts';
import { chartName, type LinkBook } from '../link-book.ts';
import type { ConflictReview, DiscrepancyAnswer, DiscrepancyReview, Notice, ReviewItem, ReviewLine } from '../review-api.ts';
import type { Session } from '../session.ts';
import type { Answering } from './answering.ts';
import { mayWrite } from './deciding.ts';
import type { Dismissed } from './dismissed.ts';
import { isQueued, type FindingIndex, type PersonNotes } from './finding-index.ts';
import { conflictReview, curtained, lineOf, notice, noticeKey } from './items.ts';
import type { ChartNotes, KeptNews, KeptQuestion, QuestionIndex } from './question-index.ts';

const RANK: { readonly [severity in Severity]: number } = { critical: 0, warning: 1, info: 2 };
/** notices shown at once: who has more than this to be told begins with the latest */
const NOTICES_MAX = 200;

/** Something that the indexes say is open: what it takes to place it in the queue, and to look it up. */
interface Lead {
	readonly name: string;
	readonly ref: ChartRef;
	readonly severity: Severity;
	readonly since: number;
	/** null when it is no longer so */
	readonly open: (charts: readonly ChartState[]) => Promise<ReviewItem | null>;
}

export class ReviewQueue {
	readonly #session: Session;
	readonly #links: LinkBook;
	readonly #answering: Answering;
	readonly #dismissed: Dismissed;
	readonly #questions: QuestionIndex;
	readonly #findings: FindingIndex;
	readonly #hides: (ref: ChartRef, state: ResourceState) => boolean;

	/** `hides`: restricted entries are shown after giving a reason only, here as in their chart. */
	constructor(
		session: Session, links: LinkBook, answering: Answering, dismissed: Dismissed, questions: QuestionIndex, findings: FindingIndex,
		hides: (ref: ChartRef, state: ResourceState) => boolean
	) {
		this.#hides = hides;
		this.#session = session;
		this.#links = links;
		this.#answering = answering;
		this.#dismissed = dismissed;
		this.#questions = questions;
		this.#findings = findings;
	}

	async reviews(site: Id | null, limit: number): Promise<{ readonly total: number; readonly items: readonly ReviewLine[]; readonly unread: number }> {
		const { persons, unread } = await this.#findings.all();
		const questions = await this.#questions.all();
		const leads = [...this.#questionLeads(questions.notes, site), ...persons.flatMap((person) => this.#findingLeads(person, site))];
		leads.sort((a, b) => RANK[a.severity] - RANK[b.severity] || a.since - b.since || (a.name < b.name ? -1 : 1));
		const opened = new Map<string, Promise<readonly ChartState[]>>();
		const items: ReviewLine[] = [];
		let gone = 0;
		for (const lead of leads) {
			if (items.length >= limit) break;
			const name = chartName(lead.ref);
			const charts = opened.get(name) ?? this.#answering.chartsOf(lead.ref);
			opened.set(name, charts);
			const item = await lead.open(await charts);
			if (item === null) gone++;
			else items.push(lineOf(item, chartOf(lead.ref, await charts)));
		}
		return { total: leads.length - gone, items, unread: Math.max(unread, questions.unread) };
	}

	/** What is open in one chart, and between its entries and those of linked charts: nothing else is looked at. */
	async ofChart(ref: ChartRef): Promise<readonly ReviewItem[]> {
		const charts = await this.#answering.chartsOf(ref);
		const chart = chartOf(ref, charts);
		if (chart === null) return [];
		const conflicts = [...chart.resources.values()].filter(({ changes }) => changes.length > 1)
			.flatMap((state) => openQuestions(state).map((question) => this.#conflictReview(ref, chart, state, question)));
		const found = [...conflicts, ...(await this.#standing(charts)).map((about) => this.#discrepancyReview(ref, about))];
		return found.sort((a, b) => RANK[a.severity] - RANK[b.severity] || (a.key < b.key ? -1 : 1));
	}

	/** One item; null when nothing is left to decide. */
	async item(ref: ChartRef, key: string): Promise<ReviewItem | null> {
		return (await this.ofChart(ref)).find((one) => one.key === key) ?? null;
	}

	async notices(): Promise<readonly Notice[]> {
		const mine = this.#ownActors();
		const news = new Map<string, { readonly key: string; readonly ref: ChartRef; readonly of: KeptNews }>();
		for (const { ref, comp, news: all } of (await this.#questions.all()).notes) {
			if (!this.#isSeen(ref)) continue;
			for (const of of all) if (mine.has(of.actor)) news.set(noticeKey(ref, comp, of), { key: noticeKey(ref, comp, of), ref, of });
		}
		const latest = [...(await this.#dismissed.filter([...news.values()]))].sort((a, b) => (a.of.at === b.of.at ? 0 : a.of.at > b.of.at ? -1 : 1)).slice(0, NOTICES_MAX);
		const opened = new Map<string, Promise<readonly ChartState[]>>();
		const found: Notice[] = [];
		for (const { ref, of } of latest) {
			const charts = opened.get(chartName(ref)) ?? this.#answering.chartsOf(ref);
			opened.set(chartName(ref), charts);
			const chart = chartOf(ref, await charts);
			const told = chart === null ? null : this.#stillNews(chart, of, mine);
			const state = chart?.resources.get(of.id);
			if (chart !== null && told !== null && state !== undefined) found.push(notice(this.#session, this.#patientOf(ref), chart, state, told));
		}
		return found;
	}

	#questionLeads(all: readonly ChartNotes[], site: Id | null): readonly Lead[] {
		const found = new Map<string, Lead>();
		for (const { ref, questions } of all) {
			if ((site !== null && ref.site !== site) || !this.#isSeen(ref)) continue;
			for (const question of questions) {
				const name = [chartName(ref), question.id, question.group, question.item ?? ''].join('/');
				found.set(name, { name, ref, severity: question.severity, since: hlcMs(question.since), open: async (charts) => this.#conflict(ref, question, charts) });
			}
		}
		return [...found.values()];
	}

	#conflict(ref: ChartRef, { id, group, item }: KeptQuestion, charts: readonly ChartState[]): ReviewItem | null {
		const chart = chartOf(ref, charts);
		const state = chart?.resources.get(id);
		const question = state === undefined ? null : openQuestion(state, group, item);
		if (chart === null || state === undefined || question === null) return null;
		return this.#conflictReview(ref, chart, state, question);
	}

	#conflictReview(ref: ChartRef, chart: ChartState, state: ResourceState, question: OpenQuestion): ConflictReview {
		const review = conflictReview(this.#session, this.#patientOf(ref), chart, state, question);
		return this.#hides(ref, state) ? curtained(review) : review;
	}

	/** A person's discrepancies stand once, under a chart of theirs that this user holds: at the site asked for, where one is. */
	#findingLeads({ charts, findings }: PersonNotes, site: Id | null): readonly Lead[] {
		const held = charts.filter((ref) => this.#session.index.has(ref.site, ref.chart) && (site === null || ref.site === site));
		const ref = held.find((one) => mayWrite(this.#session, one, 'clinical')) ?? held[0];
		if (ref === undefined) return [];
		return findings.map(({ id, severity, since }): Lead => ({
			name: `${chartName(ref)}/${id}`, ref, severity, since,
			open: async (states) => {
				const about = (await this.#standing(states)).find((one) => one.discrepancy.id === id);
				return about === undefined ? null : this.#discrepancyReview(ref, about);
			}
		}));
	}

	#lastStanding: { readonly charts: readonly ChartState[]; readonly open: readonly AnsweredDiscrepancy[] } | null = null;

	/** Of the same charts, computed once: several discrepancies of one person follow each other. */
	async #standing(charts: readonly ChartState[]): Promise<readonly AnsweredDiscrepancy[]> {
		if (this.#lastStanding?.charts === charts) return this.#lastStanding.open;
		const { open } = await this.#answering.standing(charts);
		this.#lastStanding = { charts, open: open.filter(isQueued) };
		return this.#lastStanding.open;
	}

	#discrepancyReview(ref: ChartRef, { discrepancy, lapsed, answers, contested }: AnsweredDiscrepancy): DiscrepancyReview {
		const [last] = lapsed;
		const comp = discrepancy.between.some(({ state }) => state.comp === 'restricted') ? 'restricted' : discrepancy.between.every(({ state }) => state.comp === 'desk') ? 'desk' : 'clinical';
		return {
			kind: 'discrepancy', key: `${chartName(ref)}/${discrepancy.id}`, ref, patient: this.#patientOf(ref), discrepancy, severity: discrepancy.severity,
			lapsed: last === undefined ? null : this.#said(last), answers: contested ? answers.map((one) => this.#said(one)).filter((one) => one !== null) : [],
			writable: mayWrite(this.#session, ref, comp)
		};
	}

	/** "Not sure" answers nothing. */
	#said(answer: Answer): DiscrepancyAnswer | null {
		const { judged: { judgement, note }, state } = answer;
		return judgement === 'not-sure' ? null : { judgement, note, by: attributeIn(this.#session, state, answer) };
	}

	/** The news as it is now; null when the value is shown again, was written over, or stands in an entry of its own. */
	#stillNews(chart: ChartState, { id, group, item, change, by }: KeptNews, mine: ReadonlySet<Hash>): OutvotedValue | null {
		const state = chart.resources.get(id);
		if (state === undefined) return null;
		const apart = [...chart.resources.values()].some(({ changes }) => changes.some(({ change: { create } }) => create?.kind === 'moved' && create.resource === id && create.change === change));
		if (apart) return null;
		return outvotedValues(state, (actor) => mine.has(actor)).find((told) => told.group === group && told.item === item && told.change === change && (told.by?.change ?? null) === by) ?? null;
	}

	/** Charts of this device's own sites, and copies that a link in force shows. */
	#isSeen(ref: ChartRef): boolean {
		return this.#session.index.has(ref.site, ref.chart) || this.#links.person(ref).length > 1;
	}

	/** All actors of this user's member: their other devices wrote for them too. */
	#ownActors(): ReadonlySet<Hash> {
		const { state, self, user } = this.#session;
		const own = [...(state?.actors ?? [])].filter(([, { member }]) => member === user.member).map(([actor]) => actor);
		return new Set([self.actor, ...own]);
	}

	#patientOf(ref: ChartRef): string {
		const named = this.#links.person(ref).map(({ site, chart }) => this.#session.index.get(site, chart)?.name ?? '');
		return named.find((name) => name !== '') ?? '';
	}
}

const chartOf = (ref: ChartRef, charts: readonly ChartState[]): ChartState | null => charts.find(({ site, chart }) => site === ref.site && chart === ref.chart) ?? null;
