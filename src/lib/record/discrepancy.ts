/**
 * Discrepancies in words: the kind decides the sentence, the facts fill it, the severity is a word and an icon before it is a colour.
 */
import { m } from '$lib/paraglide/messages.js';
import { formatFhirDate } from '$lib/format/date.ts';
import type { IconName } from '$lib/ui/icons.ts';
import type { Discrepancy, Severity } from '$sync/ehr/view.ts';
import { elementName } from './elements.ts';

export function severityInWords(severity: Severity): { readonly text: string; readonly icon: IconName; readonly tone: 'danger' | 'warn' | 'info' } {
	switch (severity) {
		case 'critical': return { text: m.alert_critical(), icon: 'danger', tone: 'danger' };
		case 'warning': return { text: m.alert_warning(), icon: 'warning', tone: 'warn' };
		case 'info': return { text: m.alert_info(), icon: 'info', tone: 'info' };
	}
}

export function sentence(d: Discrepancy): string {
	const fact = (name: string): string => (Object.hasOwn(d.facts, name) ? (d.facts[name] ?? '') : '');
	const substance = fact('substance');
	const drug = fact('drug');
	switch (d.kind) {
		case 'allergy-against-prescription':
			return fact('via') === '' || fact('via') === substance ? m.alert_allergy({ substance, drug }) : m.alert_allergy_via({ substance, drug, via: fact('via') });
		case 'demographics-differ': return m.alert_demographics({ element: elementName(fact('element')) });
		case 'recorded-twice': return m.alert_twice();
		case 'no-known-allergies-against-allergy': return m.alert_no_known();
		case 'duplicate-active-order': return m.alert_duplicate_order({ drug: drug === '' ? fact('ingredient') : drug });
		case 'dose-differs': return m.alert_dose();
		case 'status-differs': return m.alert_status();
		case 'vaccine-too-close': return m.alert_vaccine();
		case 'blood-group-differs': return m.alert_blood();
		case 'activity-after-death': return fact('date') === '' ? m.alert_death() : m.alert_death_on({ date: formatFhirDate(fact('date')) });
		case 'uncoded-cannot-check': return m.alert_uncoded({ what: [drug, substance, fact('entry'), fact('text')].find((s) => s !== '') ?? m.this_entry() });
		case 'linked-and-not-same': return m.alert_contested();
		case 'value-conflict': return m.alert_value({ element: elementName(fact('element') === '' ? fact('group') : fact('element')) });
	}
}
