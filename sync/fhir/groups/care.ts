/** Groups of care as it is organized: visits, plans, requests, tasks and messages. */
import { CHART_SAYS, CLINICAL, list, type TypeDefinition } from './definition.ts';

export const Encounter: TypeDefinition = {
	comps: CLINICAL,
	never: { subject: CHART_SAYS },
	groups: {
		identifiers: list('identifier'),
		progress: ['status', 'statusHistory', 'period', 'length'],
		visit: ['class', 'classHistory', 'type', 'serviceType', 'priority', 'contained', 'modifierExtension'],
		reason: ['reasonCode', 'reasonReference'],
		diagnoses: list('diagnosis'),
		participants: list('participant'),
		place: ['location', 'serviceProvider'],
		hospitalization: ['hospitalization'],
		order: ['episodeOfCare', 'basedOn', 'appointment', 'account', 'partOf'],
		narrative: ['text'],
		extensions: list('extension')
	}
};

export const EpisodeOfCare: TypeDefinition = {
	comps: CLINICAL,
	never: { patient: CHART_SAYS },
	groups: {
		identifiers: list('identifier'),
		progress: ['status', 'statusHistory', 'period'],
		episode: ['type', 'contained', 'modifierExtension'],
		diagnoses: list('diagnosis'),
		team: ['managingOrganization', 'careManager', 'team'],
		order: ['referralRequest', 'account'],
		narrative: ['text'],
		extensions: list('extension')
	}
};

export const CarePlan: TypeDefinition = {
	comps: CLINICAL,
	never: { subject: CHART_SAYS },
	groups: {
		identifiers: list('identifier'),
		plan: ['intent', 'category', 'title', 'description', 'contained', 'modifierExtension'],
		progress: ['status', 'period'],
		activities: list('activity'),
		addresses: list('addresses'),
		goals: list('goal'),
		team: ['careTeam', 'author', 'contributor'],
		order: ['instantiatesCanonical', 'instantiatesUri', 'basedOn', 'replaces', 'partOf', 'supportingInfo', 'encounter', 'created'],
		notes: list('note'),
		narrative: ['text'],
		extensions: list('extension')
	}
};

export const CareTeam: TypeDefinition = {
	comps: CLINICAL,
	never: { subject: CHART_SAYS },
	groups: {
		identifiers: list('identifier'),
		team: ['name', 'category', 'contained', 'modifierExtension'],
		progress: ['status', 'period'],
		members: list('participant'),
		telecom: list('telecom'),
		reason: ['reasonCode', 'reasonReference'],
		order: ['encounter', 'managingOrganization'],
		notes: list('note'),
		narrative: ['text'],
		extensions: list('extension')
	}
};

export const Goal: TypeDefinition = {
	comps: CLINICAL,
	never: { subject: CHART_SAYS },
	groups: {
		identifiers: list('identifier'),
		goal: ['description', 'category', 'start[x]', 'target', 'contained', 'modifierExtension'],
		progress: ['lifecycleStatus', 'statusDate', 'statusReason'],
		achievement: ['achievementStatus', 'outcomeCode', 'outcomeReference'],
		priority: ['priority'],
		addresses: list('addresses'),
		provenance: ['expressedBy'],
		notes: list('note'),
		narrative: ['text'],
		extensions: list('extension')
	}
};

export const ServiceRequest: TypeDefinition = {
	comps: CLINICAL,
	never: { subject: CHART_SAYS },
	groups: {
		identifiers: list('identifier'),
		request: ['intent', 'doNotPerform', 'code', 'orderDetail', 'quantity[x]', 'asNeeded[x]', 'bodySite', 'contained', 'modifierExtension'],
		progress: ['status'],
		priority: ['priority'],
		timing: ['occurrence[x]'],
		provenance: ['category', 'encounter', 'authoredOn', 'requester', 'performerType', 'performer', 'locationCode', 'locationReference'],
		reason: ['reasonCode', 'reasonReference', 'supportingInfo', 'relevantHistory'],
		specimens: list('specimen'),
		instruction: ['patientInstruction'],
		order: ['instantiatesCanonical', 'instantiatesUri', 'basedOn', 'replaces', 'requisition', 'insurance'],
		notes: list('note'),
		narrative: ['text'],
		extensions: list('extension')
	}
};

export const Task: TypeDefinition = {
	comps: CLINICAL,
	never: { for: CHART_SAYS },
	groups: {
		identifiers: list('identifier'),
		task: ['intent', 'code', 'description', 'focus', 'input', 'restriction', 'contained', 'modifierExtension'],
		progress: ['status', 'statusReason', 'businessStatus', 'executionPeriod', 'lastModified'],
		priority: ['priority'],
		owner: ['requester', 'performerType', 'owner', 'location', 'authoredOn', 'encounter'],
		outputs: list('output'),
		reason: ['reasonCode', 'reasonReference'],
		order: ['instantiatesCanonical', 'instantiatesUri', 'basedOn', 'groupIdentifier', 'partOf', 'insurance', 'relevantHistory'],
		notes: list('note'),
		narrative: ['text'],
		extensions: list('extension')
	}
};

export const Communication: TypeDefinition = {
	comps: CLINICAL,
	never: { subject: CHART_SAYS },
	groups: {
		identifiers: list('identifier'),
		message: [
			'status', 'statusReason', 'category', 'medium', 'topic', 'about', 'sent', 'received', 'recipient', 'sender', 'payload', 'contained', 'modifierExtension'
		],
		priority: ['priority'],
		reason: ['reasonCode', 'reasonReference'],
		order: ['instantiatesCanonical', 'instantiatesUri', 'basedOn', 'partOf', 'inResponseTo', 'encounter'],
		notes: list('note'),
		narrative: ['text'],
		extensions: list('extension')
	}
};
