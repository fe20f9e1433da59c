/** Series of values over time from a chart: one unit to a series, never two mixed; what is converted is marked. */
import { at, hasCode, list, number, text } from '$lib/fhir/read.ts';
import type { FhirResource } from '$sync/fhir/resource.ts';

type TrendName = 'pressure' | 'weight' | 'glucose' | 'haemoglobin';

export interface TrendPoint { /** ms since 1970 */ readonly at: number; /** FHIR date or dateTime */ readonly when: string; readonly value: number; /** of a blood pressure the lower */ readonly lower?: number; readonly unit: string; readonly converted: boolean; /** as it was recorded */ readonly recorded: string }
export interface Trend { /** one of `TrendName`, or the name of a laboratory test */ readonly name: string; /** as it is called, where it is none of the four */ readonly title?: string; readonly unit: string; readonly points: readonly TrendPoint[]; readonly otherUnits: number }

interface Kind { readonly codes: readonly string[]; readonly unit: string; /** UCUM code -> factor into the unit */ readonly units: Readonly<Record<string, number>> }
const KINDS: Readonly<Record<Exclude<TrendName, 'pressure'>, Kind>> = {
	weight: { codes: ['29463-7', '3141-9'], unit: 'kg', units: { kg: 1, g: 0.001, '[lb_av]': 0.45359237 } },
	// fasting only: values at any time have another range and are no series with these
	glucose: { codes: ['14771-0', '1558-6', '76629-5'], unit: 'mmol/L', units: { 'mmol/L': 1, 'mg/dL': 1 / 18.016 } },
	haemoglobin: { codes: ['718-7', '20509-6'], unit: 'g/dL', units: { 'g/dL': 1, 'g/L': 0.1 } }
};

const moment = (when: string): number => (when.length < 10 ? Number.NaN : Date.parse(when));

function one(resource: FhirResource, kind: Kind): TrendPoint | 'other-unit' | null {
	const value = number(resource, 'valueQuantity', 'value');
	const when = text(resource, 'effectiveDateTime') ?? '';
	if (value === undefined || !hasCode(at(resource, 'code'), ...kind.codes) || Number.isNaN(moment(when))) return null;
	const unit = text(resource, 'valueQuantity', 'code') ?? text(resource, 'valueQuantity', 'unit') ?? '';
	const factor = Object.hasOwn(kind.units, unit) ? kind.units[unit] : undefined;
	if (factor === undefined) return 'other-unit';
	return { at: moment(when), when, value: Math.round(value * factor * 100) / 100, unit: kind.unit, converted: factor !== 1, recorded: `${value} ${text(resource, 'valueQuantity', 'unit') ?? unit}` };
}

function pressures(resources: readonly FhirResource[]): Trend {
	const points = resources.flatMap((resource): readonly TrendPoint[] => {
		const when = text(resource, 'effectiveDateTime') ?? '';
		const [upper, lower] = ['8480-6', '8462-4'].map((code) => list(resource, 'component').map((c) => (hasCode(at(c, 'code'), code) ? number(c, 'valueQuantity', 'value') : undefined)).find((v) => v !== undefined));
		return upper === undefined || lower === undefined || Number.isNaN(moment(when)) ? [] : [{ at: moment(when), when, value: upper, lower, unit: 'mmHg', converted: false, recorded: `${upper}/${lower} mmHg` }];
	});
	return { name: 'pressure', unit: 'mmHg', points: points.toSorted((a, b) => a.at - b.at), otherUnits: 0 };
}

/** Trends with at least one value, oldest first within each. */
export function trendsOf(resources: readonly FhirResource[]): readonly Trend[] {
	const others = (['weight', 'glucose', 'haemoglobin'] as const).map((name): Trend => {
		const found = resources.map((r) => one(r, KINDS[name])).filter((p) => p !== null);
		return { name, unit: KINDS[name].unit, points: found.filter((p) => p !== 'other-unit').toSorted((a, b) => a.at - b.at), otherUnits: found.filter((p) => p === 'other-unit').length };
	});
	return [pressures(resources), ...others].filter((trend) => trend.points.length > 0);
}
