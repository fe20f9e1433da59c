/**
 * A part of a schedule as a FHIR PlanDefinition: how a lead's edit lies in the site's register chart, and how it is read back.
 *
 * Read like everything that another device wrote: a plan that does not hold to what a schedule is (doses that do not rise, an age of a hundred
 * years) is refused as a whole with a sentence that says where, and the standard stays in its place. Of several for one programme the one changed
 * last counts, and the others are listed: two leads who edited apart see both.
 */
import type { Json, JsonObject } from '../change/change.ts';
import { at, list, number, text } from '../fhir/path.ts';
import type { FhirResource } from '../fhir/resource.ts';
import { err, ok, problem, type Problem, type Result } from '../result.ts';
import { months } from './calendar.ts';
import { inDays, inUnit, PROGRAMMES, STANDARD, type FollowUpRule, type Schedule, type ScheduleName } from './schedule.ts';
import { CVX, type Dose, type Series } from './vaccines.ts';

export type PlanProblem = Problem<'bad-plan'>;
const bad = (message: string): Result<never, PlanProblem> => err(problem('bad-plan', message));

const URL = 'urn:saddlebag:schedule:';
const UCUM = 'http://unitsofmeasure.org';
const WORDS = { d: 'days', wk: 'weeks', mo: 'months' } as const;
const UNTIL = `${URL}until`;
const GRACE = `${URL}grace`;
const SEX = `${URL}sex`;
const COUNT = `${URL}count`;

const SERIES_MAX = 40;
const DOSES_MAX = 10;
/** days: nothing is planned further ahead */
const AGE_MAX = months(12 * 100);
const GRACE_MAX = 3650;
const CAPACITY_MAX = 1000;

function duration(days: number): JsonObject {
	const { value, unit } = inUnit(days);
	return { value, unit: WORDS[unit], system: UCUM, code: unit };
}
const weeks = (value: number): JsonObject => ({ value, unit: WORDS.wk, system: UCUM, code: 'wk' });
const monthsOf = (value: number): JsonObject => ({ value, unit: WORDS.mo, system: UCUM, code: 'mo' });
const extended = (url: string, days: number): JsonObject => ({ url, valueDuration: duration(days) });
const timed = (id: string, title: string, timingDuration: JsonObject, more: JsonObject = {}): JsonObject => ({ id, title, timingDuration, ...more });

function seriesAction({ name, title, cvx, sex, doses }: Series): JsonObject {
	return {
		id: name, title, code: [{ coding: cvx.map((code): JsonObject => ({ system: CVX, code })) }], ...(sex === null ? {} : { extension: [{ url: SEX, valueCode: sex }] }),
		action: doses.map((dose, i): JsonObject => ({
			id: `${name}-${dose.number}`, title: `${title} ${dose.number}`, timingAge: duration(dose.at), extension: [extended(UNTIL, dose.until), extended(GRACE, dose.grace)],
			...(i === 0 || dose.apart === 0 ? {} : { relatedAction: [{ actionId: `${name}-${doses[i - 1]?.number ?? 0}`, relationship: 'after-end', offsetDuration: duration(dose.apart) }] })
		}))
	};
}

const followUpActions = ({ afterHigh, otherwise, grace }: FollowUpRule): readonly JsonObject[] => [
	timed('after-high', 'Visit after a reading above target', duration(afterHigh), { extension: [extended(GRACE, grace)] }), timed('otherwise', 'Visit after a reading at target', duration(otherwise), { extension: [extended(GRACE, grace)] })
];

function actionsOf(name: ScheduleName, schedule: Schedule): readonly JsonObject[] {
	switch (name) {
		case 'immunization': return schedule.immunization.series.map(seriesAction);
		case 'antenatal': return schedule.antenatal.weeks.map((week, i) => timed(`contact-${i + 1}`, `Contact ${i + 1}`, weeks(week), { extension: [extended(GRACE, schedule.antenatal.grace)] }));
		case 'hypertension': return followUpActions(schedule.hypertension);
		case 'diabetes': return followUpActions(schedule.diabetes);
		case 'tuberculosis': {
			const { first, firstMonths, then, grace, sputum } = schedule.tuberculosis;
			return [
				timed('first', 'Visits in the first months', duration(first), { extension: [extended(GRACE, grace)] }), timed('first-months', 'The first months', monthsOf(firstMonths)), timed('then', 'Visits after that', duration(then)),
				...sputum.map((month) => timed(`sputum-${month}`, `Sputum at the end of month ${month}`, monthsOf(month)))
			];
		}
		case 'clinic-days': return schedule['clinic-days'].capacity.map((count, i) => ({ id: `day-${i + 1}`, title: `Day ${i + 1} of the week`, extension: [{ url: COUNT, valueInteger: count }] }));
	}
}

/** The PlanDefinition of one part of a schedule. `date`: FHIR dateTime of the edit. */
export function planOf(name: ScheduleName, schedule: Schedule, title: string, date: string): FhirResource {
	return { resourceType: 'PlanDefinition', url: URL + name, name, title, status: 'active', date, action: actionsOf(name, schedule) };
}

