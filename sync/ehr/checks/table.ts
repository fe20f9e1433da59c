/**
 * The checks between facts, each with the types it reads (it is asked again when an entry of one of them moved) and, in words for
 * docs/reconciliation.md, what it finds.
 */
import type { DiscrepancyKind } from '../view.ts';
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
	/** what it can find, the first being the usual */
	readonly finds: readonly DiscrepancyKind[];
	readonly when: string;
	/** how grave, and by what that is decided */
	readonly severity: string;
	readonly reason: string;
}

const MEDICINES = ['MedicationRequest', 'MedicationStatement', 'Medication'];

export const CHECKS: readonly TableCheck[] = [
	{
		check: allergyAgainstPrescription, reads: ['AllergyIntolerance', ...MEDICINES], finds: ['allergy-against-prescription'],
		when: 'an allergy in force meets a medicine that is ordered or taken: the same ingredient, its class, or a cross-reaction of the formulary; every value in conflict is checked',
		severity: 'as the row of the formulary says; an intolerance never interrupts', reason: 'The site that prescribes is often not the one that saw the reaction.'
	},
	{
		check: uncodedEntries, reads: ['AllergyIntolerance', ...MEDICINES], finds: ['uncoded-cannot-check'],
		when: 'an allergy or, beside an allergy, a medicine cannot be read with the formulary, or only in part', severity: 'warning; info for an unreadable allergy to food or environment',
		reason: 'Silence after a check that was not made reads as safe.'
	},
	{
		check: noKnownAgainstAllergy, reads: ['AllergyIntolerance'], finds: ['no-known-allergies-against-allergy'],
		when: '"no known allergies" (or of one kind) stands beside an allergy of that kind in force', severity: 'warning', reason: 'Who reads the denial first prescribes without asking.'
	},
	{
		check: medicinesInPregnancy, reads: ['Condition', 'Observation', 'EpisodeOfCare', ...MEDICINES], finds: ['pregnancy-against-medicine'],
		when: 'a pregnancy that nothing ended meets a medicine being given that was not begun after it must have ended, and the formulary has a row against it', severity: 'as the row of the formulary says',
		reason: 'Antenatal care and the hypertension clinic keep separate charts.'
	},
	{
		check: contradictingResults, reads: ['Observation', 'Specimen', 'ServiceRequest'], finds: ['results-contradict', 'cannot-compare'],
		when: 'one specimen (by its number; else one order on one day) has two results of one test that differ beyond rounding and conversion; units that do not compare are told as such', severity: 'warning; info where they cannot be compared',
		reason: 'A mixed-up tube, a typing error, or an amended report that one site has not seen.'
	},
	{
		check: duplicateOrders, reads: ['MedicationRequest', 'Medication'], finds: ['duplicate-active-order'],
		when: 'two active orders share an ingredient, and are not one prescription told twice', severity: 'warning', reason: 'Two prescribers who do not know of each other give the dose twice.'
	},
	{
		check: duplicateRequests, reads: ['ServiceRequest'], finds: ['duplicate-active-order'],
		when: 'two open requests ask for the same test or referral', severity: 'info', reason: 'The test is done twice, or each site waits for the other.'
	},
	{
		check: differingDoses, reads: MEDICINES, finds: ['dose-differs'],
		when: 'an order and another order, or what the person is said to take, have the same contents in doses that differ after conversion', severity: 'warning', reason: 'One of the two is the dose that the last prescriber meant.'
	},
	{
		check: vaccinesTooClose, reads: ['Immunization'], finds: ['vaccine-too-close'],
		when: 'two doses against one antigen lie closer than the minimum interval less four days of grace, or two live injected vaccines lie 1 to 27 days apart', severity: 'warning, with the published interval as its basis',
		reason: 'A dose given too early does not count, and should be known not to.'
	},
	{
		check: bloodGroupsDiffer, reads: ['Observation'], finds: ['blood-group-differs'],
		when: 'two stated blood groups differ in ABO or in Rhesus factor', severity: 'critical', reason: 'A transfusion by the wrong one of two groups kills.'
	},
	{
		check: activityAfterDeath, reads: 'all', finds: ['activity-after-death'],
		when: 'care was given or ordered after the day on which a chart says that the person died', severity: 'critical', reason: 'The death is an error, the charts are of two people, or somebody uses a dead person\'s record.'
	}
];
