/**
 * Open questions and outvoted values of an entry in the words of the contract: who, where, when, why, and what may be done.
 */
import { explain } from '../../merge/explain.ts';
import type { OutvotedValue } from '../../merge/notice.ts';
import type { OpenQuestion, OpenValue } from '../../merge/review.ts';
import type { ChartState, ResourceState } from '../../merge/state.ts';
import { shownResource } from '../../merge/assemble.ts';
import { leadsRetracted } from '../../merge/retraction.ts';
import type { ChartRef } from '../api.ts';
import { attributeIn } from '../attribution.ts';
import type { ConflictReview, Notice, ReviewValue } from '../review-api.ts';
import type { Session } from '../session.ts';
import { whoWasNotSure } from './answering.ts';
import { mayWrite } from './deciding.ts';
import { valueIn } from './histories.ts';
import type { KeptNews } from './question-index.ts';

/** Name of a question: the same while the question is. */
export const questionKey = (ref: ChartRef, comp: string, id: string, group: string, item: string | null): string =>
	[ref.site, ref.chart, comp, id, group, ...(item === null ? [] : [item])].join('/');

export function conflictReview(session: Session, patient: string, chart: ChartState, state: ResourceState, question: OpenQuestion): ConflictReview {
	const ref = { site: chart.site, chart: chart.chart };
	const { group, item, rule, ancestor, choices, reopened, gravity } = question;
	const present = state.groups.get(group);
	return {
		kind: 'conflict', key: questionKey(ref, state.comp, state.id, group, item), ref, patient, type: state.type, id: state.id, comp: state.comp, group, item,
		resource: shownResource(state), heads: state.heads, rule, why: present === undefined ? '' : explain(present).text,
		values: question.values.map((value) => reviewValue(session, state, value)),
		ancestor: ancestor === null ? null : { change: ancestor.change, value: valueIn(state, group, ancestor), by: attributeIn(session, state, ancestor), shown: false },
		choices, reopened, notSure: whoWasNotSure(session, chart, state.id, group), severity: gravity, writable: mayWrite(session, ref, state.comp)
	};
}

/** That there is a question, and nothing of what it is about: it waits for whoever gives a reason to see the entry. */
export const curtained = (item: ConflictReview): ConflictReview => ({
	...item, resource: { resourceType: item.type, id: item.id }, values: [], ancestor: null, choices: [], writable: false,
	why: 'This entry is restricted. Open its chart and give a reason to see it.'
});

export function notice(session: Session, patient: string, ref: ChartRef, state: ResourceState, told: OutvotedValue): Notice {
	const { group, item, by } = told;
	const present = state.groups.get(group);
	const element = item === null ? null : Object.keys(told.value ?? {})[0] ?? null;
	const shown = item === null
		? (present?.shown ?? []).map((write): OpenValue => ({ ...write, shown: true }))
		: (present?.items.find(({ key }) => key === item)?.bodies ?? []).slice(0, 1).map(({ body, ...write }): OpenValue => ({ ...write, value: element === null ? null : { [element]: [body] }, shown: true }));
	return {
		key: noticeKey(ref, state.comp, { ...told, id: state.id, by: by?.change ?? null }), ref, patient, type: state.type, id: state.id, group, item,
		yours: reviewValue(session, state, { ...told, shown: false }), shown: shown.map((value) => reviewValue(session, state, value)),
		why: by === null ? (present === undefined ? '' : explain(present).text) : setAside(session, state, by), heads: state.heads, writable: mayWrite(session, ref, state.comp)
	};
}

function setAside(session: Session, state: ResourceState, by: NonNullable<OutvotedValue['by']>): string {
	const { member, siteName } = attributeIn(session, state, by);
	const what = state.retracted && leadsRetracted(state)?.change === by.change ? 'The entry that you wrote to was taken back' : 'Your value was set aside';
	return `${what} by ${member} at ${siteName}${by.reason === null ? '' : `: ${by.reason}`}.`;
}

/** A decision on it is other news than a rule's choice: told anew. */
export const noticeKey = (ref: ChartRef, comp: string, { id, group, item, change, by }: Pick<KeptNews, 'id' | 'group' | 'item' | 'change' | 'by'>): string =>
	[questionKey(ref, comp, id, group, item), change, ...(by === null ? [] : [by])].join('/');

function reviewValue(session: Session, state: ResourceState, value: OpenValue): ReviewValue {
	return {
		change: value.change, value: value.value === null ? null : { ...value.value, resourceType: state.type, id: state.id },
		by: attributeIn(session, state, value), shown: value.shown
	};
}
