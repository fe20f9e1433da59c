/** Vaccine doses closer than the minimum interval: one of them does not count, and should be known not to. */
import { discrepancy } from '../discrepancy.ts';
import { ACIP, ACIP_LIVE, ANTIGENS, antigensOf, givenOn, GRACE_DAYS, LIVE_INTERVAL_DAYS, vaccineOf, wasGiven, type Antigen } from '../facts/vaccines.ts';
import { dayOf } from '../read.ts';
import type { Discrepancy } from '../view.ts';
import { factsOf, type Check, type Fact } from './gathered.ts';

interface Dose { readonly fact: Fact; readonly day: number; readonly date: string; readonly antigens: readonly Antigen[] }

function dosesOf(facts: readonly Fact[]): readonly Dose[] {
	const doses = facts.flatMap((fact): Dose[] => {
		const given = fact.find(wasGiven);
		const date = given === undefined ? '' : givenOn(given);
		const day = dayOf(date);
		return given === undefined || day === null ? [] : [{ fact, day, date, antigens: antigensOf(given) }];
	});
	return doses.sort((a, b) => a.day - b.day || ((a.fact[0]?.id ?? '') < (b.fact[0]?.id ?? '') ? -1 : 1));
}

const contains = (dose: Dose, id: string): boolean => dose.antigens.some((antigen) => antigen.id === id);

function tooClose(first: Dose, second: Dose, about: string, label: string, minimum: number, basis: string): Discrepancy {
	const vaccine = second.fact[0] === undefined ? label : vaccineOf(second.fact[0]) || label;
	const facts = { vaccine, against: label, first: first.date, second: second.date, days: String(second.day - first.day), minimum: String(minimum) };
	return discrepancy('vaccine-too-close', 'warning', [...first.fact, ...second.fact].filter(wasGiven), facts, [basis], `${about} ${first.date} ${second.date}`);
}

/** Each dose against the one before it. Doses of one day are one dose told twice, or two sites' doses of different lots: that too is too close. */
const sameAntigen = (doses: readonly Dose[]): readonly Discrepancy[] => ANTIGENS.flatMap((antigen) => {
	const { days } = antigen;
	if (days === null) return [];
	const series = doses.filter((dose) => contains(dose, antigen.id));
	return series.flatMap((dose, at) => {
		const before = series[at - 1];
		return before !== undefined && dose.day - before.day < days - GRACE_DAYS ? [tooClose(before, dose, antigen.id, antigen.label, days, ACIP)] : [];
	});
});

/**
 * Two different live injected vaccines: on one day, or 28 days apart. The grace period does not apply to them. BCG is exempt (ACIP, WHO). Each
 * dose is held against the nearest earlier one that shares no antigen with it.
 */
function liveVaccines(doses: readonly Dose[]): readonly Discrepancy[] {
	const live = doses.filter((dose) => dose.antigens.some((antigen) => antigen.live === true && antigen.id !== 'bcg'));
	/** by what they protect against: the latest dose of an earlier day, and the first of the latest day */
	const latest = new Map<string, { readonly before: Dose | null; readonly today: Dose }>();
	const found: Discrepancy[] = [];
	for (const dose of live) {
		let nearest: Dose | null = null;
		for (const { before, today } of latest.values()) {
			const earlier = today.day < dose.day ? today : before;
			if (earlier === null || dose.antigens.some(({ id }) => contains(earlier, id))) continue;
			if (nearest === null || earlier.day > nearest.day) nearest = earlier;
		}
		if (nearest !== null && dose.day - nearest.day < LIVE_INTERVAL_DAYS) found.push(tooClose(nearest, dose, 'live', 'live vaccines', LIVE_INTERVAL_DAYS, ACIP_LIVE));
		const name = dose.antigens.map(({ id }) => id).join(' ');
		const known = latest.get(name);
		if (known === undefined) latest.set(name, { before: null, today: dose });
		else if (known.today.day < dose.day) latest.set(name, { before: known.today, today: dose });
	}
	return found;
}

/** A combination vaccine given twice is one finding, not one per antigen. */
function oncePerPair(found: readonly Discrepancy[]): readonly Discrepancy[] {
	const kept = new Map<string, Discrepancy>();
	for (const one of found) {
		const pair = one.between.map(({ site, chart, id }) => `${site}/${chart}/${id}`).join(' ');
		const known = kept.get(pair);
		if (known === undefined || one.id < known.id) kept.set(pair, one);
	}
	return [...kept.values()];
}

export const vaccinesTooClose: Check = (gathered) => {
	const doses = dosesOf(factsOf(gathered, 'Immunization'));
	return oncePerPair([...sameAntigen(doses), ...liveVaccines(doses)]);
};
