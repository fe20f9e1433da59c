/** What a form says of an answer: what to mend, what to say yes to, an answer in words. */
import { m } from '$lib/paraglide/messages.js';
import type { Answer, Asked } from '$sync/forms/answers.ts';
import { unitOf } from '$sync/forms/answers.ts';
import { formatFhirDate } from '$lib/format/date.ts';
import { formatNumber, formatQuantity } from '$lib/format/number.ts';

const unitText = (asked: Asked, unit: string | null): string => unitOf(asked.item, unit)?.display ?? '';

/** Two decimals: what is calculated carries digits that mean nothing. */
const rounded = (value: number): number => Math.round(value * 100) / 100;

export function answerText(asked: Asked, answer: Answer): string {
	switch (answer.kind) {
		case 'boolean': return answer.value ? m.form_yes() : m.form_no();
		case 'number': return formatQuantity(rounded(answer.value), unitText(asked, answer.unit));
		case 'date': return formatFhirDate(answer.value);
		case 'text': return answer.value;
		case 'coding': return answer.codings.map((c) => c.display ?? c.code ?? '').join(', ');
		case 'unreadable': return answer.typed;
	}
}

export function mendText(asked: Asked): string {
	const { item, mend } = asked;
	const [low, high] = item.possible;
	const name = item.text;
	switch (mend) {
		case 'required': return item.type === 'boolean' || item.type === 'choice' ? m.form_choose_answer({ question: name }) : m.form_enter_answer({ question: name });
		case 'impossible': return low !== null && high !== null ? m.form_between({ question: name, low: formatNumber(low), high: formatNumber(high), unit: item.units[0]?.display ?? '' }) : m.form_enter_answer({ question: name });
		case 'future': return m.form_not_future({ question: name });
		case 'before-birth': return m.form_not_before_birth({ question: name });
		case 'too-long': return m.form_too_long({ question: name, count: item.maxLength });
		case 'not-whole': return m.form_whole_number({ question: name });
		case 'unreadable': return item.type === 'date' ? m.form_whole_date({ question: name }) : m.form_enter_number({ question: name });
		case null: return '';
	}
}

export function doubtText(asked: Asked): string {
	if (asked.doubt === null || asked.answer === null) return '';
	const value = answerText(asked, asked.answer);
	if (asked.doubt === 'out-by-ten' && asked.previous !== null) return m.vital_out_by_ten({ name: asked.item.text, value, last: answerText(asked, asked.previous.answer) });
	return asked.item.ask ?? m.vital_unlikely({ name: asked.item.text, value });
}

export function lastText(asked: Asked): string | undefined {
	const { previous } = asked;
	return previous === null || previous.answer.kind !== 'number' ? undefined : m.vital_last({ value: answerText(asked, previous.answer), date: formatFhirDate(previous.when) });
}
