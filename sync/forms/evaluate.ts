/** Values of expressions. Total: a missing answer, a division by zero or text where a number belongs gives null, never an error. */
import { ageOn } from '../growth/age.ts';
import { assess, type Measuring } from '../growth/assess.ts';
import { DAYS_A_MONTH, type Indicator, type Sex } from '../growth/standard.ts';
import type { Expression, Value } from './expression.ts';

/** What a form knows of its patient and day. */
export interface Subject {
	/** FHIR date, whole or to the month; null: not known */
	readonly birthDate: string | null;
	readonly sex: Sex | null;
	/** FHIR dateTime of the visit */
	readonly when: string;
}

const DAY_MS = 86_400_000;
const number = (value: Value | undefined): number | null => (typeof value === 'number' ? value : null);
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

export const ageDays = (subject: Subject): number | null => (subject.birthDate === null ? null : (ageOn(subject.birthDate, subject.when)?.days ?? null));

function daysBetween(date: Value | undefined, when: string): number | null {
	return typeof date === 'string' && /^\d{4}-\d{2}-\d{2}/u.test(date) ? (ageOn(date.slice(0, 10), when)?.days ?? null) : null;
}

/** Completed years by the calendar. */
function years(subject: Subject): number | null {
	const [born, when] = [subject.birthDate ?? '', subject.when.slice(0, 10)];
	if (!/^\d{4}(?:-\d{2}){0,2}$/u.test(born) || !/^\d{4}-\d{2}-\d{2}$/u.test(when)) return null;
	const passed = when.slice(5, born.length) >= born.slice(5);
	return Number(when.slice(0, 4)) - Number(born.slice(0, 4)) - (passed ? 0 : 1);
}

function months(subject: Subject): number | null {
	const days = ageDays(subject);
	return days === null ? null : Math.floor(days / DAYS_A_MONTH);
}

function addDays(date: Value | undefined, days: Value | undefined): Value {
	const [start, count] = [typeof date === 'string' ? Date.parse(`${date.slice(0, 10)}T00:00:00Z`) : Number.NaN, number(days)];
	const end = new Date(start + (count ?? Number.NaN) * DAY_MS);
	return Number.isNaN(end.getTime()) || end.getUTCFullYear() > 9999 || end.getUTCFullYear() < 1 ? null : end.toISOString().slice(0, 10);
}

function zscore(indicator: Indicator, subject: Subject, values: Pick<Measuring, 'weight' | 'length' | 'head'>, position: Value | undefined, oedema: Value | undefined): Value {
	const measuring: Measuring = { sex: subject.sex, ageDays: ageDays(subject), ...values, position: position === 'lying' || position === 'standing' ? position : undefined, oedema: oedema === true };
	return assess(measuring).scores.find((score) => score.indicator === indicator)?.z ?? null;
}

function call(name: string, args: readonly Value[], subject: Subject): Value {
	const [a, b, c, d] = args;
	const of = (value: Value | undefined): number | undefined => number(value) ?? undefined;
	switch (name) {
		case 'ageDays': return ageDays(subject);
		case 'ageMonths': return months(subject);
		case 'ageYears': return years(subject);
		case 'sex': return subject.sex;
		case 'today': return subject.when.slice(0, 10);
		case 'round': {
			const [value, digits] = [number(a), Math.min(6, Math.max(0, Math.trunc(number(b) ?? 0)))];
			return value === null ? null : finite(Math.round(value * 10 ** digits) / 10 ** digits);
		}
		case 'floor': return number(a) === null ? null : Math.floor(number(a) ?? 0);
		case 'abs': return number(a) === null ? null : Math.abs(number(a) ?? 0);
		case 'known': return a !== null && a !== undefined;
		case 'sure': return a === true;
		case 'first': return args.find((value) => value !== null) ?? null;
		case 'above': {
			const value = number(a);
			return value === null ? null : (args.slice(1).map(number).find((step) => step !== null && step > value) ?? null);
		}
		case 'daysSince': return daysBetween(a, subject.when);
		case 'weeksSince': {
			const days = daysBetween(a, subject.when);
			return days === null ? null : Math.floor(days / 7);
		}
		case 'addDays': return addDays(a, b);
		case 'zWeightForAge': return zscore('weight-for-age', subject, { weight: of(a) }, null, b);
		case 'zLengthForAge': return zscore('length-for-age', subject, { length: of(a) }, b, null);
		case 'zWeightForLength': return zscore('weight-for-length', subject, { weight: of(a), length: of(b) }, c, d);
		case 'zBmi': return zscore('bmi-for-age', subject, { weight: of(a), length: of(b) }, c, d);
		case 'zHead': return zscore('head-for-age', subject, { head: of(a) }, null, null);
		default: return null;
	}
}

function compare(op: string, left: Value, right: Value): Value {
	if (left === null || right === null || typeof left !== typeof right) return null;
	switch (op) {
		case '=': return left === right;
		case '!=': return left !== right;
		case '<': return left < right;
		case '<=': return left <= right;
		case '>': return left > right;
		default: return left >= right;
	}
}

function arithmetic(op: string, left: Value, right: Value): Value {
	const [a, b] = [number(left), number(right)];
	if (a === null || b === null) return null;
	return finite(op === '+' ? a + b : op === '-' ? a - b : op === '*' ? a * b : a / b);
}

/** Kleene's and, or: one side that decides is enough. */
function logic(op: string, left: Value, right: Value): Value {
	const decides = op === 'or';
	if (left === decides || right === decides) return decides;
	return typeof left === 'boolean' && typeof right === 'boolean' ? !decides : null;
}

/** The value of an expression; `answer` gives the answer to a question, null where there is none. */
export function evaluate(expression: Expression, subject: Subject, answer: (linkId: string) => Value): Value {
	switch (expression.kind) {
		case 'value': return expression.value;
		case 'answer': return answer(expression.linkId);
		case 'unary': {
			const of = evaluate(expression.of, subject, answer);
			if (expression.op === 'not') return typeof of === 'boolean' ? !of : null;
			return typeof of === 'number' ? -of : null;
		}
		case 'call': {
			const values = expression.args.map((arg) => evaluate(arg, subject, answer));
			if (expression.name === 'if') return (values[0] === true ? values[1] : values[0] === false ? values[2] : null) ?? null;
			return call(expression.name, values, subject);
		}
		case 'binary': {
			const [left, right] = [evaluate(expression.left, subject, answer), evaluate(expression.right, subject, answer)];
			if (expression.op === 'and' || expression.op === 'or') return logic(expression.op, left, right);
			return '+-*/'.includes(expression.op) ? arithmetic(expression.op, left, right) : compare(expression.op, left, right);
		}
	}
}
