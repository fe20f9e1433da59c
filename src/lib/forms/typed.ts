/** What was typed into a form, read as answers. */
import { unitOf, type Answer, type Answers, type Place } from '$sync/forms/answers.ts';
import type { Form, Item } from '$sync/forms/form.ts';
import { readNumber } from '$lib/format/number.ts';
import { readDate, type TypedDate } from '$lib/format/partialDate.ts';

/** By place in the form. */
export interface Typed {
	/** numbers, text, yes or no, the code of the one chosen */
	readonly typed: Readonly<Record<Place, string>>;
	readonly dates: Readonly<Record<Place, TypedDate>>;
	readonly many: Readonly<Record<Place, readonly string[]>>;
	readonly units: Readonly<Record<Place, string>>;
	readonly fillings: Readonly<Record<string, number>>;
}

/** Dates to come may be given where the question says so: as far as an appointment is ever made. */
const FUTURE_MS = 3 * 365 * 86_400_000;

function answerAt(item: Item, place: Place, from: Typed): Answer | null {
	const typed = from.typed[place]?.trim() ?? '';
	switch (item.type) {
		case 'group': case 'display': return null;
		case 'boolean': return typed === '' ? null : { kind: 'boolean', value: typed === 'yes' };
		case 'decimal': case 'integer': {
			if (typed === '') return null;
			const unit = unitOf(item, from.units[place] ?? null);
			const value = readNumber(typed, unit?.display ?? '');
			return value === null ? { kind: 'unreadable', typed } : { kind: 'number', value, unit: unit?.code ?? null };
		}
		case 'date': {
			const date = readDate(from.dates[place] ?? { day: '', month: '', year: '' }, { partial: false, now: Date.now() + (item.future ? FUTURE_MS : 0) });
			return !date.ok ? { kind: 'unreadable', typed } : date.value === '' ? null : { kind: 'date', value: date.value };
		}
		case 'choice': {
			const codes = item.repeats ? (from.many[place] ?? []) : [typed];
			const codings = item.options.filter((o) => codes.includes(o.code ?? o.display ?? ''));
			return codings.length === 0 ? null : { kind: 'coding', codings };
		}
		default: return typed === '' ? null : { kind: 'text', value: typed };
	}
}

/** Where a question stands, as a key: `@n` in a filling of a repeating group. */
export const placeIn = (item: Item, filling: number): Place => (item.within === null ? item.linkId : `${item.linkId}@${filling}`);
/** The id of its control. */
export const controlOf = (place: Place): string => `q-${place.replace('@', '-')}`;

export function answersOf(form: Form, from: Typed): Answers {
	const given = new Map<Place, Answer>();
	for (const item of form.all.values()) {
		const count = item.within === null ? 1 : (from.fillings[item.within] ?? 1);
		for (let n = 0; n < count; n++) {
			const place = placeIn(item, n);
			const answer = answerAt(item, place, from);
			if (answer !== null) given.set(place, answer);
		}
	}
	return { given, fillings: new Map(Object.entries(from.fillings)) };
}

/** The agreed date that stands in the same group as a suggested one. */
export function appointmentBeside(form: Form, item: Item): Place | undefined {
	const group = [...form.all.values()].find(({ items }) => items.includes(item));
	return group?.items.find(({ recording }) => recording?.kind === 'element' && recording.element === 'Appointment.start')?.linkId;
}

/** Of each repeating group the place of its last question: after it stands "add another". */
export function lastPlaces(asked: readonly { readonly item: Item; readonly place: Place }[]): ReadonlyMap<string, Place> {
	return new Map(asked.flatMap(({ item, place }) => (item.within === null ? [] : [[item.within, place] as const])));
}
