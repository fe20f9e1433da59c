/** The form as it was answered: a QuestionnaireResponse with the questions' own words, so that it can be read when the template has long changed. */
import type { Json, JsonObject } from '../change/change.ts';
import { at, flag, list, number, text } from '../fhir/path.ts';
import type { FhirResource } from '../fhir/resource.ts';
import { unitOf, type Answer, type Asked, type FormState } from './answers.ts';
import type { Coding, Form, Item } from './form.ts';

const UCUM = 'http://unitsofmeasure.org';

function values(item: Item, answer: Answer): readonly JsonObject[] {
	switch (answer.kind) {
		case 'boolean': return [{ valueBoolean: answer.value }];
		case 'number': {
			const unit = unitOf(item, answer.unit);
			if (unit !== null) return [{ valueQuantity: { value: answer.value, unit: unit.display, system: UCUM, code: unit.code } }];
			return [Number.isInteger(answer.value) && item.type === 'integer' ? { valueInteger: answer.value } : { valueDecimal: answer.value }];
		}
		case 'text': return answer.value.trim() === '' ? [] : [{ valueString: answer.value }];
		case 'date': return [{ valueDate: answer.value }];
		case 'coding': return answer.codings.map((c: Coding): JsonObject => (c.code === undefined ? { valueString: c.display ?? '' } : { valueCoding: { ...c } }));
		case 'unreadable': return [];
	}
}

export function writeResponse(form: Form, state: FormState, when: string): FhirResource {
	const itemsIn = (items: readonly Item[], filling: number): readonly JsonObject[] => items.flatMap((item) => {
		const here = state.asked.filter((one) => one.item.linkId === item.linkId && (item.type === 'group' && item.repeats ? true : one.filling === filling));
		return here.flatMap((one) => itemOf(one));
	});
	const itemOf = (one: Asked): readonly JsonObject[] => {
		const { item, answer } = one;
		if (item.type === 'display') return [];
		const head = { linkId: item.linkId, ...(item.text === '' ? {} : { text: item.text }) };
		if (item.type === 'group') {
			const inside = itemsIn(item.items, one.filling);
			return inside.length === 0 ? [] : [{ ...head, item: inside }];
		}
		const answers = answer === null || one.mend !== null ? [] : values(item, answer);
		return answers.length === 0 ? [] : [{ ...head, answer: answers }];
	};
	const item = itemsIn(form.items, 0);
	const canonical = form.url === '' ? null : form.version === '' ? form.url : `${form.url}|${form.version}`;
	return { resourceType: 'QuestionnaireResponse', status: 'completed', ...(canonical === null ? {} : { questionnaire: canonical }), authored: when, ...(item.length === 0 ? {} : { item }) };
}

/** One line of an answered form; `depth` counts the groups around it. */
export interface ResponseLine { readonly depth: number; readonly question: string; readonly answers: readonly Json[] }

const LINES_MAX = 2_000;

/** An answered form to be read, whatever its template became: groups as lines without answers. Total over any QuestionnaireResponse. */
export function responseLines(response: FhirResource): readonly ResponseLine[] {
	const lines: ResponseLine[] = [];
	const walk = (items: readonly Json[], depth: number): void => {
		for (const item of items) {
			if (lines.length >= LINES_MAX || depth > 16) return;
			const answers = list(item, 'answer');
			lines.push({ depth, question: text(item, 'text') ?? text(item, 'linkId') ?? '', answers });
			walk(list(item, 'item'), depth + 1);
			for (const answer of answers) walk(list(answer, 'item'), depth + 1);
		}
	};
	walk(list(response, 'item'), 0);
	return lines;
}

/** The answer of a response line as typed parts; null for a value of a type that forms here do not have. */
export function readAnswer(answer: Json): Answer | null {
	const whether = flag(answer, 'valueBoolean');
	if (whether !== undefined) return { kind: 'boolean', value: whether };
	const value = number(answer, 'valueQuantity', 'value') ?? number(answer, 'valueDecimal') ?? number(answer, 'valueInteger');
	if (value !== undefined) return { kind: 'number', value, unit: text(answer, 'valueQuantity', 'unit') ?? text(answer, 'valueQuantity', 'code') ?? null };
	const date = text(answer, 'valueDate') ?? text(answer, 'valueDateTime');
	if (date !== undefined) return { kind: 'date', value: date };
	const coding = at(answer, 'valueCoding');
	if (coding !== undefined) {
		const [system, code, display] = [text(coding, 'system'), text(coding, 'code'), text(coding, 'display')];
		return { kind: 'coding', codings: [{ ...(system === undefined ? {} : { system }), ...(code === undefined ? {} : { code }), ...(display === undefined ? {} : { display }) }] };
	}
	const words = text(answer, 'valueString');
	return words === undefined ? null : { kind: 'text', value: words };
}
