/** Groups of what the desk keeps: who the person is, when they come, and which charts are of one person. */
import { CHART_SAYS, DESK, list, type TypeDefinition } from './definition.ts';

export const Patient: TypeDefinition = {
	comps: DESK,
	never: { link: 'charts of one person are linked by a Linkage of their own, which can be undone' },
	groups: {
		identifiers: list('identifier'),
		names: list('name'),
		birth: ['birthDate'],
		sex: ['gender'],
		deceased: ['deceased[x]'],
		'multiple-birth': ['multipleBirth[x]'],
		telecom: list('telecom'),
		addresses: list('address'),
		record: ['active', 'contained', 'modifierExtension'],
		marital: ['maritalStatus'],
		languages: ['communication'],
		contacts: ['contact'],
		photo: ['photo'],
		'care-provider': ['generalPractitioner', 'managingOrganization'],
		narrative: ['text'],
		extensions: list('extension')
	}
};

export const RelatedPerson: TypeDefinition = {
	comps: DESK,
	never: { patient: CHART_SAYS },
	groups: {
		identifiers: list('identifier'),
		relation: ['relationship', 'active', 'period', 'contained', 'modifierExtension'],
		names: list('name'),
		birth: ['birthDate'],
		sex: ['gender'],
		telecom: list('telecom'),
		addresses: list('address'),
		languages: ['communication'],
		photo: ['photo'],
		narrative: ['text'],
		extensions: list('extension')
	}
};

export const Appointment: TypeDefinition = {
	comps: DESK,
	never: {},
	groups: {
		identifiers: list('identifier'),
		progress: ['status', 'cancelationReason'],
		time: ['start', 'end', 'minutesDuration', 'slot', 'requestedPeriod'],
		service: ['serviceCategory', 'serviceType', 'specialty', 'appointmentType', 'description', 'contained', 'modifierExtension'],
		priority: ['priority'],
		participants: list('participant'),
		reason: ['reasonCode', 'reasonReference', 'supportingInformation', 'basedOn'],
		comment: ['comment', 'created'],
		instruction: ['patientInstruction'],
		narrative: ['text'],
		extensions: list('extension')
	}
};

/** `modifierExtension` carries the state of the link, `extension` the relay markers: see linkage.ts. */
export const Linkage: TypeDefinition = {
	comps: DESK,
	never: {},
	groups: {
		link: ['active', 'author', 'item', 'contained', 'modifierExtension'],
		relay: list('extension'),
		narrative: ['text']
	}
};
