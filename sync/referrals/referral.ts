/**
 * A referral from being sent to being closed, read from what both sites recorded: the request (ServiceRequest) in the chart of the site that sends,
 * and what the other side did about it (Task with the request as its focus) in its own chart of the person. Neither writes into the other's
 * chart; links carry both ways, so that each sees the same.
 *
 * The loop is closed by the sender, who has read the answer: a referral that nobody looked at again is an open one (closing the loop, IHI and
 * NPSF 2017). Total over any resources.
 */
import { at, code, hasCode, list, text } from '../fhir/path.ts';
import type { Json, JsonObject } from '../change/change.ts';
import type { FhirResource } from '../fhir/resource.ts';

export const REFERRAL_CATEGORY = '3457005';
export const TASK_CODES = 'urn:saddlebag:task';
export const REFERRAL_TASK = 'referral';
/** names a site of the organization as performer */
export const SITE_SYSTEM = 'urn:saddlebag:site';
const SNOMED = 'http://snomed.info/sct';

/** In the order in which a referral passes through them; the last three end it, or wait for the sender alone. */
export const REFERRAL_STATES = ['sent', 'received', 'accepted', 'arrived', 'answered', 'declined', 'cancelled', 'closed'] as const;
export type ReferralState = (typeof REFERRAL_STATES)[number];

export interface Referral {
	readonly request: FhirResource;
	/** what was done about it, furthest first */
	readonly tasks: readonly FhirResource[];
	readonly state: ReferralState;
	/** one side declined or called off what the other went on with: somebody has to speak to them */
	readonly contradiction: boolean;
	readonly to: { readonly site: string | null; readonly name: string };
	readonly urgency: Urgency;
	/** each answer, in words */
	readonly answers: readonly string[];
	/** FHIR dateTime of the request */
	readonly sentOn: string;
}
export const URGENCIES = ['routine', 'urgent', 'stat'] as const;
export type Urgency = (typeof URGENCIES)[number];

/** A step of the other side, as the status of its Task. */
export const STEPS = ['received', 'accepted', 'arrived', 'answered', 'declined'] as const;
export type Step = (typeof STEPS)[number];
const STATUS: Readonly<Record<Step, string>> = { received: 'received', accepted: 'accepted', arrived: 'in-progress', answered: 'completed', declined: 'rejected' };
const STEP_OF: ReadonlyMap<string, Step> = new Map(STEPS.map((step) => [STATUS[step], step] as const));
const RANK: Readonly<Record<Step, number>> = { received: 1, declined: 2, accepted: 3, arrived: 4, answered: 5 };

const idOf = (resource: FhirResource): string => text(resource, 'id') ?? '';
const inForce = (resource: FhirResource): boolean => text(resource, 'status') !== 'entered-in-error';

/** A request that sends the person somewhere. One without a category comes from a visit form or an older import, and is read as one. */
export function isReferral(resource: FhirResource): boolean {
	if (resource.resourceType !== 'ServiceRequest') return false;
	const categories = list(resource, 'category');
	return categories.length === 0 ? at(resource, 'code') !== undefined && code(at(resource, 'code'), 'urn:saddlebag:laboratory') === undefined : categories.some((one) => hasCode(one, REFERRAL_CATEGORY, '306206005'));
}

export const isReferralTask = (resource: FhirResource): boolean => resource.resourceType === 'Task' && code(at(resource, 'code'), TASK_CODES) === REFERRAL_TASK;

export const stepOf = (task: FhirResource): Step | null => STEP_OF.get(text(task, 'status') ?? '') ?? null;

/** Where a request of this status stands after these steps of the other side. */
export function standing(status: string, steps: readonly Step[]): ReferralState {
	if (status === 'completed') return 'closed';
	const furthest = steps.reduce<Step | null>((best, step) => (best === null || RANK[step] > RANK[best] ? step : best), null);
	if (status === 'revoked') return furthest === 'answered' ? 'answered' : 'cancelled';
	return furthest ?? 'sent';
}

export function urgencyOf(request: FhirResource): Urgency {
	const said = text(request, 'priority');
	return said === 'stat' ? 'stat' : said === 'urgent' || said === 'asap' ? 'urgent' : 'routine';
}

export function toOf(request: FhirResource): Referral['to'] {
	const performer = list(request, 'performer')[0];
	const site = text(performer, 'identifier', 'system') === SITE_SYSTEM ? (text(performer, 'identifier', 'value') ?? null) : null;
	return { site, name: text(performer, 'display') ?? '' };
}

/** Id of the request that a Task is about; '' for another focus. */
export const focusOf = (task: FhirResource): string => {
	const [type, id, ...more] = (text(task, 'focus', 'reference') ?? '').split('/');
	return type === 'ServiceRequest' && id !== undefined && more.length === 0 ? id : '';
};

export const answersIn = (task: FhirResource): readonly string[] => list(task, 'output').flatMap((output) => text(output, 'valueString') ?? []);

