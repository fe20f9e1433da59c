/** Elements and groups of FHIR in the words of the screens, for comparisons and conflicts. */
import { m } from '$lib/paraglide/messages.js';
import { formatFhirDate } from '$lib/format/date.ts';
import { formatQuantity } from '$lib/format/number.ts';
import { sexInWords } from '$lib/patient/words.ts';
import { concept, isJson, list, number, text } from '$lib/fhir/read.ts';
import type { Json } from '$sync/change/change.ts';

const names: ReadonlyMap<string, () => string> = new Map([
	['birthDate', m.field_birth_date], ['birth', m.field_birth_date], ['gender', m.sex], ['sex', m.sex], ['name', m.field_name], ['telecom', m.phone], ['address', m.element_address], ['identifier', m.identifier],
	['deceased', m.element_deceased], ['deceasedBoolean', m.element_deceased], ['deceasedDateTime', m.element_deceased], ['status', m.element_status], ['clinicalStatus', m.element_status], ['verificationStatus', m.element_certainty],
	['criticality', m.allergy_criticality], ['reaction', m.allergy_reactions], ['medication', m.medicine_drug], ['medicationCodeableConcept', m.medicine_drug], ['dosageInstruction', m.element_dosage], ['dosage', m.element_dosage],
	['code', m.element_code], ['value', m.element_value], ['valueQuantity', m.element_value], ['component', m.element_value], ['onset', m.element_onset], ['onsetDateTime', m.element_onset], ['note', m.entry_note], ['notes', m.entry_note], ['section', m.element_text], ['substance', m.allergy_substance], ['problem', m.problem_name], ['result', m.element_value], ['vaccination', m.vaccine],
	['intent', m.element_intent], ['authoredOn', m.element_authored], ['recordedDate', m.element_recorded], ['effectiveDateTime', m.element_when], ['occurrenceDateTime', m.element_when], ['abatementDateTime', m.element_until], ['vaccineCode', m.vaccine], ['lotNumber', m.vaccine_lot_number], ['doseQuantity', m.medicine_dose], ['doseNumberPositiveInt', m.vaccine_dose_number], ['title', m.note_title], ['category', m.group_category], ['type', m.element_type], ['severity', m.group_severity], ['period', m.element_period], ['statusReason', m.vaccine_reason], ['dispenseRequest', m.group_supply], ['maritalStatus', m.group_marital], ['contact', m.group_contacts], ['photo', m.group_photo], ['given', m.name_given], ['family', m.name_family], ['text', m.element_text],
	['names', m.field_name], ['addresses', m.element_address], ['identifiers', m.identifier], ['reactions', m.allergy_reactions]
]);

/** The element's name in words; an element without one is named as FHIR names it. */
export const elementName = (element: string): string => names.get(element)?.() ?? element;

const statuses: ReadonlyMap<string, () => string> = new Map([
	['active', m.problem_active], ['inactive', m.problem_inactive], ['resolved', m.problem_resolved], ['recurrence', m.problem_recurrence], ['remission', m.problem_remission], ['on-hold', m.medicine_on_hold],
	['completed', m.medicine_completed], ['stopped', m.medicine_stopped], ['draft', m.medicine_draft], ['not-done', m.vaccine_was_not_given], ['confirmed', m.certainty_confirmed], ['unconfirmed', m.certainty_unconfirmed],
	['provisional', m.certainty_unconfirmed], ['entered-in-error', m.entry_retracted]
]);

/** A FHIR status code in words; null for a text that is none. */
export const statusInWords = (code: string): string | null => statuses.get(code)?.() ?? null;

/** Any FHIR value in words, for a comparison: never a bare structure where there are words to be had. */
export function valueInWords(element: string, value: unknown): string {
	if (!isJson(value) || value === null || value === '') return m.not_recorded();
	if (typeof value === 'boolean') return value ? m.yes() : m.no();
	if (typeof value === 'number') return String(value);
	if (typeof value === 'string') {
		if (element === 'gender') return sexInWords(value);
		return /^\d{4}(?:-\d{2}){0,2}(?:T.*)?$/u.test(value) ? formatFhirDate(value) : value;
	}
	if (Array.isArray(value)) return value.map((v) => valueInWords(element, v)).join('; ');
	return objectInWords(value);
}

function objectInWords(value: Json): string {
	const words = concept(value) ?? text(value, 'text') ?? text(value, 'display');
	const quantity = number(value, 'value');
	if (quantity !== undefined) return formatQuantity(quantity, text(value, 'unit') ?? text(value, 'code') ?? '');
	const dose = number(value, 'doseAndRate', 0, 'doseQuantity', 'value');
	if (dose !== undefined) return m.dose_of({ dose: formatQuantity(dose, text(value, 'doseAndRate', 0, 'doseQuantity', 'unit') ?? '') });
	if (words !== undefined) return words;
	const family = text(value, 'family');
	if (family !== undefined) return [family.toUpperCase(), list(value, 'given').filter((g) => typeof g === 'string').join(' ')].filter((s) => s !== '').join(', ');
	const manifestation = list(value, 'manifestation').map((x) => concept(x) ?? '').filter((s) => s !== '');
	if (manifestation.length > 0) return manifestation.join(', ');
	const code = number(value, 'valueQuantity', 'value');
	if (code !== undefined) return formatQuantity(code, text(value, 'valueQuantity', 'unit') ?? '');
	return text(value, 'value') ?? text(value, 'city') ?? text(value, 'reference') ?? JSON.stringify(value);
}
