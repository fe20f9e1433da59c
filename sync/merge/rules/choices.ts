/**
 * What a person may safely decide about values that no rule may settle, and how grave such a question is: tables, with reasons.
 *
 * Keeping one value, recording a new one and saying that one is not sure are always safe. Two further choices are not, and are offered only where
 * the table says why they are: `keep-both` makes two facts of one entry, `combine` makes one of what both sides added.
 */
import type { Rule } from '../state.ts';

export const REVIEW_CHOICES = ['keep', 'keep-both', 'combine', 'new-value', 'not-sure'] as const;
export type ReviewChoice = (typeof REVIEW_CHOICES)[number];

/** What each rule allows at most, and why the rest is not safe. */
export const CHOICES_OF_RULE: { readonly [rule in Exclude<Rule, 'last' | 'append'>]: { readonly choices: readonly ReviewChoice[]; readonly reason: string } } = {
	both: { choices: ['keep', 'keep-both', 'new-value', 'not-sure'], reason: 'A group is one statement (drug with dose, value with unit): parts of two statements combined are one that nobody made.' },
	safest: { choices: ['keep', 'new-value', 'not-sure'], reason: 'A judgement of danger holds or does not; two judgements of one allergy side by side leave the next prescriber to choose.' },
	furthest: { choices: ['keep', 'new-value', 'not-sure'], reason: 'A task or visit has one state; two entries of it would be done twice, or by nobody.' },
	frozen: { choices: ['keep', 'new-value', 'not-sure'], reason: 'What was final is evidence: it is kept or amended as a whole. A combination was never measured or signed, and two copies count one result twice.' },
	union: { choices: ['keep', 'keep-both', 'combine', 'new-value', 'not-sure'], reason: 'Items of a list are facts of their own: where two people added different details of one item both details stand, and two items that only share a key may both be true.' }
};

/** Groups of which both values can be true at once, as two entries (of a list: two items). */
export const KEEP_BOTH: ReadonlyMap<string, string> = new Map([
	['MedicationRequest.medication', 'A patient may be on two drugs or two doses at different times of the day: each prescriber\'s order stands as an order.'],
	['MedicationStatement.medication', 'A patient may take both of two medicines that two people wrote into one entry.'],
	['AllergyIntolerance.substance', 'Two substances are two allergies: the one that would be dropped is the one that would be given.'],
	['Condition.problem', 'Two problems written into one entry are two problems.'],
	['ServiceRequest.request', 'Two tests asked for in one entry can both be done; a dropped one is waited for in vain.'],
	['Goal.goal', 'A patient can have two goals; neither excludes the other.'],
	['Task.task', 'Two tasks written into one entry can both be done.'],
	['Coverage.coverage', 'A person can be insured twice, and each policy pays under its own number.'],
	['FamilyMemberHistory.relative', 'Two relatives written into one entry are two relatives.'],
	['Patient.names', 'A person is found under every spelling; a dropped one makes a duplicate at the next registration.'],
	['RelatedPerson.names', 'A relative is called by every name that was given.'],
	['AllergyIntolerance.reactions', 'The same reaction on the same day, described by two people with different severity, may have been two events.'],
	['Immunization.reactions', 'Two reports of one adverse event may be of two events, and a lost one decides the next dose.'],
	['FamilyMemberHistory.conditions', 'The same disease at two ages may have been two episodes.']
]);

export type Gravity = 'critical' | 'warning' | 'info';

/** Groups in which a wrong value harms before anybody asks again. */
const CRITICAL: ReadonlySet<string> = new Set([
	'AllergyIntolerance.substance', 'AllergyIntolerance.status', 'AllergyIntolerance.criticality', 'AllergyIntolerance.reactions',
	'MedicationRequest.medication', 'MedicationRequest.status', 'MedicationRequest.supply', 'MedicationStatement.medication', 'MedicationStatement.taking',
	'MedicationDispense.dispense', 'Observation.result', 'DiagnosticReport.report', 'Flag.flag', 'Patient.deceased', 'Specimen.sample'
]);

/** How grave an open question about a group is: what harms first, then what misleads, then what only files. */
export function gravityOf(type: string, group: string, rule: Rule): Gravity {
	if (CRITICAL.has(`${type}.${group}`)) return 'critical';
	return rule === 'union' && group !== 'names' ? 'info' : 'warning';
}
