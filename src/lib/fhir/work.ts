/**
 * Tasks, appointments, messages and calls as FHIR. What becomes of them in the day's lists is read by `sync/programmes/chart-work.ts`.
 */
import type { Json } from '$sync/change/change.ts';
import type { FhirResource } from '$sync/fhir/resource.ts';
import { CALL, CALL_REASON, CALL_UNTIL, COMMUNICATION, type CallOutcome } from '$sync/programmes/chart-work.ts';
import { part, withElements } from './write.ts';
import { text } from './read.ts';

const person = (member: string): Json => ({ reference: `Practitioner/${member}` });

export interface TaskFields { what: string; /** FHIR date, '' for none */ due: string; /** a member's id, '' for whoever comes first */ owner: string; urgent: boolean }

export function writeTask(fields: TaskFields, member: string, now: string): FhirResource {
	return withElements({ resourceType: 'Task', status: 'requested', intent: 'order', authoredOn: now, requester: person(member) }, {
		description: fields.what.trim(), priority: fields.urgent ? 'urgent' : 'routine', restriction: fields.due === '' ? undefined : { period: { end: fields.due } }, owner: fields.owner === '' ? undefined : person(fields.owner)
	});
}

export const finishTask = (task: FhirResource, now: string): FhirResource => withElements(task, { status: 'completed', lastModified: now });

export interface AppointmentFields { /** FHIR date */ day: string; /** `HH:mm`, '' for any time of the day */ time: string; what: string }

/** Minutes that a visit is planned for where nobody says otherwise. */
const MINUTES = 15;

/** A day with a time of the device's zone; FHIR asks for start and end of what is booked, and leaves them out of what is only agreed for a day (app-3). */
function timeOf(day: string, time: string, minutes: number, zoned: (ms: number) => string): { readonly [element: string]: Json | undefined } {
	if (time === '') return { status: 'proposed', start: undefined, end: undefined, minutesDuration: undefined, requestedPeriod: [{ start: day, end: day }] };
	const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
	const [hour = 0, minute = 0] = time.split(':').map(Number);
	const start = new Date(year, month - 1, date, hour, minute).getTime();
	return { status: 'booked', start: zoned(start), end: zoned(start + minutes * 60_000), minutesDuration: minutes, requestedPeriod: undefined };
}

export function readAppointment(resource: FhirResource): AppointmentFields {
	const start = text(resource, 'start');
	const at = start === undefined ? null : new Date(start);
	const two = (n: number): string => String(n).padStart(2, '0');
	const local = at === null || Number.isNaN(at.getTime()) ? null : at;
	return {
		day: local === null ? (text(resource, 'requestedPeriod', 0, 'start') ?? '').slice(0, 10) : `${local.getFullYear()}-${two(local.getMonth() + 1)}-${two(local.getDate())}`,
		time: local === null ? '' : `${two(local.getHours())}:${two(local.getMinutes())}`, what: text(resource, 'description') ?? ''
	};
}

/** `zoned`: a FHIR dateTime of ms since 1970 with the device's offset. */
export function writeAppointment(before: FhirResource | null, fields: AppointmentFields, zoned: (ms: number) => string, now: string): FhirResource {
	const base: FhirResource = before ?? { resourceType: 'Appointment', created: now, participant: [{ actor: { type: 'Patient' }, status: 'accepted' }] };
	return withElements(base, { ...timeOf(fields.day, fields.time, MINUTES, zoned), description: fields.what.trim() });
}

export const appointmentStatus = (resource: FhirResource, status: 'arrived' | 'noshow' | 'cancelled'): FhirResource => withElements(resource, { status });

export interface MessageFields { /** ids of members; empty: everybody at the site */ to: readonly string[]; words: string; urgent: boolean; /** id of the message that it answers, '' for none */ answers: string }

export function writeMessage(fields: MessageFields, member: string, now: string): FhirResource {
	return withElements({ resourceType: 'Communication', status: 'completed', category: [{ coding: [{ system: COMMUNICATION, code: 'message' }] }], sender: person(member), sent: now }, {
		recipient: fields.to.map(person), payload: [{ contentString: fields.words.trim() }], priority: fields.urgent ? 'urgent' : 'routine', inResponseTo: fields.answers === '' ? undefined : [{ reference: `Communication/${fields.answers}` }]
	});
}

export const CALL_REASONS = ['died', 'moved', 'elsewhere', 'refuses', 'number', 'other'] as const;
export type CallReason = (typeof CALL_REASONS)[number];
export interface CallFields { outcome: CallOutcome; /** FHIR date agreed, or on which to call again; '' for none */ until: string; reason: CallReason | ''; note: string }

export function writeCall(fields: CallFields, member: string, now: string): FhirResource {
	const reason = fields.outcome === 'removed' && fields.reason !== '' ? [{ system: CALL_REASON, code: fields.reason }] : [];
	return withElements({
		resourceType: 'Communication', status: 'completed', category: [{ coding: [{ system: COMMUNICATION, code: 'call' }] }], sender: person(member), sent: now,
		medium: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationMode', code: 'PHONE' }] }], topic: { coding: [{ system: CALL, code: fields.outcome }, ...reason] }
	}, {
		payload: fields.note.trim() === '' ? undefined : [{ contentString: fields.note.trim() }], extension: fields.until === '' ? undefined : [part({ url: CALL_UNTIL, valueDate: fields.until }) ?? {}]
	});
}
