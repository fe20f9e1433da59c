/** Condition: an entry of the problem list. */
import type { FhirResource } from '$sync/fhir/resource.ts';
import { at, code, concept, hasCode, text } from './read.ts';
import { coded, withElements } from './write.ts';

const CLINICAL = 'http://terminology.hl7.org/CodeSystem/condition-clinical';
const VERIFICATION = 'http://terminology.hl7.org/CodeSystem/condition-ver-status';

export const PROBLEM_STATUSES = ['active', 'recurrence', 'remission', 'inactive', 'resolved'] as const;
export const CERTAINTIES = ['confirmed', 'provisional'] as const;
export type ProblemStatus = (typeof PROBLEM_STATUSES)[number];
export type Certainty = (typeof CERTAINTIES)[number];

export interface ProblemFields {
	name: string;
	status: ProblemStatus;
	certainty: Certainty;
	onset: string;
	abatement: string;
	note: string;
}

export const emptyProblem = (): ProblemFields => ({ name: '', status: 'active', certainty: 'confirmed', onset: '', abatement: '', note: '' });

export function readProblem(resource: FhirResource): ProblemFields {
	const status = code(at(resource, 'clinicalStatus'));
	return {
		name: concept(resource, 'code') ?? '',
		status: PROBLEM_STATUSES.find((s) => s === status) ?? 'active',
		certainty: hasCode(at(resource, 'verificationStatus'), 'provisional', 'unconfirmed', 'differential') ? 'provisional' : 'confirmed',
		onset: text(resource, 'onsetDateTime') ?? '',
		abatement: text(resource, 'abatementDateTime') ?? '',
		note: text(resource, 'note', 0, 'text') ?? ''
	};
}

export const isActiveProblem = (resource: FhirResource): boolean => ['active', 'recurrence'].includes(readProblem(resource).status);

export function writeProblem(before: FhirResource | null, fields: ProblemFields, recordedDate: string): FhirResource {
	const old = before === null ? null : readProblem(before);
	const base: FhirResource = before ?? {
		resourceType: 'Condition',
		recordedDate,
		category: [coded('http://terminology.hl7.org/CodeSystem/condition-category', 'problem-list-item')]
	};
	return withElements(base, {
		clinicalStatus: coded(CLINICAL, fields.status),
		...(old?.certainty === fields.certainty ? {} : { verificationStatus: coded(VERIFICATION, fields.certainty) }),
		...(old?.name === fields.name.trim() ? {} : { code: { text: fields.name.trim() } }),
		...(old?.onset === fields.onset ? {} : { onsetDateTime: fields.onset }),
		...(old?.abatement === fields.abatement ? {} : { abatementDateTime: fields.abatement }),
		...(old?.note === fields.note.trim() ? {} : { note: fields.note.trim() === '' ? [] : [{ text: fields.note.trim() }] })
	});
}
