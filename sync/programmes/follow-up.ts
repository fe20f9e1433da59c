/** Follow-up that a chart shows to be owed: antenatal contacts, hypertension, diabetes, tuberculosis, and agreed dates that passed, by the intervals of a schedule. */
import type { Json } from '../change/change.ts';
import { at, concept, list, number, text } from '../fhir/path.ts';
import type { FhirResource } from '../fhir/resource.ts';
import { dateOf, dayOf, months, WEEK } from './calendar.ts';
import { stateOf, type Due, type PatientFacts } from './due.ts';
import type { AntenatalRule, FollowUpRule, TuberculosisRule } from './schedule.ts';

const PREGNANCY_DAYS = 280;
/** A pregnancy whose end nobody recorded is not followed beyond this. */
const PREGNANCY_ENDS = 43 * WEEK;

interface Dated { readonly day: number; readonly resource: FhirResource; /** the resource, or the component with the code */ readonly part: Json }

const hasCode = (from: Json | undefined, codes: readonly string[]): boolean => list(from, 'coding').some((c) => codes.includes(text(c, 'code') ?? ''));

/** Observations (or components) with one of these codes, the newest first. */
function observed(facts: PatientFacts, ...codes: readonly string[]): readonly Dated[] {
	return facts.resources.filter((r) => r.resourceType === 'Observation').flatMap((resource) => {
		const day = dayOf(text(resource, 'effectiveDateTime'));
		return day === null ? [] : [resource, ...list(resource, 'component')].filter((part) => hasCode(at(part, 'code'), codes)).map((part) => ({ day, resource, part }));
	}).sort((a, b) => b.day - a.day);
}

/** Visits with a form of that name, the newest first. */
function visits(facts: PatientFacts, name: string): readonly number[] {
	return facts.resources.filter((r) => r.resourceType === 'Encounter' && list(r, 'type').some((type) => hasCode(type, [name]))).flatMap((r) => dayOf(text(r, 'period', 'start')) ?? []).sort((a, b) => b - a);
}

const isProblem = (r: FhirResource, words: RegExp, icd: RegExp): boolean => r.resourceType === 'Condition' && hasCode(at(r, 'clinicalStatus'), ['active', 'recurrence', 'relapse'])
	&& (words.test(concept(r, 'code') ?? '') || list(r, 'code', 'coding').some((c) => icd.test(text(c, 'code') ?? '')));

/** An active problem in words, ICD-10 or SNOMED CT. */
export const isHypertension = (r: FhirResource): boolean => isProblem(r, /hypertensi/iu, /^I1[0-5]|^38341003$|^59621000$/u);
export const isDiabetes = (r: FhirResource): boolean => isProblem(r, /diabet/iu, /^E1[0-4]|^44054006$|^73211009$/u);

/** The beginning of the pregnancy by the newest date of an ultrasound, else of the last period, that fits today. */
function pregnantSince(facts: PatientFacts, today: number): number | null {
	const fits = (start: number | null): start is number => start !== null && today - start >= 0 && today - start <= PREGNANCY_ENDS;
	const edd = observed(facts, '11781-2').map(({ part }) => dayOf(text(part, 'valueDateTime'))).map((day) => (day === null ? null : day - PREGNANCY_DAYS)).find(fits);
	return edd ?? observed(facts, '8665-2').map(({ part }) => dayOf(text(part, 'valueDateTime'))).find(fits) ?? null;
}

export function antenatalDue(facts: PatientFacts, today: number, { weeks, grace, source }: AntenatalRule): readonly Due[] {
	const start = facts.sex === 'male' ? null : pregnantSince(facts, today);
	if (start === null) return [];
	const contacts = visits(facts, 'antenatal-contact').filter((day) => day >= start);
	const last = contacts[0];
	// the contact of a week is made from two weeks before it on, and the first at any time up to its week
	const done = last === undefined ? 0 : Math.max(weeks[0] ?? 0, Math.floor((last - start) / WEEK) + 2);
	const index = weeks.findIndex((week) => week > done);
	const week = weeks[index];
	if (week === undefined) return [];
	const on = start + week * WEEK;
	return [{ programme: 'antenatal', key: `antenatal/${dateOf(start)}/${week}`, what: { kind: 'contact', number: index + 1, week }, state: stateOf(on, today, grace), on: dateOf(on), late: today - on, form: 'antenatal-contact', source }];
}

const visitDue = (programme: 'hypertension' | 'diabetes' | 'tuberculosis', form: string, on: number, today: number, grace: number, source: string): Due =>
	({ programme, key: `${programme}/${dateOf(on)}`, what: { kind: 'visit' }, state: stateOf(on, today, grace), on: dateOf(on), late: today - on, form, source });

