/** Procedures, care plans and care teams from forms: a form changes what it shows and leaves the rest as it was. */
import type { Json } from '$sync/change/change.ts';
import type { FhirResource } from '$sync/fhir/resource.ts';
import { activityWords, isOpenActivity } from '$sync/goals/goals.ts';
import { at, concept, list, text } from './read.ts';
import { withElements } from './write.ts';

export interface ProcedureFields { name: string; done: 'completed' | 'not-done' | ''; date: string; site: string; outcome: string; why: string; note: string }
export const emptyProcedure = (date: string): ProcedureFields => ({ name: '', done: 'completed', date, site: '', outcome: '', why: '', note: '' });

export function readProcedure(resource: FhirResource): ProcedureFields {
	return {
		name: concept(resource, 'code') ?? '', done: text(resource, 'status') === 'not-done' ? 'not-done' : 'completed', date: text(resource, 'performedDateTime') ?? text(resource, 'performedPeriod', 'start') ?? '',
		site: concept(resource, 'bodySite', 0) ?? '', outcome: concept(resource, 'outcome') ?? '', why: concept(resource, 'statusReason') ?? '', note: text(resource, 'note', 0, 'text') ?? ''
	};
}

const words = (said: string): Json | undefined => (said.trim() === '' ? undefined : { text: said.trim() });

/** What the form did not change keeps its codes. */
export function writeProcedure(before: FhirResource | null, fields: ProcedureFields): FhirResource {
	const old = before === null ? null : readProcedure(before);
	const not = fields.done === 'not-done';
	const site = words(not ? '' : fields.site);
	return withElements(before ?? { resourceType: 'Procedure' }, {
		status: not ? 'not-done' : 'completed',
		...(old?.name === fields.name.trim() ? {} : { code: { text: fields.name.trim() } }),
		...(old?.date === fields.date ? {} : { performedDateTime: fields.date, performedPeriod: undefined }),
		...(old?.site === fields.site.trim() && !not ? {} : { bodySite: site === undefined ? [] : [site] }),
		...(old?.outcome === fields.outcome.trim() && !not ? {} : { outcome: words(not ? '' : fields.outcome) }),
		...(old?.why === fields.why.trim() && not ? {} : { statusReason: words(not ? fields.why : '') }),
		...(old?.note === fields.note.trim() ? {} : { note: fields.note.trim() === '' ? [] : [{ text: fields.note.trim() }] })
	});
}

export const PLAN_STATUSES = ['active', 'completed', 'on-hold', 'revoked'] as const;
export type PlanStatus = (typeof PLAN_STATUSES)[number];
/** `more`: activities that are added, a line each. `done`: those that were carried out. */
export interface PlanFields { readonly title: string; readonly description: string; readonly status: PlanStatus; readonly more: string; readonly done: readonly string[] }

export const openActivities = (plan: FhirResource): readonly string[] => [...new Set(list(plan, 'activity').filter(isOpenActivity).map(activityWords).filter((one) => one !== ''))];

const isRecord = (value: Json | undefined): value is { readonly [name: string]: Json } => typeof value === 'object' && value !== null && !Array.isArray(value);

export function writePlan(before: FhirResource | null, { title, description, status, more, done }: PlanFields, when: string): FhirResource {
	const kept = list(before ?? undefined, 'activity').map((activity): Json => {
		const detail = at(activity, 'detail');
		return isRecord(activity) && isRecord(detail) && isOpenActivity(activity) && done.includes(activityWords(activity)) ? { ...activity, detail: { ...detail, status: 'completed' } } : activity;
	});
	const known = new Set(kept.map(activityWords));
	const added = [...new Set(more.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !known.has(line)))].map((line): Json => ({ detail: { status: 'not-started', description: line } }));
	return withElements(before ?? { resourceType: 'CarePlan', intent: 'plan', created: when }, { status, title: title.trim(), description: description.trim(), activity: [...kept, ...added] });
}

export interface TeamMember { readonly key: string; readonly words: string }

export const membersIn = (team: FhirResource): readonly TeamMember[] => list(team, 'participant').map((one, index) => ({
	key: text(one, 'member', 'reference') ?? `${text(one, 'member', 'display') ?? ''}/${index}`, words: [text(one, 'member', 'display') ?? '', concept(one, 'role', 0) ?? ''].filter((said) => said !== '').join(', ')
}));

/** `kept`: keys of those who stay; `member` null: somebody who is no member of the organization. */
export function writeTeam(before: FhirResource | null, kept: readonly string[], added: { readonly member: string | null; readonly name: string; readonly role: string } | null): FhirResource {
	const there = list(before ?? undefined, 'participant');
	const keys = before === null ? [] : membersIn(before).map(({ key }) => key);
	const staying = there.filter((_, index) => kept.includes(keys[index] ?? ''));
	const fresh: Json[] = added === null ? [] : [{
		member: { ...(added.member === null ? {} : { reference: `Practitioner/${added.member}` }), display: added.name }, ...(added.role === '' ? {} : { role: [{ text: added.role }] })
	}];
	return withElements(before ?? { resourceType: 'CareTeam', status: 'active' }, { participant: [...staying, ...fresh] });
}
