/**
 * A schedule as it is typed: texts in boxes, and the schedule read from them. Nothing is guessed: what is no whole number is named, and the rules of a
 * plan (`sync/programmes/plan.ts`) decide the rest.
 */
import { err, ok, problem, type Result } from '$sync/result.ts';
import { planOf, withPlan } from '$sync/programmes/plan.ts';
import { inDays, inUnit, type Schedule, type ScheduleName } from '$sync/programmes/schedule.ts';
import type { Series } from '$sync/programmes/vaccines.ts';
import { months } from '$sync/programmes/calendar.ts';
import { typeable, westernDigits } from '$lib/format/number.ts';
import type { FieldError } from '$lib/ui/form.svelte.ts';
import { m } from '$lib/paraglide/messages.js';
import { weekdayName } from '$lib/worklist/words.ts';

export type AgeUnit = 'd' | 'wk' | 'mo';
export interface TypedDose { number: number; at: string; unit: AgeUnit; apart: string; until: string; grace: string; /** age in days after which it is not given, as it was read: months are not exact */ untilDays: number }
export interface TypedSeries { name: string; title: string; codes: string; sex: 'female' | null; doses: TypedDose[] }
/** One box: its id, label and text. */
export interface TypedBox { readonly id: string; readonly label: string; value: string; readonly several: boolean }

const inMonths = (days: number): string => typeable(Math.round(days / months(1)));
const whole = (typed: string): number | null => {
	const text = westernDigits(typed).trim();
	return /^\d{1,5}$/u.test(text) ? Number(text) : null;
};
const wholes = (typed: string): readonly number[] | null => {
	const read = westernDigits(typed).split(/[\s,;،]+/u).filter((part) => part !== '').map(whole);
	return read.includes(null) || read.length === 0 ? null : read.filter((one) => one !== null);
};

export function typedSeries({ name, title, cvx, sex, doses }: Series): TypedSeries {
	return {
		name, title, codes: cvx.join(' '), sex, doses: doses.map((dose): TypedDose => {
			const { value, unit } = inUnit(dose.at);
			return { number: dose.number, at: typeable(value), unit, apart: typeable(dose.apart), until: inMonths(dose.until), grace: typeable(dose.grace), untilDays: dose.until };
		})
	};
}

export const newSeries = (taken: readonly TypedSeries[]): TypedSeries => {
	let n = 1;
	while (taken.some(({ name }) => name === `vaccine-${n}`)) n++;
	return { name: `vaccine-${n}`, title: '', codes: '', sex: null, doses: [newDose([])] };
};
export const newDose = (doses: readonly TypedDose[]): TypedDose => ({ number: Math.max(0, ...doses.map(({ number }) => number)) + 1, at: '', unit: 'mo', apart: doses.length === 0 ? '0' : '28', until: '60', grace: '28', untilDays: months(60) });

const one = (id: string, label: string, value: number): TypedBox => ({ id, label, value: typeable(value), several: false });
const many = (id: string, label: string, values: readonly number[]): TypedBox => ({ id, label, value: values.map(typeable).join(' '), several: true });

/** The boxes of every programme but immunization. */
export function boxesOf(name: ScheduleName, schedule: Schedule): TypedBox[] {
	switch (name) {
		case 'immunization': return [];
		case 'antenatal': return [many('weeks', m.schedule_contacts(), schedule.antenatal.weeks), one('grace', m.schedule_grace(), schedule.antenatal.grace)];
		case 'hypertension': case 'diabetes': return [one('after-high', m.schedule_after_high(), schedule[name].afterHigh), one('otherwise', m.schedule_otherwise(), schedule[name].otherwise), one('grace', m.schedule_grace(), schedule[name].grace)];
		case 'tuberculosis': {
			const { first, firstMonths, then, grace, sputum } = schedule.tuberculosis;
			return [one('first', m.schedule_first(), first), one('first-months', m.schedule_first_months(), firstMonths), one('then', m.schedule_then(), then), one('grace', m.schedule_grace(), grace), many('sputum', m.schedule_sputum(), sputum)];
		}
		case 'clinic-days': return schedule['clinic-days'].capacity.map((count, i) => one(`day-${i + 1}`, weekdayName(i), count));
	}
}

function readSeries(series: readonly TypedSeries[], errors: FieldError[]): readonly Series[] {
	const number = (id: string, label: string, typed: string): number => {
		const read = whole(typed);
		if (read === null) errors.push({ field: id, message: m.schedule_number_error({ field: label }) });
		return read ?? 0;
	};
	return series.map((one, s): Series => ({
		name: one.name, title: one.title.trim(), sex: one.sex, cvx: westernDigits(one.codes).split(/[\s,;،]+/u).filter((code) => code !== ''),
		doses: one.doses.map((dose, d) => {
			const [id, of] = [`dose-${s}-${d}`, (label: string) => `${one.title}, ${m.schedule_dose({ number: dose.number })}, ${label}`];
			const until = number(`${id}-until`, of(m.schedule_until()), dose.until);
			return {
				number: dose.number, at: inDays(number(`${id}-at`, of(m.schedule_at()), dose.at), dose.unit), apart: number(`${id}-apart`, of(m.schedule_apart()), dose.apart),
				until: dose.until === inMonths(dose.untilDays) ? dose.untilDays : inDays(until, 'mo'), grace: number(`${id}-grace`, of(m.schedule_grace()), dose.grace)
			};
		})
	}));
}

/** The schedule with what was typed for one programme; the fields to mend, or the sentence of the rule that it breaks. */
export function readEdit(name: ScheduleName, schedule: Schedule, boxes: readonly TypedBox[], series: readonly TypedSeries[], title: string): Result<Schedule, { readonly fields: readonly FieldError[]; readonly rule: string | null }> {
	const errors: FieldError[] = [];
	if (title.trim() === '') errors.push({ field: 'schedule-name', message: m.schedule_number_error({ field: m.schedule_name() }) });
	const read = new Map(boxes.map(({ id, label, value, several }) => {
		const numbers = several ? wholes(value) : whole(value) === null ? null : [whole(value) ?? 0];
		if (numbers === null) errors.push({ field: id, message: m.schedule_number_error({ field: label }) });
		return [id, numbers ?? []] as const;
	}));
	const at = (id: string): number => read.get(id)?.[0] ?? 0;
	const all = (id: string): readonly number[] => read.get(id) ?? [];
	const source = title.trim();
	const vaccines = name === 'immunization' ? readSeries(series, errors) : [];
	const edited: Schedule = {
		...schedule,
		...(name === 'immunization' ? { immunization: { series: vaccines, source } } : {}),
		...(name === 'antenatal' ? { antenatal: { weeks: all('weeks'), grace: at('grace'), source } } : {}),
		...(name === 'hypertension' || name === 'diabetes' ? { [name]: { afterHigh: at('after-high'), otherwise: at('otherwise'), grace: at('grace'), source } } : {}),
		...(name === 'tuberculosis' ? { tuberculosis: { first: at('first'), firstMonths: at('first-months'), then: at('then'), grace: at('grace'), sputum: all('sputum'), source } } : {}),
		...(name === 'clinic-days' ? { 'clinic-days': { capacity: boxes.map(({ id }) => at(id)), source } } : {})
	};
	if (errors.length > 0) return err({ fields: errors, rule: null });
	const kept = withPlan(schedule, planOf(name, edited, source, ''));
	return kept.ok ? ok(kept.value) : err({ fields: [], rule: problem('bad-plan', kept.error.message).message });
}
