/** Allergies: the same substance is one allergy; the safer reading leads. */
import { statedAbsence, type AbsenceScope } from '../../formulary/absence.ts';
import { allergens, isAllergyInForce } from '../../formulary/allergy.ts';
import type { Findings } from '../../formulary/concept.ts';
import type { LocalFormulary } from '../../formulary/local.ts';
import type { FhirResource } from '../../fhir/resource.ts';
import { codeOf, conceptKeys, nameOf, textOf } from '../read.ts';
import type { Source } from '../view.ts';
import { remembered, type FactRule } from './rule.ts';

export const absenceOf: (source: Source) => AbsenceScope | null = remembered(({ resource }) => statedAbsence(resource['code']));
const tableAllergens: (source: Source) => Findings = remembered(({ resource }) => allergens(resource));
/** What an allergy is to, read with the site's formulary edits where there are some. */
export function allergensOf(source: Source, local: LocalFormulary | null = null): Findings {
	if (local === null) return tableAllergens(source);
	let known = localAllergens.get(local);
	if (known === undefined) localAllergens.set(local, (known = new WeakMap()));
	let found = known.get(source.resource);
	if (found === undefined) known.set(source.resource, (found = allergens(source.resource, local)));
	return found;
}
const localAllergens = new WeakMap<LocalFormulary, WeakMap<FhirResource, Findings>>();
export const isInForce: (source: Source) => boolean = remembered(({ resource }) => isAllergyInForce(resource));
export const substanceOf = ({ resource }: Source): string => nameOf(resource['code']);

const keys = remembered((source: Source): readonly string[] => {
	const absence = absenceOf(source);
	if (absence !== null) return [`none known ${absence}`];
	const found = allergensOf(source);
	const known = found.kind === 'found' ? [`substances ${[...found.ingredients, ...found.classes].join(' + ')}`] : [];
	// A number is no name: two sites number their lists from one, and one entry told apart into two carries one number twice.
	return [...known, ...conceptKeys(source.resource['code'])];
});

const CRITICALITY = ['high', 'unable-to-assess', 'low'];

/** In force before resolved, high before low: an allergy that somebody thinks real is shown as real until a person has decided. */
function leads({ resource }: Source): number {
	const inForce = isAllergyInForce(resource) ? 0 : 10;
	const place = CRITICALITY.indexOf(textOf(resource['criticality']));
	return inForce + (place < 0 ? CRITICALITY.length : place);
}

export const ALLERGIES: FactRule = {
	type: 'AllergyIntolerance', keys, same: () => true, leads,
	differences: [
		{
			kind: 'status-differs', element: 'clinicalStatus', severity: 'warning', says: ({ resource }) => codeOf(resource['clinicalStatus']),
			facts: (lead) => ({ substance: substanceOf(lead) })
		},
		{
			kind: 'status-differs', element: 'verificationStatus', severity: 'warning',
			// Unconfirmed against confirmed is a matter of time; refuted against the others is a contradiction.
			says: ({ resource }) => (codeOf(resource['verificationStatus']) === '' ? '' : codeOf(resource['verificationStatus']) === 'refuted' ? 'refuted' : 'not refuted'),
			facts: (lead) => ({ substance: substanceOf(lead) })
		},
		{
			kind: 'status-differs', element: 'criticality', severity: 'warning', says: ({ resource }) => textOf(resource['criticality']).replace('unable-to-assess', ''),
			facts: (lead) => ({ substance: substanceOf(lead) })
		}
	],
	twice: { severity: 'info', facts: (lead) => ({ substance: substanceOf(lead) }) },
	sameWhen: 'they name the same substances by any code or name, or state the same absence; a number that they share does not make peanut and penicillin one',
	leadsWhen: 'in force before resolved or refuted, then criticality high before unable-to-assess before low, then the latest',
	reason: 'An allergy that is resolved at one site and active at another is dangerous to miss; shown twice it is read half.'
};