/** All referrals of a person, over all charts that are of them; the ones sent last come first. */
export function referralsOf(resources: readonly FhirResource[]): readonly Referral[] {
	const valid = resources.filter(inForce).toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : idOf(a) > idOf(b) ? 1 : 0));
	const tasks = valid.filter(isReferralTask);
	return valid.filter(isReferral).map((request): Referral => {
		const own = tasks.filter((task) => idOf(request) !== '' && focusOf(task) === idOf(request));
		const steps = own.map(stepOf).filter((step) => step !== null);
		const went = steps.some((step) => RANK[step] >= RANK.accepted);
		return {
			request, tasks: own.toSorted((a, b) => RANK[stepOf(b) ?? 'received'] - RANK[stepOf(a) ?? 'received']), state: standing(text(request, 'status') ?? '', steps),
			contradiction: went && (steps.includes('declined') || (text(request, 'status') === 'revoked' && !steps.includes('answered'))),
			to: toOf(request), urgency: urgencyOf(request), answers: own.flatMap(answersIn), sentOn: text(request, 'authoredOn') ?? ''
		};
	}).toSorted((a, b) => b.sentOn.localeCompare(a.sentOn));
}

/** Somebody still has to do something. */
export const isOpen = ({ state }: Pick<Referral, 'state'>): boolean => state !== 'closed' && state !== 'cancelled';

/** What the other side can say next. The sender says it for a place outside of the organization, which has no app to say it with. */
export function nextSteps(state: ReferralState): readonly Step[] {
	switch (state) {
		case 'sent': return ['received', 'accepted', 'declined'];
		case 'received': return ['accepted', 'arrived', 'declined'];
		case 'accepted': return ['arrived', 'answered'];
		case 'arrived': return ['answered'];
		case 'answered': case 'declined': case 'cancelled': case 'closed': return [];
	}
}

/** Days after which nobody having come is to be asked about. Ours: a guideline names none for all services. */
export const PATIENCE_DAYS: Readonly<Record<Urgency, number>> = { stat: 1, urgent: 7, routine: 30 };
const DAY_MS = 86_400_000;

/** Days beyond the patience of its urgency that nobody arrived; 0 while in time, or once somebody did. `now`: ms since 1970. */
export function overdueDays({ state, urgency, sentOn }: Pick<Referral, 'state' | 'urgency' | 'sentOn'>, now: number): number {
	const sent = Date.parse(sentOn);
	if (Number.isNaN(sent) || !['sent', 'received', 'accepted'].includes(state)) return 0;
	return Math.max(0, Math.floor((now - sent) / DAY_MS) - PATIENCE_DAYS[urgency]);
}

export interface ReferralFields {
	readonly to: { readonly site: string | null; readonly name: string };
	/** the service or what is asked of it, in words */
	readonly service: string;
	readonly reason: string;
	readonly urgency: Urgency;
	readonly note: string;
	/** what goes with it: entries of the chart with the words under which the other side finds them */
	readonly sent: readonly { readonly type: string; readonly id: string; readonly words: string }[];
}

export function writeReferral({ to, service, reason, urgency, note, sent }: ReferralFields, when: string): FhirResource {
	const performer: JsonObject = { ...(to.site === null ? {} : { identifier: { system: SITE_SYSTEM, value: to.site } }), display: to.name.trim() };
	return {
		resourceType: 'ServiceRequest', status: 'active', intent: 'order', category: [{ coding: [{ system: SNOMED, code: REFERRAL_CATEGORY }] }], code: { text: service.trim() }, priority: urgency, authoredOn: when,
		performer: [performer], reasonCode: [{ text: reason.trim() }], ...(sent.length === 0 ? {} : { supportingInfo: sent.map(({ type, id, words }): Json => ({ reference: `${type}/${id}`, display: words })) }),
		...(note.trim() === '' ? {} : { note: [{ text: note.trim() }] })
	};
}

/** What the other side did: a Task of its own, the same one for all steps. `answer` goes back with the last. */
export function writeStep(before: FhirResource | null, request: string, step: Step, words: string, when: string): FhirResource {
	const said = words.trim();
	const base: FhirResource = before ?? { resourceType: 'Task', status: STATUS[step], intent: 'order', code: { coding: [{ system: TASK_CODES, code: REFERRAL_TASK }] }, focus: { reference: `ServiceRequest/${request}` }, authoredOn: when };
	return {
		...base, status: STATUS[step], lastModified: when,
		...(step === 'answered' && said !== '' ? { output: [...list(base, 'output'), { type: { text: ANSWER }, valueString: said }] } : {}),
		...(step === 'declined' && said !== '' ? { statusReason: { text: said } } : {})
	};
}
const ANSWER = 'answer';

/** What was sent with it, as references. */
export const sentWith = (request: FhirResource): readonly { readonly reference: string; readonly words: string }[] =>
	list(request, 'supportingInfo').flatMap((one) => (text(one, 'reference') === undefined ? [] : [{ reference: text(one, 'reference') ?? '', words: text(one, 'display') ?? '' }]));
