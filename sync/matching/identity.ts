/**
 * What identifies the person of a chart, and the forms in which it is compared.
 *
 * Every site writes names in its own way: order of given and family name, diacritics, spaces and hyphens carry no evidence and are
 * removed here; a phone number is its last eight digits (country codes and leading zeros vary); an identifier is its letters and
 * digits. Nicknames are not expanded: lists of them are culture-bound, and a wrong expansion looks like evidence.
 * Invariant: `prepare` is total; whatever is missing or malformed is absent, never an error.
 */
import type { Id, Json } from '../change/change.ts';
import type { FhirResource } from '../fhir/resource.ts';

/** The identifying facts of one chart, as recorded. */
export interface ChartIdentity {
	readonly site: Id;
	readonly chart: Id;
	/** full names, each as one text; order of its parts is free */
	readonly names: readonly string[];
	/** YYYY, YYYY-MM or YYYY-MM-DD */
	readonly birthDate: string | null;
	/** administrative gender of FHIR; only male and female are compared */
	readonly gender: string | null;
	readonly village: string | null;
	readonly phones: readonly string[];
	readonly identifiers: readonly { readonly system: string; readonly value: string }[];
}

export interface BirthDate { readonly text: string; readonly year: number; readonly month: number | null; readonly day: number | null; /** YYYYMMDD as far as known */ readonly digits: string }

/** A chart identity in comparable form. */
export interface PreparedIdentity {
	readonly identity: ChartIdentity;
	/** one list of words per name */
	readonly names: readonly (readonly string[])[];
	readonly birth: BirthDate | null;
	readonly sex: 'male' | 'female' | null;
	readonly village: string;
	readonly phones: readonly string[];
	/** normalized system and value */
	readonly identifiers: readonly { readonly system: string; readonly value: string }[];
}

const PHONE_DIGITS = 8;
/** Values beyond this many characters or items are cut: they come from other devices. */
const LENGTH_MAX = 200;
const ITEMS_MAX = 8;

/** Lower-case words without diacritics; apostrophes join ("O'Kon" is "okon"), other punctuation separates. */
export function nameWords(text: string): string[] {
	const plain = text.slice(0, LENGTH_MAX).normalize('NFKD').replace(/[\p{M}'’ʼ`]+/gu, '').toLowerCase().replaceAll('ß', 'ss').replaceAll('ø', 'o').replaceAll('ł', 'l')
		.replaceAll('đ', 'd').replaceAll('æ', 'ae').replaceAll('œ', 'oe');
	return plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '').slice(0, ITEMS_MAX);
}

/** Reads a FHIR date of any precision; null when the year cannot be read. Impossible days are kept as written: they still compare. */
export function readBirthDate(text: string | null): BirthDate | null {
	const match = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?/u.exec(text ?? '');
	if (match === null) return null;
	const [, year, month, day] = match;
	return {
		text: text ?? '', year: Number(year), month: month === undefined ? null : Number(month), day: day === undefined ? null : Number(day),
		digits: `${year}${month ?? ''}${day ?? ''}`
	};
}

const phoneDigits = (phone: string): string => phone.slice(0, LENGTH_MAX).normalize('NFKC').replace(/\D+/gu, '').slice(-PHONE_DIGITS);
const identifierValue = (value: string): string => value.slice(0, LENGTH_MAX).normalize('NFKC').toUpperCase().replace(/[^\p{L}\p{N}]+/gu, '');

const kept = new WeakMap<ChartIdentity, PreparedIdentity>();

/** The comparable form of an identity, made once per identity. */
export function prepare(identity: ChartIdentity): PreparedIdentity {
	const known = kept.get(identity) ?? makeComparable(identity);
	kept.set(identity, known);
	return known;
}

function makeComparable(identity: ChartIdentity): PreparedIdentity {
	const sex = identity.gender === 'male' || identity.gender === 'female' ? identity.gender : null;
	return {
		identity,
		names: identity.names.slice(0, ITEMS_MAX).map(nameWords).filter((words) => words.length > 0),
		birth: readBirthDate(identity.birthDate),
		sex,
		village: nameWords(identity.village ?? '').join(' '),
		phones: [...new Set(identity.phones.slice(0, ITEMS_MAX).map(phoneDigits))].filter((digits) => digits.length >= 6),
		identifiers: identity.identifiers.slice(0, ITEMS_MAX).map(({ system, value }) => ({ system: system.trim().toLowerCase(), value: identifierValue(value) }))
			.filter(({ value }) => value !== '')
	};
}

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
const objectsIn = (value: Json | undefined): { readonly [key: string]: Json }[] => (Array.isArray(value) ? (value as readonly Json[]).filter(isObject) : []);
const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value.trim() : '');
const textsIn = (value: Json | undefined): string[] => (Array.isArray(value) ? (value as readonly Json[]).map(textOf).filter((text) => text !== '') : []);

/** The identity that a FHIR Patient states. Village: city, else district, else the first address line or text, of the first address that has one. */
export function identityOf(site: Id, chart: Id, patient: FhirResource): ChartIdentity {
	const names = objectsIn(patient.name).map((name) => {
		const parts = [...textsIn(name.given), textOf(name.family)].filter((part) => part !== '');
		return parts.length > 0 ? parts.join(' ') : textOf(name.text);
	}).filter((name) => name !== '');
	const villages = objectsIn(patient.address).map((address) =>
		textOf(address.city) || textOf(address.district) || textsIn(address.line)[0] || textOf(address.text)).filter((village) => village !== '');
	return {
		site, chart, names,
		birthDate: textOf(patient.birthDate) || null,
		gender: textOf(patient.gender) || null,
		village: villages[0] ?? null,
		phones: objectsIn(patient.telecom).filter((telecom) => ['phone', 'sms', ''].includes(textOf(telecom.system))).map((telecom) => textOf(telecom.value))
			.filter((value) => value !== ''),
		identifiers: objectsIn(patient.identifier).map((identifier) => ({ system: textOf(identifier.system), value: textOf(identifier.value) }))
			.filter(({ value }) => value !== '')
	};
}
