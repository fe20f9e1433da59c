/**
 * What is recorded of an order: the resources, without ids. Whoever stores them stores in the order in which they are given here and points the
 * later ones to the earlier. Values are never repaired: what was typed was checked before.
 */
import type { Json, JsonObject } from '../change/change.ts';
import { list } from '../fhir/path.ts';
import type { FhirResource } from '../fhir/resource.ts';
import { interpretationOf, judgeValue, meaningOf, type Flag, type ShownRange } from './flags.ts';
import { ACKNOWLEDGE, LABORATORY_PROCEDURE, TASK_CODES } from './orders.ts';
import type { Person } from './ranges.ts';
import { LABORATORY, LOINC, UCUM, type ChoiceTest, type LabPanel, type LabTest, type LabUnit, type QuantityTest, type SpecimenKind } from './tests.ts';

export type Priority = 'routine' | 'urgent' | 'asap' | 'stat';
export const PRIORITIES = ['routine', 'urgent', 'stat'] as const satisfies readonly Priority[];

const SNOMED = 'http://snomed.info/sct';
const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category';
const SECTION = 'http://terminology.hl7.org/CodeSystem/v2-0074';

/** An id, or the name that a new resource has in one act of saving (`urn:uuid:…`). */
const reference = (type: string, id: string): JsonObject => ({ reference: id.startsWith('urn:') ? id : `${type}/${id}` });
const noted = (words: string): JsonObject => (words.trim() === '' ? {} : { note: [{ text: words.trim() }] });

/** What is asked for: a panel, or something else in words. `name`: as the screen names it. */
export type Asked = { readonly panel: LabPanel } | { readonly words: string };

export function codeOfOrder(asked: Asked): JsonObject {
	if (!('panel' in asked)) return { text: asked.words.trim() };
	const { loinc, key, name } = asked.panel;
	return { coding: [...(loinc === null ? [] : [{ system: LOINC, code: loinc }]), { system: LABORATORY, code: key }], text: name };
}

export function writeOrder(asked: Asked, fields: { readonly priority: Priority; readonly reason: string; readonly note: string }, when: string): FhirResource {
	return {
		resourceType: 'ServiceRequest', status: 'active', intent: 'order', category: [{ coding: [{ system: SNOMED, code: LABORATORY_PROCEDURE }] }], code: codeOfOrder(asked),
		priority: fields.priority, authoredOn: when, ...(fields.reason.trim() === '' ? {} : { reasonCode: [{ text: fields.reason.trim() }] }), ...noted(fields.note)
	};
}

/** `label`: what stands on the tube, so that the laboratory's paper finds its way back. */
export function writeSpecimen(order: string, fields: { readonly kind: SpecimenKind; readonly words: string; readonly label: string; readonly note: string }, when: string): FhirResource {
	return {
		resourceType: 'Specimen', status: 'available', type: { coding: [{ system: LABORATORY, code: fields.kind }], text: fields.words }, collection: { collectedDateTime: when },
		request: [reference('ServiceRequest', order)], ...(fields.label.trim() === '' ? {} : { accessionIdentifier: { value: fields.label.trim() } }), ...noted(fields.note)
	};
}

/** Limits that the laboratory printed, in the unit of the value. */
export interface PrintedRange { readonly low: number | null; readonly high: number | null }
export type Entered =
	| { readonly test: QuantityTest; readonly value: number; readonly unit: LabUnit; readonly printed: PrintedRange | null }
	| { readonly test: ChoiceTest; readonly answer: string; readonly words: string }
	| { readonly name: string; readonly text: string };

/** Where results belong: the order and the sample, where there are any, and when the sample was taken. */
export interface Belongs { readonly order: string | null; readonly specimen: string | null; readonly when: string; readonly person: Person }

const quantity = (value: number, unit: LabUnit): JsonObject => ({ value, unit: unit.shown, system: UCUM, code: unit.code });

function rangeJson(range: ShownRange, unit: LabUnit): Json[] {
	const limits = { ...(range.low === null ? {} : { low: quantity(range.low, unit) }), ...(range.high === null ? {} : { high: quantity(range.high, unit) }) };
	return [{ ...limits, ...(range.population === null ? {} : { appliesTo: [{ coding: [{ system: LABORATORY, code: range.population }] }], text: range.source }) }];
}

