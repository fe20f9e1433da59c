/**
 * The answers given so far, and what they make of the form: which questions are asked, which values are calculated, what must be mended and
 * what must be said yes to. Pure and total, so that it can run on every keystroke and once more, decisively, when the form is saved.
 *
 * A question that is not asked has no answer, whatever was typed before it disappeared: what nobody sees is never recorded.
 */
import type { Coding, EnableWhen, Form, Item, ItemType, Unit } from './form.ts';
import type { Value } from './expression.ts';
import { evaluate, type Subject } from './evaluate.ts';

export type Answer =
	| { readonly kind: 'boolean'; readonly value: boolean }
	| { readonly kind: 'number'; readonly value: number; readonly unit: string | null }
	| { readonly kind: 'text'; readonly value: string }
	| { readonly kind: 'date'; readonly value: string }
	| { readonly kind: 'coding'; readonly codings: readonly Coding[] }
	/** typed, and not to be read as what was asked for */
	| { readonly kind: 'unreadable'; readonly typed: string };

/** A question's place in the form: its linkId, and `@n` in the n-th filling (from 0) of a repeating group. */
export type Place = string;
export const placeOf = (item: Item, filling: number): Place => (item.within === null ? item.linkId : `${item.linkId}@${filling}`);

export interface Answers {
	readonly given: ReadonlyMap<Place, Answer>;
	/** how often each repeating group is filled; absent: once */
	readonly fillings: ReadonlyMap<string, number>;
}
export const FILLINGS_MAX = 30;
export const noAnswers: Answers = { given: new Map(), fillings: new Map() };

/** The latest recorded value of a code, from the chart. */
export interface Previous { readonly answer: Answer; /** FHIR date or dateTime */ readonly when: string }

export interface FormContext extends Subject {
	readonly previous: (coding: Coding) => Previous | null;
}

export type Mend = 'required' | 'unreadable' | 'impossible' | 'future' | 'before-birth' | 'too-long' | 'not-whole';
export type Doubt = 'unlikely' | 'out-by-ten';

export interface Asked {
	readonly item: Item;
	readonly place: Place;
	readonly filling: number;
	/** of a question: its answer, given or calculated; null: none */
	readonly answer: Answer | null;
	readonly calculated: boolean;
	readonly mend: Mend | null;
	readonly doubt: Doubt | null;
	readonly previous: Previous | null;
}

export interface FormState {
	/** what is asked, in reading order, groups and displays included */
	readonly asked: readonly Asked[];
	readonly at: ReadonlyMap<Place, Asked>;
}

/** A change by this factor or more against the last one is most often a slip (Thimbleby and Cairns 2010). */
const OUT_BY = 5;
/** Values that no disease and no treatment changes that much between two visits. */
const STEADY: ReadonlySet<string> = new Set(['29463-7', '8302-2', '9843-4']);

export const unitOf = (item: Item, unit: string | null): Unit | null => item.units.find((u) => u.code === unit) ?? item.units[0] ?? null;

/** A number in the first unit of its item. */
export const inFirstUnit = (item: Item, value: number, unit: string | null): number => value * (unitOf(item, unit)?.factor ?? 1);

function valueOf(item: Item, answer: Answer | null): Value {
	if (answer === null) return null;
	switch (answer.kind) {
		case 'number': return inFirstUnit(item, answer.value, answer.unit);
		case 'coding': return answer.codings[0]?.code ?? answer.codings[0]?.display ?? null;
		case 'unreadable': return null;
		default: return answer.value;
	}
}

function holds(condition: EnableWhen, value: Value, chosen: readonly Value[]): boolean {
	const { operator, answer } = condition;
	if (operator === 'exists') return (value !== null) === answer;
	if (value === null) return false;
	if (operator === '=') return chosen.includes(answer);
	if (operator === '!=') return !chosen.includes(answer);
	if (typeof value !== typeof answer) return false;
	return operator === '>' ? value > answer : operator === '<' ? value < answer : operator === '>=' ? value >= answer : value <= answer;
}

/** What kind of answer a question takes. */
const KIND: { readonly [type in ItemType]: Answer['kind'] | null } = {
	group: null, display: null, boolean: 'boolean', decimal: 'number', integer: 'number', date: 'date', string: 'text', text: 'text', choice: 'coding'
};

