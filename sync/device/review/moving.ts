/**
 * Entries in the wrong place: in another patient's chart, or in a compartment that shows them to too many or too few.
 *
 * An entry never changes its chart or compartment. It is written anew where it belongs, under an id that commits to where it came from and to the change
 * that began it, and taken back where it was: in this order and in one transaction, so that nothing is ever missing, and repeating the act, here or on
 * another device, finds what was written. What was not on screen is never taken along: an entry that was written to since is looked at first. Who recorded it first is not copied as text: the beginning that the new entry cites is looked up
 * (`origins.ts`), and for readers who do not hold the original's site, its changes go along as copies.
 */
import type { Compartment, Hash, VerifiedChange } from '../../change/change.ts';
import { retractionOf } from '../../author/retract.ts';
import { mayLiveIn } from '../../fhir/groups.ts';
import type { ChartState, ResourceState } from '../../merge/state.ts';
import { ok } from '../../result.ts';
import type { ChartRef, Outcome, SaveReceipt } from '../api.ts';
import type { ChartReader } from '../chart-reader.ts';
import type { LinkBook } from '../link-book.ts';
import { notAllowed, notHere, refuse } from '../outcome.ts';
import type { Relay } from '../relay.ts';
import type { EntryOnScreen, ReviewApi } from '../review-api.ts';
import { following, type Draft, type Saving } from '../saving.ts';
import type { Session } from '../session.ts';
import { mayWrite, sameHeads } from './deciding.ts';
import { lineDraft, movedDraft, renamed, type MovedTo } from './moved.ts';

export class Moving {
	readonly #session: Session;
	readonly #reader: ChartReader;
	readonly #saving: Saving;
	readonly #relay: Relay;
	readonly #links: LinkBook;
	readonly #settle: () => Promise<void>;

	/** `settle`: takes in what this device stored and did not live to show, so that it is not written again. */
	constructor(session: Session, reader: ChartReader, saving: Saving, relay: Relay, links: LinkBook, settle: () => Promise<void>) {
		this.#session = session;
		this.#reader = reader;
		this.#saving = saving;
		this.#relay = relay;
		this.#links = links;
		this.#settle = settle;
	}