/** A duration or age in days; null where it is none that a schedule can have. */
function daysIn(from: Json | undefined): number | null {
	const [value, unit] = [number(from, 'value'), text(from, 'code')];
	if (value === undefined || !Number.isInteger(value) || value < 0 || (unit !== 'd' && unit !== 'wk' && unit !== 'mo')) return null;
	const days = inDays(value, unit);
	return days > AGE_MAX ? null : days;
}
function wholeIn(from: Json | undefined, unit: 'wk' | 'mo', max: number): number | null {
	const value = number(from, 'value');
	return value !== undefined && Number.isInteger(value) && value >= 0 && value <= max && text(from, 'code') === unit ? value : null;
}
const extension = (from: Json, url: string): Json | undefined => list(from, 'extension').find((one) => text(one, 'url') === url);
const extendedDays = (from: Json, url: string): number | null => {
	const found = extension(from, url);
	return found === undefined ? null : daysIn(at(found, 'valueDuration'));
};
const timing = (from: Json | undefined): Json | undefined => at(from, 'timingDuration');
const rising = (values: readonly number[]): boolean => values.every((value, i) => i === 0 || value > (values[i - 1] ?? value));

function doseOf(action: Json, series: string, before: Dose | null): Result<Dose, PlanProblem> {
	const id = text(action, 'id') ?? '';
	const written = id.startsWith(`${series}-`) ? id.slice(series.length + 1) : '';
	const where = `${series}, dose ${written}`;
	const [age, until, grace] = [daysIn(at(action, 'timingAge')), extendedDays(action, UNTIL), extendedDays(action, GRACE)];
	if (!/^\d{1,2}$/u.test(written) || age === null || until === null || grace === null || grace > GRACE_MAX) return bad(`A dose of ${series} does not say its number, its age, and until when it is given.`);
	if (until < age) return bad(`${where}: it would not be given any more before it is due.`);
	const related = list(action, 'relatedAction')[0];
	const apart = related === undefined ? 0 : daysIn(at(related, 'offsetDuration'));
	if (apart === null) return bad(`${where}: the interval to the dose before cannot be read.`);
	if (before !== null && (Number(written) <= before.number || age < before.at)) return bad(`${where}: doses have to follow each other in number and age.`);
	return ok({ number: Number(written), at: age, apart, until, grace });
}

function seriesOf(action: Json): Result<Series, PlanProblem> {
	const [name, title] = [text(action, 'id') ?? '', text(action, 'title')?.trim() ?? ''];
	if (!/^[a-z0-9][a-z0-9-]{0,30}$/u.test(name) || title === '') return bad('A vaccine of the schedule has no name.');
	const cvx = list(action, 'code').flatMap((concept) => list(concept, 'coding')).flatMap((coding) => (text(coding, 'system') === CVX ? (text(coding, 'code') ?? []) : []));
	if (cvx.length === 0 || cvx.some((code) => !/^\d{2,3}$/u.test(code))) return bad(`${title}: no code says which vaccinations count as a dose.`);
	const actions = list(action, 'action');
	if (actions.length === 0 || actions.length > DOSES_MAX) return bad(`${title}: a series has 1 to ${DOSES_MAX} doses.`);
	const doses: Dose[] = [];
	for (const one of actions) {
		const dose = doseOf(one, name, doses.at(-1) ?? null);
		if (!dose.ok) return dose;
		doses.push(dose.value);
	}
	const sex = extension(action, SEX);
	return ok({ name, title, cvx, sex: sex !== undefined && text(sex, 'valueCode') === 'female' ? 'female' : null, doses });
}

function immunizationOf(plan: FhirResource, source: string): Result<Schedule['immunization'], PlanProblem> {
	const actions = list(plan, 'action');
	if (actions.length === 0 || actions.length > SERIES_MAX) return bad(`An immunization schedule has 1 to ${SERIES_MAX} vaccines.`);
	const series: Series[] = [];
	for (const action of actions) {
		const read = seriesOf(action);
		if (!read.ok) return read;
		if (series.some(({ name }) => name === read.value.name)) return bad(`${read.value.title}: it stands in the schedule twice.`);
		series.push(read.value);
	}
	return ok({ series, source });
}

function antenatalOf(plan: FhirResource, source: string): Result<Schedule['antenatal'], PlanProblem> {
	const actions = list(plan, 'action');
	const read = actions.map((action) => wholeIn(timing(action), 'wk', 43));
	const grace = actions[0] === undefined ? null : extendedDays(actions[0], GRACE);
	if (read.length === 0 || read.length > 20 || read.includes(null) || grace === null || grace > GRACE_MAX) return bad('Antenatal contacts need their weeks, 1 to 43, and the days after which they are overdue.');
	const found = read.filter((week) => week !== null);
	return rising(found) && (found[0] ?? 0) > 0 ? ok({ weeks: found, grace, source }) : bad('The weeks of antenatal contacts have to rise.');
}

const action = (plan: FhirResource, id: string): Json | undefined => list(plan, 'action').find((one) => text(one, 'id') === id);

