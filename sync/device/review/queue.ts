/**
 * The queue of what waits for a person: open questions and unanswered discrepancies of all places that the user reads, the gravest first, then the
 * oldest; and what the user is to be told.
 */
import type { Hash, Id } from '../../change/change.ts';
import { hlcMs } from '../../change/hlc.ts';
import type { AnsweredDiscrepancy } from '../../ehr/answers.ts';
import type { Severity } from '../../ehr/view.ts';
import { outvotedValues } from '../../merge/notice.ts';
import { openQuestions } from '../../merge/review.ts';
import type { ChartState } from '../../merge/state.ts';
import type { ChartRef } from '../api.ts';
import { attributeIn } from '../attribution.ts';
import type { ChartReader } from '../chart-reader.ts';
import type { DiscrepancyReview, Notice, ReviewItem } from '../review-api.ts';
import type { Session } from '../session.ts';
import type { Answering } from './answering.ts';
import { mayWrite } from './deciding.ts';
import { conflictReview, notice } from './items.ts';

const RANK: { readonly [severity in Severity]: number } = { critical: 0, warning: 1, info: 2 };

interface Aged<T> { readonly item: T; readonly since: number }

export class ReviewQueue {
	readonly #session: Session;
	readonly #reader: ChartReader;
	readonly #answering: Answering;

	constructor(session: Session, reader: ChartReader, answering: Answering) {
		this.#session = session;
		this.#reader = reader;
		this.#answering = answering;
	}

	async reviews(site: Id | null, limit: number): Promise<{ readonly total: number; readonly items: readonly ReviewItem[] }> {
		const found: Aged<ReviewItem>[] = [];
		for (const ref of this.#charts(site)) found.push(...(await this.#itemsOf(ref)));
		found.sort((a, b) => RANK[a.item.severity] - RANK[b.item.severity] || a.since - b.since || (a.item.key < b.item.key ? -1 : 1));
		return { total: found.length, items: found.slice(0, limit).map(({ item }) => item) };
	}

	async notices(): Promise<readonly Notice[]> {
		const mine = this.#ownActors();
		const found: Aged<Notice>[] = [];
		for (const ref of this.#charts(null)) {
			const chart = await this.#reader.state(ref);
			if (chart === null) continue;
			for (const state of chart.resources.values()) {
				for (const told of outvotedValues(state, (actor) => mine.has(actor))) {
					found.push({ item: notice(this.#session, this.#patientOf(ref), ref, state, told), since: hlcMs(told.by?.hlc ?? told.hlc) });
				}
			}
		}
		return found.sort((a, b) => b.since - a.since).map(({ item }) => item);
	}

	#charts(site: Id | null): readonly ChartRef[] {
		return [...this.#session.index.all()].filter((entry) => site === null || entry.site === site).map((entry) => ({ site: entry.site, chart: entry.chart }));
	}

	async #itemsOf(ref: ChartRef): Promise<readonly Aged<ReviewItem>[]> {
		const charts = await this.#answering.chartsOf(ref);
		const chart = charts.find((one) => one.site === ref.site && one.chart === ref.chart);
		if (chart === undefined) return [];
		const patient = this.#patientOf(ref);
		const conflicts = [...chart.resources.values()].flatMap((state) => openQuestions(state).map((question): Aged<ReviewItem> => ({
			item: conflictReview(this.#session, patient, chart, state, question), since: hlcMs(question.since)
		})));
		return [...conflicts, ...this.#discrepancies(ref, patient, charts)];
	}

	#discrepancies(ref: ChartRef, patient: string, charts: readonly ChartState[]): readonly Aged<ReviewItem>[] {
		// what rests on one entry alone is an open question of that entry, and stands in the queue as such
		return this.#answering.standing(charts).open.filter(({ discrepancy }) => discrepancy.kind !== 'value-conflict' && discrepancy.severity !== 'info' && discrepancy.between.length > 1)
			.map((open) => ({ item: this.#discrepancyReview(ref, patient, open), since: Math.max(...open.discrepancy.between.map(({ hlc }) => hlcMs(hlc))) }));
	}

	#discrepancyReview(ref: ChartRef, patient: string, { discrepancy, lapsed }: AnsweredDiscrepancy): DiscrepancyReview {
		const [last] = lapsed;
		const answer = last === undefined || last.judged.judgement === 'not-sure' ? null
			: { judgement: last.judged.judgement, note: last.judged.note, by: attributeIn(this.#session, last.state, last) };
		return {
			kind: 'discrepancy', key: `${ref.site}/${ref.chart}/${discrepancy.id}`, ref, patient, discrepancy, severity: discrepancy.severity, lapsed: answer,
			writable: mayWrite(this.#session, ref, 'clinical')
		};
	}

	/** All actors of this user's member: their other devices wrote for them too. */
	#ownActors(): ReadonlySet<Hash> {
		const { state, self, user } = this.#session;
		const own = [...(state?.actors ?? [])].filter(([, { member }]) => member === user.member).map(([actor]) => actor);
		return new Set([self.actor, ...own]);
	}

	#patientOf({ site, chart }: ChartRef): string {
		return this.#session.index.get(site, chart)?.name ?? '';
	}
}
