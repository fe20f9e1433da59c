/** A Patient as the banner, the lists and the registration form see it. */
import type { FhirResource } from '$sync/fhir/resource.ts';
import { flag, list, text } from './read.ts';
import { part, withElements } from './write.ts';

export type Gender = 'female' | 'male' | 'other' | 'unknown';

export interface PatientFields {
	/** one full name, where names are not family and given */
	full: string;
	family: string;
	given: string;
	/** YYYY, YYYY-MM or YYYY-MM-DD; empty when not known */
	birthDate: string;
	gender: Gender | '';
	village: string;
	phone: string;
	identifier: string;
}

export const emptyPatient = (): PatientFields => ({ full: '', family: '', given: '', birthDate: '', gender: '', village: '', phone: '', identifier: '' });

const isGender = (value: string | undefined): value is Gender => value === 'female' || value === 'male' || value === 'other' || value === 'unknown';

export function readPatient(resource: FhirResource): PatientFields {
	const name = list(resource, 'name')[0];
	const gender = text(resource, 'gender');
	const family = text(name, 'family') ?? '';
	const given = list(name, 'given').filter((g) => typeof g === 'string').join(' ');
	return {
		full: family === '' && given === '' ? (text(name, 'text') ?? '') : '',
		family,
		given,
		birthDate: text(resource, 'birthDate') ?? '',
		gender: isGender(gender) ? gender : '',
		village: list(resource, 'address').map((a) => text(a, 'city') ?? text(a, 'text') ?? '').find((v) => v !== '') ?? '',
		phone: list(resource, 'telecom').map((t) => (text(t, 'system') === 'phone' ? text(t, 'value') : undefined)).find((v) => v !== undefined) ?? '',
		identifier: list(resource, 'identifier').map((i) => text(i, 'value') ?? '').find((v) => v !== '') ?? ''
	};
}

/** FAMILY, Given; or the full name as it was given. Empty when no name is recorded. */
export function shownName(resource: FhirResource | null): string {
	if (resource === null) return '';
	const { full, family, given } = readPatient(resource);
	if (family === '') return full === '' ? given : full;
	return given === '' ? family.toUpperCase() : `${family.toUpperCase()}, ${given}`;
}

export function deceased(resource: FhirResource | null): { readonly at: string | null } | null {
	if (resource === null) return null;
	const at = text(resource, 'deceasedDateTime');
	if (at !== undefined) return { at };
	return flag(resource, 'deceasedBoolean') === true ? { at: null } : null;
}

/** Replaces the first of a list that the form shows, and leaves the rest of the list alone. */
function first(before: FhirResource, element: string, value: ReturnType<typeof part>, matches: (index: number) => boolean) {
	const existing = list(before, element);
	const index = existing.findIndex((_, i) => matches(i));
	const others = existing.filter((_, i) => i !== index);
	return value === undefined ? others : [value, ...others];
}

export function writePatient(before: FhirResource, fields: PatientFields): FhirResource {
	const old = readPatient(before);
	const given = fields.given.trim() === '' ? [] : fields.given.trim().split(/\s+/u);
	const full = fields.full.trim();
	const nameText = full !== '' ? full : [...given, fields.family.trim()].filter((s) => s !== '').join(' ');
	const same = (a: string, b: string): boolean => a.trim() === b.trim();
	const nameKept = same(old.full, fields.full) && same(old.family, fields.family) && same(old.given, fields.given);
	return withElements(before, {
		...(nameKept ? {} : { name: first(before, 'name', part({ text: nameText, family: fields.family.trim(), given }), (i) => i === 0) }),
		gender: fields.gender,
		birthDate: fields.birthDate,
		...(same(old.village, fields.village) ? {} : { address: first(before, 'address', part({ city: fields.village.trim() }), (i) => i === 0) }),
		...(same(old.phone, fields.phone)
			? {}
			: { telecom: first(before, 'telecom', fields.phone.trim() === '' ? undefined : { system: 'phone', value: fields.phone.trim() }, (i) => text(before, 'telecom', i, 'system') === 'phone') }),
		...(same(old.identifier, fields.identifier)
			? {}
			: { identifier: first(before, 'identifier', part({ value: fields.identifier.trim() }), (i) => text(before, 'identifier', i, 'value') === old.identifier) })
	});
}
