/**
 * Deciding: what a person says of values that no rule may settle becomes an ordinary change over all heads that were on screen.
 *
 * A decision on other heads than the present ones is refused before anything is written: the person has not seen all there is. What arrives while
 * it is being written, or was written elsewhere meanwhile, is concurrent and opens the question again: nothing is ever decided unseen.
 */
import type { Compartment, Hash } from '../../change/change.ts';
import { citations, resolutionOf, writeOf, type Verdict } from '../../author/resolve.ts';
import { retractionOf } from '../../author/retract.ts';
import type { ChangeBody } from '../../author/stamp.ts';
import { validateWrites } from '../../fhir/validate.ts';
import { groupOfProperty } from '../../fhir/groups.ts';
import type { FhirResource } from '../../fhir/resource.ts';
import type { GroupValue, Json } from '../../change/change.ts';
import { canWrite } from '../../membership/selectors.ts';
import { historyOf } from '../../merge/history.ts';
import { elementOf, openQuestion, type OpenQuestion } from '../../merge/review.ts';
import type { ResourceState } from '../../merge/state.ts';
import { ok } from '../../result.ts';
import type { ChartRef, Outcome, SaveReceipt } from '../api.ts';
import type { ChartReader } from '../chart-reader.ts';
import { notAllowed, refuse } from '../outcome.ts';
import type { Decision, ReviewApi } from '../review-api.ts';
import { following, itemDigest, type Draft, type Saving } from '../saving.ts';
import type { Session } from '../session.ts';
import type { Answering } from './answering.ts';
import { apartDrafts } from './apart.ts';

export const stale = (): ReturnType<typeof refuse> => refuse('stale', 'Someone else already resolved this, or wrote to it. Reload to see it.');

export class Deciding {
	readonly #session: Session;
	readonly #reader: ChartReader;
	readonly #saving: Saving;
	readonly #answering: Answering;

	constructor(session: Session, reader: ChartReader, saving: Saving, answering: Answering) {
		this.#session = session;
		this.#reader = reader;
		this.#saving = saving;
		this.#answering = answering;
	}

	async decide(decision: Decision): Promise<Outcome<SaveReceipt>> {
		const { ref, id, group, item, choice } = decision;
		const found = await this.#at(ref, id, decision.heads);
		if (!found.ok) return found;
		const state = found.value;
		const question = openQuestion(state, group, item);
		if (question === null) return stale();
		if (choice === 'not-sure') return this.#answering.notSure(ref, state, question, decision.reason ?? '');
		const verdict = verdictOf(state, question, decision);
		if (!verdict.ok) return verdict;
		const body = resolutionOf(state, question, verdict.value, itemDigest);
		if (!body.ok) return body;
		const apart = verdict.value.choice === 'keep-both' && item === null ? await this.#apart(ref, state, question, verdict.value.change) : ok([]);
		return apart.ok ? this.#writeOver(ref, state, body.value, decision.reason, apart.value) : apart;
	}

	async restore({ ref, id, group, item, change, heads }: Parameters<ReviewApi['restore']>[0]): Promise<Outcome<SaveReceipt>> {
		const found = await this.#at(ref, id, heads);
		if (!found.ok) return found;
		const state = found.value;
		const said = historyOf(state, group).filter((one) => one.change === change && one.key === item);
		const entry = said.find(({ kind }) => kind !== 'remove') ?? said[0];
		if (entry === undefined) return refuse('no-such-value', 'This value is not in the history of the entry.');
		// who took an item out of a list takes it out again, now having seen who wrote it
		const value = entry.kind === 'remove' ? null : item === null ? (entry.value as GroupValue | null) : { [elementOf(state.type, group)]: [entry.value] };
		return this.#writeOver(ref, state, writeOf(state.type, group, item, value), undefined);
	}

	async retract({ ref, id, heads, reason }: Parameters<ReviewApi['retract']>[0]): Promise<Outcome<SaveReceipt>> {
		if (reason.trim() === '') return refuse('no-reason', 'Say why: the reason is kept with the entry.');
		const found = await this.#at(ref, id, heads);
		if (!found.ok) return found;
		if (found.value.retracted) return ok({ change: null, id, heads: found.value.heads });
		const body = retractionOf(found.value);
		return body.ok ? this.#writeOver(ref, found.value, body.value, reason.trim()) : body;
	}

