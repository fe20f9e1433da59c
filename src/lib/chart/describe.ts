/**
 * A resource in words, the same in a chart, in the shared record, in a comparison and in an alert: what it is (never truncated), its
 * one value that must not be split by a line break, and the rest in reading order.
 */
import { m } from '$lib/paraglide/messages.js';
import { formatFhirDate } from '$lib/format/date.ts';
import { isolated } from '$lib/format/direction.ts';
import { formatNumber, formatPair, formatQuantity } from '$lib/format/number.ts';
import { visitWords } from '$lib/forms/describe.ts';
import { isNoKnownAllergy, readAllergy, type AllergyFields } from '$lib/fhir/allergy.ts';
import { readImmunization, vaccineName } from '$lib/fhir/immunization.ts';
import { dosageText, isCurrent, readMedication, type Frequency, type MedicationStatus, type Route } from '$lib/fhir/medication.ts';
import { diagnosesOf, readNote } from '$lib/fhir/note.ts';
import { readPatient, shownName } from '$lib/fhir/patient.ts';
import { readProblem, type ProblemStatus } from '$lib/fhir/problem.ts';
import { concept, flag, list, number, text } from '$lib/fhir/read.ts';
import { effective, readings, VITALS, type Reading, type Vital } from '$lib/fhir/vitals.ts';
import { careWords } from '$lib/care/words.ts';
import { laboratoryWords } from '$lib/laboratory/describe.ts';
import { answerOf, flagLook, quantityOf, resultName } from '$lib/laboratory/words.ts';
import { sexInWords } from '$lib/patient/words.ts';
import { judge, testOf } from '$sync/laboratory/flags.ts';
import { isAcknowledgement, isLabOrder, isLabResult } from '$sync/laboratory/orders.ts';
import { isReferralTask } from '$sync/referrals/referral.ts';
import { outcomeNames } from '$lib/worklist/outcomes.ts';
import { CALL, CALL_OUTCOMES } from '$sync/programmes/chart-work.ts';
import type { Json } from '$sync/change/change.ts';
import type { FhirResource } from '$sync/fhir/resource.ts';

export interface Described {
	readonly title: string;
	/** value with its unit, kept on one line; empty when there is none */
	readonly value: string;
	readonly details: readonly string[];
	/** the words of a note */
	readonly body: string;
	/** not in force any more, shown lighter and lower */
	readonly past: boolean;
}

const described = (title: string, rest: Partial<Omit<Described, 'title'>> = {}): Described => ({
	value: '', body: '', past: false, ...rest, title: title === '' ? m.not_recorded() : title, details: (rest.details ?? []).filter((d) => d !== '')
});

export function routeName(route: Route): string {
	const names: Readonly<Record<Route, () => string>> = {
		oral: m.route_oral, intramuscular: m.route_intramuscular, intravenous: m.route_intravenous, subcutaneous: m.route_subcutaneous,
		inhaled: m.route_inhaled, sublingual: m.route_sublingual, rectal: m.route_rectal, topical: m.route_topical
	};
	return names[route]();
}

export function frequencyName(frequency: Frequency): string {
	const names: Readonly<Record<Frequency, () => string>> = {
		'once-daily': m.frequency_once_daily, 'twice-daily': m.frequency_twice_daily, 'three-daily': m.frequency_three_daily, 'four-daily': m.frequency_four_daily,
		'every-other-day': m.frequency_every_other_day, weekly: m.frequency_weekly, monthly: m.frequency_monthly, once: m.frequency_once
	};
	return names[frequency]();
}

export function medicationStatusName(status: MedicationStatus): string {
	const names: Readonly<Record<MedicationStatus, () => string>> = {
		active: m.medicine_active, 'on-hold': m.medicine_on_hold, completed: m.medicine_completed, stopped: m.medicine_stopped, draft: m.medicine_draft
	};
	return names[status]();
}

export function problemStatusName(status: ProblemStatus): string {
	const names: Readonly<Record<ProblemStatus, () => string>> = {
		active: m.problem_active, recurrence: m.problem_recurrence, remission: m.problem_remission, inactive: m.problem_inactive, resolved: m.problem_resolved
	};
	return names[status]();
}

export function allergyStatusName(status: AllergyFields['status']): string {
	return status === 'active' ? m.allergy_active() : status === 'inactive' ? m.allergy_inactive() : m.allergy_resolved();
}
export function severityName(severity: NonNullable<AllergyFields['severity']>): string {
	return severity === 'mild' ? m.severity_mild() : severity === 'moderate' ? m.severity_moderate() : severity === 'severe' ? m.severity_severe() : '';
}
export function criticalityName(criticality: AllergyFields['criticality']): string {
	return criticality === 'low' ? m.criticality_low() : criticality === 'high' ? m.criticality_high() : criticality === '' ? '' : m.criticality_unknown();
}

