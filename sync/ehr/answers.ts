/**
 * Which discrepancies of a view somebody has answered already.
 *
 * An answer (DetectedIssue) cites the heads of the entries it judged, and holds only while none of them has moved. It is looked at from one
 * reader's view, and readers hold different things; so what cannot be known counts for the answer, and what is new counts against it:
 *  - an entry that this reader does not hold, or a cited head that has not arrived, does not lapse an answer;
 *  - an answer covers a discrepancy when it judged every entry of it (it may have judged more, that this reader does not see);
 *  - an entry it had not judged, or a head that its author had not seen, makes it lapse: the discrepancy is open again, with the earlier answer beside it;
 *  - an answer kept in a lower compartment than what it would answer does not count: who may not read a fact cannot judge it.
 * Two answers that differ (written in one chart, or in two, by people who had not seen each other) leave the discrepancy open and contested. An
 * answer may cite other answers it had on screen; it then replaces them. Values in conflict and contested links are settled by deciding them, never
 * by an answer; "not sure" can be said of those too, and closes nothing.
 *
 * Pure; the order in which charts or answers are given changes nothing.
 */
import { canonicalJson } from '../change/canonical.ts';
import { COMPARTMENTS, ELEMENT_BYTES_MAX, type Compartment, type Creation, type GroupValue, type Hash, type Hlc, type Id } from '../change/change.ts';
import { ANSWERED_MAX } from '../change/creation.ts';
import { utf8Length } from '../change/utf8.ts';
import { JUDGED_MAX, judgedOf, judgedValue, type Judged, type JudgedEntry, type Judgement } from '../fhir/detected-issue.ts';
import type { ChartState, ResourceState } from '../merge/state.ts';
import { err, ok, problem, type Problem, type Result } from '../result.ts';
import type { Discrepancy, DiscrepancyKind, EhrView, Source } from './view.ts';

export type { Judgement } from '../fhir/detected-issue.ts';

/** What one person said of a discrepancy; author, site and time from the verified header. */
export interface Answer {
	readonly judged: Judged;
	readonly actor: Hash;
	readonly site: Id;
	readonly hlc: Hlc;
	readonly change: Hash;
	/** the DetectedIssue it stands in */
	readonly state: ResourceState;
}

export interface AnsweredDiscrepancy {
	readonly discrepancy: Discrepancy;
	/** in force, the latest first: of several that differ, none closes */
	readonly answers: readonly Answer[];
	/** answers that held once: an entry moved since, or another joined. The latest first, a few */
	readonly lapsed: readonly Answer[];
	/** answered in two ways by people who had not seen each other */
	readonly contested: boolean;
}

export interface Answered {
	readonly open: readonly AnsweredDiscrepancy[];
	readonly answered: readonly AnsweredDiscrepancy[];
	/** of the open ones: those to which an earlier answer no longer holds */
	readonly lapsed: readonly AnsweredDiscrepancy[];
}

/** Settled by deciding what is shown, not by an answer. */
const DECIDED_ELSEWHERE: ReadonlySet<DiscrepancyKind> = new Set(['value-conflict', 'linked-and-not-same']);
/** Answers looked at for one entry: somebody who writes thousands cannot make a view slow. */
const ANSWERS_PER_ENTRY_MAX = 16;

const keyOf = ({ site, chart, id }: Pick<Source, 'site' | 'chart' | 'id'>): string => `${site}/${chart}/${id}`;
const rankOf = (comp: Compartment): number => COMPARTMENTS.indexOf(comp);
const latestFirst = (a: Answer, b: Answer): number => (a.hlc !== b.hlc ? (a.hlc > b.hlc ? -1 : 1) : a.change < b.change ? -1 : a.change > b.change ? 1 : 0);

/** Is this resource an answer of ours (and not a decision support's alert that was imported)? Such a one is no entry of the record. */
export const isAnswer = ({ changes }: Pick<ResourceState, 'changes'>): boolean => changes.some(({ change }) => change.create?.kind === 'answer');

