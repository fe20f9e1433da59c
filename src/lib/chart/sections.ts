/**
 * Which entries belong to the sections that hold several types: the laboratory, and care. An Observation is a vital sign unless a laboratory made it;
 * a request is a laboratory order or a referral.
 */
import type { FhirResource } from '$sync/fhir/resource.ts';
import { isAcknowledgement, isLabOrder, isLabReport, isLabResult } from '$sync/laboratory/orders.ts';
import { isReferral, isReferralTask } from '$sync/referrals/referral.ts';

export const isLaboratory = (resource: FhirResource): boolean =>
	resource.resourceType === 'Specimen' || isLabOrder(resource) || isLabReport(resource) || isLabResult(resource) || isAcknowledgement(resource);

export const isCare = (resource: FhirResource): boolean =>
	['CarePlan', 'Goal', 'CareTeam', 'Procedure'].includes(resource.resourceType) || isReferral(resource) || isReferralTask(resource);

/** Shown in one of these two sections, and not among what has none. */
export const hasOwnSection = (resource: FhirResource): boolean => isLaboratory(resource) || isCare(resource);