export function vitalName(vital: Vital): string {
	const names: Readonly<Record<Vital, () => string>> = {
		systolic: m.vital_systolic, diastolic: m.vital_diastolic, pulse: m.vital_pulse, temperature: m.vital_temperature, weight: m.vital_weight, height: m.vital_height
	};
	return names[vital]();
}

function allergy(resource: FhirResource): Described {
	const f = readAllergy(resource);
	if (isNoKnownAllergy(resource)) return described(m.allergies_none_known());
	return described(f.substance, {
		details: [f.reactions, f.severity === '' ? '' : severityName(f.severity), criticalityName(f.criticality), allergyStatusName(f.status), f.verification === 'unconfirmed' ? m.allergy_unconfirmed() : '', f.onset === '' ? '' : m.since({ date: formatFhirDate(f.onset) }), f.note],
		past: f.status !== 'active'
	});
}

function problem(resource: FhirResource): Described {
	const f = readProblem(resource);
	return described(f.name, {
		details: [problemStatusName(f.status), f.certainty === 'provisional' ? m.problem_provisional() : '', f.onset === '' ? '' : m.since({ date: formatFhirDate(f.onset) }), f.abatement === '' ? '' : m.until({ date: formatFhirDate(f.abatement) }), f.note],
		past: !['active', 'recurrence'].includes(f.status)
	});
}

function medication(resource: FhirResource): Described {
	const f = readMedication(resource);
	const dose = f.dose === '' ? '' : m.dose_of({ dose: formatQuantity(Number(f.dose), f.unit) });
	const words = [f.route === '' ? '' : routeName(f.route), f.frequency === '' ? '' : frequencyName(f.frequency), f.asNeeded ? m.as_needed() : '', f.days === '' ? '' : m.for_days({ count: Number(f.days) })];
	const free = words.every((w) => w === '') && f.dose === '' ? (dosageText(resource) ?? '') : '';
	return described(f.drug, { value: dose, details: [...words, free, medicationStatusName(f.status), f.note, startedOn(resource)], past: !isCurrent(resource) });
}

function startedOn(resource: FhirResource): string {
	const on = text(resource, 'authoredOn');
	return on === undefined ? '' : m.ordered_on({ date: formatFhirDate(on) });
}

/** The value of an observation or a component, of whichever type it is. */
function valueInWords(from: Json): string {
	const value = number(from, 'valueQuantity', 'value');
	if (value !== undefined) return formatQuantity(value, text(from, 'valueQuantity', 'unit') ?? text(from, 'valueQuantity', 'code') ?? '');
	const whole = number(from, 'valueInteger');
	if (whole !== undefined) return formatNumber(whole);
	const whether = flag(from, 'valueBoolean');
	if (whether !== undefined) return whether ? m.form_yes() : m.form_no();
	return concept(from, 'valueCodeableConcept') ?? text(from, 'valueString') ?? formatWhen(text(from, 'valueDateTime'));
}

const formatWhen = (date: string | undefined): string => (date === undefined ? '' : formatFhirDate(date));

/** A vital sign to two decimals: what an instrument at a bedside can tell; imported ones carry digits that mean nothing. */
const rounded = (value: number): number => Math.round(value * 100) / 100;

export function readingInWords(reading: Reading): string {
	return formatQuantity(rounded(reading.value), reading.unit);
}

function observation(resource: FhirResource): Described {
	const found = readings(resource);
	const when = formatWhen(effective(resource) === '' ? undefined : effective(resource));
	const corrected = ['corrected', 'amended'].includes(text(resource, 'status') ?? '') ? m.corrected() : '';
	const systolic = found.find((r) => r.vital === 'systolic');
	const diastolic = found.find((r) => r.vital === 'diastolic');
	if (systolic !== undefined && diastolic !== undefined) {
		return described(m.vital_pressure(), { value: formatQuantityPair(systolic, diastolic), details: [when, corrected] });
	}
	const only = found[0];
	if (only !== undefined) return described(vitalName(only.vital), { value: readingInWords(only), details: [when, corrected] });
	const parts = list(resource, 'component').map((c) => m.component_value({ name: concept(c, 'code') ?? '', value: valueInWords(c) }));
	if (isLabResult(resource) && testOf(resource) !== null) {
		const { flag } = judge(resource, { sex: null, birthDate: null, pregnancyWeeks: null });
		return described(resultName(resource), { value: quantityOf(resource) ?? answerOf(resource) ?? valueInWords(resource), details: [...parts, flag === null || flag === 'normal' ? '' : flagLook(flag).name, when, corrected] });
	}
	return described(concept(resource, 'code') ?? '', { value: valueInWords(resource), details: [...parts, interpretationWords(resource), when, corrected] });
}

