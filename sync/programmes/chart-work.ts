/**
 * What one chart has for the day's lists: facts that programmes look at, and what is open in it: tasks, appointments, visits, messages, and the last call to
 * somebody who did not come.
 *
 * Taken from the entries in force of one compartment, and small: an index holds it for all patients. What is shown of an entry beyond this is
 * read from its chart.
 */
import type { Json } from '../change/change.ts';
import { at, concept, list, number, text } from '../fhir/path.ts';
import type { FhirResource } from '../fhir/resource.ts';
import { dayOf } from './calendar.ts';
import { factsOf, type Fact } from './kept-facts.ts';
import { hasOrders, ORDER_TYPES, ordersKept, type KeptOrders } from './kept-orders.ts';

/** An entry in force, with who began it (an actor's id) and when (ms since 1970), from its verified changes. */
export interface WorkEntry { readonly id: string; readonly resource: FhirResource; readonly by: string; readonly at: number }

export interface OpenTask { readonly id: string; readonly what: string; /** FHIR date, '' when none was set */ readonly due: string; readonly urgent: boolean; /** a member's id, '' for whoever comes first */ readonly owner: string; readonly by: string; readonly at: number }
export type AppointmentStatus = 'proposed' | 'pending' | 'booked' | 'arrived' | 'fulfilled' | 'cancelled' | 'noshow' | 'checked-in' | 'waitlist';
export interface KeptAppointment {
	readonly id: string;
	/** FHIR date or dateTime with the zone in which it was agreed */
	readonly start: string;
	/** 0: not said */
	readonly minutes: number;
	readonly status: AppointmentStatus;
	readonly what: string;
	/** FHIR dateTime, '' when not said */
	readonly made: string;
}
export interface OpenVisit { readonly id: string; readonly since: string; readonly what: string }
/** `to`: ids of members; empty: everybody at the site. */
export interface KeptMessage { readonly id: string; readonly words: string; readonly to: readonly string[]; readonly urgent: boolean; /** the message that it answers, '' for none */ readonly answers: string; readonly by: string; readonly at: number }

export const CALL_OUTCOMES = ['agreed', 'later', 'no-answer', 'removed'] as const;
export type CallOutcome = (typeof CALL_OUTCOMES)[number];
/** `until`: FHIR date that was agreed, or on which to call again; '' for none. `reason`: code of why nobody is to call any more, '' for none. */
export interface KeptCall { readonly id: string; readonly outcome: CallOutcome; readonly until: string; readonly reason: string; readonly note: string; readonly by: string; readonly at: number }

export interface ChartWork {
	readonly facts: readonly Fact[];
	/** ms since 1970 of the last visit's beginning; 0: none */
	readonly seen: number;
	readonly call: KeptCall | null;
	readonly tasks: readonly OpenTask[];
	readonly visits: readonly OpenVisit[];
	readonly messages: readonly KeptMessage[];
	readonly appointments: readonly KeptAppointment[];
	readonly orders: KeptOrders;
}

export const TASK_CODES = 'urn:saddlebag:task';
export const COMMUNICATION = 'urn:saddlebag:communication';
export const CALL = 'urn:saddlebag:call';
export const CALL_REASON = 'urn:saddlebag:call:reason';
export const CALL_UNTIL = 'urn:saddlebag:call:until';
/** Types of which anything is kept: others need not be folded. */
export const WORK_TYPES: ReadonlySet<string> = new Set(['Immunization', 'Observation', 'Encounter', 'Condition', 'Task', 'Appointment', 'Communication', ...ORDER_TYPES]);

const OPEN_TASK = ['requested', 'received', 'accepted', 'ready', 'in-progress', 'on-hold'];
const APPOINTMENT: readonly AppointmentStatus[] = ['proposed', 'pending', 'booked', 'arrived', 'fulfilled', 'cancelled', 'noshow', 'checked-in', 'waitlist'];
const OPEN_VISIT = ['arrived', 'triaged', 'in-progress', 'onleave'];
/** of a chart, the newest: more would be a chart of its own */
const MESSAGES_MAX = 40;
const APPOINTMENTS_MAX = 24;
const TASKS_MAX = 40;
const WORDS_MAX = 400;

const words = (said: string | undefined): string => (said ?? '').trim().slice(0, WORDS_MAX);
const isUrgent = (resource: FhirResource): boolean => ['stat', 'asap', 'urgent'].includes(text(resource, 'priority') ?? '');
const coded = (from: Json | undefined, system: string): string | undefined => list(from, 'coding').flatMap((coding) => (text(coding, 'system') === system ? (text(coding, 'code') ?? []) : []))[0];
/** The id in a reference to a member; '' for another reference. */
const memberIn = (reference: Json | undefined): string => /^Practitioner\/([0-9a-f]{32})$/u.exec(text(reference, 'reference') ?? '')?.[1] ?? '';
/** A date or dateTime that names a day, else ''. */
const dated = (date: string | undefined): string => (date !== undefined && dayOf(date) !== null ? date.slice(0, 35) : '');

