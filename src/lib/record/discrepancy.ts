/**
 * Discrepancies in words: the kind decides the sentence, the facts fill it, the severity is a word and an icon before it is a colour.
 */
import { m } from '$lib/paraglide/messages.js';
import { getLocale } from '$lib/paraglide/runtime.js';
import { formatFhirDate } from '$lib/format/date.ts';
import type { IconName } from '$lib/ui/icons.ts';
import type { Discrepancy, Severity } from '$sync/ehr/view.ts';
import { elementName, statusInWords, valueInWords } from './elements.ts';

export function severityInWords(severity: Severity): { readonly text: string; readonly icon: IconName; readonly tone: 'danger' | 'warn' | 'info' } {
	switch (severity) {
		case 'critical': return { text: m.alert_critical(), icon: 'danger', tone: 'danger' };
		case 'warning': return { text: m.alert_warning(), icon: 'warning', tone: 'warn' };
		case 'info': return { text: m.alert_info(), icon: 'info', tone: 'info' };
	}
}

type Fact = (name: string) => string;

/** What it is about, whichever kind of entry: a medicine, a substance, a problem, a vaccine. */
const subject = (fact: Fact): string => ['drug', 'ingredient', 'substance', 'problem', 'vaccine', 'entry'].map(fact).find((s) => s !== '') ?? m.this_entry();

/** Values that stand against each other, in words: "04-Mar-1991 or 03-Apr-1991". */
const against = (element: string, values: string): string =>
	new Intl.ListFormat(getLocale(), { type: 'disjunction' }).format(values.split(' | ').map((value) => statusInWords(value) ?? valueInWords(element, value)));

/** What a sentence needs: of a line of the work list, whether it is between charts; of a discrepancy, the entries themselves. */
export type Spoken = Pick<Discrepancy, 'kind' | 'facts'> & ({ readonly across: boolean } | Pick<Discrepancy, 'between'>);

function demographics(d: Spoken, fact: Fact): string {
	const element = elementName(fact('element'));
	const between = 'across' in d ? d.across : new Set(d.between.map((source) => source.chart)).size > 1;
	if (fact('values') === '') return m.alert_demographics({ element });
	const values = against(fact('element'), fact('values'));
	return between ? m.alert_demographics_values({ element, values }) : m.alert_versions({ element, values });
}

function vaccine(fact: Fact): string {
	const [days, minimum] = [fact('days'), fact('minimum')];
	if (days === '' || minimum === '') return m.alert_vaccine();
	return m.alert_vaccine_days({ vaccine: fact('vaccine'), first: formatFhirDate(fact('first')), second: formatFhirDate(fact('second')), days, minimum });
}

function allergy(fact: Fact): string {
	const [substance, drug, via] = [fact('substance'), fact('drug'), fact('via')];
	return via === '' || via === substance ? m.alert_allergy({ substance, drug }) : m.alert_allergy_via({ substance, drug, via });
}

/** One sentence, whatever facts the finding came with. */
export function sentence(d: Spoken): string {
	const fact: Fact = (name) => (Object.hasOwn(d.facts, name) ? (d.facts[name] ?? '') : '');
	switch (d.kind) {
		case 'allergy-against-prescription': return allergy(fact);
		case 'demographics-differ': return demographics(d, fact);
		case 'recorded-twice': return fact('times') === '' ? m.alert_twice() : m.alert_times({ what: subject(fact), times: fact('times') });
		case 'no-known-allergies-against-allergy': return fact('substance') === '' ? m.alert_no_known() : m.alert_no_known_substance({ substance: fact('substance') });
		case 'duplicate-active-order': return m.alert_duplicate_order({ drug: subject(fact) });
		case 'dose-differs': {
			const doses = fact('doses') === '' ? fact('values') : fact('doses');
			return doses === '' ? m.alert_dose() : m.alert_doses({ drug: subject(fact), doses: against('dosage', doses) });
		}
		case 'status-differs': return fact('values') === '' ? m.alert_status() : m.alert_statuses({ what: subject(fact), values: against(fact('element'), fact('values')) });
		case 'vaccine-too-close': return vaccine(fact);
		case 'blood-group-differs': return fact('groups') === '' ? m.alert_blood() : m.alert_blood_groups({ groups: against('code', fact('groups')) });
		case 'results-contradict': return fact('values') === '' ? m.alert_results() : m.alert_results_values({ finding: fact('finding'), values: against('value', fact('values')) });
		case 'cannot-compare': return fact('values') === '' ? m.alert_not_compared() : m.alert_not_compared_values({ what: fact('finding') || subject(fact), values: against('value', fact('values')) });
		case 'pregnancy-against-medicine': return fact('why') === '' ? m.alert_pregnancy({ drug: subject(fact) }) : m.alert_pregnancy_why({ drug: subject(fact), why: fact('why') });
		case 'activity-after-death': return fact('date') === '' ? m.alert_death() : m.alert_death_on({ date: formatFhirDate(fact('date')) });
		case 'uncoded-cannot-check': return m.alert_uncoded({ what: subject(fact) });
		case 'linked-and-not-same': return m.alert_contested();
		case 'value-conflict': return m.alert_value({ element: elementName(fact('element') === '' ? fact('group') : fact('element')) });
	}
}