function followUpOf(plan: FhirResource, source: string): Result<FollowUpRule, PlanProblem> {
	const [high, target] = [action(plan, 'after-high'), action(plan, 'otherwise')];
	const [afterHigh, otherwise, grace] = [daysIn(timing(high)), daysIn(timing(target)), high === undefined ? null : extendedDays(high, GRACE)];
	if (afterHigh === null || otherwise === null || grace === null || afterHigh < 1 || otherwise < 1 || grace > GRACE_MAX) return bad('Follow-up needs whole days to the next visit, at least one, and the days after which it is overdue.');
	return ok({ afterHigh, otherwise, grace, source });
}

function tuberculosisOf(plan: FhirResource, source: string): Result<Schedule['tuberculosis'], PlanProblem> {
	const start = action(plan, 'first');
	const [first, then, grace] = [daysIn(timing(start)), daysIn(timing(action(plan, 'then'))), start === undefined ? null : extendedDays(start, GRACE)];
	const firstMonths = wholeIn(timing(action(plan, 'first-months')), 'mo', 24);
	const sputum = list(plan, 'action').filter((one) => text(one, 'id')?.startsWith('sputum-')).map((one) => wholeIn(timing(one), 'mo', 24));
	if (first === null || then === null || grace === null || firstMonths === null || first < 1 || then < 1 || grace > GRACE_MAX) return bad('Tuberculosis follow-up needs whole days between visits, at least one, and the months of each phase.');
	const found = sputum.filter((month) => month !== null);
	return found.length === sputum.length && rising(found) && found.length <= 12 ? ok({ first, firstMonths, then, grace, sputum: found, source }) : bad('The months of sputum tests have to rise.');
}

function clinicDaysOf(plan: FhirResource, source: string): Result<Schedule['clinic-days'], PlanProblem> {
	const capacity = [1, 2, 3, 4, 5, 6, 7].map((day) => {
		const found = action(plan, `day-${day}`);
		const count = found === undefined ? undefined : number(extension(found, COUNT), 'valueInteger');
		return count !== undefined && Number.isInteger(count) && count >= 0 && count <= CAPACITY_MAX ? count : null;
	}).filter((count) => count !== null);
	return capacity.length === 7 ? ok({ capacity, source }) : bad(`Each day of the week needs a number of people from 0 to ${CAPACITY_MAX}.`);
}

/** Which part of a schedule a PlanDefinition is; null: another plan, which is none of ours. */
export function planName(plan: FhirResource): ScheduleName | null {
	const url = text(plan, 'url');
	return PROGRAMMES.find((name) => url === URL + name) ?? null;
}

/** The schedule with the part that the plan sets. */
export function withPlan(schedule: Schedule, plan: FhirResource): Result<Schedule, PlanProblem> {
	const name = planName(plan);
	if (name === null) return bad('This plan is of no programme.');
	const source = text(plan, 'title') ?? name;
	switch (name) {
		case 'immunization': return put(schedule, name, immunizationOf(plan, source));
		case 'antenatal': return put(schedule, name, antenatalOf(plan, source));
		case 'hypertension': return put(schedule, name, followUpOf(plan, source));
		case 'diabetes': return put(schedule, name, followUpOf(plan, source));
		case 'tuberculosis': return put(schedule, name, tuberculosisOf(plan, source));
		case 'clinic-days': return put(schedule, name, clinicDaysOf(plan, source));
	}
}

const put = <Name extends ScheduleName>(schedule: Schedule, name: Name, read: Result<Schedule[Name], PlanProblem>): Result<Schedule, PlanProblem> => (read.ok ? ok({ ...schedule, [name]: read.value }) : read);

export interface ListedPlan {
	readonly name: ScheduleName;
	/** resource id in the register; null: the standard of the app */
	readonly entry: string | null;
	readonly title: string;
	/** it counts */
	readonly inUse: boolean;
	readonly retired: boolean;
	readonly problem: PlanProblem | null;
}

export interface SiteSchedule { readonly schedule: Schedule; readonly listed: readonly ListedPlan[] }

/** The schedule of a site, and every plan there is, by programme. `register`: the entries in force of the site's register chart. */
export function scheduleOf(register: readonly { readonly id: string; readonly resource: FhirResource }[]): SiteSchedule {
	let schedule = STANDARD;
	const listed: ListedPlan[] = [];
	const plans = register.filter(({ resource }) => resource.resourceType === 'PlanDefinition');
	for (const name of PROGRAMMES) {
		const own = plans.filter(({ resource }) => planName(resource) === name).toSorted((a, b) => (text(b.resource, 'date') ?? '').localeCompare(text(a.resource, 'date') ?? '') || (a.id < b.id ? -1 : 1));
		let used = false;
		const rows = own.map(({ id, resource }): ListedPlan => {
			const retired = text(resource, 'status') !== 'active';
			const read = withPlan(schedule, resource);
			const inUse = !used && !retired && read.ok;
			if (inUse) [schedule, used] = [read.value, true];
			return { name, entry: id, title: text(resource, 'title') ?? '', inUse, retired, problem: read.ok ? null : read.error };
		});
		listed.push({ name, entry: null, title: '', inUse: !used, retired: false, problem: null }, ...rows);
	}
	return { schedule, listed };
}
