/**
 * Vital signs as Observations (LOINC codes, UCUM units, FHIR vital-signs profile) with two tiers of range: what is impossible is
 * not taken, what is unlikely is asked about and then kept (the tiers follow Simple's for blood pressure; the others are ours and
 * wide on purpose: they catch slips of the finger, they are not reference ranges).
 */
import type { FhirResource } from '$sync/fhir/resource.ts';
import { at, hasCode, list, number, text } from './read.ts';
import { coded, withElements } from './write.ts';

const LOINC = 'http://loinc.org';
const UCUM = 'http://unitsofmeasure.org';

export interface VitalKind {
	readonly loinc: string;
	/** UCUM code, and how it is written on screen */
	readonly ucum: string;
	readonly unit: string;
	/** outside: not taken */
	readonly possible: readonly [number, number];
	/** outside: asked about */
	readonly likely: readonly [number, number];
}
export const VITALS = {
	systolic: { loinc: '8480-6', ucum: 'mm[Hg]', unit: 'mmHg', possible: [40, 300], likely: [70, 200] },
	diastolic: { loinc: '8462-4', ucum: 'mm[Hg]', unit: 'mmHg', possible: [20, 200], likely: [40, 120] },
	pulse: { loinc: '8867-4', ucum: '/min', unit: 'per min', possible: [20, 300], likely: [40, 180] },
	temperature: { loinc: '8310-5', ucum: 'Cel', unit: '°C', possible: [25, 45], likely: [34, 41] },
	weight: { loinc: '29463-7', ucum: 'kg', unit: 'kg', possible: [0.3, 400], likely: [2, 180] },
	height: { loinc: '8302-2', ucum: 'cm', unit: 'cm', possible: [20, 250], likely: [40, 210] }
} as const satisfies Record<string, VitalKind>;
export type Vital = keyof typeof VITALS;
export const VITAL_NAMES = ['systolic', 'diastolic', 'pulse', 'temperature', 'weight', 'height'] as const satisfies readonly Vital[];
const PANEL = '85354-9';

export interface Reading {
	readonly vital: Vital;
	readonly value: number;
	readonly unit: string;
}

/** The readings of one Observation: two of a blood pressure, one of the others, none of an observation that is no vital sign. */
export function readings(resource: FhirResource): readonly Reading[] {
	const parts = [resource, ...list(resource, 'component')];
	return parts.flatMap((p) => {
		const vital = VITAL_NAMES.find((name) => hasCode(at(p, 'code'), VITALS[name].loinc));
		const value = number(p, 'valueQuantity', 'value');
		if (vital === undefined || value === undefined) return [];
		const given = text(p, 'valueQuantity', 'code') ?? text(p, 'valueQuantity', 'unit');
		return [{ vital, value, unit: given === undefined || given === VITALS[vital].ucum ? VITALS[vital].unit : (text(p, 'valueQuantity', 'unit') ?? given) }];
	});
}

export const effective = (resource: FhirResource): string => text(resource, 'effectiveDateTime') ?? text(resource, 'issued') ?? '';

const quantity = (vital: Vital, value: number) => ({ value, unit: VITALS[vital].unit, system: UCUM, code: VITALS[vital].ucum });
const codeOf = (vital: Vital) => coded(LOINC, VITALS[vital].loinc);

function observation(code: ReturnType<typeof coded>, rest: Readonly<Record<string, Parameters<typeof withElements>[1][string]>>, when: string): FhirResource {
	return withElements({ resourceType: 'Observation' }, {
		status: 'final',
		category: [coded('http://terminology.hl7.org/CodeSystem/observation-category', 'vital-signs')],
		code,
		effectiveDateTime: when,
		...rest
	});
}

export type VitalValues = Readonly<Partial<Record<Vital, number>>>;

/** One Observation per vital sign measured; systolic and diastolic together are one blood pressure. */
export function writeVitals(values: VitalValues, when: string): readonly FhirResource[] {
	const made: FhirResource[] = [];
	if (values.systolic !== undefined && values.diastolic !== undefined) {
		const component = (['systolic', 'diastolic'] as const).map((v) => ({ code: codeOf(v), valueQuantity: quantity(v, values[v] ?? 0) }));
		made.push(observation(coded(LOINC, PANEL), { component }, when));
	}
	for (const vital of ['pulse', 'temperature', 'weight', 'height'] as const) {
		const value = values[vital];
		if (value !== undefined) made.push(observation(codeOf(vital), { valueQuantity: quantity(vital, value) }, when));
	}
	return made;
}

/** The same Observation with corrected values: an amendment, status `corrected`. */
export function correctVitals(before: FhirResource, values: VitalValues): FhirResource {
	const corrected = (from: FhirResource | ReturnType<typeof at>) => {
		const vital = VITAL_NAMES.find((name) => hasCode(at(from, 'code'), VITALS[name].loinc));
		const value = vital === undefined ? undefined : values[vital];
		return vital === undefined || value === undefined ? undefined : quantity(vital, value);
	};
	const component = list(before, 'component').map((c) => {
		const value = corrected(c);
		return value === undefined || typeof c !== 'object' || c === null || Array.isArray(c) ? c : { ...c, valueQuantity: value };
	});
	const own = corrected(before);
	return withElements(before, { status: 'corrected', ...(component.length === 0 ? {} : { component }), ...(own === undefined ? {} : { valueQuantity: own }) });
}

export type RangeVerdict = 'ok' | 'unlikely' | 'impossible';

export function judge(vital: Vital, value: number): RangeVerdict {
	const { possible, likely }: VitalKind = VITALS[vital];
	if (value < possible[0] || value > possible[1]) return 'impossible';
	return value < likely[0] || value > likely[1] ? 'unlikely' : 'ok';
}

/** Out by ten: a factor of five or more against the last one (Thimbleby and Cairns 2010). Only where such a change is not life. */
export function outByTen(vital: Vital, value: number, last: number | undefined): boolean {
	return (vital === 'weight' || vital === 'height') && last !== undefined && last > 0 && (value / last >= 5 || value / last <= 0.2);
}
