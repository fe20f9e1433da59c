/**
 * "No known allergies" as an AllergyIntolerance: which statements of absence there are, and what they cover.
 *
 * Codes: SNOMED CT findings of the IPS free set and the HL7 IPS code system absent-unknown-uv-ips. "No information about allergies" is
 * no statement of absence.
 */
import type { Json } from '../change/change.ts';
import { conceptParts } from './concept.ts';
import { SNOMED } from './formulary.ts';
import { words } from './names.ts';

export type AbsenceScope = 'any' | 'drug' | 'food' | 'environment' | 'latex' | 'animal' | 'insect';

const IPS = 'http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips';

const CODES: ReadonlyMap<string, AbsenceScope> = new Map<string, AbsenceScope>([
	[`${SNOMED}|716186003`, 'any'], [`${SNOMED}|409137002`, 'drug'], [`${SNOMED}|429625007`, 'food'], [`${SNOMED}|428607008`, 'environment'],
	[`${SNOMED}|716184000`, 'latex'], [`${SNOMED}|716220001`, 'animal'], [`${SNOMED}|428197003`, 'insect'],
	[`${IPS}|no-known-allergies`, 'any'], [`${IPS}|no-known-medication-allergies`, 'drug'], [`${IPS}|no-known-food-allergies`, 'food'],
	[`${IPS}|no-known-environmental-allergies`, 'environment']
]);

const PHRASES: ReadonlyMap<string, AbsenceScope> = new Map<string, AbsenceScope>([
	['no known allergies', 'any'], ['no known allergy', 'any'], ['nka', 'any'], ['no allergies', 'any'], ['no allergy', 'any'],
	['aucune allergie connue', 'any'], ['pas d allergie connue', 'any'], ['sin alergias conocidas', 'any'], ['no hay alergias conocidas', 'any'],
	['no known drug allergies', 'drug'], ['no known drug allergy', 'drug'], ['nkda', 'drug'], ['no known history of drug allergy', 'drug'],
	['no known medication allergies', 'drug'], ['aucune allergie medicamenteuse connue', 'drug'], ['sin alergias a medicamentos conocidas', 'drug'],
	['no known food allergy', 'food'], ['no known food allergies', 'food'], ['no known environmental allergy', 'environment'],
	['no known environmental allergies', 'environment']
]);

/** What a code or text states to be absent; null when it states no absence. */
export function statedAbsence(concept: Json | undefined): AbsenceScope | null {
	const { texts, codes } = conceptParts(concept);
	for (const { system, code } of codes) {
		const scope = CODES.get(`${system}|${code}`);
		if (scope !== undefined) return scope;
	}
	for (const text of texts) {
		const scope = PHRASES.get(words(text).join(' '));
		if (scope !== undefined) return scope;
	}
	return null;
}
