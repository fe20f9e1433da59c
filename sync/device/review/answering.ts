/**
 * Answers: what a person says of a discrepancy, or that they looked at an open question and were not sure. Each is a resource of its own
 * (FHIR DetectedIssue) that cites the heads it judged, and changes no clinical value.
 */
import type { Hash, Id } from '../../change/change.ts';
import { answered, answerTo, type Answered, type AnsweredDiscrepancy, type Judgement } from '../../ehr/answers.ts';
import { discrepancy } from '../../ehr/discrepancy.ts';
import { sourceOf } from '../../ehr/sources.ts';
import { judgedOf } from '../../fhir/detected-issue.ts';
import type { OpenQuestion } from '../../merge/review.ts';
import type { ChartState, ResourceState } from '../../merge/state.ts';
import { ok } from '../../result.ts';
import { resourceIdFor } from '../../verify/ids.ts';
import type { Attribution, ChartRef, Outcome, SaveReceipt } from '../api.ts';
import { attributeIn } from '../attribution.ts';
import type { ChartReader } from '../chart-reader.ts';
import type { LinkBook } from '../link-book.ts';
import { notAllowed, refuse } from '../outcome.ts';
import type { ReviewApi, SeenEntry } from '../review-api.ts';
import { following, type Draft, type Saving } from '../saving.ts';
import type { Session } from '../session.ts';
import { mayWrite, sameHeads } from './deciding.ts';

export class Answering {
	readonly #session: Session;
	readonly #reader: ChartReader;
	readonly #links: LinkBook;
	readonly #saving: Saving;

	constructor(session: Session, reader: ChartReader, links: LinkBook, saving: Saving) {
		this.#session = session;
		this.#reader = reader;
		this.#links = links;
		this.#saving = saving;
	}

	async answer({ ref, discrepancy: id, judgement, note, seen, answers = [] }: Parameters<ReviewApi['answerDiscrepancy']>[0]): Promise<Outcome<SaveReceipt>> {
		const charts = await this.chartsOf(ref);
		const { open, answered: closed } = await this.standing(charts);
		const about = [...open, ...closed].find((one) => one.discrepancy.id === id);
		if (about === undefined) return refuse('stale', 'This is no longer so. Reload to see what is there now.');
		if (!isAsSeen(about.discrepancy, seen)) return refuse('stale', 'One of these entries was changed since. Look at it again before you answer.');
		// one's own answer may be replaced; that of others only by who had it on screen
		const shown = new Set(answers);
		if (about.answers.some(({ actor, change }) => actor !== this.#session.self.actor && !shown.has(change))) return refuse('stale', 'Someone else already answered this. Reload to see the answer.');
		return this.#write(ref, charts, about, judgement, note);
	}

	/** Somebody looked at an open question and could not tell: recorded so that others see it, and nothing is closed by it. */
	async notSure(ref: ChartRef, state: ResourceState, { group }: OpenQuestion, note: string): Promise<Outcome<SaveReceipt>> {
		const source = sourceOf(state);
		if (source === null) return refuse('unknown-entry', 'This entry is not on this device.');
		const about = discrepancy('value-conflict', 'warning', [source], { group, type: state.type }, [], group);
		const chart = await this.#reader.state(ref);
		return this.#write(ref, chart === null ? [] : [chart], { discrepancy: about, answers: [] }, 'not-sure', note);
	}

	/** The charts of a chart's person, itself first, as far as held. */
	async chartsOf(ref: ChartRef): Promise<readonly ChartState[]> {
		const states = await Promise.all(this.#links.person(ref).map((member) => this.#reader.state(member)));
		return states.filter((state) => state !== null);
	}

	/** The discrepancies of a person's charts, by whether they are answered. */
	async standing(charts: readonly ChartState[]): Promise<Answered> {
		return answered(await this.#reader.records.view(charts), charts);
	}

	async #write(ref: ChartRef, charts: readonly ChartState[], about: Pick<AnsweredDiscrepancy, 'discrepancy' | 'answers'>, judgement: Judgement, note: string): Promise<Outcome<SaveReceipt>> {
		const draft = answerTo(about, judgement, note);
		if (!draft.ok) return draft;
		const { comp, create, value } = draft.value;
		if (!mayWrite(this.#session, ref, comp)) return notAllowed('answer this here');
		const id = resourceIdFor(create, ref.chart, comp, 'DetectedIssue', this.#session.self.actor);
		const held = charts.find(({ site, chart }) => site === ref.site && chart === ref.chart)?.resources.get(id) ?? null;
		const shared = { ref, comp, type: 'DetectedIssue', id, body: { set: { judgement: value }, unset: [], add: {}, remove: {} } } as const;
		const made: Draft = held === null ? { ...shared, deps: [], create } : { ...shared, ...following(held) };
		const written = await this.#saving.write([made]);
		if (!written.ok) return written;
		const change = written.value[0]?.id ?? null;
		return ok({ change, id, heads: change === null ? [] : [change] });
	}
}

/** Were these the entries, and these their values, that the user had on screen? The name of a discrepancy says nothing of the values. */
function isAsSeen({ between }: AnsweredDiscrepancy['discrepancy'], seen: readonly SeenEntry[]): boolean {
	const known = new Map(seen.map(({ site, chart, id, heads }) => [`${site}/${chart}/${id}`, heads]));
	const now = new Map(between.map(({ site, chart, id, state }) => [`${site}/${chart}/${id}`, state.heads]));
	return known.size === now.size && [...now].every(([name, heads]) => sameHeads(known.get(name) ?? [], heads));
}

/** Who looked at an entry's group and was not sure: everybody who ever said so, since an answer over another's says no less that one looked. */
export function whoWasNotSure(session: Session, chart: ChartState, entry: Id, group: string): readonly Attribution[] {
	const found = new Map<Hash, Attribution>();
	for (const state of chart.resources.values()) {
		if (state.type !== 'DetectedIssue') continue;
		for (const { id, change } of state.changes) {
			const judged = judgedOf(change.set['judgement']);
			if (judged?.judgement !== 'not-sure' || judged.subject !== `value-conflict/${group}` || !judged.entries.some((one) => one.id === entry)) continue;
			found.set(change.actor, attributeIn(session, state, { change: id, actor: change.actor, site: change.site, hlc: change.hlc }));
		}
	}
	return [...found.values()].sort((a, b) => a.at - b.at);
}
