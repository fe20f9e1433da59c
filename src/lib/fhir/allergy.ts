/** AllergyIntolerance, and the four states a banner may show: known, none known, not recorded, unavailable (NHS CUI PAB-0064). */
import type { FhirResource } from '$sync/fhir/resource.ts';
import { at, code, concept, hasCode, list, text } from './read.ts';
import { coded, part, withElements } from './write.ts';

const CLINICAL = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical';
const VERIFICATION = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification';
const SNOMED = 'http://snomed.info/sct';
const ABSENT = 'http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips';
/** SNOMED CT "No known allergy" and its kinds, and the IPS code for a confirmed absence */
const NONE_KNOWN = ['716186003', '409137002', '428607008', '429625007', 'no-known-allergies', 'no-known-medication-allergies'];

export const CLINICAL_STATUSES = ['active', 'inactive', 'resolved'] as const;
export const CRITICALITIES = ['low', 'high', 'unable-to-assess'] as const;
export const SEVERITIES = ['mild', 'moderate', 'severe'] as const;
export type ClinicalStatus = (typeof CLINICAL_STATUSES)[number];
export type Criticality = (typeof CRITICALITIES)[number];
export type Severity = (typeof SEVERITIES)[number];

export interface AllergyFields {
	substance: string;
	/** manifestations of one event, in the order given, separated by commas in the form */
	reactions: string;
	severity: Severity | '';
	criticality: Criticality | '';
	status: ClinicalStatus;
	verification: 'confirmed' | 'unconfirmed';
	onset: string;
	note: string;
}

export const emptyAllergy = (): AllergyFields => ({ substance: '', reactions: '', severity: '', criticality: '', status: 'active', verification: 'unconfirmed', onset: '', note: '' });

const oneOf = <V extends string>(values: readonly V[], value: string | undefined): V | undefined => values.find((v) => v === value);

export function isNoKnownAllergy(resource: FhirResource): boolean {
	return hasCode(at(resource, 'code'), ...NONE_KNOWN);
}

export function readAllergy(resource: FhirResource): AllergyFields {
	const reaction = list(resource, 'reaction')[0];
	return {
		substance: concept(resource, 'code') ?? '',
		reactions: list(reaction, 'manifestation').map((x) => concept(x) ?? '').filter((s) => s !== '').join(', '),
		severity: oneOf(SEVERITIES, text(reaction, 'severity')) ?? '',
		criticality: oneOf(CRITICALITIES, text(resource, 'criticality')) ?? '',
		status: oneOf(CLINICAL_STATUSES, code(at(resource, 'clinicalStatus'))) ?? 'active',
		verification: hasCode(at(resource, 'verificationStatus'), 'confirmed') ? 'confirmed' : 'unconfirmed',
		onset: text(resource, 'onsetDateTime') ?? '',
		note: text(resource, 'note', 0, 'text') ?? ''
	};
}

export function writeAllergy(before: FhirResource | null, fields: AllergyFields, recordedDate: string): FhirResource {
	const base: FhirResource = before ?? { resourceType: 'AllergyIntolerance', recordedDate };
	const old = before === null ? null : readAllergy(before);
	const manifestation = fields.reactions.split(',').map((s) => s.trim()).filter((s) => s !== '').map((s) => ({ text: s }));
	const reactionKept = old !== null && old.reactions === fields.reactions && old.severity === fields.severity;
	return withElements(base, {
		clinicalStatus: coded(CLINICAL, fields.status),
		verificationStatus: coded(VERIFICATION, fields.verification),
		criticality: fields.criticality,
		...(old?.substance === fields.substance.trim() ? {} : { code: { text: fields.substance.trim() } }),
		...(reactionKept ? {} : { reaction: manifestation.length === 0 ? [] : [part({ manifestation, severity: fields.severity }) ?? {}] }),
		...(old?.onset === fields.onset ? {} : { onsetDateTime: fields.onset }),
		...(old?.note === fields.note.trim() ? {} : { note: fields.note.trim() === '' ? [] : [{ text: fields.note.trim() }] })
	});
}

/** "No known allergies", said by the clinician who asked: both the SNOMED CT and the IPS code, so that every reader knows it. */
export function noKnownAllergies(recordedDate: string, label: string): FhirResource {
	return {
		resourceType: 'AllergyIntolerance',
		recordedDate,
		clinicalStatus: coded(CLINICAL, 'active'),
		verificationStatus: coded(VERIFICATION, 'confirmed'),
		code: { coding: [{ system: SNOMED, code: '716186003' }, { system: ABSENT, code: 'no-known-allergies' }], text: label }
	};
}
