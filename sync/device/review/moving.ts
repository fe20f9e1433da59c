/**
 * Entries in the wrong place: in another patient's chart, or in a compartment that shows them to too many or too few.
 *
 * An entry never changes its chart or compartment. It is written anew where it belongs, under an id that commits to where it came from and to the change
 * that began it, and taken back where it was: in this order, so that a crash between leaves it twice and never nowhere, and repeating the act
 * finds what was written. Who recorded it first is not copied as text: the beginning that the new entry cites is looked up, and its verified
 * header says who and when (attack 52).
 */
import type { Compartment, Creation, Id } from '../../change/change.ts';
import { toBase64url } from '../../change/base64url.ts';
import { diffResource } from '../../author/diff.ts';
import { canRetract, retractionOf, type RetractionKind } from '../../author/retract.ts';
import { mayLiveIn } from '../../fhir/groups.ts';
import { shownResource } from '../../merge/assemble.ts';
import type { ChartState, ResourceState } from '../../merge/state.ts';
import { ok } from '../../result.ts';
import { digest } from '../../verify/digest.ts';
import { resourceIdFor } from '../../verify/ids.ts';
import type { ChartRef, Outcome, SaveReceipt } from '../api.ts';
import type { ChartReader } from '../chart-reader.ts';
import { notAllowed, notHere, refuse } from '../outcome.ts';
import type { ReviewApi } from '../review-api.ts';
import { following, itemDigest, type Draft, type Saving } from '../saving.ts';
import type { Session } from '../session.ts';
import { mayWrite } from './deciding.ts';

type Move = Parameters<ReviewApi['moveToPatient']>[0];
/** Where an entry is to stand. */
interface Place { readonly ref: ChartRef; readonly comp: Compartment }

export class Moving {
	readonly #session: Session;
	readonly #reader: ChartReader;
	readonly #saving: Saving;

	constructor(session: Session, reader: ChartReader, saving: Saving) {
		this.#session = session;
		this.#reader = reader;
		this.#saving = saving;
	}