	/** The entry, writable by this user, as it was on screen; `stale` when it has moved since. */
	async #at(ref: ChartRef, id: ResourceState['id'], heads: readonly Hash[]): Promise<Outcome<ResourceState>> {
		const state = await this.#reader.resource(ref, id);
		if (state === null) return refuse('unknown-entry', 'This entry is not on this device.');
		if (!mayWrite(this.#session, ref, state.comp)) return notAllowed('write there');
		return sameHeads(heads, state.heads) ? ok(state) : stale();
	}

	/** Entries of their own for the values that do not stay in this one, as far as they are not there yet. */
	async #apart(ref: ChartRef, state: ResourceState, question: OpenQuestion, kept: Hash): Promise<Outcome<readonly Draft[]>> {
		const drafts = apartDrafts(ref, state, question, kept, this.#session.self.actor);
		if (!drafts.ok) return drafts;
		const here = await Promise.all(drafts.value.map(({ id }) => this.#reader.resource(ref, id)));
		return ok(drafts.value.filter((_, at) => here[at] === null));
	}

	/**
	 * Writes over all heads. `first`: what is written before it, in the same transaction. More heads than a change can cite are joined by several
	 * changes; cut off between them, the question stays open, and deciding again joins the rest.
	 */
	async #writeOver(ref: ChartRef, state: ResourceState, body: ChangeBody, reason: string | undefined, first: readonly Draft[] = []): Promise<Outcome<SaveReceipt>> {
		const sound = validateWrites(state.type, state.comp, body);
		const fault = sound.errors[0]?.path ?? sound.unknown[0];
		if (fault !== undefined) return refuse('bad-resource', `This cannot be saved: ${fault} is not valid.`);
		const { after = [] } = following(state);
		let last: Hash | null = null;
		for (const [at, heads] of citations(state.heads).entries()) {
			const draft: Draft = {
				ref, comp: state.comp, type: state.type, id: state.id, deps: last === null ? heads : [last, ...heads], after, body,
				...(reason === undefined || reason.trim() === '' ? {} : { reason: reason.trim() })
			};
			const written = await this.#saving.write([...(at === 0 ? first : []), draft]);
			if (!written.ok) return written;
			last = written.value.at(-1)?.id ?? last;
		}
		const now = await this.#reader.resource(ref, state.id);
		return ok({ change: last, id: state.id, heads: now?.heads ?? (last === null ? [] : [last]) });
	}
}

export const mayWrite = (session: Session, ref: ChartRef, comp: Compartment): boolean =>
	session.state !== null && canWrite(session.state, session.self.actor, ref.site, comp);

export function sameHeads(a: readonly Hash[], b: readonly Hash[]): boolean {
	const known = new Set(a);
	return known.size === new Set(b).size && b.every((head) => known.has(head));
}

function verdictOf(state: ResourceState, { values, group, item }: OpenQuestion, { choice, keep, value }: Decision): Outcome<Verdict> {
	switch (choice) {
		case 'keep':
			return keep === undefined ? refuse('no-such-value', 'Choose one of the values.') : ok({ choice, change: keep });
		case 'keep-both': {
			const stays = keep ?? (values.find(({ shown }) => shown) ?? values[0])?.change;
			return stays === undefined ? refuse('no-such-value', 'There is nothing to keep.') : ok({ choice, change: stays });
		}
		case 'combine':
			return ok({ choice });
		case 'new-value':
			return value === undefined ? refuse('no-such-value', 'Enter the value.') : ok({ choice, value: elementsOf(state.type, group, item, value) });
		case 'not-sure':
			return refuse('not-safe', 'Nothing was decided.');
	}
}

/** The elements of one group out of a partial resource: whatever else it carries is not written. */
function elementsOf(type: string, group: string, item: string | null, value: FhirResource): GroupValue {
	const own = Object.entries(value).filter(([name]) => {
		const of = groupOfProperty(type, name);
		return of !== null && of !== 'never' && of.name === group;
	}) as [string, Json][];
	const element = item === null ? '' : elementOf(type, group);
	// an item may be given bare or under its element
	if (item !== null && own.length === 0) {
		const { resourceType: _type, id: _id, ...bare } = value;
		return { [element]: [bare] };
	}
	return Object.fromEntries(own);
}