/** An answer of the wrong kind is none that can be read. */
const fitting = (item: Item, answer: Answer | null): Answer | null => (answer === null || answer.kind === KIND[item.type] ? answer : { kind: 'unreadable', typed: '' });

class Reading {
	readonly #answers = new Map<Place, Answer | null>();
	readonly #shown = new Map<Place, boolean>();
	readonly #parents = new Map<string, Item>();

	constructor(readonly form: Form, readonly given: Answers, readonly context: FormContext) {
		for (const item of form.all.values()) for (const child of item.items) this.#parents.set(child.linkId, item);
	}

	fillings(group: Item): number {
		const said = this.given.fillings.get(group.linkId) ?? 1;
		return Number.isInteger(said) ? Math.min(FILLINGS_MAX, Math.max(0, said)) : 1;
	}

	/** Shown: its own condition holds and all groups around it are shown. */
	shown(item: Item, filling: number): boolean {
		const place = placeOf(item, filling);
		const known = this.#shown.get(place);
		if (known !== undefined) return known;
		const parent = this.#parents.get(item.linkId);
		const shown = (parent === undefined || this.shown(parent, filling)) && this.#enabled(item, filling);
		this.#shown.set(place, shown);
		return shown;
	}

	#enabled(item: Item, filling: number): boolean {
		if (item.enableExpression !== null && evaluate(item.enableExpression, this.context, (linkId) => this.#value(linkId, filling)) !== true) return false;
		if (item.enableWhen.length === 0) return true;
		const met = (condition: EnableWhen): boolean => {
			const of = this.form.all.get(condition.question);
			const answer = of === undefined ? null : this.answer(of, filling);
			const value = of === undefined ? null : valueOf(of, answer);
			return holds(condition, value, answer?.kind === 'coding' ? answer.codings.map((c) => c.code ?? c.display ?? null) : [value]);
		};
		return item.enableAll ? item.enableWhen.every(met) : item.enableWhen.some(met);
	}

	#value(linkId: string, filling: number): Value {
		const item = this.form.all.get(linkId);
		return item === undefined ? null : valueOf(item, this.answer(item, filling));
	}

	/** The answer of a question that is asked; calculated ones are never taken from what was given. */
	answer(item: Item, filling: number): Answer | null {
		const place = placeOf(item, filling);
		const known = this.#answers.get(place);
		if (known !== undefined) return known;
		const answer = !this.shown(item, filling) ? null : item.calculate !== null ? this.#calculated(item, filling) : fitting(item, this.given.given.get(place) ?? null);
		this.#answers.set(place, answer);
		return answer;
	}

	#calculated(item: Item, filling: number): Answer | null {
		const value = item.calculate === null ? null : evaluate(item.calculate, this.context, (linkId) => this.#value(linkId, filling));
		if (value === null) return null;
		if (typeof value === 'number') return item.type === 'decimal' || item.type === 'integer' ? { kind: 'number', value, unit: item.units[0]?.code ?? null } : null;
		if (typeof value === 'boolean') return item.type === 'boolean' ? { kind: 'boolean', value } : null;
		if (item.type === 'choice') {
			const option = item.options.find((o) => o.code === value);
			return option === undefined ? null : { kind: 'coding', codings: [option] };
		}
		if (item.type === 'date') return /^\d{4}-\d{2}-\d{2}$/u.test(value) ? { kind: 'date', value } : null;
		return item.type === 'string' || item.type === 'text' ? { kind: 'text', value } : null;
	}
}

/** The newest recorded value of any code that the item is recorded under. */
function previousOf(item: Item, context: FormContext): Previous | null {
	const found = [...item.codes, ...item.units.flatMap((unit) => unit.of ?? [])].flatMap((coding) => context.previous(coding) ?? [])
		.filter(({ answer }) => answer.kind !== 'number' || answer.unit === null || item.units.length === 0 || item.units.some((unit) => unit.code === answer.unit));
	return found.reduce<Previous | null>((newest, one) => (newest === null || one.when > newest.when ? one : newest), null);
}

