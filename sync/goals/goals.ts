/**
 * Goals with a measure and a day, and how far a person is: from what was measured since the goal was set, never from what somebody ticked. What
 * a clinician states (achieved, given up) stands beside it.
 */
import { at, code, hasCode, list, number, text } from '../fhir/path.ts';
import type { JsonObject } from '../change/change.ts';
import type { FhirResource } from '../fhir/resource.ts';

const LOINC = 'http://loinc.org';
const UCUM = 'http://unitsofmeasure.org';

export interface Measure {
	readonly key: MeasureKey;
	/** all codes under which it is recorded; the first is written */
	readonly codes: readonly string[];
	readonly ucum: string;
	readonly shown: string;
	/** UCUM code -> factor into `ucum` */
	readonly units: Readonly<Record<string, number>>;
	/** what a target can be */
	readonly possible: readonly [number, number];
}
export const MEASURE_KEYS = ['systolic', 'diastolic', 'weight', 'glucose-fasting', 'hba1c', 'haemoglobin'] as const;
export type MeasureKey = (typeof MEASURE_KEYS)[number];

export const MEASURES: readonly Measure[] = [
	{ key: 'systolic', codes: ['8480-6'], ucum: 'mm[Hg]', shown: 'mmHg', units: { 'mm[Hg]': 1, mmHg: 1 }, possible: [80, 220] },
	{ key: 'diastolic', codes: ['8462-4'], ucum: 'mm[Hg]', shown: 'mmHg', units: { 'mm[Hg]': 1, mmHg: 1 }, possible: [40, 130] },
	{ key: 'weight', codes: ['29463-7', '3141-9'], ucum: 'kg', shown: 'kg', units: { kg: 1, g: 0.001, '[lb_av]': 0.45359237 }, possible: [0.5, 300] },
	{ key: 'glucose-fasting', codes: ['14771-0', '1558-6', '76629-5'], ucum: 'mmol/L', shown: 'mmol/L', units: { 'mmol/L': 1, 'mg/dL': 1 / 18.016 }, possible: [3, 30] },
	{ key: 'hba1c', codes: ['4548-4', '17856-6'], ucum: '%', shown: '%', units: { '%': 1 }, possible: [4, 15] },
	{ key: 'haemoglobin', codes: ['718-7', '20509-6'], ucum: 'g/dL', shown: 'g/dL', units: { 'g/dL': 1, 'g/L': 0.1 }, possible: [5, 18] }
];
export const measureOf = (key: string): Measure | null => MEASURES.find((one) => one.key === key) ?? null;

export type Direction = 'at-most' | 'at-least';
export interface Target { readonly measure: Measure; readonly direction: Direction; readonly value: number; /** FHIR date; empty: none was agreed */ readonly due: string }

export interface GoalFields {
	readonly description: string;
	readonly status: GoalStatus;
	/** FHIR date */
	readonly start: string;
	readonly target: Target | null;
	/** by when, of a goal without a measure */
	readonly due: string;
	readonly note: string;
}
export const GOAL_STATUSES = ['active', 'completed', 'on-hold', 'cancelled'] as const;
export type GoalStatus = (typeof GOAL_STATUSES)[number];

const inForce = (resource: FhirResource): boolean => text(resource, 'status') !== 'entered-in-error';

export function targetOf(goal: FhirResource): Target | null {
	const target = list(goal, 'target')[0];
	const measure = MEASURES.find(({ codes }) => hasCode(at(target, 'measure'), ...codes)) ?? null;
	const [low, high] = [number(target, 'detailRange', 'low', 'value'), number(target, 'detailRange', 'high', 'value')];
	const value = high ?? low;
	if (measure === null || value === undefined || (low !== undefined && high !== undefined)) return null;
	const unit = text(target, 'detailRange', high === undefined ? 'low' : 'high', 'code') ?? '';
	const factor = Object.hasOwn(measure.units, unit) ? measure.units[unit] : undefined;
	return factor === undefined ? null : { measure, direction: high === undefined ? 'at-least' : 'at-most', value: value * factor, due: text(target, 'dueDate') ?? '' };
}

