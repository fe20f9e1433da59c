/**
 * The routine immunization schedule of a child, as data, and the grid that a chart makes of it.
 *
 * Ages are those of "WHO recommendations for routine immunization: summary tables" (2024) as most national programmes set them. Two
 * vaccinations on one day are one dose. The first missing dose of a series is the one that is due; those after it wait for it.
 */
import { at, flag, list, text } from '../fhir/path.ts';
import type { FhirResource } from '../fhir/resource.ts';
import { dateOf, dayOf, months, WEEK } from './calendar.ts';
import { stateOf, type Due, type DueState, type PatientFacts } from './due.ts';

export const VACCINE_SOURCE = 'WHO recommendations for routine immunization: summary tables, 2024';

export interface Dose {
	/** as it is written on a card: 0 for the dose of OPV at birth */
	readonly number: number;
	/** age in days at which it is due */
	readonly at: number;
	/** least days after the dose before; 0: none */
	readonly apart: number;
	/** age in days after which it is not given any more */
	readonly until: number;
	/** days after which it counts as overdue */
	readonly grace: number;
}

export interface Series {
	readonly name: string;
	/** international short name */
	readonly title: string;
	/** CVX codes that count as a dose */
	readonly cvx: readonly string[];
	readonly sex: 'female' | null;
	readonly doses: readonly Dose[];
}

const FIVE_YEARS = months(60);
const dose = (number: number, at: number, more: Partial<Dose> = {}): Dose => ({ number, at, apart: number > 1 ? 4 * WEEK : 0, until: FIVE_YEARS, grace: 28, ...more });
const PRIMARY = [dose(1, 6 * WEEK), dose(2, 10 * WEEK), dose(3, 14 * WEEK)] as const;

export const VACCINES: readonly Series[] = [
	{ name: 'bcg', title: 'BCG', cvx: ['19'], sex: null, doses: [dose(1, 0, { grace: 14 })] },
	{ name: 'hepb', title: 'Hepatitis B at birth', cvx: ['08', '45', '42', '44'], sex: null, doses: [dose(1, 0, { until: 14, grace: 1 })] },
	{ name: 'opv', title: 'OPV', cvx: ['182', '02', '178', '179'], sex: null, doses: [dose(0, 0, { until: 14, grace: 7 }), dose(1, 6 * WEEK, { apart: 4 * WEEK }), dose(2, 10 * WEEK), dose(3, 14 * WEEK)] },
	{ name: 'penta', title: 'DTP-HepB-Hib', cvx: ['198', '102', '146', '110', '120', '01', '20'], sex: null, doses: PRIMARY },
	{ name: 'pcv', title: 'PCV', cvx: ['133', '177', '152', '100'], sex: null, doses: PRIMARY },
	{ name: 'rota', title: 'Rotavirus', cvx: ['122', '119', '116'], sex: null, doses: [dose(1, 6 * WEEK, { until: months(24) }), dose(2, 10 * WEEK, { until: months(24) })] },
	{ name: 'ipv', title: 'IPV', cvx: ['10', '89'], sex: null, doses: [dose(1, 14 * WEEK), dose(2, months(9), { apart: months(4) })] },
	{ name: 'measles', title: 'Measles-rubella', cvx: ['04', '05', '03', '94'], sex: null, doses: [dose(1, months(9)), dose(2, months(15))] },
	{ name: 'hpv', title: 'HPV', cvx: ['137', '62', '165', '118'], sex: 'female', doses: [dose(1, months(9 * 12), { until: months(15 * 12), grace: 365 })] }
];

export type GridState = 'given' | 'not-given' | 'historical' | 'missed' | DueState;

export interface Given {
	readonly resource: FhirResource;
	/** FHIR date; empty when not known */
	readonly on: string;
	/** given before the least age or too soon after the dose before: it may not count (whole days too early) */
	readonly tooEarly: number;
}

export interface Cell {
	readonly dose: Dose;
	readonly state: GridState;
	/** FHIR date on which it is, was or would be due */
	readonly on: string;
	/** days since it was due, negative before; of a given one: how late it was given */
	readonly late: number;
	readonly given: Given | null;
	/** why it was not given, when that was recorded */
	readonly reason: string;
	/** not before the dose before it */
	readonly waits: boolean;
}

export interface Row {
	readonly series: Series;
	readonly cells: readonly Cell[];
	/** doses beyond the schedule, or without a day */
	readonly more: readonly Given[];
}

export const CVX = 'http://hl7.org/fhir/sid/cvx';
const isOf = (series: Series, resource: FhirResource): boolean =>
	list(resource, 'vaccineCode', 'coding').some((c) => (text(c, 'system') === CVX || text(c, 'system') === undefined) && series.cvx.includes(text(c, 'code') ?? ''));
const dayGiven = (resource: FhirResource): number | null => dayOf(text(resource, 'occurrenceDateTime'));

interface Doses { readonly days: readonly { readonly day: number; readonly resource: FhirResource }[]; readonly undated: readonly FhirResource[]; readonly refused: readonly FhirResource[] }

/** Doses of one series by day, one a day. */
function dosesOf(series: Series, resources: readonly FhirResource[]): Doses {
	const mine = resources.filter((r) => r.resourceType === 'Immunization' && isOf(series, r));
	const done = mine.filter((r) => text(r, 'status') === 'completed');
	const byDay = new Map<number, FhirResource>();
	for (const resource of done) {
		const day = dayGiven(resource);
		if (day !== null && !byDay.has(day)) byDay.set(day, resource);
	}
	return {
		days: [...byDay].map(([day, resource]) => ({ day, resource })).sort((a, b) => a.day - b.day),
		undated: done.filter((r) => dayGiven(r) === null), refused: mine.filter((r) => text(r, 'status') === 'not-done')
	};
}

