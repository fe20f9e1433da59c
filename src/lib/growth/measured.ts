/** What a chart holds of a child's growth: measurements of one day together, judged against the standards. */
import { at, hasCode, list, number, text } from '$lib/fhir/read.ts';
import type { FhirResource } from '$sync/fhir/resource.ts';
import { ageOn } from '$sync/growth/age.ts';
import { assess, type Assessment } from '$sync/growth/assess.ts';
import type { Indicator, Position, Sex } from '$sync/growth/standard.ts';

export interface Measured {
	/** FHIR date */
	readonly on: string;
	readonly days: number | null;
	readonly approximate: boolean;
	readonly weight: number | undefined;
	readonly length: number | undefined;
	readonly head: number | undefined;
	readonly assessment: Assessment;
}

const CODES = { weight: ['29463-7', '3141-9'], length: ['8302-2', '8306-3', '8308-9', '3137-7'], head: ['9843-4', '8287-5'], oedema: ['oedema-both-feet'] } as const;
const UNITS: Readonly<Record<string, readonly [of: 'kg' | 'cm', factor: number]>> = { kg: ['kg', 1], g: ['kg', 0.001], '[lb_av]': ['kg', 0.45359237], cm: ['cm', 1], m: ['cm', 100], mm: ['cm', 0.1], '[in_i]': ['cm', 2.54] };

function value(resource: FhirResource, unit: 'kg' | 'cm'): number | undefined {
	const given = UNITS[text(resource, 'valueQuantity', 'code') ?? text(resource, 'valueQuantity', 'unit') ?? ''];
	const found = number(resource, 'valueQuantity', 'value');
	return found === undefined || given?.[0] !== unit ? undefined : Math.round(found * given[1] * 1000) / 1000;
}

function positionOf(resource: FhirResource): Position | undefined {
	const said = list(resource, 'method', 'coding').map((c) => text(c, 'code'));
	if (said.includes('lying') || hasCode(at(resource, 'code'), '8306-3')) return 'lying';
	return said.includes('standing') || hasCode(at(resource, 'code'), '8308-9') ? 'standing' : undefined;
}

/** All measurements, the oldest first. `resources` are Observations in force, of all linked charts. */
export function measuredOf(resources: readonly FhirResource[], birthDate: string, sex: Sex | null): readonly Measured[] {
	const days = new Map<string, { weight?: number; length?: number; position?: Position; head?: number; oedema?: boolean }>();
	// of several on one day the one that comes last in time counts
	for (const resource of resources.toSorted((a, b) => (text(a, 'effectiveDateTime') ?? '').localeCompare(text(b, 'effectiveDateTime') ?? ''))) {
		const on = (text(resource, 'effectiveDateTime') ?? '').slice(0, 10);
		if (on.length !== 10) continue;
		const day = days.get(on) ?? {};
		const code = at(resource, 'code');
		const [weight, cm] = [value(resource, 'kg'), value(resource, 'cm')];
		if (hasCode(code, ...CODES.weight) && weight !== undefined) day.weight = weight;
		else if (hasCode(code, ...CODES.length) && cm !== undefined) {
			day.length = cm;
			const position = positionOf(resource);
			if (position === undefined) delete day.position;
			else day.position = position;
		} else if (hasCode(code, ...CODES.head) && cm !== undefined) day.head = cm;
		else if (hasCode(code, ...CODES.oedema)) day.oedema = at(resource, 'valueBoolean') === true;
		else continue;
		days.set(on, day);
	}
	return [...days].filter(([, day]) => day.weight !== undefined || day.length !== undefined || day.head !== undefined).map(([on, day]) => {
		const age = ageOn(birthDate, on);
		return { on, days: age?.days ?? null, approximate: age?.approximate ?? false, weight: day.weight, length: day.length, head: day.head, assessment: assess({ sex, ageDays: age?.days ?? null, ...day }) };
	}).toSorted((a, b) => a.on.localeCompare(b.on));
}

/** A point of a growth chart: x in days or, for weight-for-length, in cm. */
export interface GrowthPoint { readonly x: number; readonly y: number; readonly measured: Measured; readonly z: number | null }

export function pointsOf(measured: readonly Measured[], indicator: Indicator): readonly GrowthPoint[] {
	return measured.flatMap((one) => {
		const score = one.assessment.scores.find((s) => s.indicator === indicator);
		const length = one.length === undefined ? undefined : one.length + one.assessment.correction;
		const y = indicator === 'weight-for-age' || indicator === 'weight-for-length' ? one.weight : indicator === 'length-for-age' ? length : indicator === 'bmi-for-age' ? (one.assessment.bmi ?? undefined) : one.head;
		const x = indicator === 'weight-for-length' ? length : (one.days ?? undefined);
		return x === undefined || y === undefined ? [] : [{ x, y, measured: one, z: score?.z ?? null }];
	});
}