/** What a result is flagged as when it is stored; null: cannot be judged. The printed range goes before ours, and never hides what needs action now. */
export function flagEntered(entered: Entered, { person, when }: Pick<Belongs, 'person' | 'when'>): { readonly flag: Flag | null; readonly range: ShownRange | null } {
	if (!('test' in entered)) return { flag: null, range: null };
	if (!('value' in entered)) return { flag: meaningOf(entered.test.answers.find(({ key }) => key === entered.answer)?.meaning), range: null };
	const { test, value, unit, printed } = entered;
	const own = judgeValue(test, value, unit, person, when);
	if (printed === null || (printed.low === null && printed.high === null)) return own;
	const range: ShownRange = { low: printed.low, high: printed.high, unit: unit.shown, population: null, source: '', words: '' };
	const critical = own.flag === 'critical-low' || own.flag === 'critical-high';
	const flag = critical ? own.flag : printed.low !== null && value < printed.low ? 'low' : printed.high !== null && value > printed.high ? 'high' : 'normal';
	return { flag, range };
}

const codeOfTest = (test: LabTest, unit: LabUnit | null): JsonObject => ({ coding: [{ system: LOINC, code: unit?.loinc ?? test.loinc }], text: test.name });

export function writeResult(entered: Entered, belongs: Belongs): FhirResource {
	const { flag, range } = flagEntered(entered, belongs);
	const about = 'test' in entered ? codeOfTest(entered.test, 'value' in entered ? entered.unit : null) : { text: entered.name };
	const value: JsonObject = !('test' in entered) ? { valueString: entered.text.trim() }
		: 'value' in entered ? { valueQuantity: quantity(entered.value, entered.unit) }
			: { valueCodeableConcept: { coding: [{ system: LABORATORY, code: entered.answer }], text: entered.words } };
	return {
		resourceType: 'Observation', status: 'final', category: [{ coding: [{ system: CATEGORY, code: 'laboratory' }] }], code: about, effectiveDateTime: belongs.when, ...value,
		...(flag === null ? {} : { interpretation: [interpretationOf(flag)] }), ...(range === null || !('test' in entered) || !('value' in entered) ? {} : { referenceRange: rangeJson(range, entered.unit) }),
		...(belongs.order === null ? {} : { basedOn: [reference('ServiceRequest', belongs.order)] }), ...(belongs.specimen === null ? {} : { specimen: reference('Specimen', belongs.specimen) })
	};
}

/** The report that issues results. `final`: nothing more is awaited. */
export function writeReport(code: Json, results: readonly string[], belongs: Belongs, fields: { readonly conclusion: string; readonly final: boolean; readonly issued: string }): FhirResource {
	return {
		resourceType: 'DiagnosticReport', status: fields.final ? 'final' : 'partial', category: [{ coding: [{ system: SECTION, code: 'LAB' }] }], code, effectiveDateTime: belongs.when, issued: fields.issued,
		result: results.map((id) => reference('Observation', id)), ...(fields.conclusion.trim() === '' ? {} : { conclusion: fields.conclusion.trim() }),
		...(belongs.order === null ? {} : { basedOn: [reference('ServiceRequest', belongs.order)] }), ...(belongs.specimen === null ? {} : { specimen: [reference('Specimen', belongs.specimen)] })
	};
}

/** The order with its status; other elements as they were. */
export const withStatus = (resource: FhirResource, status: string): FhirResource => ({ ...resource, status });

/** Somebody took note of a report; who and when is in the signed change. */
export function writeAcknowledgement(report: string, fields: { readonly note: string }, when: string): FhirResource {
	return {
		resourceType: 'Task', status: 'completed', intent: 'order', code: { coding: [{ system: TASK_CODES, code: ACKNOWLEDGE }] }, focus: reference('DiagnosticReport', report), authoredOn: when, lastModified: when,
		...noted(fields.note)
	};
}

/** The sample cannot be used: another has to be taken. */
export const rejectedSpecimen = (before: FhirResource, why: string): FhirResource =>
	({ ...before, status: 'unsatisfactory', ...(why.trim() === '' ? {} : { note: [...list(before, 'note'), { text: why.trim() }] }) });
