/** What all clinical entries share: the patient they are about, when, whether retracted, and the retraction itself. */
import type { FhirResource } from '$sync/fhir/resource.ts';
import { at, hasCode, text } from './read.ts';
import { coded, withElements } from './write.ts';

/** The types a chart records, in the order of its sections. */
export const ENTRY_TYPES = ['AllergyIntolerance', 'Condition', 'MedicationRequest', 'Observation', 'Immunization', 'Composition'] as const;
export type EntryType = (typeof ENTRY_TYPES)[number];

const VERIFICATION: Readonly<Record<string, string>> = {
	AllergyIntolerance: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification',
	Condition: 'http://terminology.hl7.org/CodeSystem/condition-ver-status'
};

/**
 * The resource as entered in error. In AllergyIntolerance and Condition that is the verification status, and the clinical status must
 * then be absent (FHIR constraints ait-2 and con-5); in the others it is the status.
 */
export function retracted(before: FhirResource): FhirResource {
	const system = VERIFICATION[before.resourceType];
	if (system === undefined) return withElements(before, { status: 'entered-in-error' });
	return withElements(before, { clinicalStatus: undefined, verificationStatus: coded(system, 'entered-in-error') });
}

export function isRetracted(resource: FhirResource): boolean {
	return text(resource, 'status') === 'entered-in-error' || hasCode(at(resource, 'verificationStatus'), 'entered-in-error');
}
