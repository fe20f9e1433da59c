/** Visits, answered forms and agreed dates in words, for lists of a chart. Reads the resources alone: the template may be gone. */
import { m } from '$lib/paraglide/messages.js';
import { formatFhirDate } from '$lib/format/date.ts';
import { formatNumber, formatQuantity } from '$lib/format/number.ts';
import { concept, flag, list, number, text } from '$lib/fhir/read.ts';
import type { Json } from '$sync/change/change.ts';
import type { FhirResource } from '$sync/fhir/resource.ts';

const DEPTH_MAX = 16;

function answerWords(answer: Json): string {
	const whether = flag(answer, 'valueBoolean');
	if (whether !== undefined) return whether ? m.form_yes() : m.form_no();
	const quantity = number(answer, 'valueQuantity', 'value');
	if (quantity !== undefined) return formatQuantity(Math.round(quantity * 100) / 100, text(answer, 'valueQuantity', 'unit') ?? '');
	const value = number(answer, 'valueDecimal') ?? number(answer, 'valueInteger');
	if (value !== undefined) return formatNumber(value);
	const date = text(answer, 'valueDate') ?? text(answer, 'valueDateTime');
	return date !== undefined ? formatFhirDate(date) : (text(answer, 'valueCoding', 'display') ?? text(answer, 'valueCoding', 'code') ?? text(answer, 'valueString') ?? '');
}

/** Each question with its answer on a line; groups as lines of their own. */
function lines(items: readonly Json[], depth = 0): readonly string[] {
	if (depth > DEPTH_MAX) return [];
	return items.flatMap((item) => {
		const answers = list(item, 'answer').map(answerWords).filter((words) => words !== '');
		const name = text(item, 'text') ?? '';
		return [...(answers.length > 0 ? [m.component_value({ name, value: answers.join(', ') })] : name === '' ? [] : [name]), ...lines(list(item, 'item'), depth + 1)];
	});
}

/** Title and the rest, as every entry of a chart is described. */
export function visitWords(resource: FhirResource): readonly [title: string, rest: { readonly details: readonly string[]; readonly body: string }] {
	switch (resource.resourceType) {
		case 'Encounter': return [m.entry_visit({ what: concept(resource, 'type', 0) ?? '' }), { details: [formatFhirDate(text(resource, 'period', 'start'))], body: '' }];
		case 'QuestionnaireResponse': return [m.entry_form(), { details: [formatFhirDate(text(resource, 'authored'))], body: lines(list(resource, 'item')).join('\n') }];
		default: return [m.entry_agreed_date(), { details: [formatFhirDate(text(resource, 'start') ?? text(resource, 'requestedPeriod', 0, 'start')), text(resource, 'description') ?? ''], body: '' }];
	}
}