function mendOf(item: Item, answer: Answer | null, context: FormContext): Mend | null {
	if (answer === null) return item.required && item.calculate === null && item.type !== 'group' && item.type !== 'display' ? 'required' : null;
	switch (answer.kind) {
		case 'unreadable': return 'unreadable';
		case 'text': return answer.value.length > item.maxLength ? 'too-long' : null;
		case 'date': {
			const today = context.when.slice(0, 10);
			if (answer.value > today && item.calculate === null && !item.future) return 'future';
			return context.birthDate !== null && answer.value < context.birthDate.slice(0, answer.value.length) ? 'before-birth' : null;
		}
		case 'number': {
			if (item.type === 'integer' && !Number.isInteger(answer.value)) return 'not-whole';
			const value = inFirstUnit(item, answer.value, answer.unit);
			const [low, high] = item.possible;
			return item.calculate === null && ((low !== null && value < low) || (high !== null && value > high)) ? 'impossible' : null;
		}
		default: return null;
	}
}

function doubtOf(item: Item, answer: Answer | null, previous: Previous | null): Doubt | null {
	if (answer?.kind !== 'number' || item.calculate !== null) return null;
	const value = inFirstUnit(item, answer.value, answer.unit);
	const before = previous?.answer;
	if (before?.kind === 'number' && value > 0 && item.codes.some((c) => STEADY.has(c.code ?? ''))) {
		const ratio = value / inFirstUnit(item, before.value, before.unit);
		if (ratio >= OUT_BY || ratio <= 1 / OUT_BY) return 'out-by-ten';
	}
	const [low, high] = item.likely;
	return (low !== null && value < low) || (high !== null && value > high) ? 'unlikely' : null;
}

/** What the form asks now, and what stands in its way. */
export function readForm(form: Form, answers: Answers, context: FormContext): FormState {
	const reading = new Reading(form, answers, context);
	const asked: Asked[] = [];
	const walk = (items: readonly Item[], filling: number): void => {
		for (const item of items) {
			const repeating = item.type === 'group' && item.repeats;
			for (let n = 0; n < (repeating ? reading.fillings(item) : 1); n++) {
				const inside = repeating ? n : filling;
				if (!reading.shown(item, inside)) continue;
				const answer = item.type === 'group' || item.type === 'display' ? null : reading.answer(item, inside);
				const previous = previousOf(item, context);
				const mend = item.hidden ? null : mendOf(item, answer, context);
				const place = repeating ? `${item.linkId}@${n}` : placeOf(item, inside);
				asked.push({ item, place, filling: inside, answer, calculated: item.calculate !== null, mend, doubt: mend === null ? doubtOf(item, answer, previous) : null, previous });
				walk(item.items, inside);
			}
		}
	};
	walk(form.items, 0);
	return { asked, at: new Map(asked.map((one) => [one.place, one])) };
}

/** The answers a form begins with: initial values of the template, and the latest recorded value where it is carried on. */
export function firstAnswers(form: Form, context: FormContext): Answers {
	const given = new Map<Place, Answer>();
	for (const item of form.all.values()) {
		const start = firstAnswer(item, context);
		if (start !== null) given.set(placeOf(item, 0), start);
	}
	return { given, fillings: new Map() };
}

/** What a question begins with, in any filling of its group. */
export function firstAnswer(item: Item, context: FormContext): Answer | null {
	if (item.type === 'group' || item.type === 'display') return null;
	const carried = item.carry ? previousOf(item, context) : null;
	if (carried !== null && carried.answer.kind !== 'unreadable') return carried.answer;
	if (item.initial === null) return null;
	if (typeof item.initial === 'boolean') return { kind: 'boolean', value: item.initial };
	if (typeof item.initial === 'number') return { kind: 'number', value: item.initial, unit: item.units[0]?.code ?? null };
	if (item.type === 'choice') {
		const option = item.options.find((o) => o.code === item.initial);
		return option === undefined ? null : { kind: 'coding', codings: [option] };
	}
	if (item.type === 'date') return { kind: 'date', value: item.initial === 'today' ? context.when.slice(0, 10) : item.initial };
	return { kind: 'text', value: item.initial };
}