function taskOf({ id, resource, by, at: when }: WorkEntry): OpenTask | null {
	// what is done about a referral or a laboratory result is a task too, and stands with it
	if (!OPEN_TASK.includes(text(resource, 'status') ?? '') || coded(at(resource, 'code'), TASK_CODES) !== undefined) return null;
	const due = dated(text(resource, 'restriction', 'period', 'end') ?? text(resource, 'executionPeriod', 'end') ?? text(resource, 'executionPeriod', 'start'));
	return { id, what: words(text(resource, 'description') ?? concept(resource, 'code')), due: due.slice(0, 10), urgent: isUrgent(resource), owner: memberIn(at(resource, 'owner')), by, at: when };
}

function appointmentOf({ id, resource }: WorkEntry): KeptAppointment | null {
	const status = APPOINTMENT.find((one) => one === text(resource, 'status'));
	const start = dated(text(resource, 'start') ?? text(resource, 'requestedPeriod', 0, 'start'));
	if (status === undefined || start === '') return null;
	const minutes = number(resource, 'minutesDuration') ?? 0;
	return { id, start, minutes: minutes > 0 && minutes <= 1440 ? Math.round(minutes) : 0, status, what: words(text(resource, 'description') ?? concept(resource, 'serviceType', 0) ?? concept(resource, 'reasonCode', 0)), made: dated(text(resource, 'created')) };
}

function visitOf({ id, resource }: WorkEntry): OpenVisit | null {
	const since = dated(text(resource, 'period', 'start'));
	return OPEN_VISIT.includes(text(resource, 'status') ?? '') && since !== '' ? { id, since, what: words(concept(resource, 'type', 0)) } : null;
}

function messageOf({ id, resource, by, at: when }: WorkEntry): KeptMessage | null {
	if (coded(at(resource, 'category', 0), COMMUNICATION) !== 'message') return null;
	const said = words(list(resource, 'payload').flatMap((payload) => text(payload, 'contentString') ?? []).join('\n'));
	const answers = /^Communication\/([0-9a-f]{32})$/u.exec(text(resource, 'inResponseTo', 0, 'reference') ?? '')?.[1] ?? '';
	return said === '' ? null : { id, words: said, to: list(resource, 'recipient').map(memberIn).filter((member) => member !== ''), urgent: isUrgent(resource), answers, by, at: when };
}

function callOf({ id, resource, by, at: when }: WorkEntry): KeptCall | null {
	const said = coded(at(resource, 'topic'), CALL);
	const outcome = CALL_OUTCOMES.find((one) => one === said);
	if (outcome === undefined || coded(at(resource, 'category', 0), COMMUNICATION) !== 'call') return null;
	const until = list(resource, 'extension').flatMap((one) => (text(one, 'url') === CALL_UNTIL ? (text(one, 'valueDate') ?? []) : []))[0];
	return { id, outcome, until: dated(until).slice(0, 10), reason: words(coded(at(resource, 'topic'), CALL_REASON)).slice(0, 20), note: words(text(resource, 'payload', 0, 'contentString')), by, at: when };
}

const newestFirst = <T extends { readonly at: number; readonly id: string }>(a: T, b: T): number => b.at - a.at || (a.id < b.id ? -1 : 1);

/** The beginning of the last visit, in ms since 1970. */
function lastSeen(resources: readonly FhirResource[]): number {
	let last = 0;
	for (const resource of resources) {
		if (resource.resourceType !== 'Encounter' || ['planned', 'cancelled'].includes(text(resource, 'status') ?? '')) continue;
		const ms = Date.parse(text(resource, 'period', 'start') ?? '');
		if (ms > last) last = ms;
	}
	return last;
}

/** What is kept of the entries in force of one compartment of a chart; null when there is nothing. The order of the entries does not matter. */
export function workOf(entries: readonly WorkEntry[]): ChartWork | null {
	const ordered = entries.toSorted((a, b) => (a.id < b.id ? -1 : 1));
	const of = <T>(type: string, make: (entry: WorkEntry) => T | null): readonly T[] => ordered.filter(({ resource }) => resource.resourceType === type).map(make).filter((made) => made !== null);
	const resources = ordered.map(({ resource }) => resource);
	const work: ChartWork = {
		facts: factsOf(resources), seen: lastSeen(resources), call: [...of('Communication', callOf)].sort(newestFirst)[0] ?? null,
		tasks: [...of('Task', taskOf)].sort(newestFirst).slice(0, TASKS_MAX), visits: of('Encounter', visitOf),
		messages: [...of('Communication', messageOf)].sort(newestFirst).slice(0, MESSAGES_MAX),
		appointments: [...of('Appointment', appointmentOf)].sort((a, b) => b.start.localeCompare(a.start) || (a.id < b.id ? -1 : 1)).slice(0, APPOINTMENTS_MAX), orders: ordersKept(resources)
	};
	const empty = !hasOrders(work.orders) && work.facts.length === 0 && work.seen === 0 && work.call === null && [work.tasks, work.visits, work.messages, work.appointments].every((part) => part.length === 0);
	return empty ? null : work;
}
