/** A person's record at one clinic as a FHIR R4 transaction bundle, as any other system might export it. */
import type { FhirResource } from '../../sync/fhir/resource.ts';
import type { Draw } from './draw.ts';
import { isoDate, type Person } from './person.ts';
import { CHILD_VACCINES, NO_KNOWN_ALLERGY, VITALS, type Coded, type Prescription } from './vocabulary.ts';

export interface ClinicRecord {
	readonly person: Person;
	/** the clinic's own number for this person */
	readonly number: string;
	/** null: nobody asked; 'none': "no known allergies" was recorded */
	readonly allergy: Coded | 'none' | null;
	readonly prescriptions: readonly Prescription[];
	readonly visits: number;
}

export type FhirBundle = FhirResource & { readonly resourceType: 'Bundle'; readonly type: 'transaction' };

const DAY_MS = 86_400_000;
const concept = (coded: Coded) => ({ coding: [{ ...coded }], text: coded.display });
const status = (system: string, code: string) => ({ coding: [{ system: `http://terminology.hl7.org/CodeSystem/${system}`, code }] });
const quantity = (value: number, unit: string, code: string) => ({ value, unit, system: 'http://unitsofmeasure.org', code });

function patient(record: ClinicRecord, clinic: string): FhirResource {
	const { person } = record;
	return {
		resourceType: 'Patient',
		identifier: [{ system: `urn:clinic-number:${clinic}`, value: record.number }],
		name: [{ use: 'official', family: person.family, given: [person.given] }],
		gender: person.gender,
		birthDate: person.born,
		...(person.phone ? { telecom: [{ system: 'phone', value: person.phone }] } : {}),
		address: [{ city: person.village, country: 'TZ' }]
	};
}

function vitals(draw: Draw, person: Person, when: string): FhirResource[] {
	const category = [status('observation-category', 'vital-signs')];
	const observation = (code: Coded, rest: object): FhirResource => ({ resourceType: 'Observation', status: 'final', category, code: concept(code), effectiveDateTime: when, ...rest });
	const ageYears = (Date.parse(when) - Date.parse(person.born)) / (365.25 * DAY_MS);
	// roughly as children grow: 3.4 kg at birth, 3 kg more a year to 5 years, then towards the grown weight at 16
	const grown = Math.min(1, Math.max(0, (ageYears - 5) / 11));
	const weight = ageYears < 5 ? 3.4 + ageYears * 3 + draw.int(-8, 8) / 10 : 18 + (person.weight - 18) * grown + draw.int(-15, 15) / 10;
	const found = [observation(VITALS.weight, { valueQuantity: quantity(Math.round(weight * 10) / 10, 'kg', 'kg') }), observation(VITALS.temperature, { valueQuantity: quantity(draw.int(362, 386) / 10, '°C', 'Cel') })];
	if (ageYears < 15) return found;
	const high = person.programme === 'hypertension' ? 22 : 0;
	const part = (code: Coded, value: number) => ({ code: concept(code), valueQuantity: quantity(value, 'mmHg', 'mm[Hg]') });
	found.push(observation(VITALS.bloodPressure, { component: [part(VITALS.systolic, draw.int(108, 138) + high), part(VITALS.diastolic, draw.int(66, 86) + high / 2)] }));
	return found;
}

function prescription(order: Prescription, when: string, active: boolean): FhirResource {
	return {
		resourceType: 'MedicationRequest', status: active ? 'active' : 'completed', intent: 'order', authoredOn: when,
		medicationCodeableConcept: concept(order.drug),
		dosageInstruction: [{
			text: `${order.dose} ${order.unit === 'ug' ? 'microgram' : order.unit}, ${order.perDay} times daily`,
			timing: { repeat: { frequency: order.perDay, period: 1, periodUnit: 'd', boundsDuration: { value: order.days, unit: 'd', system: 'http://unitsofmeasure.org', code: 'd' } } },
			route: { text: order.unit === 'ug' ? 'inhaled' : 'oral' },
			doseAndRate: [{ doseQuantity: quantity(order.dose, order.unit === 'ug' ? 'microgram' : order.unit, order.unit) }]
		}]
	};
}

function allergy(of: Coded | 'none', when: string): FhirResource {
	const confirmed = of !== 'none';
	return {
		resourceType: 'AllergyIntolerance', clinicalStatus: status('allergyintolerance-clinical', 'active'), verificationStatus: status('allergyintolerance-verification', 'confirmed'),
		code: concept(of === 'none' ? NO_KNOWN_ALLERGY : of), recordedDate: when,
		...(confirmed ? { criticality: 'high', category: ['medication'], reaction: [{ manifestation: [{ text: 'rash' }], severity: 'moderate' }] } : {})
	};
}

function vaccines(draw: Draw, person: Person, today: number): FhirResource[] {
	const born = Date.parse(person.born);
	return CHILD_VACCINES.filter((due) => born + due.weeks * 7 * DAY_MS < today && draw.chance(0.9)).map((due) => ({
		resourceType: 'Immunization', status: 'completed', vaccineCode: concept(due.vaccine),
		occurrenceDateTime: isoDate(born + (due.weeks * 7 + draw.int(0, 20)) * DAY_MS), lotNumber: `L${draw.int(1000, 9999)}`, protocolApplied: [{ doseNumberPositiveInt: due.dose }]
	}));
}

/** @param today ms since 1970: visits lie before it */
export function clinicBundle(draw: Draw, record: ClinicRecord, clinic: string, today: number): FhirBundle {
	const { person } = record;
	const resources: FhirResource[] = [patient(record, clinic)];
	const last = isoDate(today - draw.int(3, 60) * DAY_MS);
	if (record.allergy !== null) resources.push(allergy(record.allergy, last));
	if (person.problem) {
		resources.push({
			resourceType: 'Condition', clinicalStatus: status('condition-clinical', person.programme === 'acute' ? 'resolved' : 'active'), verificationStatus: status('condition-ver-status', 'confirmed'),
			code: concept(person.problem), onsetDateTime: isoDate(today - draw.int(200, 1600) * DAY_MS), recordedDate: last
		});
	}
	for (let visit = 0; visit < record.visits; visit++) resources.push(...vitals(draw, person, isoDate(today - (3 + visit * 30 + draw.int(0, 12)) * DAY_MS)));
	for (const order of record.prescriptions) resources.push(prescription(order, last, person.programme !== 'acute'));
	if (person.programme === 'child') resources.push(...vaccines(draw, person, today));
	resources.push({ resourceType: 'Observation', status: 'final', code: { coding: [{ system: 'http://loinc.org', code: '883-9', display: 'ABO group' }], text: 'Blood group' }, effectiveDateTime: last, valueCodeableConcept: { text: person.bloodGroup } });
	const urn = () => `urn:uuid:${draw.uuid()}`;
	const subject = urn();
	const entry = resources.map((resource, index) => ({
		fullUrl: index === 0 ? subject : urn(),
		resource: index === 0 ? resource : { ...resource, [resource.resourceType === 'AllergyIntolerance' || resource.resourceType === 'Immunization' ? 'patient' : 'subject']: { reference: subject } },
		request: { method: 'POST', url: resource.resourceType }
	}));
	return { resourceType: 'Bundle', type: 'transaction', entry };
}
