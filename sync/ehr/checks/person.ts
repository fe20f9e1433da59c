/** Statements about the person that cannot both be true: two blood groups, and entries after death. */
import { hlcMs } from '../../change/hlc.ts';
import { discrepancy } from '../discrepancy.ts';
import { bloodGroupOf, type BloodGroup } from '../facts/others.ts';
import { at, dateOf, latestDay, textOf } from '../read.ts';
import { readingsOf } from '../sources.ts';
import type { Source } from '../view.ts';
import { factsOf, ofFact, type Check } from './gathered.ts';

interface Stated { readonly source: Source; readonly group: BloodGroup }

const groupsIn = ofFact((fact): readonly Stated[] => fact.flatMap(readingsOf).flatMap((source) => {
	const group = bloodGroupOf(source);
	return group === null ? [] : [{ source, group }];
}));

export const bloodGroupsDiffer: Check = (gathered) => {
	const stated: Stated[] = [];
	for (const fact of factsOf(gathered, 'Observation')) stated.push(...groupsIn(fact));
	if (stated.length < 2) return [];
	const apart = (a: BloodGroup, b: BloodGroup): boolean => (['abo', 'rhesus'] as const).some((part) => a[part] !== '' && b[part] !== '' && a[part] !== b[part]);
	// Few distinct groups, however many entries state them.
	const distinct = [...new Map(stated.map(({ group }) => [`${group.abo} ${group.rhesus}`, group])).values()];
	const differing = stated.filter(({ group }) => distinct.some((other) => apart(group, other)));
	if (differing.length === 0) return [];
	const groups = [...new Set(differing.map(({ group }) => `${group.abo} ${group.rhesus}`.trim()))].sort().join(' | ');
	return [discrepancy('blood-group-differs', 'critical', differing.map(({ source }) => source), { groups })];
};

/** The day on which care was given or ordered, per type; what was only written down later (a note, a link) is no sign of life. */
const CARE_DATES: ReadonlyMap<string, readonly (readonly string[])[]> = new Map([
	['Encounter', [['period', 'start']]], ['Observation', [['effectiveDateTime'], ['effectivePeriod', 'start']]], ['MedicationRequest', [['authoredOn']]],
	['MedicationStatement', [['effectiveDateTime'], ['effectivePeriod', 'start']]], ['MedicationDispense', [['whenHandedOver']]],
	['Immunization', [['occurrenceDateTime']]], ['Procedure', [['performedDateTime'], ['performedPeriod', 'start']]], ['ServiceRequest', [['authoredOn']]]
]);
const CANCELLED = new Set(['cancelled', 'not-done', 'entered-in-error', 'planned', 'stopped']);

function careDate({ type, resource }: Source): string {
	if (CANCELLED.has(textOf(resource['status']))) return '';
	return (CARE_DATES.get(type) ?? []).map((path) => dateOf(at(resource, ...path))).find((date) => date !== '') ?? '';
}

/** When the person is said to have died: the date, or the last day it can mean, or the day on which it was noted. Empty: not said to be dead. */
function deathOf({ resource, state, hlc }: Source): string {
	const date = dateOf(resource['deceasedDateTime']);
	if (date !== '') return latestDay(date);
	if (resource['deceasedBoolean'] !== true) return '';
	return new Date(hlcMs(state.groups.get('deceased')?.shown[0]?.hlc ?? hlc)).toISOString().slice(0, 10);
}

export const activityAfterDeath: Check = (gathered) => {
	const deaths = gathered.patients.flatMap((patient) => { const date = deathOf(patient); return date === '' ? [] : [{ patient, date }]; });
	const earliest = deaths.map(({ date }) => date).sort()[0];
	if (earliest === undefined) return [];
	const later = [...gathered.facts.values()].flat(2).flatMap((source) => { const date = careDate(source); return date !== '' && date.slice(0, earliest.length) > earliest.slice(0, date.length) ? [{ source, date }] : []; });
	if (later.length === 0) return [];
	const latest = later.map(({ date }) => date).sort().at(-1) ?? '';
	return [discrepancy('activity-after-death', 'critical', [...deaths.map(({ patient }) => patient), ...later.map(({ source }) => source)], { date: earliest, latest, entries: String(later.length) })];
};
