/** Groups of documents and agreements: notes, scans, forms, consent, insurance, answers to discrepancies, and the templates of the register chart. */
import { CHART_SAYS, CLINICAL, list, type TypeDefinition } from './definition.ts';

export const Composition: TypeDefinition = {
	comps: CLINICAL,
	never: { subject: CHART_SAYS },
	groups: {
		identifier: ['identifier'],
		note: ['status', 'type', 'date', 'author', 'title', 'section', 'contained', 'modifierExtension'],
		category: ['category'],
		confidentiality: ['confidentiality'],
		attesters: list('attester'),
		relations: list('relatesTo'),
		provenance: ['encounter', 'custodian', 'event'],
		narrative: ['text'],
		extensions: list('extension')
	}
};

export const DocumentReference: TypeDefinition = {
	comps: CLINICAL,
	never: { subject: CHART_SAYS },
	groups: {
		identifiers: list('identifier'),
		document: ['masterIdentifier', 'status', 'docStatus', 'type', 'date', 'description', 'content', 'contained', 'modifierExtension'],
		provenance: ['category', 'author', 'authenticator', 'custodian', 'context'],
		security: ['securityLabel'],
		relations: list('relatesTo'),
		narrative: ['text'],
		extensions: list('extension')
	}
};

export const QuestionnaireResponse: TypeDefinition = {
	comps: CLINICAL,
	never: { subject: CHART_SAYS },
	groups: {
		identifier: ['identifier'],
		answers: ['status', 'questionnaire', 'authored', 'item', 'contained', 'modifierExtension'],
		provenance: ['encounter', 'author', 'source'],
		order: ['basedOn', 'partOf'],
		narrative: ['text'],
		extensions: list('extension')
	}
};

export const Consent: TypeDefinition = {
	comps: CLINICAL,
	never: { patient: CHART_SAYS },
	groups: {
		identifiers: list('identifier'),
		consent: ['status', 'scope', 'category', 'dateTime', 'source[x]', 'policy', 'policyRule', 'provision', 'contained', 'modifierExtension'],
		verifications: list('verification'),
		provenance: ['performer', 'organization'],
		narrative: ['text'],
		extensions: list('extension')
	}
};

export const Coverage: TypeDefinition = {
	comps: CLINICAL,
	never: { beneficiary: CHART_SAYS },
	groups: {
		identifiers: list('identifier'),
		coverage: [
			'status', 'type', 'policyHolder', 'subscriber', 'subscriberId', 'dependent', 'relationship', 'period', 'payor', 'class', 'order', 'network',
			'subrogation', 'contained', 'modifierExtension'
		],
		costs: ['costToBeneficiary', 'contract'],
		narrative: ['text'],
		extensions: list('extension')
	}
};

/** The answer to a discrepancy stands in the highest compartment of what it judged: one about demographics alone at the desk. */
export const DetectedIssue: TypeDefinition = {
	comps: [...CLINICAL, 'desk'],
	never: { patient: CHART_SAYS },
	groups: {
		identifiers: list('identifier'),
		judgement: ['status', 'code', 'severity', 'identified[x]', 'implicated', 'detail', 'mitigation', 'contained', 'modifierExtension'],
		evidence: list('evidence'),
		provenance: ['author', 'reference'],
		narrative: ['text'],
		extensions: list('extension')
	}
};

export const Questionnaire: TypeDefinition = {
	comps: CLINICAL,
	never: {},
	groups: {
		identifiers: list('identifier'),
		definition: [
			'url', 'version', 'name', 'title', 'derivedFrom', 'status', 'experimental', 'subjectType', 'code', 'item', 'contained', 'modifierExtension'
		],
		publication: ['date', 'publisher', 'contact', 'description', 'purpose', 'copyright', 'approvalDate', 'lastReviewDate', 'effectivePeriod'],
		scope: ['useContext', 'jurisdiction'],
		narrative: ['text'],
		extensions: list('extension')
	}
};

export const PlanDefinition: TypeDefinition = {
	comps: CLINICAL,
	never: {},
	groups: {
		identifiers: list('identifier'),
		definition: [
			'url', 'version', 'name', 'title', 'subtitle', 'type', 'status', 'experimental', 'subject[x]', 'library', 'goal', 'action', 'contained',
			'modifierExtension'
		],
		publication: ['date', 'publisher', 'contact', 'description', 'purpose', 'usage', 'copyright', 'approvalDate', 'lastReviewDate', 'effectivePeriod'],
		credits: ['author', 'editor', 'reviewer', 'endorser', 'relatedArtifact'],
		scope: ['useContext', 'jurisdiction', 'topic'],
		narrative: ['text'],
		extensions: list('extension')
	}
};
