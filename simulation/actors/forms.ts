/**
 * What people record and change: forms of the commonest kinds of entries, few enough values that people disagree. Every text carries the canary.
 */
import type { Compartment, Json } from '../../sync/change/change.ts';
import type { FhirResource } from '../../sync/fhir/resource.ts';
import { CANARY } from '../world/organization.ts';

type Elements = FhirResource;
interface Form {
	readonly comp: Compartment;
	readonly make: (value: number) => Elements;
}

const NAMES = ['Awa Faye', 'Binta Sow', 'Cheikh Diop', 'Daba Ndiaye', 'Elimane Ba', 'Fatou Sarr'];
const DRUGS = ['Amoxicillin 250 MG Oral Capsule', 'Metformin 500 mg', 'Enalapril 10 mg', 'Paracetamol 500 mg', 'Ibuprofen 400 mg'];
const SUBSTANCES = ['Penicillin', 'Latex', 'Ibuprofen', 'Eggs', 'Amoxicillin'];
const PROBLEMS = ['Asthma', 'Malaria', 'Hypertension', 'Diabetes mellitus', 'Pregnancy'];
const FINDINGS = ['Body weight', 'Heart rate', 'Body temperature', 'Haemoglobin'];

const pick = (list: readonly string[], value: number): string => list[value % list.length] ?? '';
const text = (list: readonly string[], value: number) => ({ text: `${pick(list, value)} ${CANARY}` });
const coded = (code: string) => ({ coding: [{ code }] });
const day = (value: number): string => `2026-0${1 + (value % 5)}-1${value % 9}`;
const note = (value: number) => [{ text: `Note ${value} ${CANARY}` }];

export function patient(person: number, value: number): Elements {
	const [given = '', family = ''] = (NAMES[person % NAMES.length] ?? '').split(' ');
	return {
		resourceType: 'Patient', name: [{ family: `${family} ${CANARY}`, given: [value % 7 === 0 ? `${given}h` : given] }], gender: value % 11 === 0 ? 'male' : 'female',
		birthDate: `19${70 + (person % 20)}-05-14`, telecom: [{ system: 'phone', value: `+22177${1000000 + person} ${CANARY}` }]
	};
}

export const FORMS: readonly Form[] = [
	{ comp: 'clinical', make: (value) => ({ resourceType: 'AllergyIntolerance', code: text(SUBSTANCES, value), clinicalStatus: coded('active'), verificationStatus: coded('confirmed'), criticality: 'low' }) },
	{ comp: 'clinical', make: (value) => ({ resourceType: 'Condition', code: text(PROBLEMS, value), clinicalStatus: coded('active'), verificationStatus: coded('confirmed'), onsetDateTime: day(value) }) },
	{ comp: 'clinical', make: (value) => ({ resourceType: 'MedicationRequest', status: 'active', intent: 'order', medicationCodeableConcept: text(DRUGS, value), dosageInstruction: [{ text: `${1 + (value % 3)} a day ${CANARY}` }], authoredOn: day(value) }) },
	{ comp: 'clinical', make: (value) => ({ resourceType: 'Observation', status: value % 3 === 0 ? 'preliminary' : 'final', code: text(FINDINGS, value), effectiveDateTime: day(value), valueQuantity: { value: 50 + (value % 40), unit: 'kg' } }) },
	{ comp: 'clinical', make: (value) => ({ resourceType: 'Immunization', status: 'completed', vaccineCode: { text: `Measles ${CANARY}` }, occurrenceDateTime: day(value) }) },
	{ comp: 'clinical', make: (value) => ({ resourceType: 'Encounter', status: 'in-progress', class: { code: 'AMB' }, period: { start: day(value) } }) },
	{ comp: 'desk', make: (value) => ({ resourceType: 'Appointment', status: 'booked', description: `Visit ${CANARY}`, start: `${day(value)}T09:00:00Z`, end: `${day(value)}T09:30:00Z`, participant: [{ status: 'accepted' }] }) },
	{ comp: 'clinical', make: (value) => ({ resourceType: 'Task', status: 'requested', intent: 'order', description: `Call back ${value} ${CANARY}` }) },
	{ comp: 'restricted', make: (value) => ({ resourceType: 'Condition', code: { text: `HIV ${CANARY}` }, clinicalStatus: coded('active'), verificationStatus: coded('provisional'), onsetDateTime: day(value) }) },
	{ comp: 'clinical', make: (value) => ({ resourceType: 'Flag', status: 'active', code: { text: `Do not resuscitate ${value % 2} ${CANARY}` } }) }
];

const STATUSES: { readonly [type: string]: readonly string[] } = {
	MedicationRequest: ['active', 'on-hold', 'completed', 'cancelled', 'stopped'], Encounter: ['in-progress', 'finished', 'cancelled'],
	Appointment: ['booked', 'arrived', 'fulfilled', 'cancelled', 'noshow'], Task: ['requested', 'accepted', 'in-progress', 'completed', 'cancelled'],
	Observation: ['preliminary', 'final', 'amended', 'corrected'], Flag: ['active', 'inactive']
};

/** The resource as somebody has changed it: hundreds say which of its groups, the rest to what. */
export function edited(resource: Elements, value: number): Elements {
	const type = String(resource.resourceType);
	const changes: (() => Elements)[] = [];
	const statuses = STATUSES[type];
	if (statuses !== undefined) changes.push(() => ({ ...resource, status: pick(statuses, value) }));
	if (type === 'Patient') {
		changes.push(
			() => ({ ...resource, gender: pick(['female', 'male', 'unknown'], value) }),
			() => ({ ...resource, birthDate: `19${70 + (value % 20)}-06-01` }),
			() => ({ ...resource, telecom: [{ system: 'phone', value: `+22178${1000000 + (value % 5)} ${CANARY}` }] }),
			() => ({ ...resource, name: [{ family: `${pick(['Faye', 'Sow'], value)} ${CANARY}`, given: ['Awa'] }] }),
			() => ({ ...resource, deceasedBoolean: value % 2 === 0 })
		);
	}
	if (type === 'AllergyIntolerance' || type === 'Condition') {
		changes.push(() => ({ ...resource, clinicalStatus: coded(pick(['active', 'inactive', 'resolved'], value)) }), () => ({ ...resource, note: [...listOf(resource['note']), ...note(value % 6)] }));
	}
	if (type === 'AllergyIntolerance') changes.push(() => ({ ...resource, criticality: pick(['low', 'high', 'unable-to-assess'], value) }));
	if (type === 'Condition') changes.push(() => ({ ...resource, onsetDateTime: day(value) }));
	if (type === 'MedicationRequest') changes.push(() => ({ ...resource, dosageInstruction: [{ text: `${1 + (value % 5)} a day ${CANARY}` }] }));
	if (type === 'Observation') changes.push(() => ({ ...resource, valueQuantity: { value: 50 + (value % 45), unit: 'kg' } }));
	if (type === 'Immunization') changes.push(() => ({ ...resource, lotNumber: `L${value % 4} ${CANARY}` }));
	if (type === 'Patient') changes.push(() => ({ ...resource, maritalStatus: { text: pick(['single', 'married', 'widowed'], value) } }));
	if (changes.length === 0) changes.push(() => ({ ...resource, language: pick(['fr', 'wo', 'en'], value) }));
	const change = changes[Math.floor(value / 100) % changes.length];
	return change === undefined ? resource : change();
}

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
