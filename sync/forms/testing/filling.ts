/** Filling in a form in a test, in few words. */
import { firstAnswers, noAnswers, readForm, type Answer, type Answers, type FormContext, type FormState } from '../answers.ts';
import type { Form } from '../form.ts';
import { parseForm } from '../parse.ts';
import type { FhirResource } from '../../fhir/resource.ts';

export const NOON = '2026-08-14T09:42:00+03:00';
export const nobody: FormContext = { birthDate: null, sex: null, when: NOON, previous: () => null };

export function form(resource: FhirResource): Form {
	const parsed = parseForm(resource);
	if (!parsed.ok) throw new Error(parsed.error.message);
	return parsed.value;
}

/** Numbers, yes or no, codes of options (several with a comma), dates and words, as a person would give them. */
export function fill(of: Form, values: { readonly [place: string]: boolean | number | string }, context: FormContext = nobody, more: { readonly fillings?: ReadonlyMap<string, number>; readonly units?: { readonly [place: string]: string } } = {}): Answers {
	const given = new Map<string, Answer>(firstAnswers(of, context).given);
	for (const [place, value] of Object.entries(values)) {
		const item = of.all.get(place.split('@')[0] ?? '');
		if (item === undefined) throw new Error(`the form does not ask ${place}`);
		if (typeof value === 'boolean') given.set(place, { kind: 'boolean', value });
		else if (typeof value === 'number') given.set(place, { kind: 'number', value, unit: more.units?.[place] ?? item.units[0]?.code ?? null });
		else if (item.type === 'choice') given.set(place, { kind: 'coding', codings: value.split(',').map((code) => item.options.find((o) => o.code === code) ?? { display: code }) });
		else given.set(place, item.type === 'date' ? { kind: 'date', value } : { kind: 'text', value });
	}
	return { ...noAnswers, given, fillings: more.fillings ?? new Map() };
}

export const asked = (state: FormState): readonly string[] => state.asked.filter((one) => one.item.type !== 'group').map((one) => one.place);
export const state = (of: Form, values: Parameters<typeof fill>[1], context: FormContext = nobody): FormState => readForm(of, fill(of, values, context), context);
