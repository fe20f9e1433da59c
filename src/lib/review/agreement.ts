/** The agreement of two records in words: field by field first, the weight beside it, the sum last. */
import { m } from '$lib/paraglide/messages.js';
import { formatFhirDate } from '$lib/format/date.ts';
import { formatPercent, formatSigned } from '$lib/format/number.ts';
import { sexInWords } from '$lib/patient/words.ts';
import type { IconName } from '$lib/ui/icons.ts';
import type { FieldAgreement } from '$sync/device/api.ts';

export function fieldName(field: FieldAgreement['field']): string {
	switch (field) {
		case 'name': return m.field_name();
		case 'birthDate': return m.field_birth_date();
		case 'sex': return m.sex();
		case 'village': return m.village();
		case 'phone': return m.phone();
		case 'identifier': return m.identifier();
	}
}

export function levelInWords(level: FieldAgreement['level']): { readonly text: string; readonly icon: IconName; readonly look: string } {
	switch (level) {
		case 'agrees': return { text: m.level_agrees(), icon: 'check', look: 'text-good' };
		case 'close': return { text: m.level_close(), icon: 'info', look: 'text-ink' };
		case 'differs': return { text: m.level_differs(), icon: 'warning', look: 'text-danger' };
		case 'missing': return { text: m.level_missing(), icon: 'unknown', look: 'text-muted' };
	}
}

export function fieldValue(field: FieldAgreement['field'], value: string): string {
	if (value === '') return m.not_recorded();
	if (field === 'birthDate') return formatFhirDate(value);
	return field === 'sex' ? sexInWords(value) : value;
}

/** A weight with its sign: the log2 of how many times likelier the agreement is for one person than for two. */
export const signed = (weight: number): string => formatSigned(weight);

export const percent = (probability: number): string => {
	// what is not certain is never shown as 100 %
	const shown = Math.min(0.999, Math.max(0.001, probability));
	return formatPercent(shown);
};