/** All that is answered in these charts, one for each statement that nobody has replaced. */
export function answersIn(charts: Iterable<ChartState>): readonly Answer[] {
	const found = new Map<Hash, Answer>();
	for (const { resources } of charts) {
		for (const state of resources.values()) {
			if (state.type !== 'DetectedIssue' || state.retracted || !isAnswer(state)) continue;
			const group = state.groups.get('judgement');
			// What is shown decides: an answer that somebody took back beside another's answer answers nothing.
			if (group === undefined || judgedOf(group.shown[0]?.value) === null) continue;
			for (const { change, actor, site, hlc, value } of group.heads) {
				const judged = judgedOf(value);
				if (judged !== null && namesThem(judged, state)) found.set(change, { judged, actor, site, hlc, change, state });
			}
		}
	}
	return [...found.values()].sort(latestFirst);
}

/** The name of the resource commits to kind and entries: a statement under it about others is not its answer. */
function namesThem(judged: Judged, state: ResourceState): boolean {
	const create = state.changes.find(({ change }) => change.create?.kind === 'answer')?.change.create;
	if (create?.kind !== 'answer' || create.discrepancy !== judged.subject) return false;
	const ids = new Set(judged.entries.map(({ id }) => id));
	return create.resources.every((id) => ids.has(id));
}

/** The discrepancies of a view by whether they are answered. `charts`: those the view was computed from; they hold the answers too. */
export function answered(view: Pick<EhrView, 'discrepancies'>, charts: readonly ChartState[]): Answered {
	const answers = answersIn(charts);
	const book = new AnswerBook(answers, charts);
	const standings = view.discrepancies.map((discrepancy) => ({ discrepancy, ...book.standingOf(discrepancy) }));
	const open = standings.filter(({ closed }) => !closed);
	return { open, answered: standings.filter(({ closed }) => closed), lapsed: open.filter(({ lapsed }) => lapsed.length > 0) };
}

class AnswerBook {
	/** by subject and entry, the latest first */
	readonly #byEntry = new Map<string, Answer[]>();
	readonly #charts: readonly ChartState[];
	readonly #holds = new Map<Answer, boolean>();

	constructor(answers: readonly Answer[], charts: readonly ChartState[]) {
		this.#charts = charts;
		for (const answer of answers) {
			for (const entry of new Set(answer.judged.entries.map(keyOf))) {
				const key = `${answer.judged.subject} ${entry}`;
				const known = this.#byEntry.get(key);
				if (known === undefined) this.#byEntry.set(key, [answer]);
				else known.push(answer);
			}
		}
	}

	standingOf(discrepancy: Discrepancy): { readonly answers: readonly Answer[]; readonly lapsed: readonly Answer[]; readonly contested: boolean; readonly closed: boolean } {
		const said = this.#about(discrepancy);
		if (said.length === 0) return { answers: said, lapsed: said, contested: false, closed: false };
		const entries = discrepancy.between.map(keyOf);
		const rank = Math.max(...discrepancy.between.map(({ state }) => rankOf(state.comp)));
		const entitled = said.filter(({ state }) => rankOf(state.comp) >= rank);
		const holding = entitled.filter((answer) => covers(answer, entries) && this.#stillHolds(answer));
		const answers = holding.filter((answer) => !holding.some((other) => other !== answer && hadSeen(other, answer)));
		const words = new Set(answers.map(({ judged }) => judged.judgement));
		const closed = words.size === 1 && !words.has('not-sure') && !DECIDED_ELSEWHERE.has(discrepancy.kind);
		return { answers, lapsed: closed ? [] : entitled.filter((answer) => !holding.includes(answer)), contested: words.size > 1, closed };
	}

	/** Answers that judged some entry of it, the latest first. */
	#about({ subject, between }: Discrepancy): readonly Answer[] {
		const found = new Set<Answer>();
		for (const source of between) for (const answer of (this.#byEntry.get(`${subject} ${keyOf(source)}`) ?? []).slice(0, ANSWERS_PER_ENTRY_MAX)) found.add(answer);
		return [...found].sort(latestFirst);
	}

	#stillHolds(answer: Answer): boolean {
		const known = this.#holds.get(answer);
		if (known !== undefined) return known;
		const holds = answer.judged.entries.every((entry) => entry.type === 'DetectedIssue' || this.#held(entry).every((state) => !hasMoved(state, entry)));
		this.#holds.set(answer, holds);
		return holds;
	}

	/** Every copy of an entry that this reader holds: none, one, or two folded apart. */
	#held({ site, chart, id, type }: JudgedEntry): readonly ResourceState[] {
		return this.#charts.flatMap((held) => {
			const state = held.site === site && held.chart === chart ? held.resources.get(id) : undefined;
			return state === undefined || state.type !== type ? [] : [state];
		});
	}
}

