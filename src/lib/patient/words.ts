/** What is said of a person in lists and banners: sex in words, birth with age, never a letter or a symbol. */
import { m } from '$lib/paraglide/messages.js';
import { ageText } from '$lib/format/age.ts';
import { formatFhirDate } from '$lib/format/date.ts';

export function sexInWords(gender: string | null | undefined): string {
	switch (gender) {
		case 'female': return m.sex_female();
		case 'male': return m.sex_male();
		case 'other': return m.sex_other();
		default: return m.sex_unknown();
	}
}

/** Without an age, for who has died: the age at death stands beside it. */
export const bornOn = (birthDate: string | null | undefined): string =>
	birthDate === null || birthDate === undefined || birthDate === '' ? m.born_not_known() : m.born_on({ date: formatFhirDate(birthDate) });

/** `Born 04-Mar-1991 (35y)`, or that it is not known. */
export function bornInWords(birthDate: string | null | undefined, now: number): string {
	if (birthDate === null || birthDate === undefined || birthDate === '') return m.born_not_known();
	const age = ageText(birthDate, now);
	return age === null ? m.born_on({ date: formatFhirDate(birthDate) }) : m.born_on_age({ date: formatFhirDate(birthDate), age });
}
