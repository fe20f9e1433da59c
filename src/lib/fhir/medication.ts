/**
 * MedicationRequest, and the one order in which a medicine is written on screen: generic, strength and form, DOSE, route, frequency
 * (NHS CUI MEDi-001). Frequencies are said in words; the abbreviations on ISMP's list of error-prone ones do not occur.
 */
import type { FhirResource } from '$sync/fhir/resource.ts';
import { at, concept, flag, hasCode, number, text } from './read.ts';
import { part, withElements } from './write.ts';

export const MEDICATION_STATUSES = ['active', 'on-hold', 'completed', 'stopped', 'draft'] as const;
export type MedicationStatus = (typeof MEDICATION_STATUSES)[number];

/** code of HL7 v3 RouteOfAdministration where there is one */
export const ROUTES = { oral: 'PO', intramuscular: 'IM', intravenous: 'IVINJ', subcutaneous: 'SQ', inhaled: 'IPINHL', sublingual: 'SL', rectal: 'PR', topical: null } as const;
export type Route = keyof typeof ROUTES;
const ROUTE_SYSTEM = 'http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration';

export const UNITS = ['mg', 'g', 'microgram', 'mL', 'tablet', 'capsule', 'puff', 'drop', 'unit', 'sachet'] as const;

interface Repeat {
	readonly frequency: number;
	readonly period: number;
	readonly periodUnit: 'h' | 'd' | 'wk' | 'mo';
}
export const FREQUENCIES = {
	'once-daily': { frequency: 1, period: 1, periodUnit: 'd' },
	'twice-daily': { frequency: 2, period: 1, periodUnit: 'd' },
	'three-daily': { frequency: 3, period: 1, periodUnit: 'd' },
	'four-daily': { frequency: 4, period: 1, periodUnit: 'd' },
	'every-other-day': { frequency: 1, period: 2, periodUnit: 'd' },
	weekly: { frequency: 1, period: 1, periodUnit: 'wk' },
	monthly: { frequency: 1, period: 1, periodUnit: 'mo' },
	once: null
} as const satisfies Record<string, Repeat | null>;
export type Frequency = keyof typeof FREQUENCIES;
export const FREQUENCY_NAMES: readonly Frequency[] = ['once-daily', 'twice-daily', 'three-daily', 'four-daily', 'every-other-day', 'weekly', 'monthly', 'once'];

export interface MedicationFields {
	drug: string;
	dose: string;
	unit: string;
	route: Route | '';
	frequency: Frequency | '';
	asNeeded: boolean;
	/** days; empty when no end is set */
	days: string;
	status: MedicationStatus;
	note: string;
}

export const emptyMedication = (): MedicationFields => ({ drug: '', dose: '', unit: 'mg', route: '', frequency: '', asNeeded: false, days: '', status: 'active', note: '' });

function readFrequency(dosage: ReturnType<typeof at>): Frequency | '' {
	const repeat = at(dosage, 'timing', 'repeat');
	if (number(repeat, 'count') === 1) return 'once';
	return FREQUENCY_NAMES.find((name) => {
		const wanted: Repeat | null = FREQUENCIES[name];
		return wanted !== null && number(repeat, 'frequency') === wanted.frequency && number(repeat, 'period') === wanted.period && text(repeat, 'periodUnit') === wanted.periodUnit;
	}) ?? '';
}

const routeNames = Object.keys(ROUTES) as readonly Route[];

function readRoute(dosage: ReturnType<typeof at>): Route | '' {
	const route = at(dosage, 'route');
	const words = concept(route)?.toLowerCase();
	return routeNames.find((name) => (ROUTES[name] !== null && hasCode(route, ROUTES[name])) || name === words) ?? '';
}

export function drugName(resource: FhirResource): string {
	return concept(resource, 'medicationCodeableConcept') ?? text(resource, 'medicationReference', 'display') ?? text(resource, 'contained', 0, 'code', 'text') ?? '';
}

export function readMedication(resource: FhirResource): MedicationFields {
	const dosage = at(resource, 'dosageInstruction', 0);
	const dose = number(dosage, 'doseAndRate', 0, 'doseQuantity', 'value');
	const status = text(resource, 'status');
	return {
		drug: drugName(resource),
		dose: dose === undefined ? '' : String(dose),
		unit: text(dosage, 'doseAndRate', 0, 'doseQuantity', 'unit') ?? text(dosage, 'doseAndRate', 0, 'doseQuantity', 'code') ?? (dose === undefined ? 'mg' : ''),
		route: readRoute(dosage),
		frequency: readFrequency(dosage),
		asNeeded: flag(dosage, 'asNeededBoolean') ?? false,
		days: number(dosage, 'timing', 'repeat', 'boundsDuration', 'value')?.toString() ?? '',
		status: status === 'cancelled' ? 'stopped' : (MEDICATION_STATUSES.find((s) => s === status) ?? 'active'),
		note: text(resource, 'note', 0, 'text') ?? ''
	};
}

/** What the order's dosage says beyond the fields above, when it came from elsewhere as free text. */
export const dosageText = (resource: FhirResource): string | undefined => text(resource, 'dosageInstruction', 0, 'text');

export const isCurrent = (resource: FhirResource): boolean => ['active', 'on-hold', 'draft'].includes(text(resource, 'status') ?? 'active');

function writeDosage(fields: MedicationFields, dose: number | null, days: number | null): ReturnType<typeof part> {
	const repeat: Repeat | null = fields.frequency === '' ? null : FREQUENCIES[fields.frequency];
	const routeCode = fields.route === '' ? null : ROUTES[fields.route];
	return part({
		timing: part({
			repeat: part({
				...(repeat === null ? {} : { frequency: repeat.frequency, period: repeat.period, periodUnit: repeat.periodUnit }),
				count: fields.frequency === 'once' ? 1 : undefined,
				boundsDuration: days === null ? undefined : { value: days, unit: 'days', system: 'http://unitsofmeasure.org', code: 'd' }
			})
		}),
		asNeededBoolean: fields.asNeeded ? true : undefined,
		route: fields.route === '' ? undefined : part({ coding: routeCode === null ? [] : [{ system: ROUTE_SYSTEM, code: routeCode }], text: fields.route }),
		doseAndRate: dose === null ? [] : [{ doseQuantity: { value: dose, unit: fields.unit } }]
	});
}

export interface MedicationNumbers {
	readonly dose: number | null;
	readonly days: number | null;
}

export function writeMedication(before: FhirResource | null, fields: MedicationFields, numbers: MedicationNumbers, authoredOn: string): FhirResource {
	const old = before === null ? null : readMedication(before);
	const base: FhirResource = before ?? { resourceType: 'MedicationRequest', intent: 'order', authoredOn };
	const dosageKept = old !== null && (['unit', 'route', 'frequency', 'asNeeded', 'days'] as const).every((f) => old[f] === fields[f]) && (old.dose === '' ? null : Number(old.dose)) === numbers.dose;
	const dosage = writeDosage(fields, numbers.dose, numbers.days);
	return withElements(base, {
		...(old?.status === fields.status ? {} : { status: fields.status }),
		...(old?.drug === fields.drug.trim() ? {} : { medicationCodeableConcept: { text: fields.drug.trim() } }),
		...(dosageKept ? {} : { dosageInstruction: dosage === undefined ? [] : [dosage] }),
		...(old?.note === fields.note.trim() ? {} : { note: fields.note.trim() === '' ? [] : [{ text: fields.note.trim() }] })
	});
}