export function readGoal(goal: FhirResource): GoalFields {
	const target = targetOf(goal);
	const status = text(goal, 'lifecycleStatus') ?? '';
	return {
		description: text(goal, 'description', 'text') ?? '', status: GOAL_STATUSES.find((one) => one === status) ?? (['proposed', 'planned', 'accepted'].includes(status) ? 'active' : 'cancelled'),
		start: text(goal, 'startDate') ?? '', target, due: target === null ? (text(list(goal, 'target')[0], 'dueDate') ?? '') : target.due, note: text(goal, 'note', 0, 'text') ?? ''
	};
}

export function writeGoal(before: FhirResource | null, { description, status, start, target, due, note }: GoalFields, on: string): FhirResource {
	const { note: _notes, target: _target, startDate: _start, ...rest } = before ?? { resourceType: 'Goal' };
	const limit = (one: Target): JsonObject => ({ [one.direction === 'at-most' ? 'high' : 'low']: { value: one.value, unit: one.measure.shown, system: UCUM, code: one.measure.ucum } });
	const written: JsonObject | null = target === null ? (due === '' ? null : { dueDate: due })
		: { measure: { coding: [{ system: LOINC, code: target.measure.codes[0] ?? '' }] }, detailRange: limit(target), ...(target.due === '' ? {} : { dueDate: target.due }) };
	return {
		...rest, resourceType: 'Goal', lifecycleStatus: status, description: { text: description.trim() }, ...(text(before ?? undefined, 'lifecycleStatus') === status ? {} : { statusDate: on }),
		...(start === '' ? {} : { startDate: start }), ...(written === null ? {} : { target: [written] }), ...(note.trim() === '' ? {} : { note: [{ text: note.trim() }] })
	};
}

export interface Reached { readonly value: number; /** FHIR date or dateTime */ readonly when: string; readonly met: boolean }
export interface Progress {
	/** measured since the goal was set, the oldest first, in the unit of the measure */
	readonly values: readonly Reached[];
	readonly state: 'met' | 'not-met' | 'overdue' | 'not-measured';
}

/** The values of a measure in an Observation, its components included. */
function valuesIn(resource: FhirResource, measure: Measure): readonly number[] {
	return [resource, ...list(resource, 'component')].flatMap((part) => {
		const value = number(part, 'valueQuantity', 'value');
		const unit = text(part, 'valueQuantity', 'code') ?? text(part, 'valueQuantity', 'unit') ?? '';
		const factor = Object.hasOwn(measure.units, unit) ? measure.units[unit] : undefined;
		return value === undefined || factor === undefined || !hasCode(at(part, 'code'), ...measure.codes) ? [] : [Math.round(value * factor * 100) / 100];
	});
}

/** How far a person is on `today` (FHIR date); null for a goal without a measure. Observations of all their charts. */
export function progressOf(goal: FhirResource, observations: readonly FhirResource[], today: string): Progress | null {
	const { target, start } = readGoal(goal);
	if (target === null) return null;
	const values = observations.filter((one) => one.resourceType === 'Observation' && inForce(one)).flatMap((one) => {
		const when = text(one, 'effectiveDateTime') ?? '';
		return when.length < 10 || when.slice(0, 10) < start.slice(0, 10) ? [] : valuesIn(one, target.measure).map((value): Reached => ({ value, when, met: target.direction === 'at-most' ? value <= target.value : value >= target.value }));
	}).toSorted((a, b) => Date.parse(a.when) - Date.parse(b.when));
	const late = target.due !== '' && today > target.due;
	const latest = values.at(-1);
	return { values, state: latest?.met === true ? 'met' : late ? 'overdue' : latest === undefined ? 'not-measured' : 'not-met' };
}

/** A care plan's activity that is still to be done. */
export const isOpenActivity = (activity: Parameters<typeof text>[0]): boolean => !['completed', 'cancelled', 'stopped', 'entered-in-error'].includes(text(activity, 'detail', 'status') ?? '');
export const activityWords = (activity: Parameters<typeof text>[0]): string => text(activity, 'detail', 'description') ?? text(activity, 'detail', 'code', 'text') ?? code(at(activity, 'detail', 'code')) ?? '';
