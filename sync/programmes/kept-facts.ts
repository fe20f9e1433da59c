/**
 * What programmes look at, in a tenth of the room: for an index over all patients, which cannot hold their charts.
 *
 * A fact is a few texts of one entry. Made into entries again they lead to the same due dates as the chart itself, on any day and under any
 * schedule (a property that is tested): an index of facts needs no chart to be read when the day or the schedule changes.
 */
import type { Json, JsonObject } from '../change/change.ts';
import { at, list, number, text } from '../fhir/path.ts';
import type { FhirResource } from '../fhir/resource.ts';
import { dayOf } from './calendar.ts';
import { isDiabetes, isHypertension } from './follow-up.ts';
import { CVX } from './vaccines.ts';

export type Fact =
	/** a vaccination: CVX codes, day */
	| readonly ['i', string, string]
	/** an observation: code, day, value, unit */
	| readonly ['q', string, string, number | null, string]
	/** an observation whose value is a day: code, day, value */
	| readonly ['d', string, string, string]
	/** a sputum test that was made: day */
	| readonly ['s', string]
	/** a visit: name of its form or '', day */
	| readonly ['v', string, string]
	/** an active problem */
	| readonly ['c', 'hypertension' | 'diabetes'];

const QUANTITIES = ['8480-6', '8462-4', '14771-0', '1558-6'];
/** of these one the newest counts */
const GLUCOSE = ['14771-0', '1558-6'];
const DATES = ['11781-2', '8665-2', 'tb-treatment-start'];
const SPUTUM = '11545-1';
const FORMS = ['antenatal-contact', 'hypertension-follow-up', 'diabetes-follow-up', 'tuberculosis-follow-up'];
const CODES_MAX = 12;

const codesOf = (concept: Json | undefined): readonly string[] => list(concept, 'coding').flatMap((coding) => text(coding, 'code') ?? []);

function vaccination(resource: FhirResource): readonly Fact[] {
	const on = text(resource, 'occurrenceDateTime');
	if (text(resource, 'status') !== 'completed' || on === undefined || dayOf(on) === null) return [];
	const codes = list(resource, 'vaccineCode', 'coding').filter((coding) => text(coding, 'system') === CVX || text(coding, 'system') === undefined).flatMap((coding) => text(coding, 'code') ?? []);
	const kept = codes.filter((code) => /^[\w-]{1,12}$/u.test(code)).slice(0, CODES_MAX);
	return kept.length === 0 ? [] : [['i', kept.join(' '), on.slice(0, 10)]];
}

function observation(resource: FhirResource): readonly Fact[] {
	const on = text(resource, 'effectiveDateTime');
	if (on === undefined || dayOf(on) === null) return [];
	const day = on.slice(0, 10);
	return [resource, ...list(resource, 'component')].flatMap((part): readonly Fact[] => codesOf(at(part, 'code')).flatMap((code): readonly Fact[] => {
		if (QUANTITIES.includes(code)) return [['q', code, day, number(part, 'valueQuantity', 'value') ?? null, text(part, 'valueQuantity', 'code')?.slice(0, 12) ?? '']];
		if (DATES.includes(code)) return [['d', code, day, text(part, 'valueDateTime')?.slice(0, 10) ?? '']];
		return code === SPUTUM && !codesOf(at(part, 'valueCodeableConcept')).includes('not-done') ? [['s', day]] : [];
	}));
}

function visit(resource: FhirResource): readonly Fact[] {
	const on = text(resource, 'period', 'start');
	if (on === undefined || dayOf(on) === null) return [];
	const names = list(resource, 'type').flatMap(codesOf).filter((code) => FORMS.includes(code));
	return [['v', '', on.slice(0, 10)], ...names.map((name): Fact => ['v', name, on.slice(0, 10)])];
}

/** The facts of entries in force. Of what only the newest counts, only that is kept. */
export function factsOf(resources: readonly FhirResource[]): readonly Fact[] {
	const facts: Fact[] = [];
	const newest = new Map<string, Fact>();
	/** the first of the newest day: as a stable sort by day gives it */
	const keepNewest = (name: string, day: string, fact: Fact): void => {
		const known = newest.get(name);
		if (known === undefined || day > dayIn(known)) newest.set(name, fact);
	};
	for (const resource of resources) {
		for (const fact of factsIn(resource)) {
			if (fact[0] === 'q') keepNewest(GLUCOSE.includes(fact[1]) ? 'glucose' : fact[1], fact[2], fact);
			else if (fact[0] === 'v') keepNewest(`v ${fact[1]}`, fact[2], fact);
			else if (fact[0] === 'c') newest.set(`c ${fact[1]}`, fact);
			else facts.push(fact);
		}
	}
	return [...facts, ...newest.values()];
}

const dayIn = (fact: Fact): string => (fact[0] === 's' ? fact[1] : fact[0] === 'c' ? '' : fact[2]);

function factsIn(resource: FhirResource): readonly Fact[] {
	switch (resource.resourceType) {
		case 'Immunization': return vaccination(resource);
		case 'Observation': return observation(resource);
		case 'Encounter': return visit(resource);
		case 'Condition': return [...(isHypertension(resource) ? [['c', 'hypertension'] as const] : []), ...(isDiabetes(resource) ? [['c', 'diabetes'] as const] : [])];
		default: return [];
	}
}

const coding = (code: string): JsonObject => ({ coding: [{ code }] });
const observed = (code: string, on: string, value: JsonObject): FhirResource => ({ resourceType: 'Observation', status: 'final', code: coding(code), effectiveDateTime: on, ...value });

/** The fact as an entry that programmes read alike. */
export function entryOf(fact: Fact): FhirResource {
	switch (fact[0]) {
		case 'i': return { resourceType: 'Immunization', status: 'completed', vaccineCode: { coding: fact[1].split(' ').map((code) => ({ code })) }, occurrenceDateTime: fact[2] };
		case 'q': return observed(fact[1], fact[2], fact[3] === null ? {} : { valueQuantity: { value: fact[3], ...(fact[4] === '' ? {} : { code: fact[4] }) } });
		case 'd': return observed(fact[1], fact[2], fact[3] === '' ? {} : { valueDateTime: fact[3] });
		case 's': return observed(SPUTUM, fact[1], {});
		case 'v': return { resourceType: 'Encounter', status: 'finished', ...(fact[1] === '' ? {} : { type: [coding(fact[1])] }), period: { start: fact[2] } };
		case 'c': return { resourceType: 'Condition', clinicalStatus: coding('active'), code: { text: fact[1] } };
	}
}
