/** What all clinical entries share: the patient they are about, when, and whether retracted. */
import type { FhirResource } from '$sync/fhir/resource.ts';
import { at, hasCode, text } from './read.ts';

/** The types a chart records, in the order of its sections. */
export const ENTRY_TYPES = ['AllergyIntolerance', 'Condition', 'MedicationRequest', 'Observation', 'Immunization', 'Composition'] as const;
export type EntryType = (typeof ENTRY_TYPES)[number];

/** In AllergyIntolerance and Condition that is the verification status, in the others the status. */
export function isRetracted(resource: FhirResource): boolean {
	return text(resource, 'status') === 'entered-in-error' || hasCode(at(resource, 'verificationStatus'), 'entered-in-error');
}
