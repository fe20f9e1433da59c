/** The checks between facts, each with the types it reads: it is asked again when an entry of one of them moved. */
import { allergyAgainstPrescription, noKnownAgainstAllergy, uncodedEntries } from './allergies.ts';
import type { Check } from './gathered.ts';
import { differingDoses, duplicateOrders, duplicateRequests } from './orders.ts';
import { activityAfterDeath, bloodGroupsDiffer } from './person.ts';
import { medicinesInPregnancy } from './pregnancy.ts';
import { contradictingResults } from './results.ts';
import { vaccinesTooClose } from './vaccines.ts';

export interface TableCheck {
	readonly check: Check;
	readonly reads: readonly string[] | 'all';
}

const MEDICINES = ['MedicationRequest', 'MedicationStatement', 'Medication'];

export const CHECKS: readonly TableCheck[] = [
	{ check: allergyAgainstPrescription, reads: ['AllergyIntolerance', ...MEDICINES] },
	{ check: uncodedEntries, reads: ['AllergyIntolerance', ...MEDICINES] },
	{ check: noKnownAgainstAllergy, reads: ['AllergyIntolerance'] },
	{ check: medicinesInPregnancy, reads: ['Condition', 'Observation', 'EpisodeOfCare', ...MEDICINES] },
	{ check: contradictingResults, reads: ['Observation', 'Specimen', 'ServiceRequest'] },
	{ check: duplicateOrders, reads: ['MedicationRequest', 'Medication'] },
	{ check: duplicateRequests, reads: ['ServiceRequest'] },
	{ check: differingDoses, reads: MEDICINES },
	{ check: vaccinesTooClose, reads: ['Immunization'] },
	{ check: bloodGroupsDiffer, reads: ['Observation'] },
	{ check: activityAfterDeath, reads: 'all' }
];