/** Which dose is which: in order of their days; a dose that is only for newborns (OPV 0) is filled by one given in time for it, or stays empty. */
function assigned(series: Series, born: number, { days }: Doses): ReadonlyMap<Dose, { readonly day: number; readonly resource: FhirResource }> {
	const filled = new Map<Dose, { readonly day: number; readonly resource: FhirResource }>();
	let next = 0;
	for (const one of series.doses) {
		const candidate = days[next];
		if (candidate === undefined) break;
		if (one.until <= 14 && series.doses.length > 1 && candidate.day - born > one.until) continue;
		filled.set(one, candidate);
		next += 1;
	}
	return filled;
}

/** The grid of one person; null when the birth date is not known to the day or the month. Series of the other sex are left out. */
export function immunizationGrid(facts: PatientFacts, today: string, schedule: readonly Series[] = VACCINES): readonly Row[] | null {
	const born = dayOf(facts.birthDate !== null && /^\d{4}-\d{2}$/u.test(facts.birthDate) ? `${facts.birthDate}-15` : facts.birthDate);
	const now = dayOf(today);
	if (born === null || now === null) return null;
	return schedule.filter(({ sex }) => sex === null || facts.sex === null || sex === facts.sex).map((series) => {
		const doses = dosesOf(series, facts.resources);
		const filled = assigned(series, born, doses);
		const used = new Set([...filled.values()].map(({ resource }) => resource));
		const given = (resource: FhirResource, on: number | null): Given => ({ resource, on: on === null ? '' : dateOf(on), tooEarly: 0 });
		return {
			series, cells: cellsOf(series, born, now, filled, doses),
			more: [...doses.days.filter(({ resource }) => !used.has(resource)).map(({ resource, day }) => given(resource, day)), ...doses.undated.map((resource) => given(resource, null))]
		};
	});
}

function cellsOf(series: Series, born: number, now: number, filled: ReturnType<typeof assigned>, doses: Doses): readonly Cell[] {
	const cells: Cell[] = [];
	let before: number | null = null;
	let waiting = false;
	for (const [index, one] of series.doses.entries()) {
		const earliest: number = before === null ? born + one.at : Math.max(born + one.at, before + one.apart);
		const got = filled.get(one);
		if (got !== undefined) {
			const least: number = before === null || one.apart === 0 ? born + Math.min(one.at, one.at === 0 ? 0 : one.at - WEEK) : before + one.apart;
			cells.push({
				dose: one, state: flag(got.resource, 'primarySource') === false ? 'historical' : 'given', on: dateOf(earliest), late: got.day - earliest, reason: '', waits: false,
				given: { resource: got.resource, on: dateOf(got.day), tooEarly: Math.max(0, least - got.day) }
			});
			before = got.day;
			continue;
		}
		const passed = now > born + one.until || series.doses.slice(index + 1).some((later) => filled.has(later));
		const refused = doses.refused.find((r) => refusedDose(r, one, index, cells));
		const state: GridState = passed ? 'missed' : refused !== undefined && !waiting ? 'not-given' : stateOf(earliest, now, one.grace);
		cells.push({ dose: one, state, on: dateOf(earliest), late: now - earliest, given: null, reason: refused === undefined ? '' : (text(refused, 'statusReason', 'text') ?? text(refused, 'statusReason', 'coding', 0, 'display') ?? ''), waits: waiting && !passed });
		// what follows is planned from the day on which this one can be given at the earliest
		if (!passed) [waiting, before] = [true, Math.max(earliest, now)];
	}
	return cells;
}

/** A refusal is of the dose it names, else of the first that is missing after the doses given before it. */
function refusedDose(resource: FhirResource, one: Dose, index: number, before: readonly Cell[]): boolean {
	const named = at(resource, 'protocolApplied', 0, 'doseNumberPositiveInt');
	if (typeof named === 'number') return named === one.number;
	return before.length === index && before.every((cell) => cell.given !== null || cell.state === 'missed') && !before.some((cell) => cell.given !== null && cell.given.on > (text(resource, 'occurrenceDateTime') ?? ''));
}

/** Vaccines that are due, overdue or coming. */
export function dueVaccines(facts: PatientFacts, today: string, { series: schedule, source }: { readonly series: readonly Series[]; readonly source: string }): readonly Due[] {
	return (immunizationGrid(facts, today, schedule) ?? []).flatMap(({ series, cells }) => cells.flatMap((cell): readonly Due[] => {
		if (cell.given !== null || cell.waits || cell.state === 'missed' || cell.state === 'given' || cell.state === 'historical') return [];
		const state: DueState = cell.state === 'not-given' ? stateOf(dayOf(cell.on) ?? 0, dayOf(today) ?? 0, cell.dose.grace) : cell.state;
		return [{
			programme: 'immunization', key: `immunization/${series.name}/${cell.dose.number}`, state, on: cell.on, late: cell.late, form: 'immunization-visit', source,
			what: { kind: 'vaccine', vaccine: series.title, dose: cell.dose.number, doses: series.doses.length }
		}];
	}));
}