/** Sooner after a reading above target than after one at target. */
export function hypertensionDue(facts: PatientFacts, today: number, { afterHigh, otherwise, grace, source }: FollowUpRule): readonly Due[] {
	const visit = visits(facts, 'hypertension-follow-up')[0];
	if (visit === undefined && !facts.resources.some(isHypertension)) return [];
	const [systolic, diastolic] = [observed(facts, '8480-6')[0], observed(facts, '8462-4')[0]];
	const last = Math.max(systolic?.day ?? -Infinity, visit ?? -Infinity);
	if (!Number.isFinite(last)) return [visitDue('hypertension', 'hypertension-follow-up', today, today, grace, source)];
	const high = (number(systolic?.part, 'valueQuantity', 'value') ?? 0) >= 140 || (number(diastolic?.part, 'valueQuantity', 'value') ?? 0) >= 90;
	return [visitDue('hypertension', 'hypertension-follow-up', last + (high ? afterHigh : otherwise), today, grace, source)];
}

export function diabetesDue(facts: PatientFacts, today: number, { afterHigh, otherwise, grace, source }: FollowUpRule): readonly Due[] {
	const visit = visits(facts, 'diabetes-follow-up')[0];
	if (visit === undefined && !facts.resources.some(isDiabetes)) return [];
	const fasting = observed(facts, '14771-0', '1558-6')[0];
	const last = Math.max(fasting?.day ?? -Infinity, visit ?? -Infinity);
	if (!Number.isFinite(last)) return [visitDue('diabetes', 'diabetes-follow-up', today, today, grace, source)];
	const limit = text(fasting?.part, 'valueQuantity', 'code') === 'mg/dL' ? 126 : 7;
	const high = (number(fasting?.part, 'valueQuantity', 'value') ?? 0) >= limit;
	return [visitDue('diabetes', 'diabetes-follow-up', last + (high ? afterHigh : otherwise), today, grace, source)];
}

/** Visits closer together in the first months; sputum at the end of some. Six months of treatment. */
export function tuberculosisDue(facts: PatientFacts, today: number, { first, firstMonths, then, grace, sputum: sputumMonths, source }: TuberculosisRule): readonly Due[] {
	const start = observed(facts, 'tb-treatment-start').map(({ part }) => dayOf(text(part, 'valueDateTime'))).find((day) => day !== null) ?? null;
	if (start === null || today < start || today - start > months(8)) return [];
	const last = Math.max(start, visits(facts, 'tuberculosis-follow-up').find((day) => day >= start) ?? start);
	const next = last + (last - start < months(firstMonths) ? first : then);
	const visit = next - start > months(6) + 28 ? [] : [visitDue('tuberculosis', 'tuberculosis-follow-up', next, today, grace, source)];
	const smears = observed(facts, '11545-1').filter(({ part }) => !hasCode(at(part, 'valueCodeableConcept'), ['not-done'])).map(({ day }) => day);
	const sputum = sputumMonths.flatMap((month): readonly Due[] => {
		const on = start + months(month) - 7;
		if (smears.some((day) => day >= on - 14) || today < on - 28) return [];
		return [{ programme: 'tuberculosis', key: `tuberculosis/sputum/${month}`, what: { kind: 'sputum', month }, state: stateOf(on, today, 14), on: dateOf(on), late: today - on, form: 'tuberculosis-follow-up', source }];
	});
	// one that a later one has made pointless is not asked for again
	return [...visit, ...sputum.slice(-1)];
}

/** States of an appointment that somebody is expected to, or stayed away from. */
const AWAITED = ['proposed', 'pending', 'booked', 'noshow'];

/** Agreed dates to which nobody came: no visit on that day or after it, and no new date agreed. */
export function appointmentsDue(facts: PatientFacts, today: number): readonly Due[] {
	const seen = facts.resources.filter((r) => r.resourceType === 'Encounter').flatMap((r) => dayOf(text(r, 'period', 'start')) ?? []);
	const agreed = facts.resources.filter((r) => r.resourceType === 'Appointment' && AWAITED.includes(text(r, 'status') ?? '')).map((resource) => ({ resource, on: dayOf(text(resource, 'start') ?? text(resource, 'requestedPeriod', 0, 'start')) }));
	const ahead = agreed.some(({ resource, on }) => on !== null && on >= today && text(resource, 'status') !== 'noshow');
	return agreed.flatMap(({ resource: r, on }): readonly Due[] => {
		const made = dayOf(text(r, 'created')) ?? -Infinity;
		// who comes up to a week early has come; who has another date ahead is awaited then
		if (on === null || seen.some((day) => day > made && day >= on - WEEK) || (on < today && ahead)) return [];
		const missed = text(r, 'status') === 'noshow';
		return [{ programme: 'appointment', key: `appointment/${text(r, 'id') ?? dateOf(on)}`, what: { kind: 'appointment', description: text(r, 'description') ?? '' }, state: missed && today >= on ? 'overdue' : stateOf(on, today, 0), on: dateOf(on), late: today - on, form: null, source: '' }];
	});
}

/** Completed weeks of pregnancy on a day (FHIR date or dateTime), by the dates in the chart; null: not known to be pregnant then. */
export function weeksPregnant(facts: PatientFacts, when: string): number | null {
	const day = dayOf(when);
	const start = day === null || facts.sex === 'male' ? null : pregnantSince(facts, day);
	return day === null || start === null ? null : Math.floor((day - start) / WEEK);
}