function covers({ judged }: Answer, entries: readonly string[]): boolean {
	const known = new Set(judged.entries.map(keyOf));
	return entries.every((entry) => known.has(entry));
}

/** Did the author of one answer have the other on screen? */
const hadSeen = (later: Answer, earlier: Answer): boolean => later.state !== earlier.state
	&& later.judged.entries.some((entry) => entry.id === earlier.state.id && entry.site === earlier.state.site && entry.chart === earlier.state.chart && entry.heads.includes(earlier.change));

/** Whether an entry has heads that who judged it had not seen. While cited heads have not arrived, only what follows one that has arrived is known to be new. */
function hasMoved(state: ResourceState, { heads: cited }: JudgedEntry): boolean {
	const judged = new Set<Hash>(cited);
	const unseen = state.heads.filter((head) => !judged.has(head));
	if (unseen.length === 0 && state.heads.length === judged.size) return false;
	const deps = new Map(state.changes.map(({ id, change }) => [id, change.deps]));
	if (cited.every((head) => deps.has(head))) return true;
	const visited = new Set<Hash>(unseen);
	for (const id of visited) {
		for (const dep of deps.get(id) ?? []) {
			if (judged.has(dep)) return true;
			if (deps.has(dep)) visited.add(dep);
		}
	}
	return false;
}

/** What `#answer` of a device writes: one change of group `judgement` to the DetectedIssue that this beginning names, in the chart where the author works. */
export interface AnswerDraft {
	/** the highest compartment of what is judged */
	readonly comp: Compartment;
	readonly create: Extract<Creation, { readonly kind: 'answer' }>;
	readonly value: GroupValue;
}

/**
 * The answer to a discrepancy as it is on screen, replacing the answers shown beside it.
 * @returns `too-many-heads` where an entry is in more conflicts than an answer can cite: those are decided first
 */
export function answerTo({ discrepancy, answers }: Pick<AnsweredDiscrepancy, 'discrepancy' | 'answers'>, judgement: Judgement, note: string): Result<AnswerDraft, Problem<'too-many-heads'>> {
	const { subject, between } = discrepancy;
	const resources = [...new Set(between.map(({ id }) => id))].sort().slice(0, ANSWERED_MAX);
	const judged = between.map(({ site, chart, type, id, state }) => ({ site, chart, type, id, heads: state.heads }));
	const replaced = answers.map(({ state: { site, chart, type, id }, change }) => ({ site, chart, type, id, heads: [change] }));
	const value = judgedValue({ subject, judgement, note: note.trim(), entries: [...judged, ...replaced] });
	if (judged.length + replaced.length > JUDGED_MAX || utf8Length(canonicalJson(value['implicated'] ?? null)) > ELEMENT_BYTES_MAX) {
		return err(problem('too-many-heads', 'Too many entries, or versions of them, stand side by side to be answered at once: decide those first.'));
	}
	const comp = [...COMPARTMENTS].reverse().find((one) => between.some(({ state }) => state.comp === one)) ?? 'clinical';
	return ok({ comp, create: { kind: 'answer', discrepancy: subject, resources }, value });
}