	async toPatient({ from, entries, to, reason }: Parameters<ReviewApi['moveToPatient']>[0]): ReturnType<ReviewApi['moveToPatient']> {
		const why = reason.trim();
		if (why === '') return refuse('no-reason', 'Say why: the reason is kept with both charts.');
		if (from.site === to.site && from.chart === to.chart) return refuse('same-chart', 'These entries are in that chart already.');
		if (this.#links.person(from).some(({ site, chart }) => site === to.site && chart === to.chart)) return refuse('same-person', 'These charts are linked as one person\'s. Take the link back first, if they are not.');
		if (entries.length === 0) return refuse('empty', 'Choose the entries that belong to the other patient.');
		await this.#settle();
		const [source, target] = await Promise.all([this.#reader.state(from), this.#reader.state(to)]);
		if (source === null || target === null) return notHere();
		const moves: MovedTo[] = [];
		for (const { id, heads } of distinct(entries)) {
			const state = source.resources.get(id);
			if (state === undefined) return refuse('unknown-entry', 'One of these entries is not on this device.');
			const move = this.#move(state, heads, { ref: to, comp: state.comp }, target);
			if (!move.ok) return move;
			moves.push(move.value);
		}
		const there = renamed(moves).filter(({ id }) => !target.resources.has(id)).map((draft): Draft => ({ ...draft, reason: why }));
		const taken = this.#takenBack(moves, why);
		if (!taken.ok) return taken;
		const lines = [
			...this.#lines('moved-here', to, target, moves, from, why), ...this.#lines('moved-away', from, source, moves, to, why)
		];
		await this.#sendAlong(moves, to);
		const written = await this.#saving.write([...there, ...taken.value, ...lines]);
		return written.ok ? ok({ moved: moves.map((move) => ({ from: move.state.id, to: move.draft.id })) }) : written;
	}

	async relabel({ ref, id, heads, comp, reason }: Parameters<ReviewApi['relabel']>[0]): Promise<Outcome<SaveReceipt>> {
		const why = reason.trim();
		if (why === '') return refuse('no-reason', 'Say why: the reason is kept with the entry in its new place.');
		await this.#settle();
		const chart = await this.#reader.state(ref);
		const state = chart?.resources.get(id);
		if (chart === null || state === undefined) return refuse('unknown-entry', 'This entry is not on this device.');
		if (state.comp === comp) return refuse('same-place', 'The entry is there already.');
		if (!mayLiveIn(state.type, comp)) return refuse('not-there', 'An entry of this kind is not kept there.');
		const move = this.#move(state, heads, { ref, comp }, chart);
		if (!move.ok) return move;
		// bare: why an entry was labelled as sensitive, and that it was, is as sensitive as the entry
		const taken = this.#takenBack([move.value], null);
		if (!taken.ok) return taken;
		const { draft } = move.value;
		const there = chart.resources.has(draft.id) ? [] : [{ ...draft, reason: why }];
		const written = await this.#saving.write([...there, ...taken.value]);
		if (!written.ok) return written;
		const now = await this.#reader.resource(ref, draft.id);
		return ok({ change: written.value.find((signed) => signed.change.id === draft.id)?.id ?? null, id: draft.id, heads: now?.heads ?? [] });
	}

	/** May this entry, as it was on screen, go there, and as what? */
	#move(state: ResourceState, seen: readonly Hash[], to: { readonly ref: ChartRef; readonly comp: Compartment }, target: ChartState): Outcome<MovedTo> {
		const from: ChartRef = { site: state.site, chart: state.chart };
		if (!mayWrite(this.#session, from, state.comp)) return notAllowed('take entries back there');
		if (!mayWrite(this.#session, to.ref, to.comp)) return notAllowed('write there');
		// what was moved before has moved on by that alone; anything else was written by somebody since
		if (!state.retracted && !sameHeads(seen, state.heads)) return refuse('stale', 'Something new was written to this entry since you opened it. Nothing was moved. Look at it again first.');
		const disputed = [...state.groups.values()].some(({ review }) => review);
		if (disputed && !state.retracted) return refuse('in-conflict', 'This entry was recorded differently by two people. Decide that first: a move takes one version along.');
		const draft = movedDraft(state, to, this.#session.self.actor);
		if (!draft.ok) return draft;
		const there = target.resources.get(draft.value.id) ?? null;
		if (state.retracted && there === null) return refuse('retracted', 'This entry was taken back already.');
		if (!state.retracted && there?.retracted === true) return refuse('retracted-there', 'This entry was moved there before, and taken back there. Correct it there instead.');
		return ok({ state, draft: draft.value });
	}

	/** The retractions that are still missing. `why` null: bare. */
	#takenBack(moves: readonly MovedTo[], why: string | null): Outcome<readonly Draft[]> {
		const drafts: Draft[] = [];
		for (const { state } of moves) {
			if (state.retracted) continue;
			const body = retractionOf(state, why === null ? null : 'other-patient');
			if (!body.ok) return body;
			const ref: ChartRef = { site: state.site, chart: state.chart };
			drafts.push({ ref, comp: state.comp, type: state.type, id: state.id, ...following(state), body: body.value, ...(why === null ? {} : { reason: why }) });
		}
		return ok(drafts);
	}

	/** One line for people who read the chart, in each compartment concerned: what is restricted is named in a restricted line only. */
	#lines(word: 'moved-here' | 'moved-away', ref: ChartRef, chart: ChartState, moves: readonly MovedTo[], other: ChartRef, why: string): readonly Draft[] {
		const byComp = new Map<Compartment, MovedTo[]>();
		for (const move of moves) {
			const comp = move.state.comp === 'desk' ? 'clinical' : move.state.comp;
			byComp.set(comp, [...(byComp.get(comp) ?? []), move]);
		}
		return [...byComp].filter(([comp]) => mayWrite(this.#session, ref, comp)).flatMap(([comp, all]) => {
			const about = all.map(({ state, draft }) => ({ type: state.type, id: word === 'moved-here' ? draft.id : state.id }));
			const line = lineDraft(word, { ref, comp }, about, other, why, this.#session.self.actor);
			return chart.resources.has(line.id) ? [] : [line];
		});
	}

	/** Copies of the originals, so that who reads only the receiving site sees who recorded them. Restricted ones are never copied. */
	async #sendAlong(moves: readonly MovedTo[], to: ChartRef): Promise<void> {
		const changes: VerifiedChange[] = moves.filter(({ state }) => state.site !== to.site && state.comp !== 'restricted').flatMap(({ state }) => state.changes);
		if (changes.length > 0) await this.#relay.copies(changes, to.site);
	}
}

/** Each entry once, in an order that does not depend on how they were ticked. */
const distinct = (entries: readonly EntryOnScreen[]): readonly EntryOnScreen[] =>
	[...new Map(entries.map((entry) => [entry.id, entry])).values()].sort((a, b) => (a.id < b.id ? -1 : 1));