	async toPatient({ from, ids, to, reason }: Move): ReturnType<ReviewApi['moveToPatient']> {
		if (reason.trim() === '') return refuse('no-reason', 'Say why: the reason is kept with both charts.');
		if (from.site === to.site && from.chart === to.chart) return refuse('same-chart', 'These entries are in that chart already.');
		const [source, target] = await Promise.all([this.#reader.state(from), this.#reader.state(to)]);
		if (source === null || target === null) return notHere();
		const moved: { from: Id; to: Id }[] = [];
		const there: Draft[] = [];
		const here: Draft[] = [];
		for (const id of [...new Set(ids)].sort()) {
			const state = source.resources.get(id);
			if (state === undefined) return refuse('unknown-entry', 'One of these entries is not on this device.');
			const planned = this.#plan(state, { ref: from, comp: state.comp }, { ref: to, comp: state.comp }, target, 'other-patient', reason.trim());
			if (!planned.ok) return planned;
			moved.push({ from: id, to: planned.value.id });
			there.push(...planned.value.there);
			here.push(...planned.value.here);
		}
		if (moved.length === 0) return refuse('empty', 'Choose the entries that belong to the other patient.');
		const comp = here[0]?.comp ?? there[0]?.comp ?? 'clinical';
		if (mayWrite(this.#session, to, comp) && mayLiveIn('Communication', comp)) there.push(...this.#line('moved-here', { ref: to, comp }, target, moved.map((one) => one.to), from, reason.trim()));
		if (mayLiveIn('Communication', comp)) here.push(...this.#line('moved-away', { ref: from, comp }, source, moved.map((one) => one.from), to, reason.trim()));
		const written = await this.#saving.write([...there, ...here]);
		return written.ok ? ok({ moved }) : written;
	}

	async relabel({ ref, id, comp, reason }: Parameters<ReviewApi['relabel']>[0]): Promise<Outcome<SaveReceipt>> {
		if (reason.trim() === '') return refuse('no-reason', 'Say why: the reason is kept with the entry in its new place.');
		const chart = await this.#reader.state(ref);
		const state = chart?.resources.get(id);
		if (chart === null || state === undefined) return refuse('unknown-entry', 'This entry is not on this device.');
		if (state.comp === comp) return refuse('same-place', 'The entry is there already.');
		if (!mayLiveIn(state.type, comp)) return refuse('not-there', 'An entry of this kind is not kept there.');
		const planned = this.#plan(state, { ref, comp: state.comp }, { ref, comp }, chart, 'relabelled', reason.trim());
		if (!planned.ok) return planned;
		const { there, here } = planned.value;
		const written = await this.#saving.write([...there, ...here]);
		if (!written.ok) return written;
		const change = written.value.find((signed) => signed.change.id === planned.value.id)?.id ?? null;
		const now = await this.#reader.resource(ref, planned.value.id);
		return ok({ change, id: planned.value.id, heads: now?.heads ?? [] });
	}

	/** What is missing of one move: the entry there, and its retraction here. */
	#plan(
		state: ResourceState, from: Place, to: Place, target: ChartState, kind: RetractionKind, reason: string
	): Outcome<{ readonly id: Id; readonly there: readonly Draft[]; readonly here: readonly Draft[] }> {
		if (!mayWrite(this.#session, from.ref, from.comp)) return notAllowed('take entries back there');
		if (!mayWrite(this.#session, to.ref, to.comp)) return notAllowed('write there');
		if (!canRetract(state.type)) return refuse('not-retractable', 'An entry of this kind is corrected, not moved.');
		const disputed = [...state.groups.values()].find(({ review }) => review);
		if (disputed !== undefined && !state.retracted) return refuse('in-conflict', 'This entry was recorded differently by two people. Decide that first: a move takes one version along.');
		const [first] = state.changes;
		if (first === undefined || state.missing.length > 0 && state.changes.every(({ change }) => change.create === undefined)) {
			return refuse('incomplete', 'The beginning of this entry has not arrived on this device yet.');
		}
		const create: Creation = { kind: 'moved', site: from.ref.site, chart: from.ref.chart, resource: state.id, change: first.id };
		const id = resourceIdFor(create, to.ref.chart, to.comp, state.type, this.#session.self.actor);
		const { id: _, ...resource } = shownResource(state);
		const there: Draft[] = [];
		if (target.resources.get(id) === undefined) {
			if (state.retracted) return refuse('retracted', 'This entry was taken back already.');
			const body = diffResource(null, { ...resource, resourceType: state.type }, { digest: itemDigest });
			if (!body.ok) return body;
			there.push({ ref: to.ref, comp: to.comp, type: state.type, id, deps: [], after: state.changes.map(({ change }) => change.hlc), create, body: body.value, reason });
		}
		if (state.retracted) return ok({ id, there, here: [] });
		const body = retractionOf(state, kind);
		if (!body.ok) return body;
		// a bare retraction: why an entry was labelled as sensitive is as sensitive as the entry
		const said = kind === 'relabelled' ? {} : { reason };
		return ok({ id, there, here: [{ ref: from.ref, comp: from.comp, type: state.type, id: state.id, ...following(state), body: body.value, ...said }] });
	}

	/** One line for people who read the chart, named by what it is about, so that a repeat by the same author writes none. */
	#line(word: 'moved-here' | 'moved-away', place: Place, chart: ChartState, ids: readonly Id[], other: ChartRef, reason: string): readonly Draft[] {
		const rand = toBase64url(digest('saddlebag/moved-line/1', word, other.site, other.chart, ...ids).subarray(0, 16));
		const create: Creation = { kind: 'random', rand };
		const id = resourceIdFor(create, place.ref.chart, place.comp, 'Communication', this.#session.self.actor);
		if (chart.resources.has(id)) return [];
		const about = ids.map((one) => ({ reference: `${chart.resources.get(one)?.type ?? 'Resource'}/${one}` }));
		const message = {
			status: 'completed', category: [{ coding: [{ system: 'urn:saddlebag:line', code: word }] }], about,
			payload: [{ contentString: reason }]
		};
		return [{ ref: place.ref, comp: place.comp, type: 'Communication', id, deps: [], create, body: { set: { message }, unset: [], add: {}, remove: {} }, reason }];
	}
}

