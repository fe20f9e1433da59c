/** Groups of what is found out about a patient, and of what was done to them. */
import { CHART_SAYS, CLINICAL, list, type TypeDefinition } from './definition.ts';

export const AllergyIntolerance: TypeDefinition = {
	comps: CLINICAL,
	never: { patient: CHART_SAYS },
	groups: {
		identifiers: list('identifier'),
		substance: ['code', 'type', 'category', 'contained', 'modifierExtension'],
		status: ['clinicalStatus', 'verificationStatus'],
		criticality: ['criticality'],
		reactions: list('reaction'),
		onset: ['onset[x]', 'lastOccurrence'],
		provenance: ['encounter', 'recordedDate', 'recorder', 'asserter'],
		notes: list('note'),
		narrative: ['text'],
		extensions: list('extension')
	}
};

export const Condition: TypeDefinition = {
	comps: CLINICAL,
	never: { subject: CHART_SAYS },
	groups: {
		identifiers: list('identifier'),
		problem: ['code', 'bodySite', 'category', 'contained', 'modifierExtension'],
		status: ['clinicalStatus', 'verificationStatus', 'abatement[x]'],
		severity: ['severity'],
		stage: ['stage'],
		onset: ['onset[x]'],
		evidence: list('evidence'),
		provenance: ['encounter', 'recordedDate', 'recorder', 'asserter'],
		notes: list('note'),
		narrative: ['text'],
		extensions: list('extension')
	}
};

export const Observation: TypeDefinition = {
	comps: CLINICAL,
	never: { subject: CHART_SAYS },
	groups: {
		identifiers: list('identifier'),
		result: [
			'status', 'code', 'focus', 'effective[x]', 'value[x]', 'dataAbsentReason', 'interpretation', 'referenceRange', 'component', 'bodySite', 'method',
			'specimen', 'contained', 'modifierExtension'
		],
		category: ['category'],
		provenance: ['encounter', 'issued', 'performer', 'device'],
		order: ['basedOn', 'partOf'],
		panel: ['hasMember', 'derivedFrom'],
		notes: list('note'),
		narrative: ['text'],
		extensions: list('extension')
	}
};

export const DiagnosticReport: TypeDefinition = {
	comps: CLINICAL,
	never: { subject: CHART_SAYS },
	groups: {
		identifiers: list('identifier'),
		report: [
			'status', 'code', 'effective[x]', 'specimen', 'result', 'imagingStudy', 'media', 'conclusion', 'conclusionCode', 'presentedForm', 'contained',
			'modifierExtension'
		],
		category: ['category'],
		provenance: ['encounter', 'issued', 'performer', 'resultsInterpreter'],
		order: ['basedOn'],
		narrative: ['text'],
		extensions: list('extension')
	}
};

export const Specimen: TypeDefinition = {
	comps: CLINICAL,
	never: { subject: CHART_SAYS },
	groups: {
		identifiers: list('identifier'),
		sample: ['accessionIdentifier', 'type', 'collection', 'container', 'contained', 'modifierExtension'],
		status: ['status'],
		handling: ['receivedTime', 'processing', 'condition'],
		order: ['parent', 'request'],
		notes: list('note'),
		narrative: ['text'],
		extensions: list('extension')
	}
};

export const Immunization: TypeDefinition = {
	comps: CLINICAL,
	never: { patient: CHART_SAYS },
	groups: {
		identifiers: list('identifier'),
		vaccination: [
			'status', 'statusReason', 'vaccineCode', 'occurrence[x]', 'manufacturer', 'lotNumber', 'expirationDate', 'site', 'route', 'doseQuantity',
			'isSubpotent', 'subpotentReason', 'protocolApplied', 'contained', 'modifierExtension'
		],
		provenance: ['encounter', 'recorded', 'primarySource', 'reportOrigin', 'location', 'performer'],
		reactions: list('reaction'),
		reason: ['reasonCode', 'reasonReference'],
		programme: ['education', 'programEligibility', 'fundingSource'],
		notes: list('note'),
		narrative: ['text'],
		extensions: list('extension')
	}
};

export const Procedure: TypeDefinition = {
	comps: CLINICAL,
	never: { subject: CHART_SAYS },
	groups: {
		identifiers: list('identifier'),
		procedure: [
			'status', 'statusReason', 'category', 'code', 'performed[x]', 'bodySite', 'outcome', 'focalDevice', 'usedReference', 'usedCode', 'contained',
			'modifierExtension'
		],
		complications: list('complication'),
		'complication-details': list('complicationDetail'),
		'follow-up': ['followUp'],
		provenance: ['encounter', 'recorder', 'asserter', 'performer', 'location'],
		reason: ['reasonCode', 'reasonReference'],
		order: ['basedOn', 'partOf', 'instantiatesCanonical', 'instantiatesUri'],
		reports: list('report'),
		notes: list('note'),
		narrative: ['text'],
		extensions: list('extension')
	}
};

export const FamilyMemberHistory: TypeDefinition = {
	comps: CLINICAL,
	never: { patient: CHART_SAYS },
	groups: {
		identifiers: list('identifier'),
		relative: [
			'status', 'dataAbsentReason', 'relationship', 'name', 'sex', 'born[x]', 'age[x]', 'estimatedAge', 'deceased[x]', 'contained', 'modifierExtension'
		],
		conditions: list('condition'),
		provenance: ['date', 'reasonCode', 'reasonReference', 'instantiatesCanonical', 'instantiatesUri'],
		notes: list('note'),
		narrative: ['text'],
		extensions: list('extension')
	}
};

export const Flag: TypeDefinition = {
	comps: CLINICAL,
	never: { subject: CHART_SAYS },
	groups: {
		identifiers: list('identifier'),
		flag: ['status', 'code', 'period', 'contained', 'modifierExtension'],
		provenance: ['category', 'encounter', 'author'],
		narrative: ['text'],
		extensions: list('extension')
	}
};
