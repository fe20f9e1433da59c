/**
 * Open questions and outvoted values of an entry in the words of the contract: who, where, when, why, and what may be done.
 */
import { isObject } from '../../change/canonical.ts';
import { isId } from '../../change/ids.ts';
import { explain } from '../../merge/explain.ts';
import type { OutvotedValue } from '../../merge/notice.ts';
import { elementOf, type OpenQuestion, type OpenValue } from '../../merge/review.ts';
import type { ChartState, ResourceState } from '../../merge/state.ts';
import { shownResource } from '../../merge/assemble.ts';
import { leadsRetracted } from '../../merge/retraction.ts';
import type { ChartRef } from '../api.ts';
import { attributeIn } from '../attribution.ts';
import type { FhirResource } from '../../fhir/resource.ts';
import { namingOf } from '../../fhir/naming.ts';
import type { ConflictReview, Notice, ReviewItem, ReviewLine, ReviewValue } from '../review-api.ts';
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

/** What stands in the list: enough to know what it is about, and none of the values. */
export function lineOf(item: ReviewItem, chart: ChartState | null): ReviewLine {
	const { key, ref, patient, severity } = item;
	if (item.kind === 'discrepancy') {
		const { id, kind, severity: grave, facts, between } = item.discrepancy;
		const across = new Set(between.map(({ site, chart: of }) => `${site}/${of}`)).size > 1;
		return { key, ref, patient, severity, kind: 'discrepancy', discrepancy: { id, kind, severity: grave, facts }, across, contested: item.answers.length > 1 };
	}
	const { type, id, group, reopened, resource, values } = item;
	return { key, ref, patient, severity, kind: 'conflict', type, id, group, reopened, about: values.length === 0 ? resource : aboutOf(resource, chart) };
}

/** The elements that name an entry; a medicine that it only refers to is named by what the chart says of that. */
export function aboutOf(resource: FhirResource, chart: ChartState | null): FhirResource {
	const naming = namingOf(resource);
	const refers = naming['medicationReference'];
	if (!isObject(refers) || typeof refers['display'] === 'string' || typeof refers['reference'] !== 'string') return naming;
	const [type, id] = refers['reference'].split('/');
	const medicine = type === 'Medication' && isId(id) ? chart?.resources.get(id) : undefined;
	return medicine === undefined ? naming : { ...naming, medicationCodeableConcept: shownResource(medicine)['code'] ?? {} };
}

export function notice(session: Session, patient: string, chart: ChartState, state: ResourceState, told: OutvotedValue): Notice {
	const { group, item, by } = told;
	const ref = { site: chart.site, chart: chart.chart };
	const present = state.groups.get(group);
	const element = item === null ? null : elementOf(state.type, group);
	const shown = item === null
		? (present?.shown ?? []).map((write): OpenValue => ({ ...write, shown: true }))
		: (present?.items.find(({ key }) => key === item)?.bodies ?? []).slice(0, 1).map(({ body, ...write }): OpenValue => ({ ...write, value: element === null ? null : { [element]: [body] }, shown: true }));
	return {
		key: noticeKey(ref, state.comp, { ...told, id: state.id, by: by?.change ?? null }), ref, patient, type: state.type, id: state.id,
		about: aboutOf(shownResource(state), chart), group, item,
		yours: reviewValue(session, state, { ...told, shown: false }), shown: shown.map((value) => reviewValue(session, state, value)),
		why: by !== null ? setAside(session, state, by) : item !== null && told.value === null ? KEPT_ALL_THE_SAME : present === undefined ? '' : explain(present).text, heads: state.heads, writable: mayWrite(session, ref, state.comp)
	};
}

const KEPT_ALL_THE_SAME = 'You took this out. Somebody who had not seen that wrote it at the same time, so it stays until somebody who has seen both decides.';

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