/** The laboratory's own judgement; a bare code in the words of the flags. */
function interpretationWords(resource: FhirResource): string {
	const { flag } = judge({ resourceType: 'Observation', ...(resource['interpretation'] === undefined ? {} : { interpretation: resource['interpretation'] }) }, { sex: null, birthDate: null, pregnancyWeeks: null });
	return flag === null ? (concept(resource, 'interpretation', 0) ?? '') : flag === 'normal' ? '' : flagLook(flag).name;
}

const formatQuantityPair = (a: Reading, b: Reading): string => formatPair(rounded(a.value), rounded(b.value), VITALS.systolic.unit);

function immunization(resource: FhirResource): Described {
	const f = readImmunization(resource);
	const date = formatFhirDate(text(resource, 'occurrenceDateTime') ?? text(resource, 'occurrenceString'));
	return described(vaccineName(resource), {
		value: f.dose === '' ? '' : m.vaccine_dose({ number: f.dose }),
		details: [f.given === 'completed' ? m.vaccine_given({ date }) : m.vaccine_not_given({ date }), f.reason, f.lot === '' ? '' : m.vaccine_lot({ lot: f.lot })],
		past: f.given === 'not-done'
	});
}

function patient(resource: FhirResource): Described {
	const f = readPatient(resource);
	return described(shownName(resource), { details: [f.birthDate === '' ? m.born_not_known() : m.born_on({ date: formatFhirDate(f.birthDate) }), sexInWords(f.gender), f.village, isolated(f.phone), isolated(f.identifier)] });
}

/** What came of a call to somebody who did not come; a message says itself. */
function callOutcome(resource: FhirResource): string {
	const said = list(resource, 'topic', 'coding').flatMap((one) => (text(one, 'system') === CALL ? (text(one, 'code') ?? []) : []))[0];
	const outcome = CALL_OUTCOMES.find((one) => one === said);
	return outcome === undefined ? '' : outcomeNames[outcome]();
}

export function describe(resource: FhirResource): Described {
	switch (resource.resourceType) {
		case 'AllergyIntolerance': return allergy(resource);
		case 'Condition': return problem(resource);
		case 'MedicationRequest': return medication(resource);
		case 'Observation': return observation(resource);
		case 'Immunization': return immunization(resource);
		case 'Patient': return patient(resource);
		case 'Composition': {
			const f = readNote(resource);
			const date = text(resource, 'date');
			return described(f.title, { body: f.body, details: [date === undefined ? '' : formatFhirDate(date), ...diagnosesOf(resource), text(resource, 'status') === 'amended' ? m.note_amended() : ''] });
		}
		case 'Procedure': case 'Goal': case 'CarePlan': case 'CareTeam': return described(...careWords(resource));
		case 'ServiceRequest': return isLabOrder(resource) ? described(...laboratoryWords(resource)) : described(...careWords(resource));
		case 'Task': return isReferralTask(resource) ? described(...careWords(resource)) : isAcknowledgement(resource) ? described(...laboratoryWords(resource)) : described(text(resource, 'description') ?? concept(resource, 'code') ?? '', { details: [text(resource, 'status') ?? ''] });
		case 'Specimen': case 'DiagnosticReport': return described(...laboratoryWords(resource));
		case 'Encounter': case 'QuestionnaireResponse': case 'Appointment': return described(...visitWords(resource));
		case 'Communication': return described(list(resource, 'payload').flatMap((one) => text(one, 'contentString') ?? []).join(' ') || callOutcome(resource), { details: [formatWhen(text(resource, 'sent'))] });
		default: return described(concept(resource, 'code') ?? concept(resource, 'type') ?? resource.resourceType, { details: [resource.resourceType, text(resource, 'status') ?? ''] });
	}
}

/** When an entry was true of the patient, for sorting: newest first. Empty sorts last. */
export function clinicalDate(resource: FhirResource): string {
	return text(resource, 'effectiveDateTime') ?? text(resource, 'performedDateTime') ?? text(resource, 'collection', 'collectedDateTime') ?? text(resource, 'startDate') ?? text(resource, 'period', 'start') ?? text(resource, 'authored') ?? text(resource, 'requestedPeriod', 0, 'start') ?? text(resource, 'occurrenceDateTime') ?? text(resource, 'date') ?? text(resource, 'authoredOn') ?? text(resource, 'onsetDateTime') ?? text(resource, 'recordedDate') ?? text(resource, 'issued') ?? text(resource, 'created') ?? '';
}
