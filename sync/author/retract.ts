/**
 * Taking an entry back: `entered-in-error`, never removal. The entry stays, struck through, with who took it back, when and why.
 *
 * Which element says so differs by type (FHIR R4). The group that holds it is written whole, with the value it had: what was retracted stays readable.
 */
import type { GroupValue, Json } from '../change/change.ts';
import { groupOfProperty } from '../fhir/groups.ts';
import { leadOf } from '../merge/assemble.ts';
import type { ResourceState } from '../merge/state.ts';
import { err, ok, problem, type Problem, type Result } from '../result.ts';
import type { ChangeBody } from './stamp.ts';

const RETRACTED = 'entered-in-error';
const VERIFICATION = new Map([
	['AllergyIntolerance', 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification'],
	['Condition', 'http://terminology.hl7.org/CodeSystem/condition-ver-status']
]);
/** Their status cannot say it (FHIR R4 value sets), or they say who the person is: a wrong one is corrected, or its link is taken back. */
const NEVER: ReadonlySet<string> = new Set(['Patient', 'RelatedPerson', 'Linkage', 'Questionnaire', 'PlanDefinition']);

/** Key and url of the item that says why an entry was taken back, where that matters to whoever holds a copy. */
export const RETRACTION_URL = 'urn:saddlebag:retraction';
/** It belongs to somebody else: told wherever a copy went. */
export type RetractionKind = 'other-patient';

export const canRetract = (type: string): boolean => !NEVER.has(type) && (VERIFICATION.has(type) || elementOf(type) !== null);

const elementOf = (type: string): 'status' | 'lifecycleStatus' | null =>
	(['status', 'lifecycleStatus'] as const).find((name) => typeof groupOfProperty(type, name) === 'object' && groupOfProperty(type, name) !== null) ?? null;

/**
 * What a retraction writes.
 * @returns `not-retractable` for types whose status has no word for it
 */
export function retractionOf(state: ResourceState, kind: RetractionKind | null = null): Result<ChangeBody, Problem<'not-retractable'>> {
	const { type } = state;
	const system = VERIFICATION.get(type);
	const element = system === undefined ? elementOf(type) : 'verificationStatus';
	const group = element === null ? null : groupOfProperty(type, element);
	if (NEVER.has(type) || element === null || group === null || group === 'never') {
		return err(problem('not-retractable', 'An entry of this kind is corrected, not taken back.'));
	}
	const present = state.groups.get(group.name);
	const before = (present === undefined ? null : leadOf(present)?.value) ?? {};
	const value: GroupValue = system === undefined ? { ...before, [element]: RETRACTED } : withoutCourse(before, system);
	const add: ChangeBody['add'] = kind === null ? {} : { extensions: { [RETRACTION_URL]: { url: RETRACTION_URL, valueCode: kind } } };
	return ok({ set: { [group.name]: value }, unset: [], add, remove: {} });
}

/** What was never so has no course: FHIR R4 allows neither a clinical status nor an abatement beside entered-in-error (con-4, con-5, ait-2). */
function withoutCourse(before: GroupValue, system: string): GroupValue {
	const kept = Object.entries(before).filter(([name]) => !/^_?(clinicalStatus|verificationStatus|abatement)/.test(name)) as [string, Json][];
	return { ...Object.fromEntries(kept), verificationStatus: { coding: [{ system, code: RETRACTED }] } };
}
