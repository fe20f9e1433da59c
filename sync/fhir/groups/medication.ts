/** Groups of medicines: what is ordered, taken, handed out, and the product itself. */
import { CHART_SAYS, CLINICAL, list, type TypeDefinition } from './definition.ts';

export const Medication: TypeDefinition = {
	comps: CLINICAL,
	never: {},
	groups: {
		identifiers: list('identifier'),
		product: ['code', 'form', 'amount', 'ingredient', 'contained', 'modifierExtension'],
		status: ['status'],
		batch: ['manufacturer', 'batch'],
		narrative: ['text'],
		extensions: list('extension')
	}
};

export const MedicationRequest: TypeDefinition = {
	comps: CLINICAL,
	never: { subject: CHART_SAYS },
	groups: {
		identifiers: list('identifier'),
		medication: ['intent', 'doNotPerform', 'medication[x]', 'courseOfTherapyType', 'dosageInstruction', 'contained', 'modifierExtension'],
		status: ['status', 'statusReason'],
		priority: ['priority'],
		supply: ['dispenseRequest', 'substitution'],
		reason: ['reasonCode', 'reasonReference'],
		provenance: ['category', 'reported[x]', 'encounter', 'authoredOn', 'requester', 'recorder', 'performer', 'performerType'],
		order: [
			'instantiatesCanonical', 'instantiatesUri', 'basedOn', 'groupIdentifier', 'insurance', 'priorPrescription', 'supportingInformation', 'eventHistory'
		],
		issues: list('detectedIssue'),
		notes: list('note'),
		narrative: ['text'],
		extensions: list('extension')
	}
};

export const MedicationStatement: TypeDefinition = {
	comps: CLINICAL,
	never: { subject: CHART_SAYS },
	groups: {
		identifiers: list('identifier'),
		medication: ['medication[x]', 'dosage', 'contained', 'modifierExtension'],
		taking: ['status', 'statusReason', 'effective[x]'],
		provenance: ['category', 'context', 'dateAsserted', 'informationSource', 'derivedFrom'],
		reason: ['reasonCode', 'reasonReference'],
		order: ['basedOn', 'partOf'],
		notes: list('note'),
		narrative: ['text'],
		extensions: list('extension')
	}
};

export const MedicationDispense: TypeDefinition = {
	comps: CLINICAL,
	never: { subject: CHART_SAYS },
	groups: {
		identifiers: list('identifier'),
		dispense: [
			'status', 'statusReason[x]', 'medication[x]', 'type', 'quantity', 'daysSupply', 'whenPrepared', 'whenHandedOver', 'dosageInstruction', 'substitution',
			'contained', 'modifierExtension'
		],
		provenance: ['category', 'context', 'performer', 'location', 'destination', 'receiver'],
		order: ['partOf', 'authorizingPrescription', 'supportingInformation', 'eventHistory'],
		issues: list('detectedIssue'),
		notes: list('note'),
		narrative: ['text'],
		extensions: list('extension')
	}
};

/** A formulary edit of a site, in its register chart: which product names it knows, what is stocked, how it is given there. */
export const MedicationKnowledge: TypeDefinition = {
	comps: CLINICAL,
	never: {},
	groups: {
		product: [
			'code', 'manufacturer', 'doseForm', 'amount', 'synonym', 'productType', 'ingredient', 'drugCharacteristic', 'packaging', 'contained', 'modifierExtension'
		],
		status: ['status'],
		administration: ['intendedRoute', 'preparationInstruction', 'administrationGuidelines'],
		related: ['associatedMedication', 'relatedMedicationKnowledge'],
		pharmacology: ['kinetics', 'monitoringProgram'],
		contraindications: list('contraindication'),
		classifications: list('medicineClassification'),
		monographs: list('monograph'),
		regulations: list('regulatory'),
		costs: list('cost'),
		narrative: ['text'],
		extensions: list('extension')
	}
};
